"""The only place where a topic is spelled: one table of what is said where, by whom, and whether it is retained.

Paths are relative to the topic root (`mqtt.root`, which may have several levels); `Root` adds and removes it. Ids are
`[a-z0-9_]+`; the last part of a pattern may be optional, as in `room/{room}/temperature[/{sensor}]`.
"""

import re
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Any, Generic, Literal, NamedTuple, TypeVar

from house import messages

Writer = Literal[
    "clock",
    "sensor",
    "valve",
    "boiler",
    "meter",
    "weather",
    "regulator",
    "analyst",
    "person",
    "service",
    "node",
    "owner",
    "notify",
]

_ID = re.compile(r"(?!set$)[a-z0-9_]+")  # "set" would turn a wish that was meant for a room into a sensor's reading


M_co = TypeVar("M_co", bound=messages.Message, covariant=True)


@dataclass(frozen=True, slots=True, eq=False)
class Topic(Generic[M_co]):
    """One kind of topic: pattern under the root, what it carries, whether it is retained, and who writes it."""

    pattern: str
    message: type[M_co]
    retained: bool
    writer: Writer
    about: str
    recorded: bool = True
    """Whether the recorder keeps it; not what it was asked for itself."""

    def path(self, *ids: str) -> str:
        """The path with its ids filled in: `ROOM_STATUS.path("living")` is `room/living/status`.

        Raises ValueError for more or fewer ids than the pattern has.
        """
        return _path(self, ids)

    def filter(self) -> str:
        """The MQTT topic filter, relative to the root, that matches every topic of this kind."""
        return re.sub(r"\{\w+\}", "+", re.sub(r"\[.*\]", "/#", self.pattern))


@lru_cache(maxsize=8192)  # more than a large building has topics
def _path(topic: Topic[Any], ids: tuple[str, ...]) -> str:
    for spelling in _spellings(topic):
        if spelling.count("{}") == len(ids):
            return spelling.format(*ids)
    raise ValueError(f"{topic.pattern} has no place for the ids {ids}")


@cache
def _spellings(topic: Topic[Any]) -> tuple[str, ...]:
    """The pattern with `{}` for each id; two of them, the shorter first, where its last part is optional."""
    nameless = re.sub(r"\{\w+\}", "{}", topic.pattern)
    shorter, bracket, _ = nameless.partition("[")
    return (shorter, re.sub(r"[\[\]]", "", nameless)) if bracket else (nameless,)


TICK = Topic("tick", messages.Tick, False, "clock", "the time, each minute")

ROOM_TEMPERATURE = Topic(
    "room/{room}/temperature[/{sensor}]", messages.RoomTemperature, True, "sensor", "how warm the room is"
)
ROOM_HUMIDITY = Topic("room/{room}/humidity[/{sensor}]", messages.Humidity, True, "sensor", "relative humidity")
ROOM_WINDOW = Topic("room/{room}/window[/{sensor}]", messages.Window, True, "sensor", "a window or door contact")
ROOM_PRESENCE = Topic("room/{room}/presence[/{sensor}]", messages.Presence, True, "sensor", "whether somebody is there")
SENSOR_STATUS = Topic("sensor/{address}/status", messages.SensorStatus, True, "sensor", "battery, signal, firmware")

ROOM_MODE_WISH = Topic("room/{room}/mode/set", messages.ModeWish, False, "person", "auto, heat, off or bypass")
ROOM_PRESET_WISH = Topic(
    "room/{room}/preset/set", messages.PresetWish, False, "person", "comfort, eco, boost, away or none"
)
ROOM_SETPOINT_WISH = Topic("room/{room}/setpoint/set", messages.SetpointWish, False, "person", "override the setpoint")
ROOM_BOOST_WISH = Topic("room/{room}/boost/set", messages.BoostWish, False, "person", "heat hard for some minutes")
ROOM_SCHEDULE_WISH = Topic("room/{room}/schedule/set", messages.ScheduleWish, False, "person", "replace the week")
AWAY_WISH = Topic("away/set", messages.AwayWish, False, "person", "nobody is home")
COMFORT_WISH = Topic(
    "comfort/set", messages.ComfortWish, False, "person", "between warm on the minute and a boiler that rests"
)
VALVE_COMMAND = Topic(
    "valve/{address}/command", messages.ValveCommand, False, "person", "what one valve should do by itself, now"
)

