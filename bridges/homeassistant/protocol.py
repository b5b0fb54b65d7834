"""A house as Home Assistant's MQTT discovery announces it: what to say, and what to take back. Pure.

Everything follows from house.yaml; Home Assistant then hears states on the house's own topics and wishes on the very
`set` topics that everybody uses. What was announced before and is no longer wanted is taken back by an empty payload.
"""

from collections.abc import Iterable, Iterator, Mapping

from bridges.homeassistant.devices import device_entities
from bridges.homeassistant.entity import Entity, House, attributes, while_online
from bridges.homeassistant.house_entities import house_device, house_entities
from bridges.homeassistant.room import room_entities
from house import topics
from house.settings import Settings
from house.topics import Root

FIRST_DELAY_S, LAST_DELAY_S = 1.0, 5.0  # after Home Assistant's birth, as its documentation asks for

Announcements = Mapping[str, bytes]
"""The payload by topic, in the order in which it should be said."""


def house_of(settings: Settings, version: str) -> House:
    return House(Root(settings.mqtt.root), version, settings.homeassistant.prefix, settings.home.page)


def announcements(settings: Settings, version: str) -> Announcements:
    """All that Home Assistant is told of this house."""
    house = house_of(settings, version)
    return {one.topic(house): one.payload(house) for one in entities(house, settings)}


def entities(house: House, settings: Settings) -> Iterator[Entity]:
    yield from house_entities(house, settings)
    for id_, room in settings.rooms.items():
        yield from room_entities(house, id_, room, settings.gas.currency)
        yield from device_entities(house, id_, settings)


def alert_announcement(settings: Settings, version: str, alert: str) -> tuple[str, bytes]:
    """An alert of the house as a problem that exists as long as the alert does."""
    house = house_of(settings, version)
    topic = house.topic(topics.ALERT, alert)
    options = {
        "state_topic": topic,
        "device_class": "problem",
        "value_template": "ON",
        **attributes(topic),
        "entity_category": "diagnostic",
    }
    name = f"Alert {alert.replace('_', ' ')}"
    entity = Entity(
        house_device(settings), "binary_sensor", f"alert_{alert}", name, while_online(house, "analyst"), options
    )
    return entity.topic(house), entity.payload(house)


def outdated(kept: Iterable[str], wanted: Announcements) -> list[str]:
    """The topics of announcements on the broker that nobody wants any more."""
    return [topic for topic in kept if topic not in wanted]


def delay(chance: float) -> float:
    """How long to wait after Home Assistant's birth, s, so that not all devices of a house speak at once."""
    return FIRST_DELAY_S + chance * (LAST_DELAY_S - FIRST_DELAY_S)
