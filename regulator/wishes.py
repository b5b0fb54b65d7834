"""What people wish, as events -> the accepted wishes, as levels.

The newest wish wins in its room, and what is temporary (boost, override, preset, away) never changes what holds: the
schedule or, in mode heat, the held setpoint. A change of mode and the word `auto` end everything temporary.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from house import messages, topics
from house.errors import PayloadError
from house.schedule import in_force
from regulator.setpoint import house_settings, room_settings
from regulator.snapshot import Snapshot

LONGEST_BOOST_MIN = 1440.0
TOO_NEAR = timedelta(minutes=15)  # a switch point so near is not the one that a person means by "the next"

_Changes = dict[str, Any]
_NOTHING_TEMPORARY: Mapping[str, Any] = {
    "preset": "none",
    "preset_until": None,
    "override": None,
    "boost_until": None,
    "durations": (),
    "despite_away": (),
}


def is_wish(topic: topics.Topic[Any]) -> bool:
    """Whether people wish something of a room or the house there; what they ask of a valve is its bridge's affair, and
    what they ask of the past the analyst's.
    """
    return topic.writer == "person" and topic not in (topics.VALVE_COMMAND, topics.HISTORY_QUERY)


def accept(snapshot: Snapshot, heard: topics.Heard) -> Iterator[topics.Publication]:
    """The levels that a wish leads to; raises PayloadError that says why it cannot be accepted."""
    if snapshot.now is None:
        raise PayloadError("the time is not known yet: nobody has said home/tick; is the clock running?")
    until = getattr(heard.message, "until", None)
    if until is not None and getattr(heard.message, "minutes", None) is not None:
        raise PayloadError("until and minutes both say when it ends: say one of them")
    if until is not None and until <= snapshot.now:
        raise PayloadError(f"until {until:%Y-%m-%dT%H:%MZ} has passed already")
    match heard.message:
        case messages.AwayWish() as wish:
            yield from _away(snapshot, wish)
        case messages.ComfortWish() as wish:
            yield _comfort(snapshot, wish)
        case messages.ScheduleWish() as wish:
            yield topics.publication(
                topics.ROOM_SCHEDULE, *heard.name.ids, message=messages.Schedule(points=wish.points)
            )
        case wish:
            yield _of_room(snapshot, heard.name.ids[0], _CHANGES[type(wish)](snapshot, heard.name.ids[0], wish))


def _of_room(snapshot: Snapshot, room_id: str, changes: _Changes) -> topics.Publication:
    settings = room_settings(snapshot, room_id).model_copy(update=changes)
    return topics.publication(topics.ROOM_SETTINGS, room_id, message=settings)


def _away(snapshot: Snapshot, wish: messages.AwayWish) -> Iterator[topics.Publication]:
    if wish.value is None and wish.until is None and wish.minutes is None:
        raise PayloadError('away should have an end, or say for good with the word on or "value": "on"')
    if wish.value == "off":
        away = None
    else:
        is_duration = wish.until is None and wish.minutes is not None
        away = messages.Away(setpoint=wish.setpoint, until=_end(snapshot, wish), duration=is_duration)
    yield topics.publication(topics.HOUSE_SETTINGS, message=_house(snapshot, away=away))
    for room_id in snapshot.wiring.rooms:
        before = room_settings(snapshot, room_id)
        boosts = {"boost_until": None, "durations": _without(before.durations, "boost")} if away else {}
        yield _of_room(snapshot, room_id, {"despite_away": (), **boosts})


def _comfort(snapshot: Snapshot, wish: messages.ComfortWish) -> topics.Publication:
    law = snapshot.wiring.regulator.law
    if law != "doses":
        raise PayloadError(f"comfort means nothing to the law {law}, which this house's settings name")
    comfort = None if wish.value == "auto" else wish.value
    return topics.publication(topics.HOUSE_SETTINGS, message=_house(snapshot, comfort=comfort))


def _house(snapshot: Snapshot, **changes: Any) -> messages.HouseSettings:
    return house_settings(snapshot).model_copy(update=changes)


def _mode(snapshot: Snapshot, room_id: str, wish: messages.ModeWish) -> _Changes:
    settings = room_settings(snapshot, room_id)
    if wish.value == "auto":
        return {**_NOTHING_TEMPORARY, "mode": "auto", "held": None}
    if wish.value == settings.mode:
        return {}
    changes = {**_NOTHING_TEMPORARY, "mode": wish.value}
    if wish.value == "heat" and settings.held is None:
        changes["held"] = _what_holds(snapshot, room_id, settings)
    return changes


def _what_holds(snapshot: Snapshot, room_id: str, settings: messages.RoomSettings) -> float:
    """What the schedule asks for, °C, or comfort for a room that was off or has no schedule."""
    assert snapshot.now is not None
    scheduled = in_force(snapshot.weeks[room_id], snapshot.zone, snapshot.now)
    return settings.presets.comfort if scheduled is None or settings.mode == "off" else scheduled.setpoint


def _preset(snapshot: Snapshot, room_id: str, wish: messages.PresetWish) -> _Changes:
    if wish.value == "boost":
        minutes = wish.minutes if wish.minutes is None else min(wish.minutes, LONGEST_BOOST_MIN)
        return _boost(snapshot, room_id, messages.BoostWish(until=wish.until, minutes=minutes))
    changes: _Changes = {**_NOTHING_TEMPORARY, "preset": wish.value}
    if wish.value == "none":
        return changes
    timed = ("preset",) if wish.until is None and wish.minutes is not None else ()
    despite = _despite_away(snapshot, "preset")
    return {**changes, "preset_until": _end(snapshot, wish), "durations": timed, "despite_away": despite}


def _setpoint(snapshot: Snapshot, room_id: str, wish: messages.SetpointWish) -> _Changes:
    settings = room_settings(snapshot, room_id)
    if wish.value is None:
        return _mode(snapshot, room_id, messages.ModeWish(value="auto"))
    override, is_duration = _override(snapshot, room_id, settings, wish)
    if settings.mode == "heat" and override.until is None:
        return {**_NOTHING_TEMPORARY, "held": wish.value, "despite_away": _despite_away(snapshot, "held")}
    return {
        "override": override,
        "boost_until": None,
        "durations": (*_without(settings.durations, "boost", "override"), *(("override",) if is_duration else ())),
        "despite_away": (*_without(settings.despite_away, "override"), *_despite_away(snapshot, "override")),
    }


def _override(
    snapshot: Snapshot, room_id: str, settings: messages.RoomSettings, wish: messages.SetpointWish
) -> tuple[messages.Override, bool]:
    """The setpoint by hand with the end that was said, else the end that was chosen before, else the next switch
    point; and whether that end is a duration's.
    """
    assert wish.value is not None
    if wish.until is not None or wish.minutes is not None:
        return messages.Override(setpoint=wish.value, until=_end(snapshot, wish)), wish.until is None
    before = settings.override
    if before is not None and before.until is not None and before.after is None:
        return messages.Override(setpoint=wish.value, until=before.until), "override" in settings.durations
    if settings.mode == "heat":
        return messages.Override(setpoint=wish.value), False
    return _until_next_switch(snapshot, room_id, wish.value), False


def _until_next_switch(snapshot: Snapshot, room_id: str, setpoint: float) -> messages.Override:
    assert snapshot.now is not None
    after, week, zone = snapshot.now, snapshot.weeks[room_id], snapshot.zone
    scheduled = in_force(week, zone, after)
    if scheduled is None:
        return messages.Override(setpoint=setpoint, after=after)
    if scheduled.next_at - after < TOO_NEAR:
        after = scheduled.next_at
        scheduled = in_force(week, zone, after) or scheduled
    return messages.Override(setpoint=setpoint, until=scheduled.next_at, after=after)


def _boost(snapshot: Snapshot, room_id: str, wish: messages.BoostWish) -> _Changes:
    assert snapshot.now is not None
    others = _without(room_settings(snapshot, room_id).durations, "boost")
    if wish.until is not None:
        return {"boost_until": wish.until, "durations": others}
    minutes = wish.minutes if wish.minutes is not None else snapshot.wiring.safety.boost_min
    if minutes == 0:
        return {"boost_until": None, "durations": others}
    return {"boost_until": snapshot.now + timedelta(minutes=minutes), "durations": (*others, "boost")}


def _end(snapshot: Snapshot, wish: messages.AwayWish | messages.PresetWish | messages.SetpointWish) -> datetime | None:
    """The end that was said as an instant or as a duration."""
    if wish.until is not None or wish.minutes is None or snapshot.now is None:
        return wish.until
    return snapshot.now + timedelta(minutes=wish.minutes)


def _despite_away(snapshot: Snapshot, level: str) -> tuple[str, ...]:
    house = snapshot.last(topics.HOUSE_SETTINGS)
    return (level,) if house is not None and house.away is not None else ()


def _without(names: tuple[str, ...], *ended: str) -> tuple[str, ...]:
    return tuple(name for name in names if name not in ended)


_CHANGES: Mapping[type[messages.Message], Callable[[Snapshot, str, Any], _Changes]] = {
    messages.ModeWish: _mode,
    messages.PresetWish: _preset,
    messages.SetpointWish: _setpoint,
    messages.BoostWish: _boost,
}
