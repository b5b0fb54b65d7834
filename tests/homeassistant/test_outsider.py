"""The outsider finds each fault that it is there for, and nothing where nothing is wrong."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from tests.homeassistant.outsider import Seen, faults

TOPIC = "homeassistant/sensor/any/one/config"
LEVEL = "any/service/status"
GOOD: dict[str, Any] = {
    "name": "One",
    "unique_id": "any_one",
    "default_entity_id": "sensor.any_one",
    "state_topic": "any/one",
    "device": {"identifiers": ["any"], "name": "Any"},
    "origin": {"name": "any", "sw_version": "1"},
    "availability": [{"topic": LEVEL}],
}
ENTITY = {"entity_id": "sensor.any_one", "unique_id": "any_one", "platform": "mqtt", "disabled_by": None}
TAKEN = Seen([ENTITY], {"sensor.any_one": {"state": "20"}})


def report(said: Mapping[str, Any], seen: Seen = TAKEN, **more: bytes) -> list[str]:
    return list(faults({TOPIC: json.dumps(said).encode(), LEVEL: b"online"} | more, seen))


def test_nothing_is_found_where_nothing_is_wrong() -> None:
    assert report(GOOD) == []


def test_short_keys_are_read_as_well() -> None:
    short = {"unique_id": "uniq_id", "origin": "o", "device": "dev", "availability": "avty"}
    assert report({short.get(key, key): value for key, value in GOOD.items()}) == []


@pytest.mark.parametrize("key", ["unique_id", "origin", "device", "name", "availability"])
def test_what_is_missing_is_named(key: str) -> None:
    assert f"{TOPIC}: has no {key}" in report({name: value for name, value in GOOD.items() if name != key})


def test_what_says_itself_whether_a_service_runs_needs_no_availability() -> None:
    other = {**GOOD, "unique_id": "two", "default_entity_id": None, "state_topic": LEVEL, "availability": []}
    seen = Seen([ENTITY, {**ENTITY, "unique_id": "two"}], TAKEN.states)
    assert report(GOOD, seen, **{"homeassistant/sensor/any/two/config": json.dumps(other).encode()}) == []


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"retain": True}, "retained"),
        ({"origin": {"name": "any"}}, "origin has no sw_version"),
        ({"availability": [{"topic": "nobody"}]}, "nothing is kept on its availability nobody"),
        ({"device": {"identifiers": ["any"], "via_device": "gone"}}, "nobody announces: gone"),
        ({"default_entity_id": "sensor.two"}, "asks for sensor.two, is sensor.any_one"),
    ],
)
def test_what_is_wrong_in_an_announcement_is_named(change: dict[str, Any], fault: str) -> None:
    [line] = report(GOOD | change)
    assert fault in line


@pytest.mark.parametrize(
    ("seen", "fault"),
    [
        (Seen([], {}), "refused"),
        (Seen([ENTITY], {}), "not there"),
        (Seen([ENTITY], {"sensor.any_one": {"state": "unavailable"}}), "unavailable"),
        (Seen([ENTITY, {**ENTITY, "unique_id": "old"}], TAKEN.states), "nobody announces it"),
        (Seen([ENTITY], TAKEN.states, issues=[{"issue_id": "broken"}]), "repair: broken"),
        (Seen([ENTITY], TAKEN.states, complaints=["WARNING"]), "log: WARNING"),
    ],
)
def test_what_home_assistant_did_not_take_is_named(seen: Seen, fault: str) -> None:
    [line] = report(GOOD, seen)
    assert fault in line


def test_an_announcement_that_cannot_be_read_and_one_that_is_made_twice_are_named() -> None:
    more = {"homeassistant/sensor/any/bad/config": b"{"}
    more["homeassistant/sensor/any/again/config"] = json.dumps(GOOD).encode()
    lines = report(GOOD, TAKEN, **more)
    assert "homeassistant/sensor/any/bad/config: is no JSON object" in lines
    assert "unique_id any_one: announced 2 times" in lines
