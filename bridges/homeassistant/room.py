"""A room in Home Assistant: a thermostat with what belongs to it. Pure."""

from collections.abc import Iterator
from typing import Any

from bridges.homeassistant.entity import Device, Entity, House, attributes, value, while_online
from house import topics
from house.settings import Room

WITHIN_A_STATE = 250  # characters; a longer state is refused
MODES = ["auto", "heat", "off"]
PRESETS = ["comfort", "eco", "away", "boost"]

_ATTRIBUTES = (
    "reason",
    "rule",
    "until",
    "next_setpoint",
    "next_switch_at",
    "demand",
    "staleness",
    "measured_at",
    "alert",
)
_AS_ATTRIBUTES = (
    "{{ {" + ", ".join(f"'{one}': value_json.{one} | default(none)" for one in _ATTRIBUTES) + "} | tojson }}"
)

# Text, since 2024.3 warns about a timestamp that is none; the instant itself is an attribute of the climate.
_NEXT_SWITCH = {
    "value_template": (
        "{% if value_json.next_switch_at | default(none) %}"
        "{{ (value_json.next_switch_at | as_datetime | as_local).strftime('%a %H:%M') }}"
        " {{ value_json.next_setpoint }} °C{% else %}none{% endif %}"
    )
}


def room_device(id_: str, room: Room) -> Device:
    name = room.name or id_
    return Device(f"room_{id_}", name, "Room", name)


def room_entities(house: House, id_: str, room: Room, currency: str = "EUR") -> Iterator[Entity]:
    """What a person sees and asks of a room."""
    device = room_device(id_, room)
    yield _climate(house, id_, device)
    yield from _wishes(house, id_, device)
    yield from _readings(house, id_, device)
    if room.windows:
        yield _window(house, id_, device)
    yield from _analysed(house, id_, device, currency)


def _climate(house: House, id_: str, device: Device) -> Entity:
    status = house.topic(topics.ROOM_STATUS, id_)
    options: dict[str, Any] = {
        "modes": MODES,
        "mode_state_topic": status,
        # Home Assistant has no word for hands off; the switch beside says it.
        "mode_state_template": "{{ 'off' if value_json.mode == 'bypass' else value_json.mode }}",
        "mode_command_topic": house.topic(topics.ROOM_MODE_WISH, id_),
        "temperature_state_topic": status,
        "temperature_state_template": "{{ value_json.setpoint }}",
        "temperature_command_topic": house.topic(topics.ROOM_SETPOINT_WISH, id_),
        "current_temperature_topic": status,
        "current_temperature_template": "{{ value_json.temperature }}",
        "current_humidity_topic": status,
        "current_humidity_template": "{{ value_json.humidity }}",
        "action_topic": status,
        "action_template": "{{ value_json.action }}",
        "preset_modes": PRESETS,
        "preset_mode_state_topic": status,
        "preset_mode_value_template": "{{ value_json.preset }}",
        "preset_mode_command_topic": house.topic(topics.ROOM_PRESET_WISH, id_),
        "json_attributes_topic": status,
        "json_attributes_template": _AS_ATTRIBUTES,
        "temperature_unit": "C",
        "min_temp": 5,
        "max_temp": 30,
        "temp_step": 0.5,
        "precision": 0.1,
        "optimistic": False,
        "retain": False,  # a kept wish would be obeyed again at each start
    }
    return Entity(device, "climate", "climate", None, while_online(house, "regulator"), options)


def _wishes(house: House, id_: str, device: Device) -> Iterator[Entity]:
    there = while_online(house, "regulator")
    mode = house.topic(topics.ROOM_MODE_WISH, id_)
    boost = {"command_topic": house.topic(topics.ROOM_BOOST_WISH, id_), "payload_press": "on", "icon": "mdi:fire"}
    yield Entity(device, "button", "boost", "Boost", there, boost)
    back = {"command_topic": mode, "payload_press": "auto", "icon": "mdi:calendar-clock"}
    yield Entity(device, "button", "schedule", "Back to schedule", there, back)
    hands_off = {
        "state_topic": house.topic(topics.ROOM_STATUS, id_),
        "value_template": "{{ 'bypass' if value_json.mode == 'bypass' else 'auto' }}",
        "command_topic": mode,
        "payload_on": "bypass",
        "payload_off": "auto",
        "state_on": "bypass",
        "state_off": "auto",
        "icon": "mdi:hand-back-right-off",
        "entity_category": "config",
    }
    yield Entity(device, "switch", "hands_off", "Hands off", there, hands_off)


