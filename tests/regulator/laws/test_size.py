"""Small rooms cost little gas: they are held closer to their setpoint and filled further than large ones."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from house.settings.laws import Doses
from regulator.laws.doses import decide
from regulator.laws.doses.memory import Lessons, RoomMemory
from regulator.laws.doses.size import slack
from tests.regulator.laws.rooms import after, house, room, run

POWERS = st.floats(200, 8000)
PARTS = st.floats(0, 1)


@given(POWERS, POWERS, POWERS, PARTS, PARTS)
def test_the_smaller_room_has_never_more_time_below_its_setpoint_nor_is_it_shut_sooner(
    one_w: float, other_w: float, usual_w: float, held: float, filled: float
) -> None:
    numbers = Doses(held_by_size=held, filled_by_size=filled)
    small, large = slack(min(one_w, other_w), usual_w, numbers), slack(max(one_w, other_w), usual_w, numbers)
    assert small.well_below <= large.well_below
    assert small.spare >= large.spare


@given(POWERS, PARTS, PARTS)
def test_a_room_of_the_usual_size_keeps_to_the_settings(usual_w: float, held: float, filled: float) -> None:
    numbers = Doses(held_by_size=held, filled_by_size=filled)
    assert slack(usual_w, usual_w, numbers) == (numbers.well_below_fraction, numbers.spare)


@given(POWERS, POWERS)
def test_with_zeros_all_rooms_are_treated_alike(power_w: float, usual_w: float) -> None:
    numbers = Doses(held_by_size=0, filled_by_size=0)
    assert slack(power_w, usual_w, numbers) == slack(usual_w, usual_w, numbers)


@given(st.floats(400, 2200))
def test_with_ones_what_a_room_may_spare_is_the_same_in_joules(power_w: float) -> None:
    numbers = Doses(filled_by_size=1, company=2)
    assert slack(power_w, 1000.0, numbers).spare * power_w == pytest.approx(numbers.spare * 1000.0)


def learned(power_w: float) -> Lessons:
    """What a room learns in three hours between 0.2 K and 0.4 K below its setpoint."""
    warm = {f"other{number}": room(26.0) for number in range(3)}
    now = house({"living": room(19.8, power_w=power_w), **warm}, outside=19.0)
    verdict = decide(now)
    for minute in range(180):
        now = after(now, verdict, temperatures={"living": 19.8 if minute % 60 < 50 else 19.6}, flame=False)
        verdict = decide(now)
    memory: Any = verdict.rooms["living"].memory
    assert isinstance(memory, RoomMemory)
    return memory.lessons


def test_a_small_room_learns_to_be_held_closer_to_its_setpoint_than_a_large_one() -> None:
    assert learned(700.0).comfort < learned(5000.0).comfort


def test_a_small_room_stays_open_where_a_large_one_would_be_shut() -> None:
    def is_open(power_w: float) -> bool:
        rooms = {"living": room(18.5), "bath": room(20.2, power_w=power_w), "hall": room(26.0)}
        now, burning = run(decide, house(rooms), 3, flow=60.0)
        assert burning.rooms["bath"].open
        return run(decide, after(now, burning, temperatures={"bath": 21.1}), 1, flow=60.0)[1].rooms["bath"].open

    assert is_open(700.0)
    assert not is_open(5000.0)
