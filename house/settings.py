"""house.yaml: the static wiring of one house, validated once at start.

What people change from day to day (schedules, presets, overrides) lives in retained topics; the schedule here is only
its first value. Every fault is told as `file:line: key: what, and what would be right`, all of them at once.
"""

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
from operator import itemgetter
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from house import yaml_lines
from house.device_settings import Boiler, Weather, Zigbee2mqtt
from house.errors import SettingsError
from house.law_settings import SLIDER, Airing, Burst, HeatingCurve, Prepare, TimeProportional, Tpi
from house.messages import PresetTemperatures, SwitchPoint, SwitchPoints
from house.radio_settings import Bluetooth
from house.section import Address, Minutes, Seconds, Section, Watts, shaped

SECRETS: Mapping[yaml_lines.Path, str] = {
    ("mqtt", "user"): "HAARD_MQTT_USER",
    ("mqtt", "username"): "HAARD_MQTT_USER",
    ("mqtt", "password"): "HAARD_MQTT_PASSWORD",
    ("database", "password"): "HAARD_DATABASE_PASSWORD",
}
"""What people look for in this file and what belongs in the environment."""

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def _id(text: str) -> str:
    if not re.fullmatch(r"[a-z0-9_]+", text) or text == "set":
        raise ValueError("a room's id should be a-z, 0-9 and _ (its name may be anything)")
    return text


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        near = difflib.get_close_matches(name, available_timezones(), n=1)
        raise ValueError(f"should be a time zone such as {near[0] if near else 'Europe/Amsterdam'}") from error
    return name


def _fault(path: yaml_lines.Path, text: str) -> PydanticCustomError:
    """A fault that a validator finds at `path` below its own place; the value, which may be secret, is not told."""
    return PydanticCustomError("fault", "{text}", {"text": text, "path": path})


def _without_password(url: str) -> str:
    try:
        password = urlsplit(url).password
    except ValueError as error:
        raise _fault((), f"is not a URL: {error}") from error
    if password:
        secret = "HAARD_DATABASE_PASSWORD or HAARD_DATABASE_PASSWORD_FILE"
        raise _fault((), f"should hold no password; give it in {secret}")
    return url


def _days(text: str) -> tuple[int, ...]:
    """Day numbers (1 = Monday) of `mon`, `mon-fri`, `sat,sun` or `daily`."""
    if text == "daily":
        return tuple(range(1, 8))
    found: list[int] = []
    for part in text.lower().split(","):
        first, _, last = part.strip().partition("-")
        if first not in DAYS or (last and last not in DAYS):
            raise _fault((text,), "should be days such as mon, mon-fri, sat,sun or daily")
        start, end = DAYS.index(first), DAYS.index(last or first)
        found += [(start + step) % 7 + 1 for step in range((end - start) % 7 + 1)]
    return tuple(found)


def _week(value: Any) -> Any:
    """`{"mon-fri": {"06:30": 20.5}}` becomes a list of switch points; each day may be named once."""
    if not isinstance(value, Mapping):
        return value
    points: list[SwitchPoint] = []
    named: dict[int, str] = {}
    for name, times in value.items():
        if not isinstance(times, Mapping):
            raise _fault((name,), 'should hold times and setpoints such as "06:30": 20.5')
        days = _days(name)
        for day in days:
            if day in named:
                raise _fault((name,), f"{DAYS[day - 1]} is named twice: in {named[day]} and in {name}")
            named[day] = name
        points += [point for time, setpoint in times.items() for point in _switch_points(name, days, time, setpoint)]
    return points


def _switch_points(name: str, days: Sequence[int], time: str, setpoint: Any) -> list[SwitchPoint]:
    try:
        return [SwitchPoint(day=day, time=time.zfill(5), setpoint=setpoint) for day in days]
    except ValidationError as error:
        fault = error.errors()[0]
        raise _fault((name, time), f"{_message(fault)}, not {fault['input']!r}") from error


def _day(value: Any) -> date:
    try:
        return value if isinstance(value, date) else date.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise ValueError("should be a day such as 2026-01-31") from error


