from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulator.laws.burst import decide
from regulator.laws.burst.cooling_rate import FIRST_K_PER_H, LARGEST_K_PER_H, SHARE, fall, watch
from regulator.laws.interface import Sky
from tests.regulator.laws.rooms import MINUTE, NOON, house, room


def fallen(per_hour: float, minutes: int = 30, **fields: Any) -> dict[str, Any]:
    """A room that was heated to 20 °C, fell at this rate and is heated again."""
    memory: Any = {"fed": 1}
    for minute in range(minutes + 1):
        now = house({}, now=NOON + minute * MINUTE, **fields)
        memory = watch(memory, 20 - per_hour * minute / 60, minute == minutes, now)
        memory = {key: value for key, value in memory.items() if key != "fed"}
    return dict(memory)


def test_a_fifth_of_what_was_seen_is_learned() -> None:
    assert fall(fallen(2.0)) == pytest.approx(FIRST_K_PER_H + SHARE * (2.0 - FIRST_K_PER_H), abs=0.01)
    assert fall(fallen(0.1)) < FIRST_K_PER_H


def test_while_the_temperature_stands_at_its_peak_the_memory_stays_as_it_is() -> None:
    begun = watch({"fed": 1}, 20.0, False, house({}))
    assert watch(begun, 20.0, False, house({}, now=NOON + 30 * MINUTE)) is begun
    assert watch(begun, 20.1, False, house({}, now=NOON + 30 * MINUTE)) != begun


def test_a_fall_begins_at_the_last_tick_at_the_peak_however_long_ago_that_was() -> None:
    standing = watch({"fed": 1}, 20.0, False, house({}))
    falling = watch(standing, 19.8, False, house({}, now=NOON + 20 * MINUTE, last_tick=NOON))
    heated = watch(falling, 19.0, True, house({}, now=NOON + 30 * MINUTE))
    assert fall(heated) == pytest.approx(FIRST_K_PER_H + SHARE * (2.0 - FIRST_K_PER_H), abs=0.01)


def test_an_hour_is_enough_to_learn_from() -> None:
    assert fall(fallen(2.0, 90)) == fall(fallen(2.0, 60))


@pytest.mark.parametrize(
    ("per_hour", "minutes", "fields"),
    [
        (2.0, 10, {}),
        (8.0, 30, {}),
        (2.0, 30, {"forecast": (Sky(NOON, 5.0, 300.0), Sky(NOON + 60 * MINUTE, 5.0, 300.0))}),
    ],
    ids=["too short", "a window", "sun"],
)
def test_short_times_open_windows_and_the_sun_teach_nothing(per_hour: float, minutes: int, fields: Any) -> None:
    assert fall(fallen(per_hour, minutes, **fields)) == FIRST_K_PER_H


@given(st.lists(st.floats(-50, 60), max_size=100), st.lists(st.booleans(), min_size=100, max_size=100))
def test_what_is_learned_stays_within_bounds(temperatures: list[float], fed: list[bool]) -> None:
    memory: Any = {"fed": 1}
    for minute, temperature in enumerate(temperatures):
        memory = watch(memory, temperature, fed[minute], house({}, now=NOON + minute * MINUTE))
        assert 0 <= fall(memory) <= LARGEST_K_PER_H


@pytest.mark.parametrize("damage", [None, 7, "x", [], {"at": "x", "of": []}, {"at": 10**18}, True, -1e300])
def test_a_damaged_memory_never_raises(damage: Any) -> None:
    assert 0 <= fall(watch({"fall": damage, "peak": damage}, 20.0, False, house({}))) <= LARGEST_K_PER_H


def test_a_room_that_falls_quickly_is_heated_before_it_is_as_cold_as_others() -> None:
    assert not decide(house({"living": room(19.7)})).call
    assert decide(house({"living": room(19.7, memory={"fall": 2.0})})).call
