"""The house as last heard: the newest message of every topic, and what time it is.

Everything here comes from retained topics (and the time from ticks), so a regulator that starts anywhere knows what
one that never stopped knows. What the regulator itself has said is taken from the broker only until it decides
itself; afterwards its own copy is as new, and a second regulator's echo cannot set it back.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from house import messages, topics
from house.errors import PayloadError
from house.fields import END_OF_INSTANTS, FIRST_INSTANT
from house.schedule import Week, week_of
from house.settings import Settings

CLOCK_SLACK = timedelta(minutes=2)  # ticks of two clocks may overtake each other; more than that is a clock set back
MINUTE = timedelta(minutes=1)
LARGEST_STEP = timedelta(minutes=15)  # a tick that is further ahead is not believed at once
TICKS_TO_AGREE = 2
NO_TIME = datetime(2001, 1, 1, tzinfo=UTC)  # from where minutes are counted by a clock that never knew the time
AHEAD = timedelta(minutes=5)  # a reading or report from further in the future comes from a wrong clock

M = TypeVar("M", bound=messages.Message)
Messages = Mapping[str, Mapping[str, messages.Message]]
"""The newest messages on a kind of topic by first id (room or valve; empty for the house) and further id (sensor)."""


@dataclass(frozen=True)
class Snapshot:
    """The newest messages by kind of topic, with the static wiring of the house."""

    wiring: Settings
    now: datetime | None = None
    doubt: messages.TickDoubt | None = None
    """A time so far ahead that it is not believed yet."""
    is_clockless: bool = False
    """Whether the time is not known: `now` then only counts minutes."""
    ticked: bool = False
    """Whether this process has heard a tick itself."""
    decided: bool = False
    """Whether this process has decided something itself."""
    heard: Mapping[topics.Topic[Any], Messages] = field(default_factory=dict)
    weeks: Mapping[str, Week] = field(default_factory=dict)
    """The schedules as plain numbers, by room."""
    undated: Mapping[topics.Name, messages.Message] = field(default_factory=dict)
    """What was heard live, without a time of its own, before the first tick."""
    arrived: Mapping[topics.Name, messages.Message] = field(default_factory=dict)
    """What was heard live since the last decision, also what is older than what is known."""

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.wiring.home.timezone)

    def last(self, topic: topics.Topic[M], id_: str = "") -> M | None:
        """The newest message on a topic of one room, valve or the house."""
        try:
            return self.heard[topic][id_][""]  # type: ignore[return-value]  # the topic's own type
        except KeyError:
            return None

    def all(self, topic: topics.Topic[M], id_: str) -> Mapping[str, M]:
        """The newest message of each sensor of a room."""
        return self.heard.get(topic, {}).get(id_, {})  # type: ignore[return-value]  # the topic's own type


def empty(wiring: Settings) -> Snapshot:
    """A house of which nothing has been heard yet."""
    return Snapshot(wiring, weeks={id_: week_of(room.schedule) for id_, room in wiring.rooms.items()})


def apply(snapshot: Snapshot, heard: topics.Heard) -> Snapshot:
    """The snapshot with one more message in it; raises PayloadError for a time that cannot be now."""
    if _is_echo(snapshot, heard.name):
        return snapshot
    _check_clock(heard.message)
    if heard.name.topic is topics.TICK:
        return _tick(snapshot, heard.message)
    before = _before(snapshot, heard.name)
    if heard.retained:
        return (
            snapshot
            if _is_older(heard.message, before, snapshot.now)
            else _with(snapshot, [(heard.name, heard.message)])
        )
    message = _dated(heard.message, snapshot.now, before)
    known = snapshot if _is_older(message, before, snapshot.now) else _with(snapshot, [(heard.name, message)])
    if snapshot.now is not None:
        known = replace(known, arrived={**known.arrived, heard.name: message})
    if snapshot.ticked or _missing_instant(heard.message) is None:
        return known
    return replace(known, undated={**known.undated, heard.name: heard.message})


def _before(snapshot: Snapshot, name: topics.Name) -> messages.Message | None:
    id_, *further = name.ids or ("",)
    return snapshot.heard.get(name.topic, {}).get(id_, {}).get("".join(further))


def _is_older(message: messages.Message, before: messages.Message | None, now: datetime | None) -> bool:
    """Whether what is known was measured or reported later, and not in the future."""
    if before is None:
        return False
    if isinstance(message, messages.Window):
        return False  # the last word of a contact holds, however it is dated
    at, known_at = instant_of(message), instant_of(before)
    return at is not None and known_at is not None and at < known_at and (now is None or known_at <= now + AHEAD)


def with_published(snapshot: Snapshot, said: Iterable[topics.Publication]) -> Snapshot:
    """The snapshot after the regulator itself has said something."""
    return _with(snapshot, [(publication.name, publication.message) for publication in said])


def without(snapshot: Snapshot, name: topics.Name) -> Snapshot:
    """The snapshot after a retained topic was emptied."""
    return snapshot if _is_echo(snapshot, name) else _with(snapshot, [(name, None)])


def _is_echo(snapshot: Snapshot, name: topics.Name) -> bool:
    return name.topic.writer == "regulator" and snapshot.decided


def last_published(snapshot: Snapshot, name: topics.Name) -> messages.Message | None:
    """What was last said on a topic of the regulator's own; those have one id at most."""
    return snapshot.last(name.topic, *name.ids)


