from dataclasses import replace
from typing import Any

import pytest

from house.settings.laws import TimeProportional
from regulator.laws.interface import LawOutput
from regulator.laws.time_proportional import Cycle, Learned, RoomMemory, decide, learn, power_percent, read_room
from tests.regulator.laws.rooms import MINUTE, NOON, after, house, room, run

NUMBERS = TimeProportional()
FRESH = Learned(60, 1)


def coefficients(verdict: LawOutput) -> Learned:
    memory = verdict.rooms["living"].memory
    assert isinstance(memory, RoomMemory)
    assert memory.learned is not None
    return memory.learned


def test_power_is_proportional_to_both_errors() -> None:
    assert power_percent(FRESH, 20, 19.6, 0, NUMBERS) == 44
    assert power_percent(FRESH, 20, 20.0, 0, NUMBERS) == 20


def test_too_warm_is_no_power_and_far_below_is_all() -> None:
    assert power_percent(FRESH, 20, 20.3, -20, NUMBERS) == 0
    assert power_percent(FRESH, 20, 19.4, 20, NUMBERS) == 100


def test_the_minimum_holds_when_required_or_always() -> None:
    required = TimeProportional(minimum_percent=15)
    always = TimeProportional(minimum_percent=15, minimum_when="always")
    assert power_percent(FRESH, 20, 19.9, 18, required) == 15
    assert power_percent(FRESH, 20, 21.0, 18, required) == 0
    assert power_percent(FRESH, 20, 21.0, 18, always) == 15


def test_the_share_of_a_cycle_is_heated_and_the_rest_is_not() -> None:
    now, verdict = run(decide, house({"living": room(19.6)}, outside=0.0), 12)
    assert verdict.rooms["living"].open
    assert verdict.rooms["living"].reason == "heats 44 % of 30 min, until 12:13"
    _, verdict = run(decide, now, 2)
    assert not verdict.rooms["living"].open
    assert not verdict.call


def test_a_new_setpoint_begins_a_new_cycle_without_learning() -> None:
    now, verdict = run(decide, house({"living": room(19.6)}, outside=0.0), 20)
    now = after(now, verdict)
    warmer = replace(now, rooms={"living": now.rooms["living"]._replace(setpoint=22.0)})
    verdict = decide(warmer)
    assert verdict.rooms["living"].open
    assert coefficients(verdict).c == 60


def cycle(power: float, inside: float = 19.0) -> Cycle:
    return Cycle(NOON, inside, 0.0, 20.0, power)


END = NOON + 30 * MINUTE


def test_c_is_scaled_by_the_rise_that_was_wanted_over_the_rise_that_came() -> None:
    assert learn(FRESH, cycle(50), 19.5, END, NUMBERS) == Learned(120, 1, 1, 0)
    half = learn(Learned(60, 1, 1, 0), cycle(50), 19.5, END, NUMBERS)
    assert half == Learned(90, 1, 2, 0)


def test_without_a_rise_t_grows_by_what_is_missing() -> None:
    learned = learn(FRESH, cycle(50, 19.6), 19.5, END, NUMBERS)
    assert learned == Learned(60, learned.t, 0, 1)
    assert learned.t == pytest.approx(1 + 0.5 / 20 * 60)


def test_the_weight_of_the_past_is_capped() -> None:
    assert learn(Learned(60, 1, 50, 0), cycle(50), 19.5, END, NUMBERS).c_samples == 50


@pytest.mark.parametrize(("power", "inside"), [(0, 19.5), (100, 19.5)])
def test_a_cycle_without_power_or_with_too_little_teaches_nothing(power: float, inside: float) -> None:
    assert learn(FRESH, cycle(power), inside, END, NUMBERS) == FRESH


def test_all_power_teaches_when_it_was_enough() -> None:
    assert learn(FRESH, cycle(100), 20.5, END, NUMBERS).c < 60


@pytest.mark.parametrize("memory", [{"c": "x", "t": None, "cycle": 3}, {"c": True, "cycle": {"begun": "now"}}, {}])
def test_a_damaged_memory_means_the_defaults(memory: Any) -> None:
    verdict = decide(house({"living": room(19.6, memory=read_room(memory, {}))}, outside=0.0))
    assert coefficients(verdict).c == 60
    assert verdict.rooms["living"].demand == 44
