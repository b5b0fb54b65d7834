"""Siblings of what users of comparable controllers reported: other members of the same kinds, a row each.

The members that were reported stand in tests/captures/reported_faults; the kinds are those of test_reported_faults.
"""

from datetime import timedelta
from typing import Any

import pytest

from house import messages, topics
from tests.regulator.house import MONDAY_NOON, House, iso, wiring

SENSOR = "a4c138000001"
Happening = int | tuple[str, Any]
"""So many minutes, or something that is said in the living room (or, with a slash, anywhere)."""


def lived(*happenings: Happening, law: str = "doses") -> House:
    house = House(wiring(law))
    house.pass_minutes(2)
    for one in happenings:
        if isinstance(one, int):
            house.pass_minutes(one)
        else:
            path, payload = one
            house.say(path if "/" in path else f"room/living/{path}/set", payload)
    return house


# --- what mode heat holds (esphome #918, wiser #281, home-assistant/core #134204) -------------------------------------

FOR_5_MIN = '{"value": 22, "minutes": 5}'


@pytest.mark.parametrize(
    "happenings",
    [
        (("setpoint", FOR_5_MIN), 7),
        (("setpoint", '{"value": 22, "until": "2026-01-12T12:20:00Z"}'), 25),
        (("preset", '{"value": "comfort", "minutes": 5}'), 7),
        (("preset", "comfort"), 3, ("preset", "none")),
        (("preset", "boost"), 70),
        (("preset", "away"), 2, ("preset", "none")),
        (("boost", "5"), 2, ("boost", "off")),
        (("setpoint", '{"value": 22, "minutes": 10}'), 1, ("boost", "5"), 15),
        (("mode", "off"), 3, ("mode", "heat")),
        (("mode", "off"), 1, ("setpoint", "21"), 1, ("mode", "heat")),
        (("mode", "bypass"), 1, ("preset", "comfort"), 1, ("mode", "heat")),
        (("away/set", "on"), 3, ("away/set", "off")),
        (("away/set", '{"minutes": 5}'), 8),
        (("away/set", "on"), 2, ("setpoint", FOR_5_MIN), 3, ("away/set", "off"), 9),
        (("schedule", '[{"day": 1, "time": "13:10", "setpoint": 23}]'), 20),
    ],
    ids=lambda one: " ".join(map(str, one))[:70],
)
def test_a_held_setpoint_is_there_again_after(happenings: tuple[Happening, ...]) -> None:
    house = lived(("mode", "heat"), ("setpoint", "10"), 1, *happenings)
    assert (house.status().setpoint, house.status().rule) == (10, "mode heat")


# --- until the next switch point (ioBroker.heatingcontrol #214) -------------------------------------------------------


@pytest.mark.parametrize(
    ("points", "until"),
    [
        ([("14:00", 18), ("22:00", 15)], "13:00"),
        ([("06:30", 20), ("23:50", 15)], "22:50"),
        ([("13:01", 18), ("22:00", 15)], "21:00"),
        ([("13:05", 18), ("22:00", 15)], "12:05"),
        ([], None),
    ],
    ids=["earlier", "later", "just past", "in two minutes", "none"],
)
def test_an_override_until_the_next_switch_point_ends_where_the_edited_schedule_has_that(
    points: list[tuple[str, float]], until: str | None
) -> None:
    week = [{"day": 1, "time": time, "setpoint": setpoint} for time, setpoint in points]
    house = lived(("setpoint", "21"), 1, ("room/living/schedule/set", week))
    ends = house.status().until
    assert (ends and f"{ends:%H:%M}") == until


# --- implausible readings (pihome #25, diyless/opentherm-thermostat #62) ----------------------------------------------


def read(*values: float, sensor: str = SENSOR, off: timedelta = timedelta(0)) -> House:
    """A reading a minute of the living room's thermometer."""
    house = House(wiring("doses"))
    house.air = {"bath": 20.5}
    for value in values:
        house.now += timedelta(minutes=1)
        house.say(f"room/living/temperature/{sensor}", {"value": value, "measured_at": iso(house.now + off)})
        house.tick()
    return house


