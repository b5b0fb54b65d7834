"""The house as last heard: the newest message of every topic, and what time it is.

Everything here comes from retained topics (and the time from ticks), so a regulator that starts anywhere knows what
one that never stopped knows. What the regulator itself has said is taken from the broker only until it decides
itself; afterwards its own copy is as new, and a second regulator's echo cannot set it back.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from operator import itemgetter
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar
from zoneinfo import ZoneInfo

from house import messages, topics
from house.schedule import Week, week_of
from house.settings import Settings
from regulator.laws import LAWS
from regulator.laws.interface import Law, Memory

if TYPE_CHECKING:  # what was worked out of a snapshot is kept in the next one
    from regulator.decision import Decision
    from regulator.room import RoomState

NO_TIME = datetime(2001, 1, 1, tzinfo=UTC)  # from where minutes are counted by a clock that never knew the time
LONG_AGO = timedelta(days=3650)
AHEAD = timedelta(minutes=5)  # a reading or report from further in the future comes from a wrong clock

M = TypeVar("M", bound=messages.Message)
Messages = Mapping[str, Mapping[str, messages.Message]]
"""The newest messages on a kind of topic by first id (room or valve; empty for the house) and further id (sensor)."""


class Snapshot(NamedTuple):
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
    heard: Mapping[topics.Topic[Any], Messages] = MappingProxyType({})
    weeks: Mapping[str, Week] = MappingProxyType({})
    """The schedules as plain numbers, by room."""
    remembered: Mapping[str, Memory] = MappingProxyType({})
    """What the control law remembers of each room, and under no name of the house, read once from its topics."""
    undated: Mapping[topics.Name, messages.Message] = MappingProxyType({})
    """What was heard live, without a time of its own, before the first tick."""
    arrived: Mapping[topics.Name, messages.Message] = MappingProxyType({})
    """What was heard live since the last decision, also what is older than what is known."""
    observed: "Mapping[str, RoomState]" = MappingProxyType({})
    """What `room.observe` has made of each room that is no other sight since, at this instant or an earlier one."""
    decision: "Decision | None" = None
    """The last decision of this process: of a room that is in `observed` the same follows again at the same instant."""

    @property
    def zone(self) -> ZoneInfo:
        return self.wiring.zone

    def last(self, topic: topics.Topic[M], id_: str = "") -> M | None:
        """The newest message on a topic of one room, valve or the house."""
        by_id = self.heard.get(topic)
        by_sensor = by_id.get(id_) if by_id is not None else None
        return by_sensor.get("") if by_sensor is not None else None  # type: ignore[return-value]  # the topic's own type

    def all(self, topic: topics.Topic[M], id_: str) -> Mapping[str, M]:
        """The newest message of each sensor of a room."""
        return self.heard.get(topic, {}).get(id_, {})  # type: ignore[return-value]  # the topic's own type

    def live(self, topic: topics.Topic[M], id_: str = "", sensor: str = "") -> M | None:
        """What has arrived on a topic since the last decision; a sensor that does not say who it is has no name."""
        if not self.arrived:
            return None
        name = topics.Name(topic, (id_, sensor) if sensor else (id_,) if id_ else ())
        return self.arrived.get(name)  # type: ignore[return-value]  # the topic's own type


def empty(wiring: Settings) -> Snapshot:
    """A house of which nothing has been heard yet."""
    return Snapshot(wiring, weeks={id_: week_of(room.schedule) for id_, room in wiring.rooms.items()})


def law_of(snapshot: Snapshot) -> Law:
    return LAWS[snapshot.wiring.regulator.law]


def with_published(
    snapshot: Snapshot, said: Iterable[topics.Publication], remembered: Mapping[str, Memory] | None = None
) -> Snapshot:
    """The snapshot after the regulator itself has said something; what the law has `remembered` need not be read."""
    return with_changes(snapshot, [(publication.name, publication.message) for publication in said], remembered)


def unobserved(snapshot: Snapshot, names: Iterable[topics.Name]) -> "Mapping[str, RoomState]":
    """What is worked out of the rooms that none of these topics has to do with."""
    gone = {room_id for name in names for room_id in _seen_in(snapshot, name)}
    if gone.isdisjoint(snapshot.observed):
        return snapshot.observed
    left = dict(snapshot.observed)
    for room_id in gone:
        left.pop(room_id, None)
    return left


_NOT_SEEN = (topics.ROOM_STATUS, topics.ROOM_LEARNED)  # `room.observe` looks at neither


def _seen_in(snapshot: Snapshot, name: topics.Name) -> Collection[str]:
    """The rooms that are another sight once something was said on this topic."""
    topic = name.topic
    if topic in _NOT_SEEN:
        return ()
    if topic.pattern.startswith("room/"):
        return name.ids[:1]
    if topic.pattern.startswith("valve/"):
        return [snapshot.wiring.rooms_by_valve.get(name.ids[0], "")]
    if topic is topics.HOUSE_SETTINGS:
        return snapshot.wiring.rooms
    return _with_contact(snapshot, name.ids[0]) if topic is topics.SENSOR_STATUS else ()


def _with_contact(snapshot: Snapshot, address: str) -> list[str]:
    """The rooms with this contact, of which such a message says that it is alive."""
    windows = snapshot.heard.get(topics.ROOM_WINDOW, {})
    rooms = snapshot.wiring.rooms
    return [room_id for room_id, said in windows.items() if address in said or address in rooms[room_id].windows]


def without(snapshot: Snapshot, name: topics.Name) -> Snapshot:
    """The snapshot after a retained topic was emptied."""
    return snapshot if is_echo(snapshot, name) else with_changes(snapshot, [(name, None)])


def is_echo(snapshot: Snapshot, name: topics.Name) -> bool:
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
    return now - since if since is not None and since <= now else LONG_AGO


def with_changes(
    snapshot: Snapshot,
    changes: Collection[tuple[topics.Name, messages.Message | None]],
    remembered: Mapping[str, Memory] | None = None,
) -> Snapshot:
    """The snapshot with messages put in place (None: taken away); of a house of many rooms little is copied."""
    heard: dict[topics.Topic[Any], dict[str, Mapping[str, messages.Message]]] = {}
    weeks, undated, seen = snapshot.weeks, snapshot.undated, []
    for name, message in changes:
        topic, ids = name.topic, name.ids
        id_, sensor = ids[0] if ids else "", ids[1] if len(ids) > 1 else ""
        if undated and name in undated:
            undated = {other: kept for other, kept in undated.items() if other != name}
        by_id = heard.get(topic)
        if by_id is None:
            by_id = heard[topic] = dict(snapshot.heard.get(topic, {}))
        if topic is not topics.ROOM_MEMORY or _is_another_sight(snapshot.observed.get(id_), message):
            seen.append(name)
        by_id[id_] = _with(by_id.get(id_, {}), sensor, message)
        if topic is topics.ROOM_SCHEDULE:
            points = message.points if isinstance(message, messages.Schedule) else snapshot.wiring.rooms[id_].schedule
            weeks = {**weeks, id_: week_of(points)}
    known = snapshot._replace(
        heard={**snapshot.heard, **heard},
        weeks=weeks,
        remembered=snapshot.remembered if remembered is None else remembered,
        undated=undated,
        observed=unobserved(snapshot, seen),
    )
    if remembered is None and not heard.keys().isdisjoint(_OF_THE_LAW):
        known = known._replace(remembered={**snapshot.remembered, **dict(_read(known, changes))})
    memory = heard.get(topics.HOUSE_MEMORY, {}).get("", {}).get("")
    return _as_remembered(known, memory) if isinstance(memory, messages.HouseMemory) else known


def _with(
    before: Mapping[str, messages.Message], sensor: str, message: messages.Message | None
) -> Mapping[str, messages.Message]:
    """The messages of a room, a valve or the house with that of one sensor put in place or taken away."""
    if message is None:
        return {one: kept for one, kept in before.items() if one != sensor}
    return {**before, sensor: message}


def _is_another_sight(view: "RoomState | None", now: messages.Message | None) -> bool:
    """Whether anything is remembered otherwise than the room was seen with, but for what is the law's."""
    if view is None or not isinstance(now, messages.RoomMemory):
        return True
    return bool(_SEEN(vars(view.memory)) != _SEEN(vars(now)))


