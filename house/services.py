"""Which services a house needs, by what its settings say: the one table for doctor, try-out, installer and tests.

A service's name is the one on service/<name>/availability, and the user name that the broker knows it by.
"""

from house.settings import Settings

PROGRAMS = ("regulator", "recorder", "analyst")
"""The services that are no bridge."""
HOME_ASSISTANT = "homeassistant"
"""The broker's user for Home Assistant itself, which may bring devices though it is no service of ours."""


def is_simulated(settings: Settings) -> bool:
    """Whether the whole house is simulated, its thermometers and valves with it."""
    return {settings.boiler.driver, settings.meter.driver, settings.weather.driver} == {"simulated"}


def services(settings: Settings) -> tuple[str, ...]:
    """Every service that should run."""
    extras = {"ha_discovery": settings.homeassistant.discovery, "notify": settings.notify is not None}
    wanted = tuple(name for name, is_wanted in extras.items() if is_wanted)
    if is_simulated(settings):
        return (*PROGRAMS, "simulated", *wanted)  # the simulated house is the clock too
    return (*PROGRAMS, *(name for name, is_wanted in _bridges(settings).items() if is_wanted), *wanted)


def _bridges(settings: Settings) -> dict[str, bool]:
    return {
        "clock": True,
        settings.boiler.driver: settings.boiler.driver != "simulated",
        "dsmr": settings.meter.driver == "dsmr",
        "openmeteo": settings.weather.driver == "openmeteo" or bool(settings.weather.sensors),
        "zigbee2mqtt": bool(settings.zigbee2mqtt.devices),
        "bluetooth": any(carrier(address, settings) == "bluetooth" for address in devices(settings)),
    }


def devices(settings: Settings) -> tuple[str, ...]:
    """Every device of the rooms, by address."""
    return tuple(address for room in settings.rooms.values() for _, address in room.devices())


def carrier(address: str, settings: Settings) -> str | None:
    """The service or node that brings a device of a room to the broker; None where it is none of haard's."""
    if address in settings.homeassistant.devices:
        return HOME_ASSISTANT
    if is_simulated(settings):
        return "simulated"
    if address in settings.nodes_by_device:
        return node_user(settings.nodes_by_device[address])
    if address in settings.zigbee2mqtt.devices:
        return "zigbee2mqtt"
    options = settings.bluetooth.valves.get(address)
    is_elsewhere = options is not None and options.elsewhere
    return "bluetooth" if is_radio_address(address) and not is_elsewhere else None


def node_user(node: str) -> str:
    """What a node (ESP32) is called on the broker, as a user and on service/<name>/availability."""
    return f"node_{node}"


def is_radio_address(address: str) -> bool:
    """Whether an address is that of a Bluetooth device: a MAC in lower case without colons."""
    return len(address) == 12 and all(digit in "0123456789abcdef" for digit in address)


def radio_valves(settings: Settings) -> dict[str, str]:
    """The valves that this computer's Bluetooth drives, with their rooms."""
    return {one: room for one, room in settings.rooms_by_valve.items() if carrier(one, settings) == "bluetooth"}


def command(service: str) -> str:
    """How a service is started by hand."""
    if service == "analyst":
        return "python -m recorder analyse --settings FILE"
    return f"python -m {service if service in PROGRAMS else f'bridges {service}'} --settings FILE"