def _readings(house: House, id_: str, device: Device) -> Iterator[Entity]:
    """What the status says; a reading that is too old is null there, so nothing has to expire here."""
    there = while_online(house, "regulator")
    status = {"state_topic": house.topic(topics.ROOM_STATUS, id_)}

    def sensor(key: str, name: str, **options: Any) -> Entity:
        return Entity(device, "sensor", key, name, there, status | options)

    shown = {"state_class": "measurement", "suggested_display_precision": 1}
    celsius = {"device_class": "temperature", "unit_of_measurement": "°C", **shown}
    yield sensor("temperature", "Temperature", **celsius, **value("temperature"))
    percent = {"unit_of_measurement": "%", "state_class": "measurement", "suggested_display_precision": 0}
    yield sensor("humidity", "Humidity", device_class="humidity", **percent, **value("humidity"))
    yield sensor("demand", "Heat demand", icon="mdi:radiator", **percent, **value("demand"))
    yield sensor("next_switch", "Next switch", icon="mdi:calendar-clock", **_NEXT_SWITCH, **_week(house, id_))
    reason = {
        "value_template": f"{{{{ value_json.reason[:{WITHIN_A_STATE}] }}}}",
        "icon": "mdi:comment-question-outline",
    }
    yield sensor("reason", "Reason", entity_category="diagnostic", **reason)
    problem = {
        **status,
        "device_class": "problem",
        "value_template": "{{ 'ON' if value_json.alert | default(none) else 'OFF' }}",
        "json_attributes_topic": status["state_topic"],
        "json_attributes_template": "{{ {'alert': value_json.alert | default(none)} | tojson }}",
        "entity_category": "diagnostic",
    }
    yield Entity(device, "binary_sensor", "problem", "Problem", there, problem)


def _week(house: House, id_: str) -> dict[str, str]:
    return {
        "json_attributes_topic": house.topic(topics.ROOM_SCHEDULE, id_),
        "json_attributes_template": "{{ {'schedule': value_json} | tojson }}",
    }


def _window(house: House, id_: str, device: Device) -> Entity:
    options = {
        "state_topic": house.topic(topics.ROOM_STATUS, id_),
        "device_class": "window",
        "value_template": "{{ value_json.window | default(none) }}",
        "payload_on": "open",
        "payload_off": "closed",
    }
    return Entity(device, "binary_sensor", "window", "Window", while_online(house, "regulator"), options)


def _analysed(house: House, id_: str, device: Device, currency: str) -> Iterator[Entity]:
    there = while_online(house, "analyst")
    gas = {
        "state_topic": house.topic(topics.ROOM_GAS, id_),
        "device_class": "gas",
        "state_class": "total_increasing",
        "unit_of_measurement": "m³",
        "suggested_display_precision": 2,
    }
    yield Entity(device, "sensor", "gas", "Gas", there, gas | value("value"))
    yield Entity(device, "sensor", "gas_today", "Gas today", there, gas | value("today"))
    cost = {
        "state_topic": house.topic(topics.ROOM_GAS, id_),
        "unit_of_measurement": currency,
        "suggested_display_precision": 2,
        "icon": "mdi:cash",
    }
    yield Entity(device, "sensor", "cost_today", "Cost today", there, cost | value("cost_today"))
    model = house.topic(topics.ROOM_MODEL, id_)
    learned = {
        "state_topic": model,
        **attributes(model),
        "unit_of_measurement": "K/h",
        "state_class": "measurement",
        "suggested_display_precision": 2,
        "icon": "mdi:school-outline",
        "entity_category": "diagnostic",
    }
    yield Entity(device, "sensor", "warms_by", "Warms by", there, learned | value("a"))