def republish_missing(snapshot: Snapshot, kept: Mapping[str, bytes]) -> Iterator[topics.Publication]:
    """What makes the broker, which keeps these payloads by path, keep what the regulator has said and nothing else."""
    said_by_path = {publication.path: publication for publication in _all_said(snapshot)}
    yield from (one for path, one in said_by_path.items() if kept.get(path) != one.payload)
    for path in sorted(kept.keys() - said_by_path.keys()):
        name = topics.parse(path)
        if name is not None and name.topic.writer == "regulator" and is_known(snapshot.wiring, name):
            yield topics.Publication(name, None)


def _all_said(snapshot: Snapshot) -> Iterator[topics.Publication]:
    """Everything that the regulator has said and that should stand on the broker."""
    for topic, by_id in snapshot.heard.items():
        for id_, by_sensor in by_id.items():
            if topic.writer == "regulator" and "" in by_sensor:
                yield topics.Publication(topics.Name(topic, (id_,) if id_ else ()), by_sensor[""])


def elapsed(since: datetime | None, now: datetime) -> timedelta:
    """Time since then; a moment in the future (the clock was set back) or none at all counts as long ago."""
    return now - since if since is not None and since <= now else timedelta(days=3650)


def _with(snapshot: Snapshot, changes: Iterable[tuple[topics.Name, messages.Message | None]]) -> Snapshot:
    """The snapshot with messages put in place (None: taken away); of a house of many rooms little is copied."""
    heard: dict[topics.Topic[Any], dict[str, Mapping[str, messages.Message]]] = {}
    weeks, now, undated = snapshot.weeks, snapshot.now, snapshot.undated
    doubt, clockless = snapshot.doubt, snapshot.is_clockless
    for name, message in changes:
        if undated and name in undated:
            undated = {other: kept for other, kept in undated.items() if other != name}
        if name.topic not in heard:
            heard[name.topic] = dict(snapshot.heard.get(name.topic, {}))
        id_, *further = name.ids or ("",)
        by_id, sensor = heard[name.topic], "".join(further)
        others = {one: kept for one, kept in by_id.get(id_, {}).items() if one != sensor}
        by_id[id_] = others if message is None else {**others, sensor: message}
        if isinstance(message, messages.Schedule):
            weeks = {**weeks, id_: week_of(message.points)}
        elif name.topic is topics.ROOM_SCHEDULE:
            weeks = {**weeks, id_: week_of(snapshot.wiring.rooms[id_].schedule)}
        elif isinstance(message, messages.HouseMemory):
            now, doubt, clockless = message.tick_at, message.doubt, message.is_clockless
    return replace(
        snapshot,
        heard={**snapshot.heard, **heard},
        weeks=weeks,
        now=now,
        undated=undated,
        doubt=doubt,
        is_clockless=clockless,
    )