Id = Annotated[str, AfterValidator(_id)]
FirstDay = Annotated[date, BeforeValidator(_day)]
TopicFilter = Annotated[
    str, shaped(r"([^+#/]+|\+)(/([^+#/]+|\+))*(/#)?", "a topic filter such as tick or room/+/memory")
]
Week = Annotated[SwitchPoints, BeforeValidator(_week)]


class Presets(PresetTemperatures):
    """What the named setpoints mean, °C."""

    model_config = ConfigDict(extra="forbid")


class Home(Section):
    """Which house, and where: the time zone rules the schedules, the place (degrees) the sun."""

    name: str = "Our house"
    timezone: Annotated[str, AfterValidator(_zone)] = "Europe/Amsterdam"
    latitude: Annotated[float, Field(ge=-90, le=90)] = 52.1
    longitude: Annotated[float, Field(ge=-180, le=180)] = 5.1


class Mqtt(Section):
    """The broker; user and password come from HAARD_MQTT_USER and HAARD_MQTT_PASSWORD (or ..._FILE)."""

    host: str = "localhost"
    port: Annotated[int, Field(ge=1, le=65_535)] = 1883
    root: Annotated[str, shaped(r"[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*", "a topic such as home or sites/12/home")] = "home"
    tls: bool = False
    ca_file: Path | None = None


class Database(Section):
    """Where the recorder writes; the password comes from HAARD_DATABASE_PASSWORD (or ..._FILE)."""

    url: Annotated[str, AfterValidator(_without_password)] = "sqlite:///haard.db"


class Retention(Section):
    """How many days messages are kept, and those of topics that are kept for another time; of filters under the root,
    such as `tick` or `room/+/memory`, the first that fits counts. Hours and what a day came to are kept for ever.
    """

    days: Annotated[float, Field(ge=35, le=36_500)] = 730  # the analyst looks back a month
    topics: Mapping[TopicFilter, Annotated[float, Field(ge=1, le=36_500)]] = {}


class Recorder(Section):
    """How the recorder writes: it gathers messages for `linger_s` before a commit; 0 commits what is there at once."""

    linger_s: Annotated[float, Field(ge=0, le=10)] = 0.25
    retention: Retention = Retention()


class Radiator(Section):
    """A radiator with its valve; nominal power in W at ΔT 50 K (EN 442), as on its type plate."""

    valve: Address
    power_w: Watts


def _sensor(value: Any) -> Any:
    if isinstance(value, Mapping) and not value.keys().isdisjoint(("key", "bindkey")):
        raise ValueError(
            "should hold no key (bindkey); give it in the file that HAARD_BINDKEYS_FILE names, in a line such as "
            "A4:C1:38:00:00:01 231d39c1d7cc1ab1aee224cd096db932"
        )
    return {"address": value} if isinstance(value, str) else value


class Sensor(Section):
    """A thermometer: its address alone, or with a calibration, K, that is added to what it says.

    The key (bindkey) of a thermometer that encrypts is a secret: it stands in the file that HAARD_BINDKEYS_FILE names.
    """

    address: Address
    calibration: Annotated[float, Field(ge=-5, le=5)] = 0


class Room(Section):
    """A space with one setpoint."""

    name: str = ""
    sensors: tuple[Annotated[Sensor, BeforeValidator(_sensor)], ...] = ()
    windows: tuple[Address, ...] = ()
    radiators: Annotated[tuple[Radiator, ...], Field(min_length=1)]
    area_m2: Annotated[float, Field(gt=0, le=10_000)] | None = None
    schedule: Week = ()
    hysteresis: Annotated[float, Field(ge=0.05, le=2)] = 0.2

    @property
    def thermometers(self) -> tuple[str, ...]:
        """The addresses of the sensors."""
        return tuple(sensor.address for sensor in self.sensors)

    def devices(self) -> Iterator[tuple[yaml_lines.Path, str]]:
        """Each device of the room, as the path of its key below the room and its address."""
        yield from ((("sensors", index), address) for index, address in enumerate(self.thermometers))
        yield from ((("windows", index), address) for index, address in enumerate(self.windows))
        yield from ((("radiators", index, "valve"), one.valve) for index, one in enumerate(self.radiators))


