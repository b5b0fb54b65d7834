"""What the settings imply: which services should run, and which of them brings each device. Pure."""

import re

from house.settings import Settings


def is_simulated(house: Settings) -> bool:
    """Whether the whole house is simulated, its thermometers and valves with it."""
    return {house.boiler.driver, house.meter.driver, house.weather.driver} == {"simulated"}


def services(house: Settings) -> tuple[str, ...]:
    """Every service that should run, by its name on service/<name>/availability."""
    if is_simulated(house):
        return ("regulator", "recorder", "simulated")
    has_weather = house.weather.driver == "openmeteo" or bool(house.weather.sensors)
    wanted = {
        "clock": True,
        "regulator": True,
        "recorder": True,
        house.boiler.driver: house.boiler.driver != "simulated",
        "dsmr": house.meter.driver == "dsmr",
        "openmeteo": has_weather,
        "zigbee2mqtt": bool(house.zigbee2mqtt.devices),
        "bluetooth": needs_radio(house),
    }
    return tuple(name for name, is_wanted in wanted.items() if is_wanted)


def needs_radio(house: Settings) -> bool:
    """Whether anything of the house is heard or driven by this computer's Bluetooth."""
    return any(carrier(address, house) == "bluetooth" for address in devices(house))


def radio_valves(house: Settings) -> dict[str, str]:
    """The valves that this computer's Bluetooth drives, with their rooms."""
    return {one: room for one, room in house.rooms_by_valve.items() if carrier(one, house) == "bluetooth"}


def devices(house: Settings) -> tuple[str, ...]:
    """Every device of the rooms, by address."""
    return tuple(address for room in house.rooms.values() for _, address in room.devices())


def carrier(address: str, house: Settings) -> str | None:
    """The service that brings a device of a room to the broker; None where it is none of haard's on this computer."""
    if is_simulated(house):
        return "simulated"
    if address in house.zigbee2mqtt.devices:
        return "zigbee2mqtt"
    options = house.bluetooth.valves.get(address)
    is_elsewhere = options is not None and options.elsewhere
    return "bluetooth" if re.fullmatch(r"[0-9a-f]{12}", address) and not is_elsewhere else None


def command(service: str) -> str:
    """How a service is started by hand."""
    return f"python -m {service if service in ('regulator', 'recorder') else f'bridges {service}'} --settings FILE"
