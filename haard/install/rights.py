"""Who may say and hear what, derived from the table of topics and one house's settings. Pure.

Every topic of the house has exactly one user who may write it: what a sensor or valve says belongs to the service or
node that carries it, a device's own topics to the device, its commands to the bridge. Only what people wish may come
from several, and every service may refuse aloud. haard's own services may read all of the house; a device reads what it
is told and no more.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from haard.install.devices import bridge_grants, device_users, home_assistant_grants
from haard.install.grants import Grant, read, write
from house import services, topics
from house.errors import SettingsError
from house.settings import Settings
from house.topics import Topic

PEOPLE = {
    "web": "the page in a browser",
    "person": "`haard set`, `boost`, `away`, `doctor` and their like; the doctor also listens to the devices",
    "homeassistant": "Home Assistant's MQTT integration",
}


@dataclass(frozen=True, slots=True)
class User:
    """A user of the broker: what it is in words, and what it may do."""

    about: str
    grants: tuple[Grant, ...]


Rights = Mapping[str, User]


def rights(settings: Settings) -> Rights:
    """Every user of this house's broker, with what it may say and hear; raises SettingsError for a device's name that
    no acl can hold.
    """
    users = {name: _service(name, settings) for name in services.services(settings)}
    users |= {name: _person(name, about, settings) for name, about in PEOPLE.items()}
    users |= {node(room): _node(room, settings) for room in settings.rooms if _carried_by_node(room, settings)}
    users |= {services.node_user(id_): _declared_node(id_, settings) for id_ in settings.nodes}
    users |= {name: User(*rest) for name, rest in device_users(settings).items()}
    for user in users.values():
        _check(user)
    return users


def node(room: str) -> str:
    """The user of the node (ESP32) that stands in a room."""
    return services.node_user(room)


def writers(users: Rights, topic: str) -> list[str]:
    """The users who may write a topic (whole, with its root)."""
    return [name for name, user in users.items() if may(user.grants, "write", topic)]


def may(grants: Iterable[Grant], access: Literal["read", "write"], topic: str) -> bool:
    """Whether a user with these grants may read or write a topic, as Mosquitto judges it: a denial goes before all."""
    matching = [one.access for one in grants if one.matches(topic)]
    return "deny" not in matching and not {access, "readwrite"}.isdisjoint(matching)


def _check(user: User) -> None:
    for grant in user.grants:
        if not grant.filter.isprintable() or grant.filter != grant.filter.strip():
            raise SettingsError(f"{grant.filter!r} cannot stand in the broker's acl; give {user.about} a plain name")


# --- haard's services, people, nodes --------------------------------------------------------------------------------


def _service(name: str, settings: Settings) -> User:
    root = settings.mqtt.root
    written = [path for topic in topics.TOPICS for path in _written(name, topic, settings)]
    grants = [read(f"{root}/#"), *_own(name, root), *(write(f"{root}/{path}") for path in dict.fromkeys(written))]
    return User(f"haard's {name}", (*grants, *bridge_grants(name, settings)))


def _own(name: str, root: str) -> tuple[Grant, ...]:
    """Everybody is online or offline, hears itself, and refuses aloud what it cannot use."""
    return write(f"{root}/service/{name}/#"), write(f"{root}/{topics.REJECTED.path()}")


def _person(name: str, about: str, settings: Settings) -> User:
    root = settings.mqtt.root
    wishes = (write(f"{root}/{topic.filter()}") for topic in topics.TOPICS if topic.writer == "person")
    more: tuple[Grant, ...] = ()
    if name == "person":
        owned = (write(f"{root}/{topic.filter()}") for topic in topics.TOPICS if topic.writer == "owner")
        shadows = write(f"{root}/{topics.shadow('+')}/#")
        more = (read("#"), *_own(name, root), *owned, shadows)
    if name == "web":
        more = (write(f"{root}/{topics.SERVICE_ECHO.path(name)}"),)  # by which it knows that it has heard all
    if name == "homeassistant":
        brought = (write(f"{root}/{path}") for path in dict.fromkeys(_brought(name, settings)))
        more = (*brought, *home_assistant_grants(settings))
    return User(about, (read(f"{root}/#"), *wishes, *more))


def _node(room: str, settings: Settings) -> User:
    root, name = settings.mqtt.root, node(room)
    read_here = [topics.TICK.path(), *_told(room, settings)]
    carried = list(_carried_by_node(room, settings))
    written = [path for topic in topics.TOPICS for path in _of_devices(topic, room, carried, settings)]
    if not settings.rooms[room].thermometers:
        written += [topics.ROOM_TEMPERATURE.path(room), topics.ROOM_HUMIDITY.path(room)]  # its own thermometer
    grants = (*(read(f"{root}/{path}") for path in read_here), *_own(name, root))
    return User(f"the node in {room}", (*grants, *(write(f"{root}/{path}") for path in dict.fromkeys(written))))


def _declared_node(id_: str, settings: Settings) -> User:
    """A node of house.yaml: its own devices, and the valves of the nodes that it stands in for, in their rooms only."""
    root, node = settings.mqtt.root, settings.nodes[id_]
    others = [one for other in node.alternative_for for one in settings.nodes[other].valves]
    valves = (*node.valves, *others)
    heard = [topics.TICK.path(), topics.NODE_CONFIG.path(id_), topics.NODE_UPDATE.path(id_)]
    for address in valves:
        heard += [topics.VALVE_SET.path(address), topics.VALVE_COMMAND.path(address), topics.VALVE_STATUS.path(address)]
    heard += [topics.SERVICE_AVAILABILITY.path(services.node_user(other)) for other in node.alternative_for]
    written = [topics.NODE_STATUS.path(id_), topics.NODE_LOG.path(id_)]
    for room_id, room in settings.rooms.items():
        here = [one for _, one in room.devices() if one in (*node.sensors, *valves)]
        written += [path for topic in topics.TOPICS for path in _of_devices(topic, room_id, here, settings)]
        if any(_valves(room_id, here, settings)):
            written.append(topics.ROOM_SETPOINT_WISH.path(room_id))
    grants = (*(read(f"{root}/{path}") for path in heard), *_own(services.node_user(id_), root))
    return User(f"node {id_}", (*grants, *(write(f"{root}/{path}") for path in dict.fromkeys(written))))


def _told(room: str, settings: Settings) -> Iterator[str]:
    """What a node hears for the valves that it drives."""
    for address in _valves(room, _carried_by_node(room, settings), settings):
        yield topics.VALVE_SET.path(address)
        yield topics.VALVE_COMMAND.path(address)


# --- who writes what ------------------------------------------------------------------------------------------------


def _written(service: str, topic: Topic[Any], settings: Settings) -> Iterator[str]:
    """The paths or filters of one kind of topic that a service writes in this house."""
    match topic.writer:
        case "sensor" | "valve":
            for room in settings.rooms:
                yield from _of_devices(topic, room, _carried(service, room, settings), settings)
        case "weather":
            yield from _weather(service, topic, settings)
        case "person":
            yield from _turned_knobs(service, topic, settings)
        case writer if service == _alone(writer, settings):
            yield topic.filter()


def _brought(name: str, settings: Settings) -> Iterator[str]:
    """Where the devices speak that Home Assistant's own automations bring."""
    for topic in topics.TOPICS:
        if topic.writer in ("sensor", "valve"):
            for room in settings.rooms:
                yield from _of_devices(topic, room, _carried(name, room, settings), settings)