class Meter(Section):
    """The smart meter's P1 port: `serial:///dev/ttyUSB0` or `tcp://host:port`; publishes at most every `interval_s`."""

    driver: Literal["simulated", "dsmr"] = "simulated"
    url: (
        Annotated[str, shaped(r"serial:///.+|tcp://[^/:]+:[0-9]+", "serial:///dev/ttyUSB0 or tcp://host:port")] | None
    ) = None
    interval_s: Seconds = 10


class Gas(Section):
    """How gas is shared out and what it costs: the part of the heating gas that warms pipes and no room, and the price
    of a m³ by the day from which it holds.
    """

    pipes_fraction: Annotated[float, Field(ge=0, lt=1)] = 0
    tariffs: Mapping[FirstDay, Annotated[float, Field(ge=0, le=100)]] = {}


class Regulator(Section):
    """Which control law decides, one slider between warm on the minute and a boiler and valves that rest, and the
    numbers of the laws for experts.
    """

    law: Literal["burst", "hysteresis", "timeprop", "tpi"] = "burst"
    comfort: Literal["comfort", "balanced", "quiet"] = "balanced"
    burst: Burst | None = None
    """Numbers in place of those that `comfort` stands for."""
    prepare: Prepare = Prepare()
    airing: Airing = Airing()
    moves_per_day: Annotated[int, Field(ge=2, le=1000)] = 60
    """After so many moves in a day a valve moves only where its room is 1 K off, and for safety."""
    heating_curve: HeatingCurve | None = None
    """Without, the boiler's own dial rules its flow."""
    timeprop: TimeProportional = TimeProportional()
    tpi: Tpi = Tpi()

    @cached_property
    def burst_numbers(self) -> Burst:
        """The numbers in force for `burst`."""
        given = self.burst.model_dump(exclude_unset=True) if self.burst else {}
        return SLIDER[self.comfort].model_copy(update=given)


class Safety(Section):
    """Limits that hold whatever was decided; units are in the names."""

    stale_after_min: Minutes = 15
    alert_after_min: Minutes = 60
    lost_after_min: Minutes = 120
    valve_expiry_min: Annotated[float, Field(ge=10, le=1440)] = 90
    boiler_expiry_min: Annotated[float, Field(ge=3, le=60)] = 10
    minimum_burn_min: Minutes = 5
    minimum_rest_min: Minutes = 5
    maximum_starts_per_hour: Annotated[int, Field(ge=1, le=60)] = 6
    window_open_delay_s: Seconds = 30
    window_closed_delay_s: Seconds = 60
    boost_min: Annotated[float, Field(ge=1, le=1440)] = 60

    @model_validator(mode="after")
    def _ladder_rises(self) -> Self:
        if not self.stale_after_min <= self.alert_after_min <= self.lost_after_min:
            raise ValueError("stale_after_min, alert_after_min and lost_after_min should rise in this order")
        return self


class Settings(Section):
    """The whole of house.yaml."""

    home: Home = Home()
    mqtt: Mqtt = Mqtt()
    database: Database = Database()
    recorder: Recorder = Recorder()
    presets: Presets = Presets()
    rooms: Annotated[Mapping[Id, Room], Field(min_length=1)]
    boiler: Boiler = Boiler()
    meter: Meter = Meter()
    weather: Weather = Weather()
    bluetooth: Bluetooth = Bluetooth()
    gas: Gas = Gas()
    zigbee2mqtt: Zigbee2mqtt = Zigbee2mqtt()
    regulator: Regulator = Regulator()
    safety: Safety = Safety()

    @model_validator(mode="after")
    def _each_device_has_one_place(self) -> Self:
        places: dict[str, yaml_lines.Path] = {one: ("weather", "sensors") for one in self.weather.sensors}
        for room_id, room in self.rooms.items():
            for path, address in room.devices():
                if address in places:
                    first = ".".join(map(str, places[address]))
                    raise _fault(("rooms", room_id, *path), f"{address} stands twice; the first time in {first}")
                places[address] = ("rooms", room_id, *path)
        valves = {radiator.valve for room in self.rooms.values() for radiator in room.radiators}
        for address in self.bluetooth.valves:
            if address not in valves:
                raise _fault(("bluetooth", "valves", address), f"{address} stands on no radiator of any room")
        for address in self.zigbee2mqtt.devices:
            if address not in places:
                path = ("zigbee2mqtt", "devices", address)
                raise _fault(path, f"{address} stands in no room and not in weather.sensors")
        return self

    @cached_property
    def preset_temperatures(self) -> PresetTemperatures:
        """The presets as they travel in messages."""
        return PresetTemperatures(**self.presets.model_dump())

    @cached_property
    def rooms_by_valve(self) -> Mapping[str, str]:
        """The room on whose radiator each valve sits."""
        return {radiator.valve: id_ for id_, room in self.rooms.items() for radiator in room.radiators}


