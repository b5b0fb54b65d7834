from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulator.laws.doses import decide
from regulator.laws.doses.memory import NOTHING, RoomMemory, read_room
from regulator.laws.interface import LawOutput, LawRoom
from regulator.laws.open_window import BLOCKED_MIN, Level, airing, is_disturbed, watch
from tests.regulator.laws.rooms import MINUTE, NOON, after, house, room, run, switch

STANDS, AIRED = [20.7] * 30, [20.7, 20.4, 20.1, 19.8, 19.5, 19.2]
"""Minute by minute: a room that is warm enough, and one whose window is opened."""


def watched(temperatures: Iterable[float], level: Level | None = None, begin: int = 0, **fields: Any) -> Level | None:
    """What is remembered after these minutes."""
    for minute, temperature in enumerate(temperatures, begin):
        level = watch(room(temperature, **fields), level, house({}, now=NOON + minute * MINUTE))
    return level


def looks_aired(memory: Level | None, minute: int, **fields: Any) -> bool:
    return airing(room(20.0, **fields), memory, house({}, now=NOON + minute * MINUTE)) is not None


def test_a_room_that_falls_steeply_looks_aired_within_minutes() -> None:
    memory = watched([*STANDS, *AIRED])
    seen = airing(room(19.2), memory, house({}, now=NOON + 35 * MINUTE))
    assert seen is not None
    assert (round(seen.fell, 1), seen.minutes) == (0.6, 2)
    assert seen.until == NOON + 39 * MINUTE


@pytest.mark.parametrize(
    "temperatures",
    [
        [20.0 - 0.05 * minute for minute in range(60)],
        [20.0, 19.5, 20.0, 19.5, 20.1, 19.6] * 10,
        [20.0] * 5 + [18.0] * 30,
        [20.0, 19.6] + [19.6] * 10 + [19.2] + [19.2] * 10 + [18.8],
        [11.9 - 0.3 * minute for minute in range(10)],
    ],
    ids=["a radiator gets cold", "noise", "one jump", "slow steps", "below 12 degrees"],
)
def test_what_is_not_a_window_is_not_taken_for_one(temperatures: list[float]) -> None:
    assert not is_disturbed(watched(temperatures), NOON + len(temperatures) * MINUTE)


def test_while_the_room_stays_within_a_step_nothing_changes_in_the_memory() -> None:
    memory = watched(STANDS)
    for minute, temperature in enumerate([20.6, 20.8, 20.4, 21.0, 20.7], 30):
        assert watch(room(temperature), memory, house({}, now=NOON + minute * MINUTE)) is memory


def test_where_a_contact_is_heard_the_residual_never_speaks() -> None:
    assert watched([*STANDS, *AIRED], has_contact=True) is None
    aired = watched([*STANDS, *AIRED])
    assert not looks_aired(aired, 36, has_contact=True)
    assert watched([19.2], aired, 36, has_contact=True) is None


def test_the_time_between_readings_counts_not_the_time_between_ticks() -> None:
    """Two readings ten minutes apart, heard in two minutes."""
    memory: Level | None = None
    for minute, (temperature, measured) in enumerate([(20.0, -20), (19.6, -10), (19.2, 0)]):
        one = room(temperature, measured_at=NOON + measured * MINUTE)
        memory = watch(one, memory, house({}, now=NOON + minute * MINUTE))
    assert not looks_aired(memory, 2)


def test_it_ends_when_the_room_warms_or_after_a_while_and_then_is_not_suspected_for_a_while() -> None:
    memory = watched([*STANDS, *AIRED])
    warmer = watched([19.4], memory, 36)
    assert not looks_aired(warmer, 36)
    assert is_disturbed(warmer, NOON + 37 * MINUTE)
    assert not looks_aired(watched([18.9, 18.5, 18.1, 17.7], warmer, 37), 40)
    later = 37 + int(BLOCKED_MIN)
    assert looks_aired(watched([18.9, 18.5, 18.1, 17.7], warmer, later), later + 3)


def test_with_no_minutes_to_hold_back_no_room_ever_looks_aired() -> None:
    numbers = {"airing": {"longest_min": 0}}
    memory: Level | None = None
    for minute, temperature in enumerate([*STANDS, *AIRED]):
        now = house({}, now=NOON + minute * MINUTE, numbers=numbers)
        memory = watch(room(temperature), memory, now)
        assert airing(room(temperature), memory, now) is None
    assert memory is None


