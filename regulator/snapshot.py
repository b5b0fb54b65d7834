"""The house as last heard: the newest message of every topic, and what time it is.

Everything here comes from retained topics (and the time from ticks), so a regulator that starts anywhere knows what
one that never stopped knows. What the regulator itself has said is taken from the broker only until it decides
itself; afterwards its own copy is as new, and a second regulator's echo cannot set it back.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from house import messages, topics
from house.errors import PayloadError
from house.schedule import Week, week_of
from house.settings import Settings

CLOCK_SLACK = timedelta(minutes=2)  # ticks of two clocks may overtake each other; more than that is a clock set back
AHEAD = timedelta(minutes=5)  # a reading or report from further in the future comes from a wrong clock

M = TypeVar("M", bound=messages.Message)
Messages = Mapping[str, Mapping[str, messages.Message]]
"""The newest messages on a kind of topic by first id (room or valve; empty for the house) and further id (sensor)."""


@dataclass(frozen=True)
class Snapshot:
    """The newest messages by kind of topic, with the static wiring of the house."""

    wiring: Settings
    now: datetime | None = None
    ticked: bool = False
    """Whether this process has heard a tick itself."""
    decided: bool = False
    """Whether this process has decided something itself."""
    heard: Mapping[topics.Topic[Any], Messages] = field(default_factory=dict)
    weeks: Mapping[str, Week] = field(default_factory=dict)
    """The schedules as plain numbers, by room."""
    undated: Mapping[topics.Name, messages.Message] = field(default_factory=dict)
    """What was heard live, without a time of its own, before the first tick."""

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
    if heard.retained:
        return _with(snapshot, [(heard.name, heard.message)])
    known = _with(snapshot, [(heard.name, _dated(heard.message, snapshot.now))])
    if snapshot.ticked or _missing_instant(heard.message) is None:
        return known
    return replace(known, undated={**known.undated, heard.name: heard.message})


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
            now = message.tick_at
    return replace(snapshot, heard={**snapshot.heard, **heard}, weeks=weeks, now=now, undated=undated)


def is_known(wiring: Settings, name: topics.Name) -> bool:
    """Whether the room or valve that a topic names stands in the settings."""
    if name.topic.pattern.startswith("room/"):
        return name.ids[0] in wiring.rooms
    return not name.topic.pattern.startswith("valve/") or name.ids[0] in wiring.rooms_by_valve


def _check_clock(message: messages.Message) -> None:
    """Refuse a time so near the ends of what messages can say that a schedule or an expiry would lie beyond."""
    now = (
        message.at
        if isinstance(message, messages.Tick)
        else message.tick_at
        if isinstance(message, messages.HouseMemory)
        else None
    )
    if now is not None and not 2001 <= now.year < 2099:
        raise PayloadError(
            f"the time should lie between the years 2001 and 2099, not in {now.year}: is the clock right?"
        )


def _tick(snapshot: Snapshot, tick: messages.Message) -> Snapshot:
    assert isinstance(tick, messages.Tick)
    now = snapshot.now
    if now is not None and timedelta(0) <= now - tick.at <= CLOCK_SLACK:
        return snapshot
    waiting = [(name, _dated(message, tick.at)) for name, message in snapshot.undated.items()]
    return replace(_with(snapshot, waiting), now=tick.at, ticked=True, undated={})


def _dated(message: messages.Message, now: datetime | None) -> messages.Message:
    """A message that does not say when it was measured or reported is as old as its arrival."""
    instant = _missing_instant(message)
    return message.model_copy(update={instant: now}) if instant else message


def _missing_instant(message: messages.Message) -> str | None:
    """The field for the time of measuring or reporting, if the message has one and does not fill it."""
    fields = type(message).model_fields
    return next(
        (one for one in ("measured_at", "reported_at") if one in fields and getattr(message, one) is None), None
    )