ROOM_SETTINGS = Topic("room/{room}/settings", messages.RoomSettings, True, "regulator", "the accepted wishes")
ROOM_SCHEDULE = Topic("room/{room}/schedule", messages.Schedule, True, "regulator", "the accepted week")
ROOM_STATUS = Topic("room/{room}/status", messages.RoomStatus, True, "regulator", "all that a person wants to see")
ROOM_MEMORY = Topic("room/{room}/memory", messages.RoomMemory, True, "regulator", "what it is in the midst of")
ROOM_LEARNED = Topic("room/{room}/learned", messages.Learned, True, "regulator", "what the law has learned of the room")
HOUSE = Topic("house", messages.HouseDescription, True, "regulator", "names, order and wiring of the rooms")
HOUSE_SETTINGS = Topic("settings", messages.HouseSettings, True, "regulator", "the accepted wishes for the house")
HOUSE_MEMORY = Topic("memory", messages.HouseMemory, True, "regulator", "the last tick, the boiler's recent starts")
HOUSE_LEARNED = Topic(
    "learned", messages.Learned, True, "regulator", "what the law has learned of the house and its boiler"
)
VALVE_SET = Topic(
    "valve/{address}/set", messages.ValveSet, True, "regulator", "how the valve should be, until when, and why"
)
BOILER_SET = Topic(
    "boiler/set", messages.BoilerSet, True, "regulator", "whether the boiler should heat, until when, and why"
)

ROOM_MODEL = Topic("room/{room}/model", messages.RoomModel, True, "analyst", "learned room constants")
ROOM_GAS = Topic("room/{room}/gas", messages.RoomGas, True, "analyst", "gas attributed to the room")
HOUSE_GAS = Topic("gas", messages.HouseGas, True, "analyst", "gas of the whole house, and what it cost")
ROOM_POWER = Topic(
    "room/{room}/power", messages.RadiatorPower, True, "analyst", "how strong the room's radiators proved to be"
)
PIPE_LOSS = Topic("pipes", messages.PipeLoss, True, "analyst", "the part of the heating gas that pipes take")
METER_LAG = Topic("meter/gas/lag", messages.MeterLag, True, "analyst", "how late the gas meter's readings come")
DAY = Topic(
    "day", messages.Day, True, "analyst", "what a day came to; said of each day, and again when it is corrected"
)
HISTORY_QUERY = Topic(
    "history/get", messages.HistoryQuery, False, "person", "ask for the recorded past", recorded=False
)
HISTORY_REPLY = Topic(
    "history/reply/{client}", messages.HistoryReply, False, "analyst", "the past that was asked for", recorded=False
)
ALERT = Topic("alert/{alert}", messages.Alert, True, "analyst", "something that a person should see to")

VALVE_STATUS = Topic("valve/{address}/status", messages.ValveStatus, True, "valve", "what the valve reported")
VALVE_PROGRAM = Topic(
    "valve/{address}/program", messages.Schedule, True, "valve", "the week that the valve keeps, as read"
)
BOILER_STATUS = Topic("boiler/status", messages.BoilerStatus, True, "boiler", "what the boiler reported")
METER_GAS = Topic("meter/gas", messages.GasReading, True, "meter", "cumulative gas")
METER_ELECTRICITY = Topic("meter/electricity", messages.ElectricityReading, True, "meter", "cumulative electricity")
OUTSIDE_TEMPERATURE = Topic("outside/temperature[/{sensor}]", messages.Temperature, True, "weather", "outside air")
FORECAST = Topic("forecast", messages.Forecast, True, "weather", "hourly temperature and irradiance to come")

NODE_CONFIG = Topic("node/{node}/config", messages.NodeConfig, True, "owner", "what a node hears and drives")
NODE_UPDATE = Topic("node/{node}/update", messages.NodeUpdate, False, "owner", "new firmware, piece by piece")
NODE_STATUS = Topic("node/{node}/status", messages.NodeStatus, True, "node", "how a node is")
NODE_LOG = Topic("node/{node}/log", messages.NodeLog, False, "node", "what a node writes at its serial port")

SERVICE_AVAILABILITY = Topic(
    "service/{service}/availability", messages.Availability, True, "service", "online or offline"
)
SERVICE_ABOUT = Topic("service/{service}/about", messages.About, True, "service", "its version, and since when it runs")
SERVICE_ECHO = Topic(
    "service/{service}/echo", messages.Echo, False, "service", "a service's own word, to know that it heard all"
)
SERVICE_BASIS = Topic(
    "service/{service}/basis", messages.Basis, True, "service", "by what the regulator decides: version, settings, law"
)
SERVICE_BEGAN = Topic(
    "service/{service}/began", messages.Began, False, "service", "the regulator has caught up, and decides from here on"
)
REPLAYED = Topic("replayed", messages.Replayed, True, "owner", "whether the record of a night decides the same again")
SERVICE_SKIPPED = Topic(
    "service/{service}/skipped", messages.Skipped, False, "service", "what the regulator did not hear in a flood"
)
NOTIFIED = Topic("notified", messages.Notified, True, "notify", "the problems that people have been told of")
REJECTED = Topic("rejected", messages.Rejected, False, "service", "a message that could not be used, and why")

TOPICS: tuple[Topic[Any], ...] = tuple(value for value in list(globals().values()) if isinstance(value, Topic))


