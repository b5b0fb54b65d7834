"""What a person should see to: batteries, radiators that do not warm, a boiler's fault, gas that nobody took.

Pure: which alerts hold at an instant, by what was recorded; the analyst says them and takes them back.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import pairwise, takewhile
from types import MappingProxyType

from house import messages, topics
from house.settings import Settings
from recorder.history import History
from recorder.radiator_model import BOILER_SILENCE_S
from recorder.radiator_powers import SUSPICIOUS, nominal_w
from recorder.valve_tests import self_tests, shut_tests

EMPTY_PERCENT = 10  # a thermometer's coin cell falls steeply from there
FORECAST_WEEKS = 3
FORECAST_FROM_DAYS = 14
UNALLOCATED_PART, UNALLOCATED_M3 = 0.1, 0.2

BURNT_MIN = 40
OTHER_PART, OTHER_M3 = 0.3, 0.8
LOST_SESSION_S = DAY_S = 86_400
ROOM_SILENCE_S = 3600
LOST_SESSION = "$session"  # the topic of recorder.service for it
FAILURES = 3  # in a row; one or two are a window without a contact

Found = Iterator[tuple[str, messages.Alert]]


def alerts(
    told: History,
    days: Sequence[messages.Day],
    settings: Settings,
    at: int,
    factors: Mapping[str, float] = MappingProxyType({}),
    lag_s: int = 0,
) -> dict[str, messages.Alert]:
    """Alerts by id at an instant (seconds since 1970), given the last half day or more and the days before, and by
    room the factor of its radiators' power as learned, and by how much the gas meter's readings come late.
    """
    return dict(
        sorted(
            (
                *_valve_batteries(told, settings, at),
                *_sensor_batteries(days, settings),
                *_cold_radiators(told, settings, at),
                *_stuck_open(told, settings, at),
                *_rooms(told, settings, at),
                *_boiler_fault(told, at),
                *_unallocated(days),
                *_burnt_without_gas(days),
                *_much_other(days),
                *_other_powers(factors, settings),
                *_late_meter(lag_s),
                *_lost_session(told, at),
                *_decided_otherwise(told, at),
            )
        )
    )


def _valve_batteries(told: History, settings: Settings, at: int) -> Found:
    for valve, room in settings.rooms_by_valve.items():
        status = told.course(topics.VALVE_STATUS, valve).at(at)
        if status is not None and status.battery_low:
            about = f"the battery of valve {valve} in {_called(room, settings)} is nearly empty"
            yield (
                f"battery_{valve}",
                messages.Alert(about=about, todo="put in new cells; then let the valve adapt itself"),
            )


def _sensor_batteries(days: Sequence[messages.Day], settings: Settings) -> Found:
    for room_id, room in settings.rooms.items():
        for sensor in room.thermometers:
            course = [(day.day.toordinal(), day.batteries[sensor]) for day in days if sensor in day.batteries]
            weeks = weeks_left(course)
            if course and (course[-1][1] <= EMPTY_PERCENT or (weeks is not None and weeks < FORECAST_WEEKS)):
                lasts = "" if weeks is None else f" and lasts some {max(0, round(weeks))} weeks more"
                where = f"thermometer {sensor} in {_called(room_id, settings)}"
                about = f"the battery of {where} is at {course[-1][1]:g} %{lasts}"
                yield f"battery_{sensor}", messages.Alert(about=about, todo="put in a new cell (most take a CR2032)")


def weeks_left(course: Sequence[tuple[int, float]]) -> float | None:
    """When a battery (day, percent) will be empty, by the straight line through its days since it was new.

    None where it is not known: too few days, or no fall in them.
    """
    fresh = max((place for place, (one, other) in enumerate(pairwise(course), 1) if other[1] > one[1] + 20), default=0)
    points = course[fresh:]
    if not points or points[-1][0] - points[0][0] < FORECAST_FROM_DAYS:
        return None
    mean_day = sum(day for day, _ in points) / len(points)
    mean = sum(percent for _, percent in points) / len(points)
    slope = sum((day - mean_day) * (percent - mean) for day, percent in points)
    slope /= sum((day - mean_day) ** 2 for day, _ in points)
    return None if slope >= 0 else max(0.0, -points[-1][1] / slope / 7)


def _cold_radiators(told: History, settings: Settings, at: int) -> Found:
    for room_id, room in settings.rooms.items():
        for valve in room.valves:
            tests = list(self_tests(told, room_id, room, valve, at))
            if len(tests) >= FAILURES and not any(warmed for _, warmed in tests[-FAILURES:]):
                about = f"the radiator of valve {valve} in {_called(room_id, settings)} does not warm the room"
                todo = "feel it while it is open: a stuck pin, air or a closed lock shield; then the valve's cells"
                since = datetime.fromtimestamp(tests[-FAILURES][0], UTC)
                yield f"cold_{valve}", messages.Alert(about=about, todo=todo, since=since)


def _stuck_open(told: History, settings: Settings, at: int) -> Found:
    for room_id, room in settings.rooms.items():
        tests = list(shut_tests(told, room_id, room, settings.zone, at))[-FAILURES:]
        if len(tests) == FAILURES and all(warmed for _, warmed in tests):
            about = f"{_called(room_id, settings)} gets warmer whenever the boiler burns, though its valves are shut"
            todo = "feel its radiators: the motor may be stuck open, or the valve may not sit firmly on its pin"
            since = datetime.fromtimestamp(tests[0][0], UTC)
            yield f"stuck_open_{room_id}", messages.Alert(about=about, todo=todo, since=since)


def _rooms(told: History, settings: Settings, at: int) -> Found:
    """What the status of a room asks a person to see to, here as well, where all alerts stand."""
    for room_id in settings.rooms:
        course = told.course(topics.ROOM_STATUS, room_id)
        status = course.fresh(at, ROOM_SILENCE_S)
        if status is not None and status.alert:
            backwards = reversed([(since, one.alert == status.alert) for since, one in course.between(0, at + 1)])
            since = datetime.fromtimestamp(min(at for at, _ in takewhile(lambda one: one[1], backwards)), UTC)
            about = f"{_called(room_id, settings)}: {status.alert}"
            yield f"room_{room_id}", messages.Alert(about=about, todo=f"haard why {room_id}", since=since)


def _boiler_fault(told: History, at: int) -> Found:
    status = told.course(topics.BOILER_STATUS).fresh(at, BOILER_SILENCE_S)
    if status is not None and status.fault:
        about, todo = (
            f"the boiler tells a fault: {status.fault}",
            "look it up in its manual; call the fitter if it stays",
        )
        yield "boiler_fault", messages.Alert(about=about, todo=todo)


def _unallocated(days: Sequence[messages.Day]) -> Found:
    day = days[-1] if days else None
    if day is not None and day.unallocated > max(UNALLOCATED_M3, UNALLOCATED_PART * day.gas):
        about = f"on {day.day} nobody is known to have taken {day.unallocated:.2f} of {day.gas:.2f} m³ of gas"
        todo = "see whether the boiler's bridge and the valves' reported then (haard gas; docs/gas.md)"
        yield "gas_unallocated", messages.Alert(about=about, todo=todo)


def _burnt_without_gas(days: Sequence[messages.Day]) -> Found:
    """The burner burnt, and a meter that counted before counted nothing."""
    day = days[-1] if days else None
    if day is None or day.gas or (day.burn_min or 0) < BURNT_MIN or not any(one.gas for one in days):
        return
    about = f"on {day.day} the burner burnt {day.burn_min:.0f} min, and the meter says 0"
    yield (
        "gas_meter",
        messages.Alert(about=about, todo="see whether the meter's bridge speaks and whether its dial turns"),
    )


def _much_other(days: Sequence[messages.Day]) -> Found:
    """In the heating season most gas passes while the burner burns, or the meter's readings are dated wrong."""
    day = days[-1] if days else None
    if day is None or (day.burn_min or 0) < BURNT_MIN or day.other <= max(OTHER_M3, OTHER_PART * day.gas):
        return
    about = f"on {day.day} {day.other:.2f} of {day.gas:.2f} m³ of gas passed while the burner was off"
    todo = "a cooker, or readings of the meter that arrive late and tell no time of their own (docs/gas.md)"
    yield "gas_other", messages.Alert(about=about, todo=todo)


