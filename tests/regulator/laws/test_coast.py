from typing import Any

import pytest

from regulator.laws.burst.afterheat import FIRST_K, LARGEST_K, coast, follow
from regulator.laws.interface import Sky
from tests.regulator.laws.rooms import MINUTE, NOON, house


def close_at_20_and_peak(peak: float, then: float = 19.8, **fields: Any) -> dict[str, Any]:
    memory = follow({}, 20.0, True, house({}, **fields))
    for minute in range(60):
        warm = peak if 10 < minute < 20 else 20.0 if minute < 10 else then
        memory = follow(memory, warm, False, house({}, now=NOON + minute * MINUTE, **fields))
    return memory


def test_coast_moves_a_quarter_of_the_way_to_what_was_seen() -> None:
    assert coast(close_at_20_and_peak(20.6)) == pytest.approx(FIRST_K + 0.25 * (0.6 - FIRST_K), abs=1e-3)


def test_a_room_that_only_sinks_coasts_less_than_was_thought() -> None:
    assert coast(close_at_20_and_peak(20.0)) == pytest.approx(0.75 * FIRST_K, abs=1e-3)


def test_a_thermometer_that_stands_still_teaches_nothing() -> None:
    assert coast(close_at_20_and_peak(20.0, then=20.0)) == FIRST_K


def test_coast_is_limited() -> None:
    assert coast(close_at_20_and_peak(35.0)) <= LARGEST_K


def test_nothing_is_learned_while_hot_water_is_drawn_or_the_sun_shines() -> None:
    assert coast(close_at_20_and_peak(20.6, hot_water=True)) == FIRST_K
    sunny = tuple(Sky(NOON + hour * 60 * MINUTE, 5.0, 300.0) for hour in range(3))
    assert coast(close_at_20_and_peak(20.6, forecast=sunny)) == FIRST_K


def test_nothing_is_learned_when_the_room_is_fed_again_too_soon() -> None:
    memory = follow({}, 20.0, True, house({}))
    memory = follow(memory, 20.0, False, house({}))
    memory = follow(memory, 20.6, True, house({}, now=NOON + 10 * MINUTE))
    assert coast(memory) == FIRST_K
    assert "ended" not in memory


def test_nothing_is_learned_across_a_gap_in_time() -> None:
    memory = follow(follow({}, 20.0, True, house({})), 20.0, False, house({}))
    assert coast(follow(memory, 23.0, False, house({}, now=NOON + 300 * MINUTE))) == FIRST_K
