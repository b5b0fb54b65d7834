"""Siblings of what was reported of thermometers, valves and boilers: other members of the same kinds, a row each."""

from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise

import pytest

from house import messages, topics
from tests.regulator.house import LIVING_VALVE, House, iso, wiring

FIRST, SECOND = "a4c138000001", "a4c138000002"


def read(house: House, sensor: str, value: float) -> None:
    house.say(f"room/living/temperature/{sensor}", {"value": value, "measured_at": iso(house.now)})


# --- a newcomer beside another thermometer (K06: zigbee2mqtt and ESPHome say 0 or 85 before they have measured) -------


def beside_one_at_20(value: float, minutes: int) -> messages.RoomStatus:
    """The living room's thermometer says 20 °C, and another begins to say this."""
    house = House()
    house.air.pop("living")
    for minute in range(5 + minutes):
        house.now += timedelta(minutes=1)
        read(house, FIRST, 20)
        if minute >= 5:
            read(house, SECOND, value)
        house.tick()
    return house.status()


@pytest.mark.parametrize("value", [0, 4.5, 10, 11.9, 28.1, 40])
def test_a_newcomer_far_from_the_other_thermometer_of_its_room_is_believed_once_it_lasts(value: float) -> None:
    for minutes in (1, 9):
        status = beside_one_at_20(value, minutes)
        assert status.temperature == 20
        assert (
            status.alert
            == f"thermometer {SECOND} is new and says {value:g} °C: it counts once it has said so for ten minutes"
        )
    status = beside_one_at_20(value, 12)
    assert (status.temperature, status.alert) == ((20 + value) / 2, None)


@pytest.mark.parametrize("value", [-127, -5, 41, 85, 999])
def test_of_a_newcomer_that_says_what_no_room_has_nobody_is_told_that_it_will_count(value: float) -> None:
    for minutes in (1, 9, 12):
        status = beside_one_at_20(value, minutes)
        assert status.temperature == 20
        assert f"{value:g} °C, which no room has: it is left out" in (status.alert or "")


@pytest.mark.parametrize("value", [12.5, 15, 20, 27.5])
def test_a_newcomer_near_the_other_counts_at_once(value: float) -> None:
    assert beside_one_at_20(value, 1).temperature == (20 + value) / 2


def test_a_newcomer_in_the_place_of_one_that_was_taken_away_is_believed_at_once() -> None:
    house = House()
    house.air.pop("living")
    read(house, FIRST, 20)
    house.tick()
    house.say(f"room/living/temperature/{FIRST}", b"")
    house.now += timedelta(minutes=1)
    read(house, SECOND, 8)
    house.tick()
    assert house.status().temperature == 8


@pytest.mark.parametrize("value", [0, 5, 30])
def test_a_newcomer_alone_in_its_room_is_believed_at_once(value: float) -> None:
    house = House()
    house.air.pop("living")
    house.now += timedelta(minutes=1)
    read(house, FIRST, value)
    house.tick()
    assert house.status().temperature == value


# --- thermometers that stand still (K12: HASmartThermostat #48, versatile_thermostat #1317) ---------------------------


def stood_still(first: tuple[float, ...], humidity: Callable[[int], float] | None) -> messages.RoomStatus:
    """A thermometer that has said these, and then the last of them for ten hours, every twenty minutes."""
    house = House()
    house.air.pop("living")
    for turn in range(30):
        house.now += timedelta(minutes=20)
        read(house, FIRST, first[min(turn, len(first) - 1)])
        if humidity is not None:
            said = {"value": humidity(turn), "measured_at": iso(house.now)}
            house.say(f"room/living/humidity/{FIRST}", said)
        house.tick()
    return house.status()


@pytest.mark.parametrize(
    ("first", "humidity", "is_frozen"),
    [
        ((19, 20), lambda _: 45, False),
        ((20.5, 20), lambda _: 45, False),
        ((21, 20.5), lambda _: 45, False),
        ((20.1, 20.3), None, False),
        ((20.13, 20.07), lambda turn: 40 + turn % 3, False),
        ((20.13, 20.07), lambda _: 45, True),
        ((20.1, 20.0), lambda _: 45.3, True),
        ((20.56, 21.11), lambda _: 45, True),
    ],
    ids=[
        "whole degrees",
        "halves, then whole",
        "halves",
        "no humidity",
        "humidity moves",
        "hundredths",
        "tenths",
        "in °F",
    ],
)
def test_only_what_tells_tenths_and_humidity_and_stands_still_in_both_is_frozen(
    first: tuple[float, ...], humidity: Callable[[int], float] | None, is_frozen: bool
) -> None:
    assert (stood_still(first, humidity).rule == "frozen") is is_frozen


