"""The house, its boiler and its meters in Home Assistant. Pure."""

from collections.abc import Iterator
from typing import Any, get_args

from bridges.homeassistant.entity import Device, Entity, House, attributes, bare_value, once_heard, value, while_online
from house import services, topics
from house.fields import Comfort
from house.settings import Settings

_DIAGNOSTIC = {"entity_category": "diagnostic"}
_CELSIUS = {
    "device_class": "temperature",
    "unit_of_measurement": "°C",
    "state_class": "measurement",
    "suggested_display_precision": 1,
}


def house_device(settings: Settings) -> Device:
    return Device("", settings.home.name, "House")


def house_entities(house: House, settings: Settings) -> Iterator[Entity]:
    """What concerns all rooms; announced before them, since their devices hang on this one."""
    device = house_device(settings)
    yield from _away(house, device)
    if settings.regulator.law == "doses":
        yield _comfort(house, device, settings.regulator.comfort)
    outside = {"state_topic": house.topic(topics.OUTSIDE_TEMPERATURE), **_CELSIUS, **bare_value()}
    weather = while_online(house, settings.weather.driver)
    yield Entity(device, "sensor", "outside", "Outside temperature", weather, outside)
    yield from _yesterday(house, device, settings.gas.currency)
    yield from _today(house, device, settings.gas.currency)
    for service in services.services(settings):
        running = {
            "state_topic": house.topic(topics.SERVICE_AVAILABILITY, service),
            "device_class": "running",
            "payload_on": "online",
            "payload_off": "offline",
            **_DIAGNOSTIC,
        }
        name = service.replace("_", " ").capitalize()
        yield Entity(device, "binary_sensor", f"service_{service}", name, once_heard(house, service), running)
    yield from _boiler(house, settings)
    yield from _meters(house, settings)


def _away(house: House, device: Device) -> Iterator[Entity]:
    there = while_online(house, "regulator")
    heard = {"state_topic": house.topic(topics.HOUSE_SETTINGS), "command_topic": house.topic(topics.AWAY_WISH)}
    away = {
        **heard,
        "value_template": "{{ 'on' if value_json.away | default(none) else 'off' }}",
        "payload_on": "on",
        "payload_off": "off",
        "icon": "mdi:home-export-outline",
    }
    yield Entity(device, "switch", "away", "Away", there, away)
    until = {
        **heard,
        "value_template": (
            "{% set until = (value_json.away | default({}, true)).get('until') %}"
            "{{ (until | as_datetime | as_local).strftime('%Y-%m-%d %H:%M') if until else '' }}"
        ),
        "command_template": (
            "{% set at = strptime(value, '%Y-%m-%d %H:%M', none) %}"
            "{{ {'until': (at | as_local).isoformat()} | tojson if at else 'off' }}"
        ),
        "pattern": r"^(\d{4}-\d\d-\d\d \d\d:\d\d)?$",
        "max": 16,
        "icon": "mdi:calendar-arrow-left",
    }
    yield Entity(device, "text", "away_until", "Away until", there, until)


def _comfort(house: House, device: Device, of_settings: str) -> Entity:
    slider = {
        "state_topic": house.topic(topics.HOUSE_SETTINGS),
        "command_topic": house.topic(topics.COMFORT_WISH),
        "options": list(get_args(Comfort)),
        "value_template": f"{{{{ value_json.comfort | default('{of_settings}', true) }}}}",
        "icon": "mdi:tune-variant",
        "entity_category": "config",
    }
    return Entity(device, "select", "comfort", "Comfort", while_online(house, "regulator"), slider)


def _yesterday(house: House, device: Device, currency: str) -> Iterator[Entity]:
    there = while_online(house, "analyst")
    day = {"state_topic": house.topic(topics.DAY)}

    def sensor(key: str, name: str, **options: Any) -> Entity:
        return Entity(device, "sensor", key, name, there, day | options)

    gas = {"unit_of_measurement": "m³", "suggested_display_precision": 2, "icon": "mdi:fire"}
    yield sensor("gas_day", "Gas of the last day", **gas, **attributes(day["state_topic"]), **value("gas"))
    cost = {"unit_of_measurement": currency, "suggested_display_precision": 2, "icon": "mdi:cash"}
    yield sensor("cost_day", "Cost of the last day", **cost, **value("cost"))
    starts = {"unit_of_measurement": "starts", "icon": "mdi:counter"}
    yield sensor("starts_day", "Boiler starts of the last day", **starts, **value("starts"))
    degree_days = {"unit_of_measurement": "K·d", "icon": "mdi:snowflake"}
    yield sensor("degree_days", "Degree days of the last day", **degree_days, **value("degree_days"))


