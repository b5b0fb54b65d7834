import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from paho.mqtt.client import topic_matches_sub

from house import messages, topics
from house.errors import PayloadError
from house.topics import TOPICS, Topic
from tests.strategies import MESSAGES, ids, message, payloads

ALL = pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.pattern)


def _numbers_of_ids(topic: Topic[messages.Message]) -> list[int]:
    every, optional = topic.pattern.count("{"), topic.pattern.count("[")
    return [every - optional, every] if optional else [every]


names = st.sampled_from(TOPICS).flatmap(
    lambda topic: st.sampled_from(_numbers_of_ids(topic)).flatmap(
        lambda number: st.builds(topics.Name, st.just(topic), st.tuples(*[ids] * number))
    )
)


@given(names)
@example(topics.Name(topics.OUTSIDE_TEMPERATURE, ("balcony",)))
def test_every_path_is_recognised_as_what_it_was_made_from(name: topics.Name) -> None:
    assert topics.parse(name.topic.path(*name.ids)) == name


@given(names)
def test_every_path_matches_the_filter_of_its_kind(name: topics.Name) -> None:
    assert topic_matches_sub(name.topic.filter(), name.topic.path(*name.ids))


@given(names, st.data())
def test_what_is_said_somewhere_is_read_there(name: topics.Name, data: st.DataObject) -> None:
    what = data.draw(message(name.topic.message))
    said = topics.Publication(name, what)
    assert topics.read(said.path, said.payload, retained=said.retained) == topics.Heard(name, what, said.retained)


@given(names, payloads)
def test_any_bytes_anywhere_are_read_or_refused(name: topics.Name, payload: bytes) -> None:
    try:
        heard = topics.read(name.topic.path(*name.ids), payload)
    except PayloadError:
        return
    assert heard is not None
    assert isinstance(heard.message, name.topic.message)


_parts = st.sampled_from(["room", "valve", "boiler", "outside", "set", "status", "temperature", "x", "", "+", "#", "A"])


@given(st.lists(_parts, max_size=5).map("/".join) | st.text(max_size=40))
def test_what_is_recognised_is_spelled_as_the_table_says(path: str) -> None:
    name = topics.parse(path)
    assert name is None or name.topic.path(*name.ids) == path


@pytest.mark.parametrize("path", ["tick/", "/tick", "room//status", "room/living/status\n", "room/Living/status", ""])
def test_a_path_that_is_spelled_wrong_is_none_of_ours(path: str) -> None:
    assert topics.parse(path) is None


@pytest.mark.parametrize(
    "path", ["room/living/temperature/set", "outside/temperature/set", "room/set/status", "valve/set/set"]
)
def test_set_is_no_id_so_a_mistaken_wish_does_not_pass_for_a_reading(path: str) -> None:
    assert topics.parse(path) is None


def test_no_two_kinds_share_a_shape() -> None:
    shapes = [topic.path(*["+"] * number) for topic in TOPICS for number in _numbers_of_ids(topic)]
    assert len(shapes) == len(set(shapes))


def test_every_message_has_a_topic_and_every_constant_is_in_the_table() -> None:
    assert {topic.message for topic in TOPICS} == set(MESSAGES)
    assert set(TOPICS) == {value for value in vars(topics).values() if isinstance(value, Topic)}


_EVENTS = (
    topics.REJECTED,
    topics.HISTORY_REPLY,
    topics.SERVICE_ECHO,
    topics.SERVICE_SKIPPED,
    topics.SERVICE_BEGAN,
    topics.NODE_UPDATE,
    topics.NODE_LOG,
)


@ALL
def test_wishes_of_people_are_not_retained_and_levels_are(topic: Topic[messages.Message]) -> None:
    events = ("person", "clock")
    assert topic.retained == (topic.writer not in events and topic not in _EVENTS)


@ALL
def test_a_kind_takes_only_the_ids_that_it_has(topic: Topic[messages.Message]) -> None:
    too_many = ["x"] * (max(_numbers_of_ids(topic)) + 1)
    with pytest.raises(ValueError, match="no place for the ids"):
        topic.path(*too_many)


def test_the_paths_of_the_contract() -> None:
    assert topics.TICK.path() == "tick"
    assert topics.ROOM_TEMPERATURE.path("living") == "room/living/temperature"
    assert topics.ROOM_TEMPERATURE.path("living", "a4c138000001") == "room/living/temperature/a4c138000001"
    assert topics.VALVE_SET.path("001a22000001") == "valve/001a22000001/set"
    assert topics.ROOM_TEMPERATURE.filter() == "room/+/temperature/#"
    assert topics.SERVICE_AVAILABILITY.path("clock") == "service/clock/availability"


@pytest.mark.parametrize("prefix", ["home", "sites/12/home"])
def test_a_root_is_added_and_taken_off(prefix: str) -> None:
    root = topics.Root(prefix)
    assert root.full("tick") == f"{prefix}/tick"
    assert root.relative(f"{prefix}/room/living/status") == "room/living/status"
    assert root.relative(f"{prefix}2/tick") is None
    assert root.relative(prefix) is None


def test_saying_nothing_takes_back_what_was_retained() -> None:
    assert topics.publication(topics.ROOM_STATUS, "attic", message=None).payload == b""


@given(st.lists(st.sampled_from(["a", "b", "+", "", "room"]), min_size=1, max_size=4), st.booleans(), st.data())
def test_a_filter_matches_as_paho_says(levels: list[str], ends_open: bool, data: st.DataObject) -> None:
    topic_filter = "/".join([*levels, "#"] if ends_open else levels)
    path = "/".join(data.draw(st.lists(st.sampled_from(["a", "b", "", "room"]), min_size=1, max_size=5)))
    assert topics.matches(topic_filter, path) == topic_matches_sub(topic_filter, path)
