"""A thermometer that still speaks but says the same for hours."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulator.frozen import FROZEN_HOURS, frozen_since, steady
from tests.regulator.house import LIVING_VALVE, MONDAY_NOON, House, iso

HOURS = FROZEN_HOURS


def stand_still(house: House, hours: float, *, living: float = 19.7) -> None:
    """The living room says the same, and so does its humidity; the bathroom is alive."""
    if "room/living/humidity" not in house.kept:
        house.say("room/living/humidity", {"value": 50, "measured_at": iso(house.now)})
    for minute in range(int(hours * 60)):
        house.air = {"living": living, "bath": 20.5 + 0.1 * (minute // 10 % 3)}
        house.pass_minutes(1)


def test_a_thermometer_that_says_the_same_for_six_hours_is_believed_no_more() -> None:
    house = House()
    stand_still(house, HOURS)
    assert house.status().staleness == "fresh"
    stand_still(house, 0.1)
    assert (house.status().staleness, house.status().rule, house.status().demand) == ("stale", "frozen", 0)
    assert "look whether the thermometer is frozen" in (house.status().alert or "")
    command = house.command(LIVING_VALVE)
    assert command is not None
    assert (command.opening, command.setpoint) == (None, 20)
    assert not house.boiler.call


def test_it_is_believed_again_as_soon_as_it_says_something_else() -> None:
    house = House()
    stand_still(house, HOURS + 0.1)
    stand_still(house, 0.05, living=19.6)
    assert house.status().staleness == "fresh"
    assert house.status().alert is None


@pytest.mark.slow
def test_one_tenth_within_the_hours_or_a_change_of_humidity_is_enough_to_be_believed() -> None:
    house = House()
    stand_still(house, HOURS - 1)
    stand_still(house, 0.1, living=19.8)
    stand_still(house, 1.5)
    assert house.status().staleness == "fresh"
    house = House()
    for hour in range(9):
        house.say("room/living/humidity", {"value": 50 + hour % 2, "measured_at": iso(house.now)})
        stand_still(house, 1)
        assert house.status().staleness == "fresh"


def test_a_thermometer_that_tells_no_humidity_may_stand_still_in_a_room_that_nobody_heats() -> None:
    house = House()
    for _ in range(HOURS * 60 + 5):
        house.air = {"living": 20.5}
        house.pass_minutes(1)
    assert house.status().staleness == "fresh"


def test_frost_is_believed_however_long_it_lasts() -> None:
    house = House()
    stand_still(house, HOURS + 1, living=6.0)
    assert house.status().rule == "frost"
    assert house.opening() == 100
    assert house.boiler.call


def test_readings_that_come_back_after_silence_are_not_frozen() -> None:
    house = House()
    stand_still(house, 0.1)
    house.air = {}
    house.pass_minutes(int(HOURS * 60))
    stand_still(house, 0.1)
    assert house.status().staleness == "fresh"


@given(st.lists(st.sampled_from([19.7, 19.7, 19.8]), max_size=120))
def test_only_what_has_not_varied_for_six_hours_is_frozen(values: list[float]) -> None:
    memory, now = None, MONDAY_NOON
    for number, value in enumerate(values):
        now = MONDAY_NOON + number * timedelta(minutes=10)
        memory = steady((value, 50.0), memory, now)
        if frozen_since(memory):
            assert len(set(values[number - 36 : number + 1])) == 1


def test_hours_in_which_the_regulator_was_away_tell_nothing() -> None:
    house = House()
    stand_still(house, 2)
    house.now += timedelta(hours=8)
    stand_still(house, 2)
    assert house.status().staleness == "fresh"