def load(path: Path) -> Settings:
    """Read house.yaml; raises SettingsError with every fault, its line and the nearest known key."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: cannot be read ({error})") from error
    return parse(text, str(path))


def parse(text: str, file: str = "house.yaml") -> Settings:
    """Settings from YAML text; raises SettingsError as `load` does."""
    document = yaml_lines.parse(text, file)
    if not isinstance(document.values, dict):
        raise SettingsError(f"{file}:1: should hold sections such as rooms: and boiler:")
    try:
        return Settings.model_validate(document.values)
    except ValidationError as error:
        faults = error.errors(include_url=False)
        told = [_in_words(fault, document) for fault in faults if not _follows_from_another(fault, faults)]
        raise SettingsError("\n".join(text for _, text in sorted(told, key=itemgetter(0)))) from error


def _follows_from_another(fault: Any, faults: Sequence[Any]) -> bool:
    """pydantic counts only items that are right, so a list whose one item is wrong is to it too short as well."""
    place = fault["loc"]
    return fault["type"] == "too_short" and any(
        other is not fault and other["loc"][: len(place)] == place for other in faults
    )


def _in_words(fault: Any, document: yaml_lines.Document) -> tuple[int, str]:
    """The line of a fault, and its text."""
    path: yaml_lines.Path = (*fault["loc"], *fault.get("ctx", {}).get("path", ()))
    path = path[:-1] if path[-1:] == ("[key]",) else path  # pydantic's word for a key that is not right itself
    line = document.line(path)
    return line, f"{document.file}:{line}: {'.'.join(map(str, path)) or 'settings'}: {_complaint(fault, path)}"


def _complaint(fault: Any, path: yaml_lines.Path) -> str:
    if fault["type"] == "extra_forbidden":
        return _unknown_key(path)
    if fault["type"] == "missing":
        return "is missing"
    if fault["type"] == "too_short":
        return f"needs at least {fault['ctx']['min_length']}"
    tells_all = fault["type"] == "fault" or isinstance(fault["input"], dict | list)
    return _message(fault) + ("" if tells_all else f", not {fault['input']!r}")


def _unknown_key(path: yaml_lines.Path) -> str:
    if secret := SECRETS.get(path):
        return f"does not belong in this file; give it in {secret} or {secret}_FILE"
    known = _known_keys(path[:-1])
    near = difflib.get_close_matches(str(path[-1]), known, n=1, cutoff=0.5)
    return "unknown key; " + (f"did you mean {near[0]}?" if near else f"known are {', '.join(known)}")


def _message(fault: Any) -> str:
    text: str = fault["msg"].removeprefix("Value error, ")
    return text[0].lower() + text[1:]


def _known_keys(path: yaml_lines.Path) -> list[str]:
    """The keys that the section at `path` knows."""
    section: Any = Settings
    for part in path:
        fields = section.model_fields if isinstance(section, type) and issubclass(section, BaseModel) else {}
        section = _model_in(fields[part].annotation) if part in fields else section
    return list(section.model_fields)


def _model_in(annotation: Any) -> Any:
    """The model inside Mapping[...], tuple[...] or Annotated[...]."""
    while not (isinstance(annotation, type) and issubclass(annotation, BaseModel)):
        inner = [a for a in getattr(annotation, "__args__", ()) if a is not Ellipsis and a is not type(None)]
        if not inner:
            return BaseModel
        annotation = inner[-1]
    return annotation