def _today(house: House, device: Device, currency: str) -> Iterator[Entity]:
    there = while_online(house, "analyst")
    gas = {"state_topic": house.topic(topics.HOUSE_GAS)}

    def sensor(key: str, name: str, **options: Any) -> Entity:
        return Entity(device, "sensor", key, name, there, gas | options)

    cost = {"unit_of_measurement": currency, "suggested_display_precision": 2, "icon": "mdi:cash"}
    yield sensor("cost_today", "Cost today", **cost, **value("cost_today"))
    yield sensor("cost_month", "Cost of this month", **cost, **value("cost_month"))
    starts = {"unit_of_measurement": "starts", "icon": "mdi:counter"}
    yield sensor("starts_today", "Boiler starts today", **starts, **value("starts_today"))


def _boiler(house: House, settings: Settings) -> Iterator[Entity]:
    device = Device("boiler", "Boiler", "Boiler", manufacturer="Various")
    there = while_online(house, settings.boiler.driver)
    status = {"state_topic": house.topic(topics.BOILER_STATUS)}

    def entity(platform: str, key: str, name: str, **options: Any) -> Entity:
        return Entity(device, platform, key, name, there, status | options)

    def flag(field: str) -> dict[str, str]:
        said = f"value_json.{field} | default(none)"
        return {
            "value_template": f"{{% set said = {said} %}}{{{{ none if said is none else 'ON' if said else 'OFF' }}}}"
        }

    yield entity("binary_sensor", "flame", "Flame", icon="mdi:fire", **flag("flame"))
    yield entity("binary_sensor", "hot_water", "Hot water", icon="mdi:water-boiler", **flag("hot_water"))
    percent = {"unit_of_measurement": "%", "state_class": "measurement", "icon": "mdi:gauge"}
    yield entity("sensor", "modulation", "Modulation", **percent, **value("modulation"))
    yield entity("sensor", "flow", "Flow temperature", **_CELSIUS, **value("flow_temperature"))
    yield entity("sensor", "return", "Return temperature", **_CELSIUS, **value("return_temperature"))
    bar = {"device_class": "pressure", "unit_of_measurement": "bar", "state_class": "measurement"}
    yield entity("sensor", "pressure", "Pressure", **bar, suggested_display_precision=1, **value("pressure_bar"))
    fault = {"value_template": "{{ 'ON' if value_json.fault | default(none) else 'OFF' }}"}
    said = {
        "json_attributes_topic": status["state_topic"],
        "json_attributes_template": "{{ {'fault': value_json.fault | default(none)} | tojson }}",
    }
    yield entity("binary_sensor", "fault", "Fault", device_class="problem", **fault, **said, **_DIAGNOSTIC)
    call = {
        "state_topic": house.topic(topics.BOILER_SET),
        "icon": "mdi:radiator",
        "value_template": "{{ 'ON' if value_json.call else 'OFF' }}",
        **attributes(house.topic(topics.BOILER_SET)),
    }
    yield Entity(device, "binary_sensor", "call", "Call for heat", while_online(house, "regulator"), call)


def _meters(house: House, settings: Settings) -> Iterator[Entity]:
    device = Device("meter", "Smart meter", "Smart meter", manufacturer="Various")
    there = while_online(house, settings.meter.driver)
    gas = {
        "state_topic": house.topic(topics.METER_GAS),
        "device_class": "gas",
        "unit_of_measurement": "m³",
        "state_class": "total_increasing",
        "suggested_display_precision": 3,
    }
    yield Entity(device, "sensor", "gas", "Gas", there, gas | bare_value())
    status = {"state_topic": house.topic(topics.METER_ELECTRICITY)}
    energy = {**status, "device_class": "energy", "unit_of_measurement": "kWh", "state_class": "total_increasing"}
    yield Entity(device, "sensor", "electricity", "Electricity", there, energy | bare_value())
    yield Entity(device, "sensor", "returned", "Electricity returned", there, energy | value("returned"))
    power = {**status, "device_class": "power", "unit_of_measurement": "W", "state_class": "measurement"}
    yield Entity(device, "sensor", "power", "Power", there, power | value("power_w"))
