"""The regulator as a function: `step(snapshot, heard) -> (snapshot, publications)`; `hear` does the same from bytes.

A tick, a wish, a window and a valve's contradiction lead to a decision at once; every other message only changes what
is known. Only what differs from what was said before is said.
"""

from dataclasses import replace

from house import messages, topics
from house.errors import PayloadError
from regulator import valves
from regulator.decide import decide
from regulator.publications import publications
from regulator.snapshot import Snapshot, apply, is_known, last_published, with_published, without
from regulator.wishes import accept, is_wish

Step = tuple[Snapshot, tuple[topics.Publication, ...]]

_FACTS = (
    *(topics.TICK, topics.ROOM_TEMPERATURE, topics.ROOM_HUMIDITY, topics.ROOM_WINDOW, topics.VALVE_STATUS),
    *(topics.BOILER_STATUS, topics.OUTSIDE_TEMPERATURE, topics.FORECAST, topics.ROOM_MODEL),
)
TOPICS = (*_FACTS, *(topic for topic in topics.TOPICS if is_wish(topic) or topic.writer == "regulator"))
"""Every topic that the regulator listens to; its own are its memory."""


def handle_bytes(snapshot: Snapshot, path: str, payload: bytes, *, retained: bool) -> Step:
    """One message as it came from the broker; what cannot be used is refused aloud, and nothing is ever raised."""
    name = topics.parse(path)
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
        return without(snapshot, name), ()
    try:
        return step(snapshot, topics.Heard(name, name.topic.message.decode(payload), retained))
    except PayloadError as error:
        return snapshot, (_rejected(snapshot, path, payload, str(error)),)


def step(snapshot: Snapshot, heard: topics.Heard) -> Step:
    """One message; raises PayloadError for a wish or a time that cannot be accepted."""
    if is_wish(heard.name.topic):
        return (
            (snapshot, ()) if heard.retained else _decided(snapshot, with_published(snapshot, accept(snapshot, heard)))
        )
    known = apply(snapshot, heard)
    if heard.retained or known.now is None or not _calls_for_decision(snapshot, known, heard):
        return known, ()
    return _decided(snapshot, known)


def _decided(before: Snapshot, known: Snapshot) -> Step:
    """The decision on what is known now, as far as it differs from what was said before."""
    news = tuple(
        one for one in publications(known, decide(known)) if _is_new(one.message, last_published(before, one.name))
    )
    return replace(with_published(known, news), decided=True), news


def _is_new(message: messages.Message | None, before: messages.Message | None) -> bool:
    return message is not before and message != before  # mostly it is the very same, and to compare fields takes time


def _calls_for_decision(before: Snapshot, known: Snapshot, heard: topics.Heard) -> bool:
    topic = heard.name.topic
    if topic is topics.TICK:
        return known is not before
    return topic is topics.ROOM_WINDOW or (topic is topics.VALVE_STATUS and _is_contradiction(known, heard.name.ids[0]))


def _is_contradiction(known: Snapshot, address: str) -> bool:
    command, status = known.last(topics.VALVE_SET, address), known.last(topics.VALVE_STATUS, address)
    return command is not None and known.now is not None and valves.contradicts(command, status, known.now)


def _unknown(snapshot: Snapshot, name: topics.Name) -> str:
    is_valve = name.topic.pattern.startswith("valve/")
    kind, known = ("valves", snapshot.wiring.rooms_by_valve) if is_valve else ("rooms", snapshot.wiring.rooms)
    return f"{name.ids[0]} is not in the settings; known {kind} are {', '.join(known)}"


def _rejected(snapshot: Snapshot, path: str, payload: bytes, reason: str) -> topics.Publication:
    topic = topics.Root(snapshot.wiring.mqtt.root).full(path)
    text = payload[:200].decode(errors="replace")
    message = messages.Rejected(topic=topic, payload=text, reason=reason, service="regulator")
    return topics.publication(topics.REJECTED, message=message)
