"""What a person says of a house when it is set up, and house.yaml written from it. Pure.

A room is said as `Living room, A4:C1:38:00:00:01, 00:1A:22:00:00:01=2100`: its name, then its devices; those with a
power in W are valves, the others thermometers.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from house.errors import SettingsError
from house.settings.section import spelled
from house.typed import number

Boiler = Literal["nefit", "emsesp", "otgw", "relay", "simulated"]
USUAL_POWER_W = 1000
LEAST_W, MOST_W = 20, 50_000


@dataclass(frozen=True, slots=True)
class RoomAnswer:
    """One room: its name, thermometers, and valves with their radiators' power, W."""

    name: str
    thermometers: tuple[str, ...] = ()
    valves: tuple[tuple[str, float], ...] = ()

    @property
    def id(self) -> str:
        return room_id(self.name)


@dataclass(frozen=True, slots=True)
class Answers:
    """All that is asked; what is not given has a value that works."""

    name: str = "Our house"
    timezone: str = "Europe/Amsterdam"
    latitude: float = 52.1
    longitude: float = 5.1
    rooms: tuple[RoomAnswer, ...] = ()
    boiler: Boiler = "nefit"
    boiler_at: str | None = None
    """Its server's URL, its base topic, or the relay's name."""
    meter: str | None = None
    database: str = "sqlite:///haard.db"
    broker: str = "127.0.0.1"

    def at(self, place: str) -> "Answers":
        """With a place such as `52.1, 5.1`; raises SettingsError for any other text."""
        try:
            latitude, longitude = (float(number(part)) for part in place.split(","))
        except ValueError as error:
            raise SettingsError(f"{place!r} should be a latitude and a longitude such as 52.1, 5.1") from error
        return replace(self, latitude=latitude, longitude=longitude)


def room_id(name: str) -> str:
    """`Child's room` becomes `childs_room`."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower().replace("'", "")
    found = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")
    if not found or found == "set":
        raise SettingsError(f"{name!r} should have a letter or digit, for the room's id")
    return found


def room(text: str) -> RoomAnswer:
    """Read a room as a person writes it; raises SettingsError that says how."""
    name, *devices = [part.strip() for part in text.split(",")]
    thermometers = tuple(one for one in devices if one and "=" not in one)
    try:
        valves = tuple((one.partition("=")[0].strip(), power(one.partition("=")[2])) for one in devices if "=" in one)
    except ValueError as error:
        raise SettingsError(f"{text!r}: after = there should be the radiator's power in W, such as 2100") from error
    if not name:
        raise SettingsError(f"{text!r} should begin with the room's name")
    return RoomAnswer(name, thermometers, valves)


def power(text: str) -> float:
    """A radiator's power as a person types it, W: `2100`, `2100 W` or `2.1 kW`; raises ValueError for anything else."""
    found = re.fullmatch(r"(.*?)\s*(kw|w)?", text.strip().lower())
    watts = float(number(found[1])) * (1000 if found[2] == "kw" else 1) if found else 0.0
    if not LEAST_W <= watts <= MOST_W:
        raise ValueError(f"should be W from {LEAST_W} to {MOST_W}")
    return watts


def house_yaml(answers: Answers) -> str:
    """The text of a new house.yaml, with a word on what may be changed."""
    if not answers.rooms:
        raise SettingsError('which rooms? Say each as --room "Living room, THERMOMETER, VALVE=POWER"')
    ids = [one.id for one in answers.rooms]
    for id_ in ids:
        if ids.count(id_) > 1:
            raise SettingsError(f"two rooms would be called {id_}; give them names that differ")
    return _FORM.format(
        name=_quoted(answers.name),
        timezone=answers.timezone,
        latitude=answers.latitude,
        longitude=answers.longitude,
        database=answers.database,
        broker=answers.broker,
        rooms="".join(map(room_yaml, answers.rooms)),
        boiler=_boiler(answers.boiler, answers.boiler_at),
        meter=f"{{driver: dsmr, url: {_quoted(answers.meter)}}}" if answers.meter else "{driver: simulated}",
        weather="{driver: simulated}" if answers.boiler == "simulated" else "{driver: openmeteo}",
    )


def room_yaml(answer: RoomAnswer, indent: str = "  ") -> str:
    """The lines of one room below `rooms:`."""
    lines = [f"{answer.id}:", f"  name: {_quoted(answer.name)}"]
    if answer.thermometers:
        lines.append(f"  sensors: [{', '.join(map(quoted_device, answer.thermometers))}]")
    lines.append("  radiators:")
    valves = answer.valves or ((f"{answer.id}_valve", USUAL_POWER_W),)
    lines += [f"    - {{valve: {quoted_device(valve)}, power_w: {power:g}}}" for valve, power in valves]
    if not answer.valves:
        lines[-1] += "  # put the valve's address here, and its radiator's power"
    lines += ["  schedule:", '    daily: {"06:30": 20, "22:30": 17}']
    return "".join(f"{indent}{line}\n" for line in lines)


def quoted_device(address: str) -> str:
    """A device's address as it stands in house.yaml."""
    digits = re.sub(r"[:\-. ]", "", address.lower())
    return _quoted(spelled(digits)) if re.fullmatch(r"[0-9a-f]{12}", digits) else address


def _boiler(driver: Boiler, where: str | None) -> str:
    options: dict[str, str] = {
        "nefit": f"url: {_quoted(where or 'http://localhost:3000')}",
        "emsesp": f"emsesp: {{topic: {_quoted(where or 'ems-esp')}}}",
        "otgw": f"otgw: {{device: {_quoted(where or 'otgw')}}}",
        "relay": f"relay: {{device: {_quoted(where or 'boiler')}}}",
    }
    said = options.get(driver)
    return f"{{driver: {driver}, {said + ', ' if said else ''}minimum_power_w: 6500, maximum_power_w: 22000}}"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    if not text.isprintable():
        raise SettingsError(f"{text!r} should be plain text in one line")
    return f'"{escaped}"'


def needs(answers: Sequence[RoomAnswer]) -> list[str]:
    """The rooms whose valves are not known yet."""
    return [one.name for one in answers if not one.valves]


_FORM = """\
# yaml-language-server: $schema=/usr/share/haard/house.schema.json
# The house. After a change run `sudo haard init` again: it shows what follows from it, and asks before it does it.
# All settings: `haard check`, and the settings reference in the documentation.

home:
  name: {name}
  timezone: {timezone}
  latitude: {latitude}
  longitude: {longitude}

# haard's own way to the broker; devices come in on port 1883. User and password are kept in /etc/haard/secrets.
mqtt:
  host: {broker}
  port: 1884

database:
  url: {database}

# Named setpoints, °C.
presets: {{comfort: 20.5, eco: 17, away: 15, frost: 7, boost: 23}}

# Each radiator with its valve and its power in W at ΔT 50 K (EN 442; on the type plate or in the maker's table). The
# schedule is only its first value: later the room's own topic has it, where the page and Home Assistant change it.
rooms:
{rooms}
# The smallest power is what makes a boiler start too often when one small room asks.
boiler: {boiler}
meter: {meter}
weather: {weather}
"""
