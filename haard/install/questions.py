"""The questions of `haard init`, each with an answer that is taken with Enter."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Protocol

from haard.install.answers import Answers, Boiler, RoomAnswer, power, room
from house.errors import SettingsError

Ask = Callable[[str, str], str]
"""Question and the answer by default, to the answer."""

WHERE = {
    "nefit": ("Where does nefit-easy-http-server listen?", "http://localhost:3000"),
    "emsesp": ("Which base topic is set in EMS-ESP?", "ems-esp"),
    "otgw": ("Which node id has the OpenTherm Gateway?", "otgw"),
    "relay": ("What is the relay called in its MQTT settings?", "boiler"),
}


class Found(Protocol):
    """A device that Bluetooth hears."""

    @property
    def address(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def says(self) -> str: ...


def ask_all(given: Answers, ask: Ask, listen: Callable[[], Sequence[Found]]) -> Answers:
    """Whatever the options have not said."""
    name = ask("What is the house called?", given.name)
    place = ask("Where is it (latitude, longitude)?", f"{given.latitude:g}, {given.longitude:g}")
    zone = ask("Its time zone?", given.timezone)
    boiler = _boiler(ask(f"The boiler: {', '.join(WHERE)} or simulated?", given.boiler))
    boiler_at = ask(*WHERE[boiler]) if boiler in WHERE and given.boiler_at is None else given.boiler_at
    meter = ask("The smart meter (serial:///dev/ttyUSB0, tcp://host:port, or nothing)?", given.meter or "")
    return replace(
        given.at(place),
        name=name,
        timezone=zone,
        boiler=boiler,
        boiler_at=boiler_at,
        meter=meter or None,
        rooms=given.rooms or _rooms(ask, listen),
    )


def _boiler(text: str) -> Boiler:
    word = text.strip().lower()
    for known in ("nefit", "emsesp", "otgw", "relay", "simulated"):
        if word == known:
            return known
    raise SettingsError(f"{text!r} should be one of {', '.join(WHERE)} and simulated")


def _rooms(ask: Ask, listen: Callable[[], Sequence[Found]]) -> tuple[RoomAnswer, ...]:
    names = [one.strip() for one in ask("Which rooms (names with commas between)?", "Living room").split(",")]
    rooms = {one.name.lower(): one for one in map(room, names) if one.name}
    for device in listen():
        where = ask(f"{device.address}, {device.kind}, {device.says}: in which room (Enter: none)?", "")
        if where.lower() in rooms:
            rooms[where.lower()] = _with(rooms[where.lower()], device, ask)
    return tuple(rooms.values())


def _with(answer: RoomAnswer, device: Found, ask: Ask) -> RoomAnswer:
    if device.kind != "valve":
        return replace(answer, thermometers=(*answer.thermometers, device.address))
    said = ask("Its radiator's power, W at ΔT 50 K?", "1000")
    try:
        return replace(answer, valves=(*answer.valves, (device.address, power(said))))
    except ValueError as error:
        raise SettingsError(f"{said!r} should be the radiator's power in W, such as 2100") from error
