"""The regulator as a function: `step(snapshot, heard) -> (snapshot, publications)`; `hear` does the same from bytes.

Every live message that may change a decision leads to one at once: a tick, a wish, a window, a report, a reading that
says something new. What is watched over time goes on with ticks only, since the time is that of the last tick. Which
messages lead to a decision follows from the messages alone, so that a record can be played again. Only what differs
from what was said before is said.
"""

from datetime import timedelta

from house import messages, topics
from house.errors import PayloadError
from house.nearest import did_you_mean
from regulator import thermometers, valves
from regulator.decide import decide
from regulator.hearing import apply
from regulator.publications import publications
from regulator.snapshot import (
    AHEAD,
    Snapshot,
    instant_of,
    is_known,
    unobserved,
    with_published,
    without,
)
from regulator.wishes import accept, is_wish

STEP_K = 0.15  # a tenth is what thermometers flicker by: that waits for the next tick
SILENCE = timedelta(minutes=5)  # so long after the last one an equal reading counts as news

Step = tuple[Snapshot, tuple[topics.Publication, ...]]

_FACTS = (
    *(topics.TICK, topics.ROOM_TEMPERATURE, topics.ROOM_HUMIDITY, topics.ROOM_WINDOW, topics.VALVE_STATUS),
    topics.SENSOR_STATUS,
    *(topics.BOILER_STATUS, topics.OUTSIDE_TEMPERATURE),
)
TOPICS = (*_FACTS, *(topic for topic in topics.TOPICS if is_wish(topic) or topic.writer == "regulator"))
"""Every topic that the regulator listens to; its own are its memory."""
_HEARD = frozenset(TOPICS)


_WAITS_FOR_TICK = frozenset((topics.ROOM_HUMIDITY, topics.SENSOR_STATUS, topics.OUTSIDE_TEMPERATURE))
"""Shown, and asked with the next tick whether a device is frozen, silent, or heard of again, and how cold it is."""


def handle_bytes(snapshot: Snapshot, path: str, payload: bytes, *, retained: bool) -> Step:
    """One message as it came from the broker; what cannot be used is refused aloud, and nothing is ever raised."""
    name = topics.parse(path)
    if name is None:
        mistyped = not retained and path.split("/")[0] in ("room", "valve", "away")
        return (snapshot, (_rejected(snapshot, path, payload, _mistyped(path)),)) if mistyped else (snapshot, ())
    if name.topic not in _HEARD:
        return snapshot, ()
    if not is_known(snapshot.wiring, name):
        return (
            (snapshot, ()) if retained else (snapshot, (_rejected(snapshot, path, payload, _unknown(snapshot, name)),))
        )
    if not payload and name.topic.retained:
        known = without(snapshot, name)
        is_news = not retained and known.now is not None and known is not snapshot
        return _decided(snapshot, known) if is_news else (known, ())
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
    decision = decide(known)
    news = tuple(publications(known, decision, before))
    said = with_published(known._replace(observed=decision.house.rooms), news, decision.remembered)
    odd = [name for name in known.arrived if not _is_taken_in(said, name)]
    return said._replace(decided=True, arrived={}, observed=unobserved(said, odd), decision=decision), news


def _calls_for_decision(before: Snapshot, known: Snapshot, heard: topics.Heard) -> bool:
    """Whether something has changed that a decision may hang on; it follows from the messages alone."""
    if known is before:
        return False
    topic, message = heard.name.topic, heard.message
    if topic is topics.TICK:
        return True
    if topic in (topics.ROOM_TEMPERATURE, topics.VALVE_STATUS) and _is_oddly_dated(known, heard.name):
        return True
    if topic in _WAITS_FOR_TICK:
        return False
    if topic is topics.ROOM_TEMPERATURE and isinstance(message, messages.Temperature):
        return _is_another_temperature(_remembered(known, heard.name), message)
    if isinstance(message, messages.BoilerStatus):
        return _burns_otherwise(before.last(topics.BOILER_STATUS), message)
    if isinstance(message, messages.ValveStatus):
        return _is_another_report(before, heard.name, message)
    return True


def _is_oddly_dated(known: Snapshot, name: topics.Name) -> bool:
    """Whether a message comes from another time: what that says of a clock must be remembered at once."""
    if name not in known.arrived:
        return False
    at = instant_of(known.arrived[name])
    if name.topic is topics.VALVE_STATUS and known.arrived[name] is not known.last(topics.VALVE_STATUS, name.ids[0]):
        return True
    if _is_watched(known, name):
        return True
    return at is not None and known.now is not None and abs(at - known.now) > AHEAD


