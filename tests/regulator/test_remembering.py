"""What a law has learned stands on topics of its own, and survives there; what it is in the midst of does not."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from house import topics
from regulator.laws import LAWS
from regulator.laws.doses.memory import BOUNDS
from regulator.laws.interface import Law
from tests.regulator.house import House, iso, wiring
from tests.regulator.streams import Event, streams
from tests.strategies import json_values, payloads

LAW_ROOM = {"gain": 0.25, "comfort": 0.5, "warmup": 0.9}
KEYS = (
    *("heating", "begun", "part", "setpoint", "c", "t", "c_samples", "t_samples", "cycle"),
    *("belief", "due", "prepares", "due_at", "due_setpoint", "begun_at", "alone_min", "air", *BOUNDS),
    *("phase", "since", "lit", "pumped_at"),
)
numbers = st.booleans() | st.integers(-5, 2_000_000_000) | st.floats(-2, 40) | st.just(float("nan"))
level = st.dictionaries(st.sampled_from(["at", "of", "falls", "aired", "ended", "fell", "min"]), json_values | numbers)
cycle = st.dictionaries(st.sampled_from(["begun", "inside", "outside", "setpoint", "power"]), numbers)
junk = st.one_of(
    numbers,
    json_values,
    level,
    st.builds(lambda one, inner: {**one, "aired": inner}, level, level),
    cycle,
    st.lists(st.floats(-1, 1), min_size=4, max_size=4),
    st.lists(st.floats(0, 1), min_size=9, max_size=9),
)
LAW_HOUSE = {"top": 66.0, "burns": [[3000, 8], [4100, 16]], "rest": 1.1}


def a_house(law: str = "doses", **retained: Any) -> House:
    """A house that has lived for a minute after hearing what the broker kept; `living_learned` is its topic."""
    house = House(wiring(law))
    for name, payload in retained.items():
        path = "/".join(("room", *name.split("_")) if "_" in name else (name,))
        house.say(path, payload, retained=True)
    house.pass_minutes(1)
    return house


def remembered(house: House) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the law remembers of the living room, by its memory and by what it has learned."""
    memory, learned = house.heard(topics.ROOM_MEMORY, "living"), house.heard(topics.ROOM_LEARNED, "living")
    return dict(memory.law) if memory else {}, dict(learned.law) if learned else {}


def paths_of_learned(house: House) -> list[str]:
    return sorted(path for path in house.kept if path.endswith("learned"))


def test_what_is_learned_is_said_only_when_it_changes() -> None:
    house = a_house(living_learned={"law": LAW_ROOM})
    before = dict(house.kept)
    said = [one.path for one in house.pass_minutes(10)]
    assert [path for path in said if path.endswith("learned")] == []
    assert {path: house.kept[path] for path in paths_of_learned(house)} == {
        path: before[path] for path in ("room/living/learned",)
    }
    assert said.count("memory") == 10


@pytest.mark.parametrize("law", ["hysteresis", "tpi"])
def test_a_law_that_learns_nothing_says_nothing_of_it_and_takes_back_what_another_has_learned(law: str) -> None:
    assert paths_of_learned(a_house(law)) == []
    assert paths_of_learned(a_house(law, living_learned={"law": LAW_ROOM}, learned={"law": LAW_HOUSE})) == []


@pytest.mark.parametrize("law", LAWS.values(), ids=LAWS)
@given(st.dictionaries(st.sampled_from(KEYS), junk), st.dictionaries(st.sampled_from(KEYS), junk))
def test_whatever_was_kept_is_read_and_comes_back_as_it_was_read(
    law: Law, passing: dict[str, Any], learned: dict[str, Any]
) -> None:
    for read in (law.read_room, law.read_house):
        memory = read(passing, learned)
        kept = memory.kept()
        assert read(*kept) == memory
        assert read(*kept).kept() == kept
        assert not kept.passing.keys() & kept.learned.keys()
        hidden = memory.out_of_sight()
        assert hidden.kept().learned == kept.learned
        assert read(*hidden.kept()) == hidden


@pytest.mark.parametrize("law", LAWS)
@given(streams)
def test_what_is_passed_on_is_what_would_be_read_from_the_topics(law: str, stream: list[Event]) -> None:
    house = House(wiring(law))
    house.pass_minutes(2)
    for event in stream:
        event.happen(house)
        for room in house.wiring.rooms:
            memory, learned = house.heard(topics.ROOM_MEMORY, room), house.heard(topics.ROOM_LEARNED, room)
            if room in house.snapshot.remembered and memory is not None:
                read = LAWS[law].read_room(memory.law, learned.law if learned is not None else {})
                assert house.snapshot.remembered[room] == read


def test_a_memory_from_before_there_were_two_topics_loses_nothing() -> None:
    house = a_house(living_memory={"law": LAW_ROOM})
    passing, learned = remembered(house)
    assert learned == LAW_ROOM
    assert not passing.keys() & LAW_ROOM.keys()


def test_to_empty_the_topic_before_the_regulator_starts_is_to_forget() -> None:
    house = a_house(living_learned={"law": LAW_ROOM})
    house.say("room/living/learned", b"", retained=True)
    again = House(house.wiring, house.now)
    for path, payload in house.kept.items():
        again.say(path, payload, retained=True)
    again.pass_minutes(1)
    assert remembered(again)[1] == {}


def test_a_room_that_the_law_loses_sight_of_keeps_what_was_learned_and_drops_what_it_was_about_to_learn() -> None:
    house = a_house(living_learned={"law": LAW_ROOM})
    assert "belief" in remembered(house)[0]
    house.say("room/living/mode/set", "bypass")
    passing, learned = remembered(house)
    assert learned == LAW_ROOM
    assert passing.keys() <= {"due"}


@settings(max_examples=60)
@given(payloads | json_values.map(lambda law: json.dumps({"law": law}).encode()))
def test_whatever_stands_on_the_topic_of_the_learned_a_cold_room_is_heated(damage: bytes) -> None:
    house = House(wiring("doses"))
    for path in ("room/living/learned", "learned", "room/bath/learned"):
        house.say(path, damage, retained=True)
    house.air = {"living": 17.0, "bath": 17.0}
    house.say("boiler/status", {"flame": False, "reported_at": iso(house.now)})
    house.pass_minutes(2)
    assert house.opening() == 100


@given(st.dictionaries(st.sampled_from(sorted(BOUNDS)), json_values))
def test_damaged_numbers_on_the_topic_of_the_learned_never_hinder_heating(damage: dict[str, Any]) -> None:
    house = House(wiring("doses"))
    for path in ("room/living/learned", "learned"):
        house.say(path, {"law": damage}, retained=True)
    house.air = {"living": 17.0, "bath": 17.0}
    house.pass_minutes(2)
    assert house.opening() == 100
