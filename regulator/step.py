"""The regulator as a function: `step(snapshot, heard) -> (snapshot, publications)`; `hear` does the same from bytes.

A tick, a wish, a window and a valve's contradiction lead to a decision at once; every other message only changes what
is known. Only what differs from what was said before is said.
"""

from dataclasses import replace

from house import messages as m
from house import topics as t
from house.errors import PayloadError
from regulator import valves
from regulator.decide import decide
from regulator.snapshot import Snapshot, apply, forget, is_known, remember, said
from regulator.wishes import accept, is_wish

Step = tuple[Snapshot, tuple[t.Publication, ...]]

_FACTS = (
    *(t.TICK, t.ROOM_TEMPERATURE, t.ROOM_HUMIDITY, t.ROOM_WINDOW, t.VALVE_STATUS),
    *(t.BOILER_STATUS, t.OUTSIDE_TEMPERATURE, t.FORECAST, t.ROOM_MODEL),
)
TOPICS = (*_FACTS, *(topic for topic in t.TOPICS if is_wish(topic) or topic.writer == "regulator"))
"""Every topic that the regulator listens to; its own are its memory."""


def hear(snapshot: Snapshot, path: str, payload: bytes, *, retained: bool) -> Step:
    """One message as it came from the broker; what cannot be used is refused aloud, and nothing is ever raised."""
    name = t.parse(path)
    if name is None:
        mistyped = not retained and path.split("/")[0] in ("room", "valve", "away")
        return (snapshot, (_rejected(snapshot, path, payload, "no such topic"),)) if mistyped else (snapshot, ())
    if name.topic not in TOPICS:
        return snapshot, ()
    if not is_known(snapshot.wiring, name):
        return (
            (snapshot, ()) if retained else (snapshot, (_rejected(snapshot, path, payload, _unknown(snapshot, name)),))
        )
    if not payload and name.topic.retained:
        return forget(snapshot, name), ()
    try:
        return step(snapshot, t.Heard(name, name.topic.message.decode(payload), retained))
    except PayloadError as error:
        return snapshot, (_rejected(snapshot, path, payload, str(error)),)


def step(snapshot: Snapshot, heard: t.Heard) -> Step:
    """One message; raises PayloadError for a wish or a time that cannot be accepted."""
    if is_wish(heard.name.topic):
        return (snapshot, ()) if heard.retained else _decided(snapshot, remember(snapshot, accept(snapshot, heard)))
    known = apply(snapshot, heard)
    if heard.retained or known.now is None or not _calls_for_decision(snapshot, known, heard):
        return known, ()
    return _decided(snapshot, known)


def _decided(before: Snapshot, known: Snapshot) -> Step:
    """The decision on what is known now, as far as it differs from what was said before."""
    news = tuple(one for one in decide(known) if _is_new(one.message, said(before, one.name)))
    return replace(remember(known, news), decided=True), news


def _is_new(message: m.Message | None, before: m.Message | None) -> bool:
    return message is not before and message != before  # mostly it is the very same, and to compare fields takes time


def _calls_for_decision(before: Snapshot, known: Snapshot, heard: t.Heard) -> bool:
    topic = heard.name.topic
    if topic is t.TICK:
        return known is not before
    return topic is t.ROOM_WINDOW or (topic is t.VALVE_STATUS and _is_contradiction(known, heard.name.ids[0]))


def _is_contradiction(known: Snapshot, address: str) -> bool:
    command, status = known.last(t.VALVE_SET, address), known.last(t.VALVE_STATUS, address)
    return command is not None and known.now is not None and valves.contradicts(command, status, known.now)


def _unknown(snapshot: Snapshot, name: t.Name) -> str:
    is_valve = name.topic.pattern.startswith("valve/")
    kind, known = ("valves", snapshot.wiring.rooms_by_valve) if is_valve else ("rooms", snapshot.wiring.rooms)
    return f"{name.ids[0]} is not in the settings; known {kind} are {', '.join(known)}"


def _rejected(snapshot: Snapshot, path: str, payload: bytes, reason: str) -> t.Publication:
    topic = t.Root(snapshot.wiring.mqtt.root).full(path)
    text = payload[:200].decode(errors="replace")
    message = m.Rejected(topic=topic, payload=text, reason=reason, service="regulator")
    return t.publication(t.REJECTED, message=message)
