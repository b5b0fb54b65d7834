"""What a room will do, in words: worked out by the regulator's own rules from what it has accepted."""

from collections.abc import Iterator
from datetime import datetime

from haard.settings_file import room_name
from house import topics
from house.messages import RoomStatus
from house.wall_time import wall_time
from regulator.room import DARK_AFTER
from regulator.setpoint import Effective, effective, house_settings, room_settings
from regulator.snapshot import Snapshot


def sentences(house: Snapshot, room: str, now: datetime) -> list[str]:
    """`Living room: 21 °C until 22:30, then 17 °C`, and what stands in its way or makes it change nothing now."""
    plan = f"{room_name(room, house.wiring)}: {_plan(house, room, now)}"
    return [plan, *(f"note: {obstacle}" for obstacle in _obstacles(house, room, now))]


def house_plan(house: Snapshot, now: datetime) -> str:
    """Whether somebody is home, and what that means."""
    at = house._replace(now=now)
    away = house_settings(at).away
    if away is None:
        return "somebody is home: every room follows its own plan"
    end = f" until {_end(away.until, house, now)}" if away.until else ", until `haard away off`"
    setpoint = away.setpoint if away.setpoint is not None else house.wiring.presets.away
    return f"nobody is home: {setpoint:g} °C at most{end}"


def _obstacles(house: Snapshot, room: str, now: datetime) -> Iterator[str]:
    status, boiler = house.last(topics.ROOM_STATUS, room), house.last(topics.BOILER_STATUS)
    settings, section = room_settings(house._replace(now=now), room), house.wiring.rooms[room]
    if settings.mode in ("off", "bypass"):
        return  # the plan says so already
    if not section.radiators:
        yield "this room has no radiator"
    if settings.override and settings.override.setpoint < settings.presets.frost:
        yield f"frost protection keeps it at {settings.presets.frost:g} °C at least"
    memory = house.last(topics.HOUSE_MEMORY)
    if memory is not None and memory.dark_since is not None and now - memory.dark_since >= DARK_AFTER:
        yield "the boiler is called and does not burn; is heating switched off there?"
    if boiler is not None and boiler.fault:
        yield f"the boiler reports a fault: {boiler.fault}"
    if status is not None:
        yield from _in_the_room(status, _effective_at(house, room, now).setpoint)


def _in_the_room(status: RoomStatus, setpoint: float) -> Iterator[str]:
    if status.alert:
        yield status.alert
    if status.window == "open":
        yield "a window is open; its valves wait until it is closed"
    if status.staleness != "fresh":
        yield "nobody knows how warm it is; its valves regulate by their own sensors"
    elif status.temperature is not None and round(status.temperature, 1) > setpoint:
        yield f"it is {status.temperature:.1f} °C already: nothing heats it now"


def _plan(house: Snapshot, room: str, now: datetime) -> str:
    present = _effective_at(house, room, now)
    settings = room_settings(house._replace(now=now), room)
    if settings.mode == "bypass":
        return "hands off; its valves are told to regulate themselves, and then left alone (mode bypass)"
    if settings.mode == "off":
        return f"off; only kept above {present.setpoint:g} °C"
    if present.until is None:
        return f"{present.setpoint:g} °C from now on"
    then = _effective_at(house, room, present.until)
    return f"{present.setpoint:g} °C until {_end(present.until, house, now)}, then {then.setpoint:g} °C"


def _end(at: datetime, house: Snapshot, now: datetime) -> str:
    """A time that is not of today is told as such."""
    days = (at.astimezone(house.zone).date() - now.astimezone(house.zone).date()).days
    return f"tomorrow {at.astimezone(house.zone):%H:%M}" if days == 1 else wall_time(at, house.zone, now)


def _effective_at(house: Snapshot, room: str, at: datetime) -> Effective:
    then = house._replace(now=at)
    return effective(then, room, room_settings(then, room), house_settings(then))