class Name(NamedTuple):
    """A topic recognised: its kind, and the ids in it (room, valve, service, ...) in order."""

    topic: Topic[Any]
    ids: tuple[str, ...] = ()


class _Shape(NamedTuple):
    """Topics that have their words at the same levels, and their ids at the others."""

    words_at: tuple[int, ...]
    ids_at: tuple[int, ...]
    by_words: dict[tuple[str, ...], Topic[Any]]


def _shapes() -> dict[int, list[_Shape]]:
    """By the number of levels; those with the fewest ids first, since a word is no id where it has a meaning."""
    shapes: dict[tuple[bool, ...], _Shape] = {}
    for topic in TOPICS:
        for spelling in _spellings(topic):
            parts = spelling.split("/")
            is_id = tuple(part == "{}" for part in parts)
            words_at = tuple(at for at, one in enumerate(is_id) if not one)
            ids_at = tuple(at for at, one in enumerate(is_id) if one)
            shape = shapes.setdefault(is_id, _Shape(words_at, ids_at, {}))
            shape.by_words[tuple(parts[at] for at in words_at)] = topic
    by_length: dict[int, list[_Shape]] = {}
    for is_id, shape in sorted(shapes.items(), key=lambda item: sum(item[0])):
        by_length.setdefault(len(is_id), []).append(shape)
    return by_length


_SHAPES = _shapes()


@lru_cache(maxsize=8192)  # more than a large building has topics; a fleet has more, so it must be quick without it
def parse(path: str) -> Name | None:
    """Recognise a path relative to the root; None if it is none of ours."""
    parts = path.split("/")
    for words_at, ids_at, by_words in _SHAPES.get(len(parts), ()):
        topic = by_words.get(tuple([parts[at] for at in words_at]))
        if topic is not None:
            ids = tuple([parts[at] for at in ids_at])
            return Name(topic, ids) if all([_ID.fullmatch(one) for one in ids]) else None
    return None


@dataclass(frozen=True, slots=True)
class Heard:
    """A message that arrived: where it was said, what it says, and whether the broker had kept it."""

    name: Name
    message: messages.Message
    retained: bool = False


def read(path: str, payload: bytes, *, retained: bool = False) -> Heard | None:
    """Understand a payload by its path; None for a topic that is none of ours, PayloadError for bytes that cannot be
    read.
    """
    name = parse(path)
    return Heard(name, name.topic.message.decode(payload), retained) if name else None


@dataclass(slots=True)
class Publication:
    """A message to be said: its topic, and the message itself; None takes back what was retained there."""

    name: Name
    message: messages.Message | None
    _written: bytes | None = field(default=None, init=False, repr=False, compare=False)

    @property
    def path(self) -> str:
        return self.name.topic.path(*self.name.ids)

    @property
    def payload(self) -> bytes:
        """Written once, when it is asked for."""
        if self._written is None:
            self._written = self.message.encode() if self.message is not None else b""
        return self._written

    @property
    def retained(self) -> bool:
        return self.name.topic.retained


@lru_cache(maxsize=8192)
def name(topic: Topic[Any], *ids: str) -> Name:
    """The topic of one room, device or the house."""
    return Name(topic, ids)


def publication(topic: Topic[Any], *ids: str, message: messages.Message | None) -> Publication:
    """`publication(ROOM_TEMPERATURE, "living", message=Temperature(value=20.4))`."""
    return Publication(Name(topic, ids), message)


@lru_cache(maxsize=256)
def pattern_of(topic_filter: str) -> re.Pattern[str]:
    """An MQTT filter as a pattern: `+` is one level, `#` at the end all that follow, and the level above too."""
    levels = topic_filter.split("/")
    parts = [".*" if level == "#" else "[^/]*" if level == "+" else re.escape(level) for level in levels]
    pattern = "/".join(parts)
    return re.compile(f"{pattern[:-3]}(/.*)?" if pattern.endswith("/.*") else pattern)


def is_id(text: str) -> bool:
    """Whether a room, device or shadow may be called so."""
    return _ID.fullmatch(text) is not None


def shadow(name: str) -> str:
    """Below this path a second regulator speaks that no device hears, each word where the real one says its own."""
    return f"shadow/{name}"


def matches(topic_filter: str, path: str) -> bool:
    """Whether an MQTT filter matches a topic."""
    return pattern_of(topic_filter).fullmatch(path) is not None


@dataclass(frozen=True, slots=True)
class Root:
    """The topic root of one house, such as `home` or `sites/12/home`."""

    prefix: str

    def full(self, path: str) -> str:
        return f"{self.prefix}/{path}"

    def relative(self, topic: str) -> str | None:
        """The path under this root; None for a topic of another house."""
        return topic[len(self.prefix) + 1 :] if topic.startswith(self.prefix + "/") else None
