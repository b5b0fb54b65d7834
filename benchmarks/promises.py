"""What must hold after each message of a stream, whatever was heard; each function tells what is broken.

The facts are those of the regulator's own picture of the house; what its reasons say of them is judged by
`devtools.untrue_reasons`.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from house import messages, topics
from regulator.room import HouseState, RoomState, observe
from regulator.setpoint import room_settings
from regulator.snapshot import AHEAD, Snapshot, instant_of

MOST_STARTS = 4


def out_of_limits(said: topics.Publication) -> Iterator[str]:
    """What a device may never be told."""
    told = said.message
    if isinstance(told, messages.ValveSet):
        if told.opening not in (0, 100, None) or not 4.5 <= told.setpoint <= 30 or not 7 <= told.fallback <= 30:
            yield f"{said.path} is told {told}"
        if not told.issued_at < told.expires_at:
            yield f"{said.path} has expired when it is issued"
    if told is not None and said.name.topic.message.decode(said.payload) != told:
        yield f"{said.path} cannot be read back"


def unsafe(snapshot: Snapshot) -> Iterator[str]:
    """A boiler on shut valves, a room that freezes, a valve that bypass left open, a saving that warms."""
    house, call = observe(snapshot), snapshot.last(topics.BOILER_SET)
    if call is None:
        return
    if call.call and not any(room.confirmed_w for room in house.rooms.values()) and not house.open_blind:
        yield "the boiler is called, and no valve has confirmed that it is open"
    for room in house.rooms.values():
        yield from _left_open(snapshot, room)
        yield from _freezes(snapshot, room, house)
        yield from _warmed_by_saving(room)


def _told(snapshot: Snapshot, room: RoomState) -> list[messages.ValveSet]:
    return [told for valve in room.wiring.valves if (told := snapshot.last(topics.VALVE_SET, valve))]


def _left_open(snapshot: Snapshot, room: RoomState) -> Iterator[str]:
    status = snapshot.last(topics.ROOM_STATUS, room.id)
    if status is not None and status.rule == "bypass":
        left = [told for told in _told(snapshot, room) if told.setpoint > room.effective.setpoint]
        yield from (f"{room.id} was left at {told.setpoint:g}" for told in left)


def _freezes(snapshot: Snapshot, room: RoomState, house: HouseState) -> Iterator[str]:
    """A room that is known to freeze has its valves open; of one that nobody knows the valves look to it themselves."""
    told = _told(snapshot, room)
    if room.frost is not None and room.frost.on and room.power_w:
        yield from (f"{room.id} freezes with its valve at {one.opening}" for one in told if one.opening != 100)
    if room.is_blind:
        frost = room.settings.presets.frost
        yield from (
            f"{room.id} is blind, and its valve is told {one.setpoint:g} °C, {one.opening} %"
            for one in told
            if one.opening is not None or one.setpoint < frost
        )
    if room.is_blind and room.id in house.open_blind and not told:
        yield f"{room.id} is said to take heat, and its valve was told nothing"


def _warmed_by_saving(room: RoomState) -> Iterator[str]:
    if room.effective.rule not in ("away", "preset eco", "preset away"):
        return
    holds = room.effective.scheduled.setpoint if room.effective.scheduled else room.settings.presets.comfort
    most = max(holds, room.settings.held or 0, room.settings.presets.frost, _preset(room.settings))
    most = max(most, room.settings.override.setpoint if room.settings.override else 0)
    if room.effective.setpoint > most:
        yield f"{room.id} is warmed to {room.effective.setpoint:g} by {room.effective.rule}, above {most:g}"


def older_kept(before: Snapshot, after: Snapshot, path: str) -> Iterator[str]:
    """What was measured or reported earlier never replaces what is newer, unless that lay in the future."""
    name = topics.parse(path)
    if name is None or name.topic not in (topics.ROOM_TEMPERATURE, topics.VALVE_STATUS, topics.BOILER_STATUS):
        return
    id_, *further = name.ids or ("",)
    was, is_ = (one.heard.get(name.topic, {}).get(id_, {}).get("".join(further)) for one in (before, after))
    then, now = (instant_of(one) if one is not None else None for one in (was, is_))
    lay_ahead = then is not None and before.now is not None and then > before.now + AHEAD
    if then is not None and now is not None and now < then and not lay_ahead:
        yield f"{path} of {then} was replaced by one of {now}"


def _preset(wished: messages.RoomSettings) -> float:
    named = wished.preset not in ("none", "boost", "eco", "away")
    return float(getattr(wished.presets, wished.preset)) if named else 0.0


def too_often(starts: list[datetime]) -> Iterator[str]:
    """More starts in an hour than is allowed; a room in bitter frost may have more."""
    if len(starts) > MOST_STARTS and timedelta(0) <= starts[-1] - starts[-1 - MOST_STARTS] < timedelta(minutes=50):
        yield f"{MOST_STARTS + 1} starts within {starts[-1] - starts[-1 - MOST_STARTS]}"


def wish_broken(before: Snapshot, after: Snapshot, path: str, payload: Any) -> Iterator[str]:
    """What is temporary destroys nothing that holds."""
    parts = path.split("/")
    is_temporary = path == "away/set" or (path.endswith("/set") and parts[2:3] in (["preset"], ["boost"]))
    if not is_temporary or before.now is None or after.now != before.now:
        return
    for room in after.wiring.rooms:
        was, is_ = room_settings(before, room), room_settings(after, room)
        if (was.mode, was.held) != (is_.mode, is_.held):
            yield f"{path} {payload} made of {was.mode} {was.held} of {room} {is_.mode} {is_.held}"
        if before.last(topics.ROOM_SCHEDULE, room) != after.last(topics.ROOM_SCHEDULE, room):
            yield f"{path} {payload} changed the schedule of {room}"
