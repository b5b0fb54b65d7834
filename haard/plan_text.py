"""What a room will do, in words: worked out by the regulator's own rules from what it has accepted."""

from datetime import datetime

from haard.settings_file import room_name
from house import topics
from house.messages import RoomStatus
from house.wall_time import wall_time
from regulator.setpoint import Effective, effective, house_settings, room_settings
from regulator.snapshot import Snapshot


def sentences(house: Snapshot, room: str, now: datetime) -> list[str]:
    """`Living room: 21 °C until 22:30, then 17 °C`, and what stands in its way."""
    plan = f"{room_name(room, house.wiring)}: {_plan(house, room, now)}"
    obstacle = _obstacle(house.last(topics.ROOM_STATUS, room))
    return [plan] if obstacle is None else [plan, f"note: {obstacle}"]


def house_plan(house: Snapshot, now: datetime) -> str:
    """Whether somebody is home, and what that means."""
    at = house._replace(now=now)
    away = house_settings(at).away
    if away is None:
        return "somebody is home: every room follows its own plan"
    end = f" until {_end(away.until, house, now)}" if away.until else ", until `haard away off`"
    setpoint = away.setpoint if away.setpoint is not None else house.wiring.presets.away
    return f"nobody is home: {setpoint:g} °C at most{end}"


def _obstacle(status: RoomStatus | None) -> str | None:
    if status is None:
        return None
    if status.alert:
        return status.alert
    return "a window is open; its valves wait until it is closed" if status.window == "open" else None


def _plan(house: Snapshot, room: str, now: datetime) -> str:
    present = _effective_at(house, room, now)
    settings = room_settings(house._replace(now=now), room)
    if settings.mode == "bypass":
        return "hands off; its valves are left as they are (mode bypass)"
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