def is_known(wiring: Settings, name: topics.Name) -> bool:
    """Whether the room or valve that a topic names stands in the settings."""
    if name.topic.pattern.startswith("room/"):
        return name.ids[0] in wiring.rooms
    return not name.topic.pattern.startswith("valve/") or name.ids[0] in wiring.rooms_by_valve


def _check_clock(message: messages.Message) -> None:
    """Refuse a time so near the ends of what messages can say that a schedule or an expiry would lie beyond."""
    at = message.at if isinstance(message, messages.Tick) else None
    now = message.tick_at if isinstance(message, messages.HouseMemory) else at
    if now is not None and not 2001 <= now.year < 2099:
        raise PayloadError(
            f"the time should lie between the years 2001 and 2099, not in {now.year}: is the clock right?"
        )


def _tick(snapshot: Snapshot, tick: messages.Message) -> Snapshot:
    assert isinstance(tick, messages.Tick)
    now, at = snapshot.now, tick.at
    if at is None:
        return _at(replace(snapshot, doubt=None, is_clockless=True), (now or NO_TIME) + MINUTE)
    if now is None or snapshot.is_clockless:
        return clock_set(_at(replace(snapshot, doubt=None, is_clockless=False), at), now, at)
    if timedelta(0) <= now - at <= CLOCK_SLACK:
        return snapshot
    if timedelta(0) < at - now <= LARGEST_STEP:
        return _at(replace(snapshot, doubt=None), at)
    if at > now and not _is_witnessed(snapshot, at):
        doubt = _doubt(snapshot.doubt, at)
        if doubt.agreed < TICKS_TO_AGREE:
            return _at(replace(snapshot, doubt=doubt), now + MINUTE)
    return clock_set(_at(replace(snapshot, doubt=None), at), now, at)


def _at(snapshot: Snapshot, now: datetime) -> Snapshot:
    """The snapshot at another time; what arrived before the first tick and had no date was measured now."""
    waiting = [(name, _dated(message, now, None)) for name, message in snapshot.undated.items()]
    arrived = {**snapshot.arrived, **dict(waiting)}
    return replace(_with(snapshot, waiting), now=now, ticked=True, undated={}, arrived=arrived)


def _doubt(before: messages.TickDoubt | None, at: datetime) -> messages.TickDoubt:
    agrees = before is not None and timedelta(0) < at - before.at <= AHEAD
    return messages.TickDoubt(at=at, agreed=before.agreed + 1 if before is not None and agrees else 0)


def _is_witnessed(snapshot: Snapshot, at: datetime) -> bool:
    """Whether a reading or report is dated so too: another clock that says the same."""
    dates = (
        instant_of(message)
        for topic in (topics.ROOM_TEMPERATURE, topics.VALVE_STATUS)
        for by_sensor in snapshot.heard.get(topic, {}).values()
        for message in by_sensor.values()
    )
    return any(one is not None and abs(one - at) <= CLOCK_SLACK for one in dates)