def _other_powers(factors: Mapping[str, float], settings: Settings) -> Found:
    for room, factor in factors.items():
        if abs(factor - 1) > SUSPICIOUS:
            watts = nominal_w(settings.rooms[room])
            about = (
                f"{_called(room, settings)}: its radiators take {factor * watts:.0f} W by the gas, not {watts:.0f} W"
            )
            todo = "compare power_w with the plate; if that is right: air, a shut lock shield, something before it"
            yield f"power_{room}", messages.Alert(about=about, todo=todo)


def _late_meter(lag_s: int) -> Found:
    if lag_s:
        about = f"the gas meter's readings come {lag_s / 60:.0f} min late, by what the burner did"
        todo = "let whatever reads it tell the meter's own time, or set its clock; gas is shared out as if on time"
        yield "gas_late", messages.Alert(about=about, todo=todo)


def _lost_session(told: History, at: int) -> Found:
    """For a day after the recorder said that the broker had not kept its session."""
    for since, one in told.course(topics.REJECTED).between(at - LOST_SESSION_S, at + 1):
        if one.topic == LOST_SESSION and one.service is not None and one.service.startswith("recorder"):
            todo = "see why the broker lost its file: `persistence true` and its data folder (docs/recorder.md)"
            moment = datetime.fromtimestamp(since, UTC)
            yield "recorder_session", messages.Alert(about=one.reason, todo=todo, since=moment)


def _decided_otherwise(told: History, at: int) -> Found:
    """For a day after a night's record was not decided the same when it was played again."""
    since, checked = told.course(topics.REPLAYED).since(at), told.course(topics.REPLAYED).at(at)
    if checked is not None and since is not None and checked.differ and at - since <= DAY_S:
        about = f"{checked.differ} decisions of the record came out otherwise when it was played again: {checked.first}"
        todo = "run `haard replay` for that day, and report it with `haard capture`; the house is heated as before"
        yield "replay", messages.Alert(about=about, todo=todo, since=datetime.fromtimestamp(since, UTC))


def _called(room: str, settings: Settings) -> str:
    return settings.rooms[room].name or room
