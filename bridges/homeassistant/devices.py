"""Valves, thermometers and contacts in Home Assistant: how they are, and what a person may ask of one. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bridges.homeassistant.entity import Availability, Device, Entity, House, value, while_online
from house import services, topics
from house.settings import Settings

_PERCENT = {"unit_of_measurement": "%", "state_class": "measurement", "suggested_display_precision": 0}
_DIAGNOSTIC = {"entity_category": "diagnostic"}


def device_entities(house: House, id_: str, settings: Settings) -> Iterator[Entity]:
    """All devices of a room but those that Home Assistant brings itself."""
    room = settings.rooms[id_]
    others = set(settings.homeassistant.devices)
    valves = list(room.valves)
    for address, device in _named(valves, "valve", room.name or id_).items():
        if address not in others:
            yield from _valve(house, id_, address, device, settings)
    for kind, addresses in (("thermometer", room.thermometers), ("contact", room.windows)):
        for address, device in _named(addresses, kind, room.name or id_).items():
            if address not in others:
                yield from _sensor(house, address, device, _carried(house, address, settings))


def _named(addresses: Sequence[str], kind: str, area: str) -> Mapping[str, Device]:
    """`Living room valve`, `Living room valve 2`: a name that a person can tell from the others."""
    numbers = [f" {number}" if number > 1 else "" for number in range(1, len(addresses) + 1)]
    return {
        address: Device(f"{kind}_{address}", f"{area} {kind}{number}", kind.capitalize(), area, manufacturer="Various")
        for address, number in zip(addresses, numbers, strict=True)
    }


def _carried(house: House, address: str, settings: Settings) -> Availability:
    """There while the service is that brings it; a node's own availability is not waited for."""
    return while_online(house, services.carrier(address, settings) or "regulator")


def _valve(house: House, room: str, address: str, device: Device, settings: Settings) -> Iterator[Entity]:
    there = _carried(house, address, settings)
    status = {"state_topic": house.topic(topics.VALVE_STATUS, address)}

    def entity(platform: str, key: str, name: str, **options: Any) -> Entity:
        return Entity(device, platform, key, name, there, status | options)

    yield entity("sensor", "opening", "Opening", icon="mdi:valve", **_PERCENT, **value("opening"))
    celsius = {"device_class": "temperature", "unit_of_measurement": "°C", "suggested_display_precision": 1}
    yield entity("sensor", "setpoint", "Setpoint", **celsius, **value("setpoint"), **_DIAGNOSTIC)
    yield entity("binary_sensor", "battery", "Battery", device_class="battery", **_flag("battery_low"), **_DIAGNOSTIC)
    connected = {"device_class": "connectivity", **_flag("reachable"), **_DIAGNOSTIC}
    yield entity("binary_sensor", "connection", "Connection", **connected)
    yield entity("binary_sensor", "problem", "Problem", device_class="problem", **_flag("alert"), **_DIAGNOSTIC)
    yield _moves(house, room, address, device)
    if services.carrier(address, settings) == "bluetooth" or address in settings.nodes_by_device:
        press = {"command_topic": house.topic(topics.VALVE_COMMAND, address), "payload_press": "boost"}
        yield Entity(device, "button", "exercise", "Open for 5 minutes", there, press | {"icon": "mdi:valve-open"})


def _moves(house: House, room: str, address: str, device: Device) -> Entity:
    """How often the valve was told another opening today."""
    options = {
        "state_topic": house.topic(topics.ROOM_MEMORY, room),
        "value_template": f"{{{{ ((value_json.valves | default({{}})).get('{address}') or {{}}).get('moves', 0) }}}}",
        "unit_of_measurement": "moves",
        "state_class": "total_increasing",
        "icon": "mdi:swap-vertical",
        **_DIAGNOSTIC,
    }
    return Entity(device, "sensor", "moves", "Moves today", while_online(house, "regulator"), options)


def _flag(field: str) -> dict[str, str]:
    """On while the field holds; unknown while nothing is known, which for an alert is that all is well."""
    none = "'OFF'" if field == "alert" else "none"
    said = f"value_json.{field} | default(none)"
    return {"value_template": f"{{% set said = {said} %}}{{{{ {none} if said is none else 'ON' if said else 'OFF' }}}}"}


def _sensor(house: House, address: str, device: Device, there: Availability) -> Iterator[Entity]:
    status = {"state_topic": house.topic(topics.SENSOR_STATUS, address), **_DIAGNOSTIC}

    def sensor(key: str, name: str, **options: Any) -> Entity:
        return Entity(device, "sensor", key, name, there, status | options)

    yield sensor("battery", "Battery", device_class="battery", **_PERCENT, **value("battery"))
    signal = {"device_class": "signal_strength", "unit_of_measurement": "dBm", "state_class": "measurement"}
    yield sensor("signal", "Signal", **signal, enabled_by_default=False, **value("rssi"))
    volt = {"device_class": "voltage", "unit_of_measurement": "V", "state_class": "measurement"}
    yield sensor("voltage", "Voltage", **volt, enabled_by_default=False, **value("voltage"))
