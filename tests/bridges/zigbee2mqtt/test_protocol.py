"""What devices behind zigbee2mqtt say, in our topics."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridges.zigbee2mqtt import protocol
from bridges.zigbee2mqtt.protocol import Device
from house import settings
from house.errors import SettingsError
from house.settings.devices import ZigbeeDevice
from tests.strategies import json_values

START = datetime(2026, 1, 12, 6, 30, tzinfo=UTC)
HOUSE = """
rooms:
  living:
    sensors: [living_thermo]
    windows: [living_door]
    radiators: [{valve: living_trv, power_w: 1000}]
weather: {sensors: [garden]}
zigbee2mqtt:
  devices:
    living_thermo: {name: Living room/Thermometer}
    living_door: {}
    living_trv: {control: opening}
    garden: {}
"""


def device(**roles: bool) -> Device:
    return Device("d1", "zigbee2mqtt/d1", ZigbeeDevice(), "living", **roles)


def said(publications: Any) -> dict[str, Any]:
    return {one.path: one.message for one in publications}


def test_a_device_is_what_its_place_in_the_house_makes_it() -> None:
    thermo, door, trv, garden = protocol.devices(settings.parse(HOUSE))
    assert (thermo.topic, thermo.room) == ("zigbee2mqtt/Living room/Thermometer", "living")
    assert (thermo.is_thermometer, thermo.is_window, thermo.is_valve) == (True, False, False)
    assert (door.is_window, trv.is_valve) == (True, True)
    assert (garden.room, garden.is_thermometer) == (None, True)


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("    nowhere: {}", "nowhere stands in no room"),
        ("    Living_Thermo2: {name: garden}", "garden should have one id"),
        ("    garden2: {contol: opening}", "did you mean control?"),
    ],
    ids=["no place", "two ids", "unknown key"],
)
def test_a_wrong_wiring_is_refused(line: str, fault: str) -> None:
    with pytest.raises(SettingsError, match=fault):
        settings.parse(HOUSE + line)


def test_a_thermometer_says_temperature_humidity_and_battery() -> None:
    found = said(
        protocol.readings(
            device(is_thermometer=True),
            {"temperature": 20.47, "humidity": 55.1, "battery": 87, "voltage": 2985, "linkquality": 120},
            START,
        )
    )
    assert found["room/living/temperature/d1"].value == 20.47
    assert found["room/living/humidity/d1"].value == 55.1
    assert (found["sensor/d1/status"].battery, found["sensor/d1/status"].voltage) == (87, 2.985)
    assert all(message.measured_at == START for message in found.values())


@pytest.mark.parametrize(("contact", "value"), [(True, "closed"), (False, "open")])
def test_a_contact_that_touches_is_a_closed_window(contact: bool, value: str) -> None:
    found = said(protocol.readings(device(is_window=True), {"contact": contact}, START))
    assert found["room/living/window/d1"].value == value


def test_a_thermometer_that_is_in_no_room_is_outside() -> None:
    garden = Device("garden", "zigbee2mqtt/garden", ZigbeeDevice(), None, is_thermometer=True)
    found = said(protocol.readings(garden, {"temperature": -3, "humidity": 90}, START))
    assert set(found) == {"outside/temperature/garden", "sensor/garden/status"}


def test_a_message_without_a_measurement_says_nothing() -> None:
    assert protocol.readings(device(is_thermometer=True), {"battery": 87, "temperature": None}, START) == ()


@pytest.mark.parametrize(
    ("last_seen", "age"),
    [
        ("2026-01-12T06:20:00.000Z", timedelta(minutes=10)),
        ("2026-01-12T07:20:00+01:00", timedelta(minutes=10)),
        (1768198800000, timedelta(minutes=10)),
        ("2026-01-12T09:00:00Z", timedelta(0)),
        ("yesterday", timedelta(0)),
    ],
    ids=["UTC", "local", "epoch", "a clock that is ahead", "nonsense"],
)
def test_a_message_is_as_old_as_its_device_was_seen(last_seen: Any, age: timedelta) -> None:
    assert protocol.measured_at({"last_seen": last_seen}, START, live=True) == START - age


def test_a_message_of_no_known_age_is_as_old_as_its_arrival_unless_it_was_kept() -> None:
    assert protocol.measured_at({}, START, live=True) == START
    assert protocol.measured_at({}, START, live=False) is None


@pytest.mark.parametrize("last_seen", [0, False, "1970-01-01T00:00:00Z"])
def test_a_device_that_was_never_seen_is_not_of_1970(last_seen: Any) -> None:
    assert protocol.measured_at({"last_seen": last_seen}, START, live=True) == START
    assert protocol.measured_at({"last_seen": last_seen}, START, live=False) is None


@pytest.mark.parametrize(
    ("payload", "online"),
    [
        (b"online", True),
        (b'{"state":"offline"}', False),
        (b'{"state":"online"}', True),
        (b"[1]", None),
        (b"1", None),
        (b"\xff", None),
    ],
)
def test_availability_is_read_in_both_forms(payload: bytes, online: bool | None) -> None:
    assert protocol.is_online(payload) is online


KEYS = ("temperature", "humidity", "contact", "battery", "voltage", "last_seen", "local_temperature")


@given(st.dictionaries(st.sampled_from(KEYS), json_values))
def test_whatever_a_device_says_is_read_or_left_out(found: dict[str, Any]) -> None:
    at = protocol.measured_at(found, START, live=True)
    assert at is not None
    for one in protocol.readings(device(is_thermometer=True, is_window=True), found, at):
        assert one.name.topic.message.decode(one.payload) == one.message


@pytest.mark.parametrize(("voltage", "expected"), [(2900, 2.9), (3, 3), (2.9, 2.9), (29, None), (0, None), ("3000", 3)])
def test_a_voltage_is_in_millivolts_or_in_volts(voltage: object, expected: float | None) -> None:
    found = said(protocol.readings(device(is_thermometer=True), {"temperature": 20, "voltage": voltage}, START))
    assert found["sensor/d1/status"].voltage == expected


@pytest.mark.parametrize(
    ("contact", "value"), [("open", "open"), ("OPEN", "open"), ("closed", "closed"), ("true", "closed"), (0, "open")]
)
def test_a_contact_may_say_it_in_words(contact: object, value: str) -> None:
    found = said(protocol.readings(device(is_window=True), {"contact": contact}, START))
    assert found["room/living/window/d1"].value == value


def test_an_instant_may_be_text_of_milliseconds() -> None:
    milliseconds = str(int((START - timedelta(hours=1)).timestamp() * 1000))
    assert protocol.measured_at({"last_seen": milliseconds}, START, live=True) == START - timedelta(hours=1)