def _is_taken_in(said: Snapshot, name: topics.Name) -> bool:
    """Whether what a live message says is remembered as it stands: then it is the same once it is no news any more."""
    id_, sensor = name.ids[0] if name.ids else "", "".join(name.ids[1:])
    is_valve = name.topic is topics.VALVE_STATUS
    view = said.observed.get(said.wiring.rooms_by_valve[id_] if is_valve else id_)
    if view is None or name.topic is topics.ROOM_HUMIDITY:
        return True  # the room is seen anew anyway, or it is not asked whether that is news
    if is_valve:
        valve = view.memory.valves.get(id_)
        return valve is None or (valve.clock is None and valve.newest is None)
    reading = said.all(topics.ROOM_TEMPERATURE, id_).get(sensor) if name.topic is topics.ROOM_TEMPERATURE else None
    return reading is not None and thermometers.is_taken_in(view.memory.sensors.get(sensor), reading)


def _is_watched(known: Snapshot, name: topics.Name) -> bool:
    """Whether something of the device's dates is remembered, which each message may change."""
    is_valve = name.topic is topics.VALVE_STATUS
    room_id = known.wiring.rooms_by_valve[name.ids[0]] if is_valve else name.ids[0]
    memory = known.last(topics.ROOM_MEMORY, room_id) or messages.RoomMemory()
    valve, sensor = memory.valves.get(name.ids[0]), memory.sensors.get("".join(name.ids[1:]))
    if is_valve:
        return valve is not None and (valve.clock is not None or valve.newest is not None)
    return sensor is not None and sensor.clock is not None


def _remembered(known: Snapshot, name: topics.Name) -> messages.SensorMemory:
    room = known.last(topics.ROOM_MEMORY, name.ids[0]) or messages.RoomMemory()
    return room.sensors.get("".join(name.ids[1:])) or messages.SensorMemory()


def _is_another_temperature(before: messages.SensorMemory, now: messages.Temperature) -> bool:
    """Whether a reading brings something new; one after a silence does too, since it may have been missed.

    It is compared with what is remembered and not with what the broker keeps, which may be an older reading.
    """
    last = before.doubt.value if before.doubt is not None else before.value
    if last is None or abs(now.value - last) >= STEP_K:
        return True
    if before.said_at is None or now.measured_at is None:
        return now.measured_at is not None
    return abs(now.measured_at - before.said_at) >= SILENCE


def _burns_otherwise(before: messages.BoilerStatus | None, now: messages.BoilerStatus) -> bool:
    """Whether the burner does something else; how warm its water is by then the tick asks."""
    if before is None:
        return True
    return (before.flame, before.hot_water, before.fault) != (now.flame, now.hot_water, now.fault)


def _is_another_report(before: Snapshot, name: topics.Name, now: messages.ValveStatus) -> bool:
    """Whether a valve says something else than before, or the same confirms or contradicts what it was told since."""
    id_ = name.ids[0]
    said, target = before.last(topics.VALVE_STATUS, id_), before.last(topics.VALVE_SET, id_)
    if said is None or said.reported_at is None or now.but(reported_at=said.reported_at) != said:
        return True
    room = before.last(topics.ROOM_MEMORY, before.wiring.rooms_by_valve[id_]) or messages.RoomMemory()
    memory = room.valves.get(id_) or messages.ValveMemory()
    if target is None or before.now is None:
        return False
    return valves.judged(target, said, memory, before.now) != valves.judged(target, now, memory, before.now)


def _mistyped(path: str) -> str:
    """What a topic that does not exist may have been meant to be."""
    first, id_, *rest = [*path.split("/"), ""]
    wished = [one.pattern.split("/") for one in topics.TOPICS if is_wish(one)]
    known = ["/".join((first, id_, *pattern[2:])) for pattern in wished if pattern[0] == first]
    return f"no such topic: {did_you_mean(path, known)}" if known and any(rest) else "no such topic"


def _unknown(snapshot: Snapshot, name: topics.Name) -> str:
    is_valve = name.topic.pattern.startswith("valve/")
    kind, known = ("valves", snapshot.wiring.rooms_by_valve) if is_valve else ("rooms", snapshot.wiring.rooms)
    return f"{name.ids[0]} is not in the settings; known {kind} are {', '.join(known)}"


def _rejected(snapshot: Snapshot, path: str, payload: bytes, reason: str) -> topics.Publication:
    topic = topics.Root(snapshot.wiring.mqtt.root).full(path)
    text = payload[:200].decode(errors="replace")
    message = messages.Rejected(topic=topic, payload=text, reason=reason, service="regulator")
    return topics.publication(topics.REJECTED, message=message)
