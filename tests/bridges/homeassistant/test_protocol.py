"""What Home Assistant is told, by the rules that its releases from 2024.3 to 2026.11 have."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridges.homeassistant import protocol
from house import settings, topics
from house.topics import Root

EXAMPLE = (Path(__file__).parents[3] / "house.example.yaml").read_text()
TOPIC = re.compile(r"homeassistant/[a-z_]+/haard/[a-z0-9_]+/config")


def announced(text: str = EXAMPLE) -> dict[str, dict[str, Any]]:
    return {
        topic: json.loads(payload) for topic, payload in protocol.announcements(settings.parse(text), "1.2.3").items()
    }


ALL = announced()
EACH = pytest.mark.parametrize(("topic", "said"), ALL.items(), ids=[topic.split("/")[3] for topic in ALL])


@EACH
def test_every_entity_says_who_it_is(topic: str, said: dict[str, Any]) -> None:
    assert TOPIC.fullmatch(topic)
    assert said["origin"] == {"name": "haard", "sw_version": "1.2.3"}
    assert said["unique_id"].startswith("haard_")
    assert said["default_entity_id"].startswith(f"{topic.split('/')[1]}.")
    assert said["device"]["identifiers"]
    assert said["availability"]


@EACH
def test_no_command_is_kept_by_the_broker(topic: str, said: dict[str, Any]) -> None:
    assert not said.get("retain", False), topic


@EACH
def test_attributes_can_be_read_once_their_topic_is_empty(topic: str, said: dict[str, Any]) -> None:
    assert ("json_attributes_topic" in said) == ("json_attributes_template" in said), topic


@EACH
def test_every_topic_is_one_of_the_house_and_commands_are_peoples(topic: str, said: dict[str, Any]) -> None:
    spoken = {key: value for key, value in said.items() if key.endswith("_topic")}
    assert spoken, topic
    for key, full in spoken.items():
        path = Root("home").relative(full)
        assert path is not None
        name = topics.parse(path)
        assert name is not None
        assert (name.topic.writer == "person") == key.endswith("command_topic")


@EACH
def test_what_a_release_refuses_is_not_said(topic: str, said: dict[str, Any]) -> None:
    assert not {"object_id", "aux_command_topic", "child_devices"} & said.keys(), topic
    if said.get("device_class") == "gas":
        assert said["state_class"] in ("total", "total_increasing")
    assert "none" not in said.get("preset_modes", [])


def test_a_room_is_a_thermostat_in_its_own_area() -> None:
    living = ALL["homeassistant/climate/haard/room_living_climate/config"]
    assert living["name"] is None
    assert living["device"]["name"] == living["device"]["suggested_area"] == "Living room"
    assert living["device"]["via_device"] == "haard"
    assert (living["modes"], living["temp_step"]) == (["auto", "heat", "off"], 0.5)
    assert living["temperature_command_topic"] == "home/room/living/setpoint/set"


def test_entity_ids_follow_from_the_names() -> None:
    ids = {said["default_entity_id"] for said in ALL.values()}
    assert {"climate.child_s_room", "sensor.living_room_valve_2_opening", "button.bathroom_boost"} <= ids
    assert len(ids) == len(ALL)


def test_only_a_room_with_a_contact_has_a_window() -> None:
    windows = {topic.split("/")[3] for topic in ALL if topic.endswith("_window/config")}
    assert windows == {"room_living_window", "room_bedroom_window"}


def test_the_house_is_announced_before_what_hangs_on_it() -> None:
    first = next(iter(ALL.values()))
    assert "via_device" not in first["device"]


def test_a_renamed_room_keeps_its_unique_ids() -> None:
    renamed = announced(EXAMPLE.replace("name: Living room", "name: Salon"))
    assert list(renamed) == list(ALL)
    assert [one["unique_id"] for one in renamed.values()] == [one["unique_id"] for one in ALL.values()]
    assert renamed["homeassistant/climate/haard/room_living_climate/config"]["device"]["name"] == "Salon"


def test_a_room_that_is_gone_is_outdated() -> None:
    wanted = protocol.announcements(settings.parse(EXAMPLE.replace("  study:", "  office:")), "1.2.3")
    gone = protocol.outdated(ALL, wanted)
    assert gone
    assert all("study" in topic for topic in gone)


def test_two_houses_on_one_broker_share_nothing() -> None:
    here, there = announced(), announced(EXAMPLE.replace("root: home", "root: sites/12/home"))
    assert not here.keys() & there.keys()
    assert not {one["unique_id"] for one in here.values()} & {one["unique_id"] for one in there.values()}


def test_the_page_is_linked_from_every_device() -> None:
    linked = announced(EXAMPLE.replace("home:\n", "home:\n  page: http://haard.local:8080\n", 1))
    assert {one["device"]["configuration_url"] for one in linked.values()} == {"http://haard.local:8080"}


@given(st.sets(st.from_regex(r"[a-z0-9_]{1,6}", fullmatch=True).filter(lambda id_: id_ != "set"), min_size=1))
def test_every_entity_of_any_house_has_an_id_of_its_own(rooms: set[str]) -> None:
    lines = [
        f"  '{id_}': {{windows: [w{number}], radiators: [{{valve: v{number}, power_w: 900}}]}}"
        for number, id_ in enumerate(sorted(rooms))
    ]
    said = announced("\n".join(["rooms:", *lines]))
    assert len({one["unique_id"] for one in said.values()}) == len(said)


@given(st.floats(0, 1))
def test_after_a_birth_one_to_five_seconds_pass(chance: float) -> None:
    assert 1 <= protocol.delay(chance) <= 5


def test_what_today_cost_stands_in_the_currency_of_the_house_by_room_and_for_all() -> None:
    said = announced(EXAMPLE + "\ngas: {currency: CHF}\n")
    costs = [one for topic, one in said.items() if "cost" in topic]
    assert {one["unit_of_measurement"] for one in costs} == {"CHF"}
    assert {one["state_topic"] for one in costs} >= {"home/gas", "home/room/living/gas", "home/day"}