# --- slow thermometers (K18: zigbee2mqtt #10429) ----------------------------------------------------------------------


@pytest.mark.parametrize("every_min", [10, 26, 40, 60, 74, 76, 90, 120, 240])
def test_a_thermometer_of_any_rhythm_is_fresh_by_it_or_told_to_be_too_slow(every_min: int) -> None:
    house = House(wiring("doses"))
    house.air.pop("living")
    house.now += timedelta(minutes=1)
    not_fresh = 0
    for minute in range(6 * every_min):
        house.now += timedelta(minutes=1)
        if minute % every_min == 0:
            read(house, FIRST, 18 + minute % 7 / 100)
        if minute % 5 == 0:
            house.tick()
            not_fresh += minute >= 3 * every_min and house.status().staleness != "fresh"
    is_told = "too seldom to heat by" in (house.status().alert or "")
    assert is_told is (every_min > 75)
    assert not_fresh == 0 or is_told


# --- frost (K10: pihome #427) -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("law", ["doses", "hysteresis", "tpi", "timeprop"])
@pytest.mark.parametrize(
    "air",
    [(6.9, 7.1), (6.6, 6.85, 7.1, 7.35, 7.6), (6.1, 8.9, 8.9), (6.9, 6.9, 7.6, 7.6), (6.05, 6.05, 7.55)],
    ids=str,
)
def test_a_room_near_frost_starts_the_boiler_no_oftener_than_allowed(law: str, air: tuple[float, ...]) -> None:
    house = House(wiring(law))
    house.air = {"living": 8.0, "bath": 20.5}
    house.pass_minutes(1)
    for room in ("living", "bath", "hall"):
        house.say(f"room/{room}/mode/set", "off")
    calls: list[tuple[timedelta, bool]] = []
    begin = house.now
    for minute in range(150):
        house.air["living"] = air[minute % len(air)]
        said = house.pass_minutes()
        calls += [(house.now - begin, one.message.call) for one in said if isinstance(one.message, messages.BoilerSet)]
    starts = [at for (_, before), (at, now) in pairwise([(timedelta(0), False), *calls]) if now and not before]
    hour = timedelta(hours=1)
    assert all(sum(one <= at < one + hour for at in starts) <= 6 for one in starts)


# --- valves (K14: better_thermostat #330; K19) ------------------------------------------------------------------------


def commands(said: list[topics.Publication]) -> int:
    return sum(one.path == f"valve/{LIVING_VALVE}/set" and bool(one.payload) for one in said)


@pytest.mark.parametrize("every_min", [1, 3, 7])
def test_a_valve_that_tells_of_its_battery_only_is_commanded_by_nobody_else(every_min: int) -> None:
    house = House()
    house.air["living"] = 18.0
    house.pass_minutes(3)
    for minute in range(90):
        house.pass_minutes()
        if minute % every_min == 0:
            house.report(LIVING_VALVE, at=house.now + timedelta(seconds=30), battery_low=True)
            house.say("tick", {"at": iso(house.now + timedelta(seconds=31))})
    assert "somebody else" not in (house.status().alert or "")


@pytest.mark.parametrize(
    ("said", "is_told"),
    [
        ({"setpoint": 17, "opening": 0}, True),
        ({"setpoint": None, "opening": 0}, True),
        ({"setpoint": 17}, True),
        ({"setpoint": 26, "opening": 100}, False),
        ({"battery_low": True}, False),
        ({"setpoint": 17, "reachable": False}, False),
    ],
    ids=str,
)
@pytest.mark.parametrize("silent_min", [20, 61, 200])
def test_a_valve_given_up_that_speaks_is_told_at_once_only_where_it_contradicts(
    said: dict[str, float | bool | None], is_told: bool, silent_min: int
) -> None:
    house = House()
    house.deaf.add(LIVING_VALVE)
    house.air["living"] = 18.0
    house.pass_minutes(silent_min)
    while commands(house.pass_minutes()):  # so that no repetition falls into the minute of the report
        pass
    assert "does not confirm" in (house.status().alert or "")
    answer = house.report(LIVING_VALVE, at=house.now + timedelta(seconds=1), **said)
    house.now += timedelta(seconds=2)
    answer += house.say("tick", {"at": iso(house.now)})
    assert bool(commands(answer)) is is_told