_SEEN = itemgetter("window", "sensors", "contacts", "frost", "shut", "valves")
_OF_THE_LAW = (topics.ROOM_MEMORY, topics.ROOM_LEARNED, topics.HOUSE_MEMORY, topics.HOUSE_LEARNED)


def _read(
    snapshot: Snapshot, changes: Iterable[tuple[topics.Name, messages.Message | None]]
) -> Iterator[tuple[str, Memory]]:
    """What the law remembers of each room or house of which something was kept on its topics."""
    law = law_of(snapshot)
    for id_ in {"".join(name.ids) for name, _ in changes if name.topic in _OF_THE_LAW}:
        of_room = (topics.ROOM_MEMORY, topics.ROOM_LEARNED) if id_ else (topics.HOUSE_MEMORY, topics.HOUSE_LEARNED)
        memory, learned = (snapshot.last(topic, id_) for topic in of_room)
        kept = memory.law if isinstance(memory, messages.RoomMemory | messages.HouseMemory) else {}
        lessons = learned.law if isinstance(learned, messages.Learned) else {}
        yield id_, (law.read_room if id_ else law.read_house)(kept, lessons)


def _as_remembered(snapshot: Snapshot, memory: messages.HouseMemory) -> Snapshot:
    """The snapshot at the time that is remembered."""
    is_same = (memory.tick_at, memory.is_clockless) == (snapshot.now, snapshot.is_clockless)
    if is_same and memory.doubt == snapshot.doubt:
        return snapshot
    return snapshot._replace(
        now=memory.tick_at,
        doubt=memory.doubt,
        is_clockless=memory.is_clockless,
        observed=snapshot.observed if is_same else {},
    )


def is_known(wiring: Settings, name: topics.Name) -> bool:
    """Whether the room or valve that a topic names stands in the settings."""
    if name.topic.pattern.startswith("room/"):
        return name.ids[0] in wiring.rooms
    return not name.topic.pattern.startswith("valve/") or name.ids[0] in wiring.rooms_by_valve


def dated(message: messages.Message, now: datetime | None, before: messages.Message | None) -> messages.Message:
    """A message that does not say when it was measured or reported is as old as its arrival, and not older than what
    came before it.
    """
    field = missing_instant(message)
    if field is None or now is None:
        return message
    last = instant_of(before) if before is not None else None
    return message.but(**{field: last if last is not None and now < last <= now + AHEAD else now})


_INSTANTS = ("measured_at", "reported_at")


def instant_of(message: messages.Message) -> datetime | None:
    """When a message was measured or reported, if it says so."""
    field = _dated_by(type(message))
    return getattr(message, field) if field is not None else None


def missing_instant(message: messages.Message) -> str | None:
    """The field for the time of measuring or reporting, if the message has one and does not fill it."""
    field = _dated_by(type(message))
    return field if field is not None and getattr(message, field) is None else None


@cache
def _dated_by(kind: type[messages.Message]) -> str | None:
    """The field that says when it was measured or reported."""
    return next((one for one in _INSTANTS if one in kind.model_fields), None)
