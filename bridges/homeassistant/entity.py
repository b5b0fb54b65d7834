"""What Home Assistant is told of one entity: its device, where its state is heard, where its commands go. Pure.

One retained message per entity, which every release since 2024.3 understands. A release makes entity ids from the names
of device and entity; newer ones no longer do, so `default_entity_id` says the very same id to them.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from slugify import slugify

from house import topics
from house.topics import Root, Topic

Availability = tuple[Mapping[str, str], ...]


@dataclass(frozen=True, slots=True)
class House:
    """What stands in every announcement of one house."""

    root: Root
    version: str
    prefix: str = "homeassistant"
    page: str | None = None

    @property
    def node(self) -> str:
        """What tells this house from others on the same broker: `haard`, or `haard_sites_12_home`."""
        prefix = self.root.prefix
        return "haard" if prefix == "home" else f"haard_{slugify(prefix, separator='_')}"

    def topic(self, topic: Topic[Any], *ids: str) -> str:
        return self.root.full(topic.path(*ids))

    def found_by(self) -> str:
        """The filter of every announcement of this house, whoever made it and when."""
        return f"{self.prefix}/+/{self.node}/+/config"

    def birth(self) -> str:
        """Where Home Assistant says that it has started."""
        return f"{self.prefix}/status"


@dataclass(frozen=True, slots=True)
class Device:
    """A device of Home Assistant: a room, a valve, the boiler; all of them hang on the house, whose `key` is empty."""

    key: str
    name: str
    model: str
    area: str | None = None
    manufacturer: str = "haard"

    def describe(self, house: House) -> dict[str, Any]:
        said: dict[str, Any] = {
            "identifiers": [_joined(house.node, self.key)],
            "name": self.name,
            "manufacturer": self.manufacturer,
            "model": self.model,
        }
        if self.area is not None:
            said["suggested_area"] = self.area
        if self.key:
            said["via_device"] = house.node
        else:
            said["sw_version"] = house.version
        if house.page is not None:
            said["configuration_url"] = house.page
        return said


@dataclass(frozen=True, slots=True)
class Entity:
    """One entity; `name` is None for the one that is its device, as a room's climate is."""

    device: Device
    platform: str
    key: str
    name: str | None
    availability: Availability
    options: Mapping[str, Any] = field(default_factory=dict)

    def topic(self, house: House) -> str:
        return f"{house.prefix}/{self.platform}/{house.node}/{_joined(self.device.key, self.key)}/config"

    def payload(self, house: House) -> bytes:
        """The announcement; `options` stand in it as they are."""
        origin = {"name": "haard", "sw_version": house.version}
        said = {
            "name": self.name,
            "unique_id": _joined(house.node, self.device.key, self.key),
            "default_entity_id": self.entity_id,
            "device": self.device.describe(house),
            "origin": origin | ({"support_url": house.page} if house.page else {}),
            "availability": list(self.availability),
            "availability_mode": "all",
            "qos": 1,
        }
        return json.dumps(said | dict(self.options), ensure_ascii=False).encode()

    @property
    def entity_id(self) -> str:
        """As a release makes it that still makes ids from names."""
        words = self.device.name if self.name is None else f"{self.device.name} {self.name}"
        return f"{self.platform}.{slugify(words, separator='_')}"


def while_online(house: House, *services: str) -> Availability:
    """Available while these services run: their last will says when they do not."""
    return tuple({"topic": house.topic(topics.SERVICE_AVAILABILITY, one)} for one in services)


def once_heard(house: House, service: str) -> Availability:
    """Available from the first word of a service on, whatever that was: so one sees that it does not run."""
    return ({"topic": house.topic(topics.SERVICE_AVAILABILITY, service), "value_template": "online"},)


def value(path: str) -> dict[str, str]:
    """A field of the JSON state; where it is missing or null the state becomes unknown."""
    return {"value_template": f"{{{{ value_json.{path} | default(none) }}}}"}


def attributes(topic: str) -> dict[str, str]:
    """All fields of the JSON on a topic; none once it is taken back, of which Home Assistant would warn."""
    all_fields = "{{ value_json | tojson if value_json is defined else '{}' }}"
    return {"json_attributes_topic": topic, "json_attributes_template": all_fields}


def bare_value() -> dict[str, str]:
    """The reading itself, of a topic where a bare number is understood too."""
    return {"value_template": "{{ value_json.value if value_json is mapping else value }}"}


def _joined(*parts: str) -> str:
    return "_".join(part for part in parts if part)
