"""Devices behind zigbee2mqtt as our topics: which device is what in which room, and what it says.

What a device is follows from where its id stands in house.yaml. zigbee2mqtt repeats the whole last known state in each
message, and at its own start all of it from its cache, so `last_seen` dates a message where it is switched on. Source:
zigbee2mqtt.io, guide (MQTT topics and messages, availability) and device pages.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bridges.parse_values import json_object, number, yes_or_no
from bridges.zigbee2mqtt import words
from house import topics
from house.fields import FIRST_INSTANT
from house.messages import Humidity, RoomTemperature, SensorStatus, Temperature, Window
from house.settings import Settings
from house.settings.devices import ZigbeeDevice
from house.topics import Publication, publication

_TEMPERATURES = ("temperature", "local_temperature")
"""Thermometers use the first, radiator valves the second."""


@dataclass(frozen=True, slots=True)
class Device:
    """One device: its id in our topics, its topic in zigbee2mqtt, and what it is to which room (None: the outside)."""

    id: str
    topic: str
    settings: ZigbeeDevice
    room: str | None
    is_thermometer: bool = False
    is_window: bool = False
    is_valve: bool = False


def devices(settings: Settings) -> tuple[Device, ...]:
    """Every device of the section zigbee2mqtt, with its place in the house."""
    return tuple(_device(settings, id_, device) for id_, device in settings.zigbee2mqtt.devices.items())


def _device(settings: Settings, id_: str, device: ZigbeeDevice) -> Device:
    topic = f"{settings.zigbee2mqtt.topic}/{device.name or id_}"
    for room_id, room in settings.rooms.items():
        roles = (id_ in room.thermometers, id_ in room.windows, id_ in room.valves)
        if any(roles):
            return Device(id_, topic, device, room_id, *roles)
    return Device(id_, topic, device, None, is_thermometer=True)


# --- what they say --------------------------------------------------------------------------------------------------


_ONLINE = {b"online": True, b"offline": False}


def is_online(payload: bytes) -> bool | None:
    """Read an availability: `online`, or `{"state": "online"}` of newer versions."""
    said = json_object(payload)
    return yes_or_no(said.get("state")) if said else _ONLINE.get(payload.strip().lower())


def measured_at(said: Mapping[str, Any], now: datetime, *, live: bool) -> datetime | None:
    """When the device was heard: by its `last_seen` (ISO 8601 or milliseconds), else on arrival; None for a message
    that the broker had kept without it.
    """
    try:
        seen = said["last_seen"]
        if isinstance(seen, str) and not seen.isdecimal():
            at = datetime.fromisoformat(seen).astimezone(UTC)
        else:
            at = datetime.fromtimestamp(float(seen) / 1000, UTC)
    except (KeyError, TypeError, ValueError, OverflowError, OSError):
        at = None
    if at is None or at < FIRST_INSTANT:  # a device that was never seen may be dated 1970
        return now if live else None
    return min(at, now)


def readings(device: Device, said: Mapping[str, Any], at: datetime) -> tuple[Publication, ...]:
    """What a thermometer or contact measured, in our topics."""
    found: list[Publication] = []
    lowest, highest = (-60, 130) if device.room is None else (-274, 4096)  # the regulator tells of a broken thermometer
    values = (number(said.get(key), lowest, highest) for key in _TEMPERATURES)
    temperature = next((value for value in values if value is not None), None)
    if device.is_thermometer and temperature is not None:
        message = (Temperature if device.room is None else RoomTemperature)(value=temperature, measured_at=at)
        found.append(
            publication(topics.OUTSIDE_TEMPERATURE, device.id, message=message)
            if device.room is None
            else publication(topics.ROOM_TEMPERATURE, device.room, device.id, message=message)
        )
    humidity = number(said.get("humidity"), 0, 100)
    if device.is_thermometer and device.room and humidity is not None:
        message_ = Humidity(value=humidity, measured_at=at)
        found.append(publication(topics.ROOM_HUMIDITY, device.room, device.id, message=message_))
    is_open = _window_is_open(device, said)
    if device.room and is_open is not None:
        window = Window(value="open" if is_open else "closed", measured_at=at)
        found.append(publication(topics.ROOM_WINDOW, device.room, device.id, message=window))
    if not found or device.is_valve:
        return tuple(found)  # a valve's battery stands in its own status
    return (*found, publication(topics.SENSOR_STATUS, device.id, message=_sensor_status(said, at)))


def _window_is_open(device: Device, said: Mapping[str, Any]) -> bool | None:
    """What a contact says, or a valve that feels a window by itself; a contact is closed while it touches."""
    if device.is_window and (contact := yes_or_no(said.get("contact"))) is not None:
        return not contact
    if device.is_window and (state := words.openness(said.get("contact"))) is not None:
        return state
    return words.window_is_open(said) if device.is_window or device.is_valve else None


def _sensor_status(said: Mapping[str, Any], at: datetime) -> SensorStatus:
    millivolts, volts = number(said.get("voltage"), 500, 10_000), number(said.get("voltage"), 0.5, 10)
    return SensorStatus(
        battery=number(said.get("battery"), 0, 100),
        voltage=millivolts / 1000 if millivolts is not None else volts,
        measured_at=at,
    )
