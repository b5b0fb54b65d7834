"""What people wish, as events -> the accepted wishes, as levels. The newest wish wins over what stood before it."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from house import messages, topics
from house.errors import PayloadError
from house.schedule import in_force
from regulator.setpoint import effective, house_settings, room_settings
from regulator.snapshot import Snapshot


def is_wish(topic: topics.Topic[Any]) -> bool:
    """Whether people wish something of a room or the house there; what they ask of a valve is its bridge's affair."""
    return topic.writer == "person" and topic is not topics.VALVE_COMMAND


def accept(snapshot: Snapshot, heard: topics.Heard) -> Iterator[topics.Publication]:
    """The levels that a wish leads to; raises PayloadError that says why it cannot be accepted."""
    if snapshot.now is None:
        raise PayloadError("the time is not known yet: nobody has said home/tick; is the clock running?")
    until = getattr(heard.message, "until", None)
    if until is not None and until <= snapshot.now:
        raise PayloadError(f"until {until:%Y-%m-%dT%H:%MZ} has passed already")
    match heard.message:
        case messages.AwayWish() as wish:
            yield from _away(snapshot, wish)
        case messages.ScheduleWish() as wish:
            yield topics.publication(
                topics.ROOM_SCHEDULE, *heard.name.ids, message=messages.Schedule(points=wish.points)
            )
        case wish:
            yield _of_room(snapshot, heard.name.ids[0], _CHANGES[type(wish)](snapshot, heard.name.ids[0], wish))


def _of_room(snapshot: Snapshot, room_id: str, changes: Mapping[str, Any]) -> topics.Publication:
    settings = room_settings(snapshot, room_id).model_copy(update=changes)
    return topics.publication(topics.ROOM_SETTINGS, room_id, message=settings)


def _away(snapshot: Snapshot, wish: messages.AwayWish) -> Iterator[topics.Publication]:
    if wish.value == "off":
        yield topics.publication(topics.HOUSE_SETTINGS, message=messages.HouseSettings())
        return
    setpoint = wish.setpoint if wish.setpoint is not None else snapshot.wiring.presets.away
    away = messages.Override(setpoint=setpoint, until=wish.until)
    yield topics.publication(topics.HOUSE_SETTINGS, message=messages.HouseSettings(away=away))
    for room_id in snapshot.wiring.rooms:
        yield _of_room(snapshot, room_id, {"override": None, "boost_until": None})


_Changes = Mapping[str, Any]


def _mode(snapshot: Snapshot, room_id: str, wish: messages.ModeWish) -> _Changes:
    settings = room_settings(snapshot, room_id)
    if wish.value == settings.mode:
        return {}
    if wish.value != "heat":
        return {"mode": wish.value, "override": None}
    calm = settings.model_copy(update={"boost_until": None})
    held = effective(snapshot, room_id, calm, house_settings(snapshot)).setpoint
    setpoint = settings.presets.comfort if settings.mode == "off" else held
    return {"mode": "heat", "override": messages.Override(setpoint=setpoint)}


def _preset(snapshot: Snapshot, room_id: str, wish: messages.PresetWish) -> _Changes:
    if wish.value == "boost":
        return _boost(snapshot, room_id, messages.BoostWish(until=wish.until))
    until = wish.until if wish.value != "none" else None
    return {"preset": wish.value, "preset_until": until, "override": None, "boost_until": None}


def _setpoint(snapshot: Snapshot, room_id: str, wish: messages.SetpointWish) -> _Changes:
    if wish.value is None:
        return {"override": None, "boost_until": None}
    until = wish.until or _next_switch(snapshot, room_id)
    return {"override": messages.Override(setpoint=wish.value, until=until), "boost_until": None}


def _next_switch(snapshot: Snapshot, room_id: str) -> datetime | None:
    assert snapshot.now is not None
    scheduled = in_force(snapshot.weeks[room_id], snapshot.zone, snapshot.now)
    return scheduled.next_at if scheduled and room_settings(snapshot, room_id).mode != "heat" else None


def _boost(snapshot: Snapshot, _room_id: str, wish: messages.BoostWish) -> _Changes:
    assert snapshot.now is not None
    minutes = wish.minutes if wish.minutes is not None else snapshot.wiring.safety.boost_min
    if minutes == 0:
        return {"boost_until": None}
    return {"boost_until": wish.until or snapshot.now + timedelta(minutes=minutes)}


_CHANGES: Mapping[type[messages.Message], Callable[[Snapshot, str, Any], _Changes]] = {
    messages.ModeWish: _mode,
    messages.PresetWish: _preset,
    messages.SetpointWish: _setpoint,
    messages.BoostWish: _boost,
}