def lived(temperatures: Iterable[float], **fields: Any) -> tuple[LawRoom, LawOutput]:
    """A room under the law, minute by minute, beside one that is warm; the room and what was last decided on it."""
    now = house({"living": room(20.7, **fields), "bath": room(20.3)})
    verdict = decide(now)
    for temperature in temperatures:
        now = after(now, verdict, temperatures={"living": temperature})
        verdict = decide(now)
    return now.rooms["living"], verdict


def test_a_shut_room_that_looks_aired_begins_no_burn_and_says_why() -> None:
    _, verdict = lived([*STANDS, *AIRED])
    aired = verdict.rooms["living"]
    assert not verdict.call
    assert (aired.open, aired.demand, aired.rule) == (False, 0, "airing")
    assert (
        aired.reason
        == "open window suspected: fell 0.6 K in 2 min; heats again when it recovers, at 12:40 at the latest"
    )
    _, with_contact = lived([*STANDS, *AIRED], has_contact=True)
    assert with_contact.rooms["living"].demand > 0


def test_it_joins_no_burn_of_others_either() -> None:
    now = house({"living": room(22.7), "bath": room(18.0, power_w=4000.0)})
    verdict = decide(now)
    for temperature in [22.7, 22.4, 22.1, 21.8, 21.5]:
        now = after(now, verdict, temperatures={"living": temperature}, flow=60.0)
        verdict = decide(now)
    assert verdict.call
    assert (verdict.rooms["living"].open, verdict.rooms["living"].rule) == (False, "airing")


def test_a_room_is_never_held_back_for_longer_than_the_maximum() -> None:
    falls = [20.7 - 0.3 * minute for minute in range(25)]
    now = house({"living": room(20.7)}, numbers={"airing": {"longest_min": 10}})
    verdict, held = decide(now), 0
    for temperature in falls:
        now = after(now, verdict, temperatures={"living": temperature})
        verdict = decide(now)
        held = held + 1 if verdict.rooms["living"].rule else 0
        assert held <= 10
    assert verdict.rooms["living"].open


def test_a_room_that_warms_up_for_its_switch_point_does_not_wait() -> None:
    _, verdict = lived([*STANDS, *AIRED], coming=(switch(60, 22.0),))
    aired = verdict.rooms["living"]
    assert aired.rule is None
    assert aired.reason.startswith("open window suspected: fell 0.6 K in 2 min; needs")


def test_a_room_that_is_being_heated_is_not_shut_for_it() -> None:
    now = house({"living": room(19.5, power_w=6000.0)})
    verdict = decide(now)
    for temperature in [19.5] * 5 + [19.1, 18.7, 18.3]:
        now = after(now, verdict, temperatures={"living": temperature}, flow=60.0)
        verdict = decide(now)
    aired = verdict.rooms["living"]
    assert aired.open
    assert aired.reason.startswith("open window suspected")


def test_a_room_that_looks_aired_does_not_teach_what_its_radiators_bring() -> None:
    aired = watched([*STANDS, *AIRED])
    now, verdict = run(decide, house({"living": room(19.0)}), 5, flow=60.0)
    memory = verdict.rooms["living"].memory
    assert isinstance(memory, RoomMemory)
    memory = memory._replace(air=aired, due=NOTHING._replace(gain=0.002))
    one = room(17.5, memory=memory, measured_at=now.now + MINUTE, told_open=True, confirmed_w=2000.0)
    later = decide(house({"living": one}, now=NOON + 36 * MINUTE, last_tick=NOON + 35 * MINUTE))
    after_it = later.rooms["living"].memory
    assert isinstance(after_it, RoomMemory)
    assert after_it.due == memory.due


anything = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3) | st.lists(st.integers())


@given(
    st.dictionaries(st.sampled_from(["at", "of", "falls", "aired", "ended"]), anything) | anything,
    st.dictionaries(st.sampled_from(["at", "fell", "min"]), anything),
    st.lists(st.floats(-50, 60), min_size=1, max_size=20),
)
def test_a_damaged_memory_never_raises_and_holds_no_room_back_for_long(
    level: Any, aired: Any, temperatures: list[float]
) -> None:
    for kept in ({"air": level}, {"air": {"aired": aired}}):
        memory = read_room(kept, {})
        for temperature in temperatures:
            decide(house({"living": room(temperature, memory=memory)}))
        stands = watched([19.0] * 30, memory.air)
        assert not looks_aired(stands, 30)