def clock_set(snapshot: Snapshot, before: datetime | None, now: datetime) -> Snapshot:
    """The snapshot after the clock was set: what was wished for a duration ends as much later (or earlier)."""
    if before is None:
        return snapshot
    shift = now - before - MINUTE
    changes: list[tuple[topics.Name, messages.Message | None]] = []
    for room_id in snapshot.wiring.rooms:
        settings = snapshot.last(topics.ROOM_SETTINGS, room_id)
        if settings is not None and settings.durations:
            changes.append((topics.Name(topics.ROOM_SETTINGS, (room_id,)), _shifted(settings, shift)))
        memory = snapshot.last(topics.ROOM_MEMORY, room_id)
        if memory is not None:
            changes.append((topics.Name(topics.ROOM_MEMORY, (room_id,)), _clocks_right(memory, shift, now)))
    house = snapshot.last(topics.HOUSE_SETTINGS)
    if house is not None and house.away is not None and house.away.duration and house.away.until is not None:
        away = house.away.model_copy(update={"until": _moved(house.away.until, shift)})
        changes.append((topics.Name(topics.HOUSE_SETTINGS), messages.HouseSettings(away=away)))
    return _with(snapshot, changes)


def _shifted(settings: messages.RoomSettings, shift: timedelta) -> messages.RoomSettings:
    changes: dict[str, Any] = {}
    if "boost" in settings.durations and settings.boost_until is not None:
        changes["boost_until"] = _moved(settings.boost_until, shift)
    if "preset" in settings.durations and settings.preset_until is not None:
        changes["preset_until"] = _moved(settings.preset_until, shift)
    override = settings.override
    if "override" in settings.durations and override is not None and override.until is not None:
        changes["override"] = override.model_copy(update={"until": _moved(override.until, shift)})
    return settings.model_copy(update=changes)


def _moved(until: datetime, shift: timedelta) -> datetime:
    return min(max(until + shift, FIRST_INSTANT), END_OF_INSTANTS - MINUTE)


def _clocks_right(memory: messages.RoomMemory, shift: timedelta, now: datetime) -> messages.RoomMemory:
    """How far the clocks of the thermometers are off once the house's own has been set."""
    sensors = {address: _clock_right(sensor, shift, now) for address, sensor in memory.sensors.items()}
    valves = {
        address: valve.model_copy(update={"clock": _ahead(valve.clock, shift)})
        for address, valve in memory.valves.items()
    }
    return memory.model_copy(update={"sensors": sensors, "valves": valves})


def _ahead(clock: messages.ClockMemory | None, shift: timedelta) -> messages.ClockMemory | None:
    """What remains of a device's error; None if it was the house's."""
    if clock is None or not clock.ahead_s:
        return None
    ahead = timedelta(seconds=clock.ahead_s) - shift
    is_wrong = ahead > AHEAD or (clock.ahead_s < 0 and ahead < -AHEAD)
    return messages.ClockMemory(ahead_s=ahead.total_seconds()) if is_wrong else None


def _clock_right(sensor: messages.SensorMemory, shift: timedelta, now: datetime) -> messages.SensorMemory:
    clock = _ahead(sensor.clock, shift)
    if clock is not None or sensor.clock is None:
        return sensor if clock == sensor.clock else sensor.model_copy(update={"clock": clock})
    at = min(sensor.said_at, now) if sensor.said_at is not None and sensor.doubt is None else sensor.at
    return sensor.model_copy(update={"clock": None, "at": at if sensor.clock.ahead_s else sensor.at})


def _dated(message: messages.Message, now: datetime | None, before: messages.Message | None) -> messages.Message:
    """A message that does not say when it was measured or reported is as old as its arrival, and not older than what
    came before it.
    """
    field = _missing_instant(message)
    if field is None or now is None:
        return message
    last = instant_of(before) if before is not None else None
    return message.model_copy(update={field: last if last is not None and now < last <= now + AHEAD else now})


_INSTANTS = ("measured_at", "reported_at")


def instant_of(message: messages.Message) -> datetime | None:
    """When a message was measured or reported, if it says so."""
    return next((at for one in _INSTANTS if (at := getattr(message, one, None)) is not None), None)


def _missing_instant(message: messages.Message) -> str | None:
    """The field for the time of measuring or reporting, if the message has one and does not fill it."""
    fields = type(message).model_fields
    return next((one for one in _INSTANTS if one in fields and getattr(message, one) is None), None)
