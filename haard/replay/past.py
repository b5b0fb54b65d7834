"""The house as the regulator knew it at an instant of the past, and what would have changed what it decided.

What it knew is what the broker kept then. What would have changed it is tried out on the real rules: one thing at a
time is made otherwise and decided again; nothing here knows what a rule says.
"""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from typing import NamedTuple

from haard.replay.recorded import BASIS, is_heard
from house import messages, topics
from house.errors import PayloadError
from house.messages import Basis
from house.settings import Settings
from regulator.basis import wiring_of
from regulator.catching_up import Word, catch_up
from regulator.decide import decide
from regulator.snapshot import Snapshot, empty, with_published
from regulator.wishes import accept

STEP_K, FURTHEST_K = 0.5, 6.0
LOWEST, HIGHEST = 5.0, 30.0


class Verdict(NamedTuple):
    """What is decided of a room: whether its radiators should be open (None: left alone), whether the boiler burns."""

    is_open: bool | None
    called: bool


def snapshot_of(kept: Mapping[str, bytes], wiring: Settings) -> Snapshot:
    """What a regulator knew to which the broker kept this; by the settings of then, where they were recorded."""
    with suppress(PayloadError):  # of before it was said: the settings of now are the nearest to those of then
        wiring = wiring_of(Basis.decode(kept.get(BASIS, b"")))
    words = [Word(path, payload, retained=True) for path, payload in kept.items() if payload and is_heard(path)]
    return catch_up(empty(wiring), words).snapshot


def verdict(snapshot: Snapshot, room: str) -> Verdict:
    """What the regulator decides on what is known."""
    decision = decide(snapshot)
    wanted = decision.rooms[room]
    return Verdict(None if wanted.target is None else wanted.is_open, decision.boiler.call)


def would_have_changed(snapshot: Snapshot, room: str) -> Iterator[str]:
    """What, otherwise, would have opened or closed the room's radiators then: a sentence each."""
    if snapshot.now is None or room not in snapshot.wiring.rooms:
        return
    base = verdict(snapshot, room)
    found = False
    for words, other in _alternatives(snapshot, room):
        outcome = verdict(other, room)
        if outcome.is_open != base.is_open:
            yield f"{words} its radiators would have been {_state(outcome)}"
            found = True
    setpoint = _setpoint_that_changes(snapshot, room, base)
    if setpoint is not None:
        value, outcome = setpoint
        yield f"with a setpoint of {value:g} °C its radiators would have been {_state(outcome)}"
        found = True
    if not found:
        yield "no other setpoint, mode or window would have changed it at that moment"


def _state(outcome: Verdict) -> str:
    if outcome.is_open is None:
        return "left to themselves"
    if not outcome.is_open:
        return "closed"
    return "open, and the boiler called" if outcome.called else "open, without the boiler being called yet"


def _alternatives(snapshot: Snapshot, room: str) -> Iterator[tuple[str, Snapshot]]:
    """One thing made otherwise."""
    status = snapshot.last(topics.ROOM_STATUS, room)
    settings = snapshot.last(topics.ROOM_SETTINGS, room) or messages.RoomSettings()
    if status is not None and status.window == "open":
        yield "with its window closed", _with_closed_window(snapshot, room)
    if settings.mode != "auto":
        yield "in mode auto", _wished(snapshot, topics.publication(topics.ROOM_MODE_WISH, room, message=_AUTO))
    if settings.override is not None or settings.preset != "none":
        without = settings.model_copy(update={"override": None, "preset": "none"})
        said = topics.publication(topics.ROOM_SETTINGS, room, message=without)
        yield "by its schedule", with_published(snapshot, [said])
    house = snapshot.last(topics.HOUSE_SETTINGS)
    if house is not None and house.away is not None:
        said = topics.publication(topics.HOUSE_SETTINGS, message=house.model_copy(update={"away": None}))
        yield "with somebody at home", with_published(snapshot, [said])


_AUTO = messages.ModeWish(value="auto")


def _with_closed_window(snapshot: Snapshot, room: str) -> Snapshot:
    closed = messages.Window(value="closed", measured_at=snapshot.now)
    names = [
        topics.Name(topics.ROOM_WINDOW, (room, *([one] if one else [])))
        for one in snapshot.all(topics.ROOM_WINDOW, room)
    ]
    memory = snapshot.last(topics.ROOM_MEMORY, room) or messages.RoomMemory()
    changed = memory.model_copy(update={"window": None, "contacts": {}})
    said = [topics.Publication(name, closed) for name in names]
    return with_published(snapshot, [*said, topics.publication(topics.ROOM_MEMORY, room, message=changed)])


def _wished(snapshot: Snapshot, wish: topics.Publication) -> Snapshot:
    assert wish.message is not None
    return with_published(snapshot, accept(snapshot, topics.Heard(wish.name, wish.message)))


def _setpoint_that_changes(snapshot: Snapshot, room: str, base: Verdict) -> tuple[float, Verdict] | None:
    """The nearest setpoint that decides otherwise: warmer if it did not heat, else colder."""
    status = snapshot.last(topics.ROOM_STATUS, room)
    if status is None or status.setpoint is None:
        return None
    sign = -1 if base.is_open else 1
    for number in range(1, int(FURTHEST_K / STEP_K) + 1):
        value = round((status.setpoint + sign * number * STEP_K) * 2) / 2
        if not LOWEST <= value <= HIGHEST:
            return None
        wish = topics.publication(topics.ROOM_SETPOINT_WISH, room, message=messages.SetpointWish(value=value))
        outcome = verdict(_wished(snapshot, wish), room)
        if outcome.is_open != base.is_open:
            return value, outcome
    return None


def known(snapshot: Snapshot, room: str, at: datetime) -> Iterator[str]:
    """What was known of a room, a line for each thing."""
    for sensor, reading in snapshot.all(topics.ROOM_TEMPERATURE, room).items():
        assert isinstance(reading, messages.Temperature)
        age = "" if reading.measured_at is None else f", {_minutes(reading.measured_at, at)} old"
        yield f"thermometer{' ' if sensor else ''}{sensor}: {reading.value:g} °C{age}"
    for contact, window in snapshot.all(topics.ROOM_WINDOW, room).items():
        yield f"window{' ' if contact else ''}{contact}: {window.value}"
    for valve in snapshot.wiring.rooms[room].valves:
        told = snapshot.last(topics.VALVE_SET, valve)
        said = snapshot.last(topics.VALVE_STATUS, valve)
        is_ = "never reported" if said is None else f"reported {_percent(said.opening)}"
        wanted = "told nothing" if told is None else f"told {_percent(told.opening)}"
        age = "" if said is None or said.reported_at is None else f" {_minutes(said.reported_at, at)} before"
        yield f"valve {valve}: {wanted}, {is_}{age}"
    boiler = snapshot.last(topics.BOILER_STATUS)
    if boiler is not None:
        flow = "" if boiler.flow_temperature is None else f", water {boiler.flow_temperature:g} °C"
        yield f"burner: {'on' if boiler.flame else 'off'}{flow}"
    outside = snapshot.last(topics.OUTSIDE_TEMPERATURE)
    if outside is not None:
        yield f"outside: {outside.value:g} °C"


def _percent(opening: float | None) -> str:
    return "its own opening" if opening is None else f"{opening:g} %"


def _minutes(then: datetime, at: datetime) -> str:
    minutes = round((at - then).total_seconds() / 60)
    return f"{minutes} min" if abs(minutes) < 120 else f"{minutes / 60:.0f} h"
