from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulator.laws.burst.optimum_start import FAR_K, LATEST_MIN, LEAD_MIN, TargetTemperature, WarmUpRate, aim
from regulator.laws.interface import LawInput, LawRoom
from tests.regulator.laws.rooms import MINUTE, NOON, house, room, switch

RISE = switch(180, 20.0)


def cold(memory: dict[str, Any] | None = None, temperature: float = 17.0, **fields: Any) -> LawRoom:
    return room(temperature, 17.0, memory=memory or {}, coming=(RISE, switch(800, 17.0)), **fields)


def at(minutes: float, one: LawRoom, **fields: Any) -> TargetTemperature:
    """What a room aims at so many minutes past noon."""
    now: LawInput = house({}, now=NOON + minutes * MINUTE, **fields)
    past = one.coming and one.coming[0].at <= now.now
    current = replace(one, setpoint=one.coming[0].setpoint, coming=one.coming[1:]) if past else one
    return aim(current, current.memory, now)


def test_a_room_begins_to_prepare_when_the_time_that_is_left_is_the_time_it_takes() -> None:
    minutes = LEAD_MIN + WarmUpRate().minutes(2.75, 15.0)
    assert at(180 - minutes - 1, cold()).prepares is None
    begun = at(180 - minutes + 1, cold())
    assert begun.prepares == RISE
    assert begun.target == 20.0


def test_it_begins_earlier_when_it_is_colder_outside() -> None:
    assert at(30, cold(), outside=5.0).prepares is None
    assert at(30, cold(), outside=-10.0).prepares == RISE


def test_longer_than_four_hours_before_the_switch_a_room_is_warmed_by_a_part_only() -> None:
    slow = cold({"way": [300.0, 12.0]})
    far = replace(slow, coming=(switch(300, 20.0),))
    begun = at(0, far)
    assert begun.target == pytest.approx(17.0 + FAR_K)
    assert at(61, replace(far, memory=begun.memory)).target == 20.0
    assert at(0, replace(slow, temperature=16.0, coming=(switch(300, 17.5),))).target == 17.5


def test_a_start_is_latched_though_the_room_gets_warmer() -> None:
    begun = at(100, cold())
    assert begun.prepares
    assert at(101, cold(begun.memory, 19.0)).prepares == RISE


def test_a_start_is_given_up_when_the_switch_point_is_taken_away() -> None:
    begun = at(100, cold())
    gone = replace(cold(begun.memory), coming=())
    assert at(101, gone).prepares is None
    assert "start" not in at(101, gone).memory


def test_being_early_teaches_to_begin_later_and_being_late_earlier() -> None:
    begun = at(100, cold())
    early = at(120, cold(begun.memory, 19.8))
    late = at(240, cold(begun.memory, 19.8))
    assert early.memory["way"][0] < WarmUpRate().k0 < late.memory["way"][0]
    assert early.prepares == RISE
    assert late.prepares is None


def test_it_learns_once_from_each_start() -> None:
    begun = at(100, cold())
    early = at(120, cold(begun.memory, 19.8))
    assert at(121, cold(early.memory, 19.8)).memory["way"] == early.memory["way"]


def test_a_room_that_never_gets_warm_is_two_hours_late() -> None:
    begun = at(100, cold())
    given_up = at(180 + LATEST_MIN, cold(begun.memory, 18.0))
    assert given_up.memory["way"][0] > WarmUpRate().k0
    assert "start" not in given_up.memory


def test_a_thermometer_that_stands_still_teaches_nothing() -> None:
    begun = at(100, cold())
    assert "way" not in at(180 + LATEST_MIN, cold(begun.memory)).memory


def test_each_switch_point_learns_for_itself_and_a_new_one_begins_with_what_the_room_knows() -> None:
    begun = at(100, cold())
    late = at(240, cold(begun.memory, 19.8)).memory
    assert late["ways"] == {RISE.name: late["way"]}
    other = replace(cold(late), coming=(switch(180, 20.5),))
    known, new = at(60, cold(late)), at(60, other)
    assert (known.prepares is None) == (new.prepares is None)


def test_minutes_in_which_hot_water_was_drawn_do_not_teach() -> None:
    begun, drawn = at(100, cold()).memory, at(100, cold()).memory
    for minute in range(101, 131):
        begun = at(minute, cold(begun, 18.0)).memory
        drawn = at(minute, cold(drawn, 18.0), hot_water=True).memory
        drawn = at(minute, cold(drawn, 18.0), hot_water=True).memory
    late, excused = at(210, cold(begun, 19.8)).memory, at(210, cold(drawn, 19.8)).memory
    assert excused["way"] == [WarmUpRate().k0, WarmUpRate().k1]
    assert late["way"] > excused["way"]


def test_a_target_that_cannot_be_reached_in_time_says_how_late_it_will_be() -> None:
    begun = at(100, cold())
    behind = at(170, cold(begun.memory, 17.0)).behind_min
    assert behind == pytest.approx(WarmUpRate().minutes(2.75, 15.0) - 10, abs=1)


def test_shortly_before_a_drop_a_room_may_sink_a_little_and_then_is_not_heated() -> None:
    falling = room(20.0, coming=(switch(60, 17.0),))
    assert at(0, falling).target == 20.0
    assert at(30, falling).target == pytest.approx(19.7)
    assert at(30, falling).coasts
    assert not at(30, falling).ends
    assert at(50, falling).ends


@given(
    st.floats(0, 300),
    st.floats(0, 12),
    st.lists(st.tuples(st.floats(0, 20), st.floats(0, 60), st.floats(-1e4, 1e4)), max_size=30),
)
def test_a_way_stays_within_bounds_whatever_is_learned(
    k0: float, k1: float, starts: list[tuple[float, float, float]]
) -> None:
    way = WarmUpRate(k0, k1)
    for rise, over, late in starts:
        way = way.learned(rise, over, late)
    assert 0 <= way.k0 <= 300
    assert 0 <= way.k1 <= 12


@given(st.floats(30, 200), st.floats(10, 30), st.floats(0.5, 4))
def test_a_room_that_always_takes_as_long_is_on_time_after_a_week(
    minutes_per_k: float, over: float, rise: float
) -> None:
    way = WarmUpRate()
    for _ in range(40):
        late = rise * minutes_per_k - way.minutes(rise, over)
        way = way.learned(rise, over, late)
    assert abs(way.minutes(rise, over) - rise * minutes_per_k) < 15 or way.k0 in (5.0, 300.0)
