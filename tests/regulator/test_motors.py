"""A motor that does not follow its target is told of in its room's status, by what its valve says of itself."""

from typing import Any

import pytest

from house import topics
from tests.regulator.house import LIVING_VALVE, MONDAY_NOON, House, iso, wiring


def reporting(air: float, minutes: int, **fields: Any) -> House:
    """A house whose living room is so warm, and whose valve has taken its setpoint and says so of the rest."""
    house = House(wiring("doses"))
    house.deaf.add(LIVING_VALVE)
    house.air["living"] = air
    for _ in range(minutes):
        house.pass_minutes(1)
        command = house.command()
        assert command is not None
        house.report(LIVING_VALVE, **{"setpoint": command.setpoint, **fields})
    house.pass_minutes(1)
    return house


@pytest.mark.parametrize(
    ("air", "fields", "words"),
    [
        (17.0, {"opening": 0}, "was told to open and says that it is 0 % open"),
        (17.0, {"opening": 3}, "was told to open and says that it is 3 % open"),
        (22.0, {"opening": 40}, "was told to shut and says that it is 40 % open: its motor may be stuck open"),
        (22.0, {"opening": 100}, "was told to shut and says that it is 100 % open: its motor may be stuck open"),
        (22.0, {"opening": 40, "setpoint": None}, "does not confirm"),
    ],
)
def test_a_motor_that_does_not_follow_is_told_of(air: float, fields: dict[str, Any], words: str) -> None:
    assert words in (reporting(air, 20, **fields).status().alert or "")


@pytest.mark.parametrize(
    ("air", "minutes", "fields"),
    [
        (17.0, 10, {"opening": 0}),
        (17.0, 20, {"opening": 20}),
        (17.0, 20, {"opening": None}),
        (22.0, 10, {"opening": 60}),
        (22.0, 20, {"opening": 10}),
        (22.0, 20, {"opening": None}),
    ],
    ids=["a motor needs time", "open", "tells no opening", "a motor needs time to shut", "shut", "tells nothing"],
)
def test_a_motor_that_follows_or_has_had_no_time_yet_is_not(air: float, minutes: int, fields: dict[str, Any]) -> None:
    assert reporting(air, minutes, **fields).status().alert is None


def test_it_is_forgotten_as_soon_as_the_valve_says_otherwise() -> None:
    house = reporting(22.0, 20, opening=40)
    house.report(LIVING_VALVE, setpoint=5, opening=0)
    house.pass_minutes(1)
    assert house.status().alert is None


# --- rooms that get warmer in burns for others ------------------------------------------------------------------------

STUCK = f"gets warmer when the boiler burns for others: the motor of valve {LIVING_VALVE} may be stuck open"


def burn(house: House, rise: float, *, minutes: int = 20, flame: bool | None = True) -> None:
    """A burn for the bath, in which the living room that is shut gets so much warmer, and a pause."""
    began = house.air["living"]
    for minute in range(60):
        if flame is not None:
            fields = {"flame": minute < minutes and flame, "flow_temperature": 50, "reported_at": iso(house.now)}
            house.say("boiler/status", fields)
        house.air["living"] = round(began + rise * min(minute / 30, 1), 2)
        house.pass_minutes(1)
    house.air["living"] = began
    house.pass_minutes(5)


def shut_house(hour: int = 20) -> House:
    house = House(wiring("doses"), at=MONDAY_NOON.replace(hour=hour))
    house.air |= {"living": 22.0, "bath": 17.0}
    house.pass_minutes(35)
    return house


@pytest.mark.parametrize(("hour", "rise"), [(20, 0.4), (9, 0.6)], ids=["in the dark", "by day"])
def test_a_shut_room_that_gets_warmer_in_three_burns_has_a_motor_that_is_stuck(hour: int, rise: float) -> None:
    house = shut_house(hour)
    burn(house, rise)
    burn(house, rise)
    assert STUCK not in (house.status().alert or "")
    burn(house, rise)
    assert STUCK in (house.status().alert or "")
    again = House(house.wiring, at=house.now)
    for path, payload in house.kept.items():
        again.say(path, payload, retained=True)
    again.air = house.air
    again.pass_minutes(1)
    assert STUCK in (again.status().alert or ""), "a restart forgets it"
    burn(house, 0.0)
    assert STUCK not in (house.status().alert or "")


def test_where_the_boiler_tells_nothing_its_call_is_the_burn() -> None:
    house = House(wiring("hysteresis"), at=MONDAY_NOON.replace(hour=20))
    house.air |= {"living": 22.0, "bath": 17.0}
    house.pass_minutes(65)
    assert house.boiler.call
    house.air["living"] = 22.6
    house.pass_minutes(10)
    memory = house.heard(topics.ROOM_MEMORY, "living")
    assert memory is not None
    assert memory.shut is not None
    assert memory.shut.rises == 1


@pytest.mark.parametrize(
    ("rises", "minutes"),
    [((0.4, 0.4), 20), ((0.4, 0.0, 0.4), 20), ((0.2, 0.2, 0.2), 20), ((0.4, 0.4, 0.4), 5)],
    ids=["twice", "not each time", "too little", "burns too short to tell"],
)
def test_fewer_signs_of_a_stuck_motor_are_none(rises: tuple[float, ...], minutes: int) -> None:
    house = shut_house()
    for rise in rises:
        burn(house, rise, minutes=minutes)
    assert STUCK not in (house.status().alert or "")


def test_by_day_a_small_rise_may_come_from_the_sun() -> None:
    house = shut_house(9)
    for _ in range(3):
        burn(house, 0.4)
    assert STUCK not in (house.status().alert or "")


def test_hot_water_warms_no_room() -> None:
    house = shut_house()
    for _ in range(3):
        for minute in range(60):
            fields = {"flame": minute < 20, "hot_water": minute < 20, "reported_at": iso(house.now)}
            house.say("boiler/status", fields)
            house.air["living"] = 22.0 + 0.02 * min(minute, 30)
            house.pass_minutes(1)
    assert STUCK not in (house.status().alert or "")
