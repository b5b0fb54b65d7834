"""Devices that speak MQTT themselves, and what haard's bridges say to them. Pure.

A device may write what it reports and read what it is told; the bridge has it the other way round, so that neither can
speak in the other's name.
"""

from collections.abc import Iterator, Mapping

from bridges.homeassistant.protocol import house_of
from bridges.relay.protocol import ANSWERS, relay
from haard.install.grants import Grant, deny, read, write
from house.settings import Settings

Users = Mapping[str, tuple[str, tuple[Grant, ...]]]
"""By user name: what it is in words, and what it may do."""


def device_users(settings: Settings) -> Users:
    """A user for each device of this house that speaks MQTT in topics of its own."""
    users = {}
    match settings.boiler.driver:
        case "emsesp":
            users["ems-esp"] = ("EMS-ESP at the boiler", _emsesp(settings))
        case "otgw":
            users["otgw_gateway"] = ("the OpenTherm Gateway at the boiler", _otgw(settings))
        case "relay":
            model = settings.boiler.relay.model
            users[model.partition("-")[0]] = (f"the relay at the boiler, {model}", _relay(settings))
    if settings.zigbee2mqtt.devices:
        users["zigbee2mqtt_gateway"] = ("zigbee2mqtt itself", tuple(_zigbee2mqtt(settings)))
    return users


def bridge_grants(service: str, settings: Settings) -> tuple[Grant, ...]:
    """What a bridge says to and hears from its devices."""
    match service:
        case "emsesp":
            base = settings.boiler.emsesp.topic
            return read(f"{base}/+"), write(f"{base}/boiler/+")
        case "otgw":
            otgw = settings.boiler.otgw
            return read(f"{otgw.topic}/value/{otgw.device}/#"), write(f"{otgw.topic}/set/{otgw.device}/#")
        case "relay":
            return tuple(_relay_bridge(settings))
        case "ha_discovery":
            house = house_of(settings, "")
            return read(house.birth()), read(house.found_by()), write(house.found_by())
        case "zigbee2mqtt":
            return read(f"{settings.zigbee2mqtt.topic}/#"), *map(write, _zigbee_commands(settings))
    return ()


def home_assistant_grants(settings: Settings) -> tuple[Grant, ...]:
    """Home Assistant hears what devices announce, and commands behind zigbee2mqtt all but the house's valves."""
    prefix = settings.homeassistant.prefix
    grants = [read(f"{prefix}/#"), write(f"{prefix}/status")]
    if settings.zigbee2mqtt.devices:
        base = settings.zigbee2mqtt.topic
        grants += [deny(topic) for topic in _zigbee_commands(settings)]
        grants += [read(f"{base}/#"), write(f"{base}/+/set")]
    return tuple(grants)


def _emsesp(settings: Settings) -> tuple[Grant, ...]:
    """It reports one level below its base topic, and is told two levels below."""
    base = settings.boiler.emsesp.topic
    return read(f"{base}/#"), write(f"{base}/+")


def _otgw(settings: Settings) -> tuple[Grant, ...]:
    otgw = settings.boiler.otgw
    return read(f"{otgw.topic}/set/{otgw.device}/#"), write(f"{otgw.topic}/value/{otgw.device}/#")


def _relay(settings: Settings) -> tuple[Grant, ...]:
    """A relay reads its commands; a Shelly of the second generation also answers whom it was asked by."""
    options, topics = settings.boiler.relay, relay(settings.boiler.relay).model
    told = (read(topics.command), *((read(topics.pulse),) if topics.pulse else ()))
    reports = (write(topics.state), write(topics.online))
    match options.model:
        case "shelly-gen1":
            return *told, *reports, write(f"shellies/{options.device}/info"), write("shellies/announce")
        case "shelly-gen2":
            own = (write(f"{options.device}/events/rpc"), write(f"{options.device}/status/+"))
            return *told, *reports, *own, write(f"{ANSWERS}/rpc")
    own = (write(f"stat/{options.device}/RESULT"), write(f"tele/{options.device}/+"))
    return *told, *reports, *own


def _relay_bridge(settings: Settings) -> Iterator[Grant]:
    topics = relay(settings.boiler.relay).model
    yield from (write(topic) for topic in (topics.command, topics.pulse) if topic)
    # A command that somebody left retained on the broker is looked for.
    yield from (read(topic) for topic in (topics.command, topics.state, topics.online))
    if settings.boiler.relay.model == "shelly-gen2":
        yield read(f"{ANSWERS}/rpc")


def _zigbee2mqtt(settings: Settings) -> Iterator[Grant]:
    """It reports on the devices' names, which may have several levels, and writes no device's `set`."""
    base = settings.zigbee2mqtt.topic
    yield read(f"{base}/#")
    yield read(f"{settings.homeassistant.prefix}/status")
    yield write(f"{base}/+")
    yield write(f"{base}/+/availability")
    yield write(f"{base}/bridge/#")
    for name in _zigbee_names(settings):
        if "/" in name:
            yield write(f"{base}/{name}")
            yield write(f"{base}/{name}/availability")
    yield write(f"{settings.homeassistant.prefix}/+/+/+/config")
    yield deny(house_of(settings, "").found_by())  # what haard announces is haard's


def _zigbee_names(settings: Settings) -> Iterator[str]:
    for id_, device in settings.zigbee2mqtt.devices.items():
        yield device.name or id_


def _zigbee_commands(settings: Settings) -> tuple[str, ...]:
    """Where the house's own valves are told."""
    valves = settings.rooms_by_valve
    devices = settings.zigbee2mqtt.devices.items()
    return tuple(f"{settings.zigbee2mqtt.topic}/{device.name or id_}/set" for id_, device in devices if id_ in valves)
