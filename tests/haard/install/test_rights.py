from collections.abc import Iterator

import pytest

from haard.install.rights import PEOPLE, Rights, may, rights, writers
from haard.settings_file import example
from house import services, topics
from house.errors import SettingsError
from house.settings import Settings, parse
from tests.haard.install.houses import BOILERS, real

HOUSES = {"example": parse(example()), **{name: real(name) for name in BOILERS}}


@pytest.fixture(params=HOUSES, scope="module")
def settings(request: pytest.FixtureRequest) -> Settings:
    return HOUSES[request.param]


@pytest.fixture(scope="module")
def users(settings: Settings) -> Rights:
    return rights(settings)


def own_topics(settings: Settings) -> Iterator[tuple[topics.Topic, str]]:  # type: ignore[type-arg]
    """Each topic that this house has, with the room's or device's id filled in."""
    rooms, valves = settings.rooms, settings.rooms_by_valve
    for topic in topics.TOPICS:
        if "{sensor}" in topic.pattern and topic.writer == "sensor":
            for room_id, room in rooms.items():
                for address in (*room.thermometers, *room.windows):
                    yield topic, topic.path(room_id, address)
        elif "{room}" in topic.pattern:
            yield from ((topic, topic.path(room)) for room in rooms)
        elif topic.pattern.startswith("valve/"):
            yield from ((topic, topic.path(valve)) for valve in valves)
        elif topic.pattern.startswith("sensor/"):
            inside = [one for room in rooms.values() for one in (*room.thermometers, *room.windows)]
            yield from ((topic, topic.path(one)) for one in (*inside, *settings.weather.sensors))
        elif topic.pattern.startswith("outside/"):
            yield from ((topic, topic.path(*ids)) for ids in ((), *((one,) for one in settings.weather.sensors)))
        elif topic.pattern.startswith("service/"):
            yield from ((topic, topic.path(service)) for service in services.services(settings))
        elif topic.pattern.startswith("node/"):
            yield from ((topic, topic.path(node)) for node in settings.nodes)
        else:
            yield topic, topic.filter().replace("+", "a1")


def test_each_level_of_the_house_has_exactly_one_writer(settings: Settings, users: Rights) -> None:
    several = {"person", "service"}  # wishes of people; a refusal, which every service may say
    for topic, path in own_topics(settings):
        found = writers(users, f"home/{path}")
        if topic.writer == "notify" and settings.notify is None:
            assert found == []
        elif topic.writer not in several or topic.pattern.startswith("service/"):
            assert len(found) == 1, f"{path}: {found}"
        else:
            assert set(PEOPLE) <= set(found) or topic is topics.REJECTED, f"{path}: {found}"


def test_nobody_but_the_regulator_commands_valves_and_boiler(settings: Settings, users: Rights) -> None:
    for path in ("boiler/set", *(f"valve/{one}/set" for one in settings.rooms_by_valve)):
        assert writers(users, f"home/{path}") == ["regulator"]


@pytest.mark.parametrize(
    ("boiler", "topic", "writer"),
    [
        ("emsesp", "ems-esp/status", "ems-esp"),
        ("emsesp", "ems-esp/boiler_data", "ems-esp"),
        ("emsesp", "ems-esp/boiler/selflowtemp", "emsesp"),
        ("otgw", "OTGW/value/otgw/boilertemperature", "otgw_gateway"),
        ("otgw", "OTGW/set/otgw/ctrlsetpt", "otgw"),
        ("relay", "shellyplus1-a8032abe54dc/rpc", "relay"),
        ("relay", "shellyplus1-a8032abe54dc/status/switch:0", "shelly"),
        ("relay", "haard_boiler/rpc", "shelly"),
        ("relay-gen1", "shellies/shelly1-1/relay/0/command", "relay"),
        ("relay-gen1", "shellies/shelly1-1/relay/0", "shelly"),
        ("relay-tasmota", "cmnd/boiler_switch/POWER", "relay"),
        ("relay-tasmota", "tele/boiler_switch/LWT", "tasmota"),
        ("nefit", "zigbee2mqtt/living/trv", "zigbee2mqtt_gateway"),
        ("nefit", "zigbee2mqtt/living/trv/set", "zigbee2mqtt"),
        ("nefit", "zigbee2mqtt/bridge/state", "zigbee2mqtt_gateway"),
        ("nefit", "zigbee2mqtt/lamp/set", "homeassistant"),
        ("nefit", "homeassistant/status", "homeassistant"),
        ("nefit", "homeassistant/climate/haard/room_living_climate/config", "ha_discovery"),
        ("nefit", "homeassistant/light/0x00124b/light/config", "zigbee2mqtt_gateway"),
        ("nefit", "home/valve/001a22000009/status", "node_attic"),
        ("nefit", "home/room/attic/temperature", "node_attic"),
        ("nefit", "home/room/bath/temperature/thermo_bath", "zigbee2mqtt"),
        ("nefit", "home/outside/temperature/outdoor", "zigbee2mqtt"),
        ("nefit", "home/outside/temperature", "openmeteo"),
        ("nefit", "home/valve/001a22000001/status", "bluetooth"),
        ("nefit", "home/tick", "clock"),
        ("nefit", "home/valve/001a22000008/status", "node_shed"),
        ("nefit", "home/room/shed/temperature/a4c138000008", "node_shed"),
        ("nefit", "home/node/shed/status", "node_shed"),
        ("nefit", "home/node/shed/config", "person"),
        ("nefit", "home/meter/gas", "dsmr"),
    ],
)
def test_a_devices_topic_and_its_commands_have_one_writer_each(boiler: str, topic: str, writer: str) -> None:
    assert writers(rights(HOUSES[boiler]), topic) == [writer]


@pytest.mark.parametrize(
    "foreign", ["ems-esp/status", "shellies/other/relay/0/command", "x/rpc", "homeassistant/status"]
)
def test_a_shelly_says_nothing_in_another_devices_name(foreign: str) -> None:
    assert not may(rights(HOUSES["relay"])["shelly"].grants, "write", foreign)


def test_a_device_hears_nothing_of_the_house(settings: Settings, users: Rights) -> None:
    devices = set(users) - set(services.services(settings)) - set(PEOPLE)
    for name in devices - {one for one in devices if one.startswith("node_")}:
        assert not any(may(users[name].grants, "read", f"home/{path}") for _, path in own_topics(settings))


def test_a_node_hears_only_its_own_valves() -> None:
    node = rights(HOUSES["nefit"])["node_attic"]
    assert may(node.grants, "read", "home/valve/001a22000009/set")
    assert not may(node.grants, "read", "home/valve/001a22000001/set")


def test_a_topic_root_of_several_levels_is_kept() -> None:
    users = rights(parse(example().replace("root: home", "root: sites/12/home")))
    assert writers(users, "sites/12/home/boiler/set") == ["regulator"]
    assert writers(users, "home/boiler/set") == []


def test_a_name_that_would_smuggle_a_line_into_the_acl_is_refused() -> None:
    text = example().replace("driver: simulated, min", 'driver: emsesp, emsesp: {topic: "a\\nuser x"}, min')
    with pytest.raises(SettingsError, match="acl"):
        rights(parse(text))


def test_the_page_hears_its_own_echo_and_may_not_say_that_a_service_is_there(users: Rights) -> None:
    assert may(users["web"].grants, "write", "home/service/web/echo")
    assert not may(users["web"].grants, "write", "home/service/web/availability")
    assert not may(users["web"].grants, "write", "home/service/regulator/echo")