def _alone(writer: str, settings: Settings) -> str:
    """The service that is a writer by itself; a simulated house is its own clock."""
    match writer:
        case "clock" if services.is_simulated(settings):
            return "simulated"
        case "boiler":
            return settings.boiler.driver
        case "meter":
            return settings.meter.driver
    return writer


def _of_devices(topic: Topic[Any], room: str, addresses: Iterable[str], settings: Settings) -> Iterator[str]:
    """Where these devices of a room speak: in its topics, each below its own address, and in their own."""
    for address in addresses:
        if topic.writer != ("valve" if address in settings.rooms_by_valve else "sensor"):
            continue
        yield topic.path(room, address) if "{sensor}" in topic.pattern else topic.path(address)


def _weather(service: str, topic: Topic[Any], settings: Settings) -> Iterator[str]:
    """The forecast's service says the outside air; own outdoor thermometers are carried as any other."""
    if service == settings.weather.driver:
        yield re.sub(r"\[.*\]", "", topic.pattern)
    if topic is topics.OUTSIDE_TEMPERATURE:
        outdoor = [one for one in settings.weather.sensors if services.carrier(one, settings) == service]
        yield from (topic.path(address) for address in outdoor)
        yield from (topics.SENSOR_STATUS.path(address) for address in outdoor)


def _turned_knobs(service: str, topic: Topic[Any], settings: Settings) -> Iterator[str]:
    """A hand that turns a valve's knob is a wish for its room."""
    if topic is topics.ROOM_SETPOINT_WISH:
        for room in settings.rooms:
            if any(_valves(room, _carried(service, room, settings), settings)):
                yield topic.path(room)


def _carried(service: str, room: str, settings: Settings) -> list[str]:
    """The devices of a room that a service brings to the broker."""
    return [one for _, one in settings.rooms[room].devices() if services.carrier(one, settings) == service]


def _carried_by_node(room: str, settings: Settings) -> list[str]:
    """The devices of a room that no service on this computer brings."""
    return [one for _, one in settings.rooms[room].devices() if services.carrier(one, settings) is None]


def _valves(room: str, addresses: Iterable[str], settings: Settings) -> Iterator[str]:
    return (one for one in addresses if settings.rooms_by_valve.get(one) == room)