@pytest.mark.parametrize("value", [85, -127, 655.35, -40, 68, 44.9, 327.67])
def test_what_no_room_has_is_a_fault_and_the_last_reading_stands(value: float) -> None:
    status = read(*[20] * 5, *[value] * 15).status()
    assert (status.temperature, status.staleness) == (20, "stale")
    assert f"says {value:g} °C, which no room has" in (status.alert or "")


@pytest.mark.parametrize(
    ("values", "believed"),
    [
        ([0] * 15, 0),
        ([3] * 14, 3),
        ([30] * 15, 30),
        ([16.9] * 3, 20),
        ([0, 0, 20], 20),
        ([85, 20] * 10, 20),
    ],
    ids=["frost that lasts", "the same", "heat that lasts", "a leap of a moment", "a glitch", "a loose contact"],
)
def test_a_leap_is_believed_once_it_lasts(values: list[float], believed: float) -> None:
    assert read(*[20] * 5, *values).status().temperature == believed


# --- clocks (ariston #427, HeishaMon #472) ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("off", "words"),
    [
        (timedelta(hours=1), "61 min ahead"),
        (timedelta(hours=-1), "59 min behind"),
        (timedelta(hours=23), "23 h ahead"),
        (timedelta(hours=25), "25 h ahead, so that what it says cannot be used"),
        (timedelta(days=400), "400 days ahead, so that what it says cannot be used"),
        (timedelta(days=-2), "48 h behind, so that what it says cannot be used"),
    ],
    ids=str,
)
def test_a_thermometer_with_a_wrong_clock_is_named_and_heard_where_that_can_be(off: timedelta, words: str) -> None:
    status = read(*[20 + n / 100 for n in range(12)], off=off).status()
    assert f"the clock of thermometer {SENSOR} is {words}" in (status.alert or "")
    assert (status.staleness == "fresh") is ("cannot" not in words)


@pytest.mark.parametrize(
    "glitch",
    [
        [timedelta(days=10)],
        [timedelta(days=10)] * 2,
        [timedelta(days=-10)],
        [timedelta(hours=-1)] * 10,
        [timedelta(minutes=16)],
        [timedelta(hours=1), timedelta(hours=-1)] * 4,
        [timedelta(days=365 * years) for years in (1, 2, 3)],
    ],
    ids=lambda one: f"{len(one)} times {one[0]}",
)
def test_a_clock_that_errs_for_a_while_ends_nothing(glitch: list[timedelta]) -> None:
    away = ("away/set", '{"until": "2026-01-14T12:00:00Z"}')
    house = lived(away, ("room/bath/setpoint/set", '{"value": 22, "minutes": 60}'), ("boost", "60"), 1)
    for one in glitch:
        house.now += timedelta(minutes=1)
        house.say("tick", {"at": iso(house.now + one)})
    house.pass_minutes(4)
    settings = house.heard(topics.HOUSE_SETTINGS)
    assert settings is not None
    assert settings.away == messages.Away(until=MONDAY_NOON + timedelta(days=2))
    for room in ("bath", "living"):
        until = house.status(room).until
        ends = until if room == "living" else ends_of(house, room)
        assert ends is not None
        assert abs(ends - (MONDAY_NOON + timedelta(minutes=62))) <= timedelta(minutes=1)


def ends_of(house: House, room: str) -> Any:
    """When the setpoint by hand ends."""
    kept = house.heard(topics.ROOM_SETTINGS, room)
    return kept.override.until if kept is not None and kept.override is not None else None


# --- bypass leaves a house that is safe (HASmartThermostat #136) ------------------------------------------------------


@pytest.mark.parametrize(
    ("happenings", "left"),
    [
        ((), 20),
        ((("boost", "60"),), 20),
        ((("mode", "off"),), 20),
        ((("away/set", "on"),), 15),
        ((("room/living/window", "open"), 6), 20),
        ((("setpoint", "23"),), 20),
    ],
    ids=["open", "boost", "off", "away", "window", "by hand"],
)
def test_before_bypass_a_valve_is_told_to_regulate_itself(happenings: tuple[Happening, ...], left: float) -> None:
    house = lived(("room/living/temperature", "18"), *happenings, 2, ("mode", "bypass"))
    told = house.command()
    assert told is not None
    assert (told.opening, told.setpoint) == (None, left)
    house.pass_minutes(3)
    assert house.command() is None
    assert f"was left at {left:g} °C" in house.status().reason
