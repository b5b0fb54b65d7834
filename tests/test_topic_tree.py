"""What a broker keeps, as MQTT Explorer would show it, and what of it nobody could read there."""

import json
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devtools.topic_tree import read, tree, unreadable

NAMES = st.text(alphabet="abcz019_", min_size=1, max_size=8)
TOPICS = st.lists(NAMES, min_size=1, max_size=5).map("/".join)
READINGS = st.dictionaries(TOPICS, st.floats(allow_nan=False, allow_infinity=False).map(lambda one: str(one).encode()))


def test_levels_stand_below_one_another_and_each_once() -> None:
    kept = {"home/room/living/status": b"{}", "home/room/living/gas": b"1", "home/boiler/set": b"off", "home": b"here"}
    assert list(tree(kept)) == [
        "home = here",
        "  boiler",
        "    set = off",
        "  room",
        "    living",
        "      gas = 1",
        "      status = {}",
    ]


@given(READINGS)
def test_every_message_has_one_line_and_every_level_its_place(kept: Mapping[str, bytes]) -> None:
    lines = list(tree(kept))
    assert sum(" = " in line for line in lines) == len(kept)
    levels = {topic.rsplit("/", n)[0] for topic in kept for n in range(topic.count("/") + 1)} | set(kept)
    assert len(lines) == len(levels)


@given(READINGS)
def test_numbers_on_short_topics_are_readable(kept: Mapping[str, bytes]) -> None:
    assert list(unreadable(kept)) == []


@pytest.mark.parametrize(
    ("topic", "payload", "fault"),
    [
        ("home/Living Room/status", b"1", "the level 'Living Room'"),
        ("/home", b"1", "the level ''"),
        ("home/a/b/c/d/e/f", b"1", "7 levels"),
        ("home/picture", b"\xff\xd8\xff", "not UTF-8"),
        ("home/text", b"a\x00b", "not printed"),
        ("home/key", json.dumps({"key": "k" * 64}).encode(), "the word kkk"),
        ("home/list", json.dumps([{"k" * 64: 1}]).encode(), "the word kkk"),
    ],
)
def test_what_no_person_reads_is_named(topic: str, payload: bytes, fault: str) -> None:
    assert any(fault in line for line in unreadable({topic: payload}))


def test_what_mosquitto_sub_prints_is_understood() -> None:
    assert read(["home/one 3231\n", "home/with blanks 00ff\n"]) == {"home/one": b"21", "home/with blanks": b"\x00\xff"}
