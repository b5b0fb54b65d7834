"""Who lives in the benchmark's houses: settings with schedules for any plan, drawn by seed."""

from random import Random
from typing import Any

from house.settings import Settings
from simulation.plan import HousePlan, RoomKind, RoomPlan

EARLY, LATE = -45, 45
# Minutes of the local day and setpoint above or below the household's own, on a working day and on a day at home.
COMFORT, SETBACK = "comfort", "setback"
WORKDAY = {
    RoomKind.LIVING: ((390, COMFORT), (510, SETBACK), (990, COMFORT), (1350, SETBACK)),
    RoomKind.KITCHEN: ((390, COMFORT), (510, SETBACK), (1020, COMFORT), (1260, SETBACK)),
    RoomKind.BATHROOM: ((375, COMFORT), (510, SETBACK), (1260, COMFORT), (1380, SETBACK)),
    RoomKind.BEDROOM: ((420, COMFORT), (480, SETBACK), (1230, COMFORT), (1380, SETBACK)),
    RoomKind.STUDY: ((510, COMFORT), (1050, SETBACK)),
    RoomKind.HALL: ((390, COMFORT), (1350, SETBACK)),
}
HOME_DAY = {
    RoomKind.LIVING: ((480, COMFORT), (1380, SETBACK)),
    RoomKind.KITCHEN: ((480, COMFORT), (1260, SETBACK)),
    RoomKind.BATHROOM: ((480, COMFORT), (630, SETBACK), (1260, COMFORT), (1410, SETBACK)),
    RoomKind.BEDROOM: ((510, COMFORT), (600, SETBACK), (1260, COMFORT), (1410, SETBACK)),
    RoomKind.STUDY: ((600, COMFORT), (1080, SETBACK)),
    RoomKind.HALL: ((480, COMFORT), (1380, SETBACK)),
}
WARMTH = {
    RoomKind.LIVING: (20.0, 21.0),
    RoomKind.KITCHEN: (19.0, 20.5),
    RoomKind.BATHROOM: (20.5, 22.0),
    RoomKind.BEDROOM: (17.5, 19.5),
    RoomKind.STUDY: (19.5, 21.0),
    RoomKind.HALL: (16.5, 18.5),
}


def settings(plan: HousePlan, seed: int, regulator: dict[str, Any], *, minutes_earlier: int = 0) -> Settings:
    """Wiring for a plan; `minutes_earlier` brings every rise of the schedules forward."""
    rooms = {room.room_id: _room(room, seed, minutes_earlier) for room in plan.rooms}
    boiler = {"minimum_power_w": plan.boiler.minimum_power_w, "maximum_power_w": plan.boiler.maximum_power_w}
    home = {"timezone": plan.timezone, "latitude": plan.latitude, "longitude": plan.longitude}
    return Settings.model_validate({"home": home, "rooms": rooms, "boiler": boiler, "regulator": regulator})


def _room(room: RoomPlan, seed: int, minutes_earlier: int) -> dict[str, Any]:
    random = Random(f"schedule/{seed}/{room.room_id}")
    warm = round(random.uniform(*WARMTH[room.kind]) * 2) / 2
    cool = warm - random.choice((2.0, 2.5, 3.0, 3.5))
    shift = random.choice(range(EARLY, LATE + 1, 15))
    return {
        "name": room.name,
        "sensors": [sensor.address for sensor in room.sensors],
        "windows": list(room.window_contacts),
        "radiators": [{"valve": radiator.valve, "power_w": radiator.power_w} for radiator in room.radiators],
        "schedule": {
            days: _day(points[room.kind], warm, cool, shift, minutes_earlier)
            for days, points in (("mon-fri", WORKDAY), ("sat-sun", HOME_DAY))
        },
    }


def _day(
    points: tuple[tuple[int, str], ...], warm: float, cool: float, shift: int, minutes_earlier: int
) -> dict[str, float]:
    day: dict[str, float] = {}
    for minutes, level in points:
        at = minutes + shift if minutes < 1300 else minutes
        at -= minutes_earlier if level == COMFORT else 0
        day[f"{at // 60:02d}:{at % 60:02d}"] = warm if level == COMFORT else cool
    return day
