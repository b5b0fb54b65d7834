"""The order in which all that is heard on the broker is judged: services, time, rooms, boiler, meter, weather. Pure."""

from collections.abc import Iterator
from datetime import datetime

from haard.doctor import device_checks
from haard.doctor.finding import Finding, doubt, failure, well
from haard.doctor.retained import RetainedMessages
from haard.settings_file import room_name
from house import services
from house.settings import Settings

Check = tuple[str, Finding]
"""What was looked at, and what was found."""


def checks(house: Settings, heard: RetainedMessages, now: datetime) -> Iterator[Check]:
    """Every service and device that the settings name; `now` by this computer."""
    for service in services.services(house):
        yield f"service {service}", device_checks.service(service, heard)
    if not services.is_simulated(house):
        yield "tick", device_checks.tick(heard, now)
        yield from _devices(house, heard, now)
    elif heard.tick_at is None:
        yield "tick", failure("the simulated house has not begun", f"start it: {services.command('simulated')}")
    else:
        yield "tick", well(f"in the house it is {heard.tick_at:%Y-%m-%d %H:%M} UTC")
        yield from _devices(house, heard, heard.tick_at)


def unheard(house: Settings) -> Iterator[Check]:
    """What cannot be told while the broker cannot be heard."""
    names = {room: room_name(room, house) for room in house.rooms}
    rooms = [(names[room], section) for room, section in house.rooms.items()]
    groups = {
        "services": services.services(house),
        "thermometers": [f"{one} ({name})" for name, room in rooms for one in room.thermometers],
        "window contacts": [f"{one} ({name})" for name, room in rooms for one in room.windows],
        "valves": [f"{valve} ({name})" for name, room in rooms for valve in room.valves],
        "outdoor thermometers": house.weather.sensors,
        "other devices": ("boiler", "meter", "weather"),
    }
    for group, members in groups.items():
        if members:
            yield (
                group,
                failure(
                    f"not heard without the broker: {', '.join(members)}",
                    "first mend the broker, see above",
                ),
            )


def _devices(house: Settings, heard: RetainedMessages, now: datetime) -> Iterator[Check]:
    for room in house.rooms:
        yield from _room(room, house, heard, now)
    for address in house.weather.sensors:
        yield f"outdoor thermometer {address}", device_checks.outdoor_thermometer(address, heard, now)
    yield from _boiler(house, heard, now)
    yield from _meter(house, heard, now)
    yield from _weather(house, heard, now)


def _room(room: str, house: Settings, heard: RetainedMessages, now: datetime) -> Iterator[Check]:
    section, name = house.rooms[room], room_name(room, house)
    for address in section.thermometers:
        yield f"thermometer {address} ({name})", device_checks.thermometer(room, address, house, heard, now)
    for address in section.windows:
        yield f"window contact {address} ({name})", device_checks.contact(room, address, house, heard, now)
    for valve in section.valves:
        yield f"valve {valve} ({name})", device_checks.valve(valve, house, heard, now)


def _boiler(house: Settings, heard: RetainedMessages, now: datetime) -> Iterator[Check]:
    if _is_left_simulated(house.boiler.driver, house):
        yield "boiler", failure("boiler.driver is simulated in a real house", "name the driver of your boiler there")
    else:
        yield "boiler", device_checks.boiler(house, heard, now)


def _meter(house: Settings, heard: RetainedMessages, now: datetime) -> Iterator[Check]:
    if _is_left_simulated(house.meter.driver, house):
        yield (
            "meter",
            doubt("nobody reads it", 'with a smart meter: meter: {driver: dsmr, url: "serial:///dev/ttyUSB0"}'),
        )
        return
    yield "gas meter", device_checks.gas(heard, now)
    if house.meter.driver == "dsmr":
        yield "electricity meter", device_checks.electricity(heard, now)


def _weather(house: Settings, heard: RetainedMessages, now: datetime) -> Iterator[Check]:
    if _is_left_simulated(house.weather.driver, house):
        yield "weather", doubt("nobody says the forecast", "for one: weather: {driver: openmeteo}")
    else:
        yield "weather", device_checks.forecast(heard, now)


def _is_left_simulated(driver: str, house: Settings) -> bool:
    return driver == "simulated" and not services.is_simulated(house)
