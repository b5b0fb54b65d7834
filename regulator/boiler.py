"""When the boiler burns and when it rests, and which valves stay open so that a burn can end well."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from pydantic import JsonValue

from house.messages import BoilerSet, HouseMemory
from house.settings import Safety
from house.wall_time import wall_time
from regulator.demand import RoomTarget, may_be_regulated
from regulator.room import RoomState
from regulator.safety import is_freezing
from regulator.snapshot import elapsed
from regulator.valves import open_fully

REPEATS_IN_LIFETIME = 5
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Call:
    """Whether the boiler is called, and why or why not."""

    call: bool
    reason: str


def hold(
    wanted: bool,
    wants: Mapping[str, RoomTarget],
    views: Mapping[str, RoomState],
    memory: HouseMemory,
    safety: Safety,
    now: datetime,
) -> Mapping[str, RoomTarget]:
    """While the boiler burns and no other radiator is confirmed open, rooms that have had enough stay open.

    That lasts until the minimum burn is over, or until a room that wants heat has opened and can take over.
    """
    if not memory.call or _confirmed(wants, views):
        return wants
    if elapsed(memory.call_since, now) < timedelta(minutes=safety.minimum_burn_min):
        return _held(wants, views, "stays open: the burn has just begun")
    if wanted and any(want.is_open and not views[id_].is_given_up for id_, want in wants.items()):
        return _held(wants, views, "stays open until another room's valve has opened")
    return wants


def run_on(
    call: Call,
    wants: Mapping[str, RoomTarget],
    views: Mapping[str, RoomState],
    memory: HouseMemory,
    overrun: timedelta,
    now: datetime,
) -> Mapping[str, RoomTarget]:
    """For `overrun` after a burn the pump may still run: the last open radiators stay open, and call for nothing."""
    ends = memory.call or elapsed(memory.call_since, now) < overrun
    if call.call or not overrun or not ends or _confirmed(wants, views):
        return wants
    return _held(wants, views, "stays open: the pump may still run")


def _held(wants: Mapping[str, RoomTarget], views: Mapping[str, RoomState], reason: str) -> Mapping[str, RoomTarget]:
    """The rooms that have confirmed to be open, open as they are."""
    return {
        id_: want._replace(target=open_fully(views[id_].effective.setpoint), reason=f"{want.reason}; {reason}")
        if may_be_regulated(views[id_]) and views[id_].confirmed_w and not want.is_open
        else want
        for id_, want in wants.items()
    }


def decide(
    wanted: bool,
    wants: Mapping[str, RoomTarget],
    views: Mapping[str, RoomState],
    memory: HouseMemory,
    safety: Safety,
    zone: ZoneInfo,
    now: datetime,
    unwanted: str = "no room needs heat",
) -> Call:
    """Whether to call the boiler, if it is `wanted`, and if not, why; frost waits for nothing but an open valve."""
    freezing = any(is_freezing(view) for view in views.values())
    confirmed = _confirmed(wants, views)
    if not confirmed:
        return Call(False, "waits: no radiator has confirmed that it is open" if wanted else unwanted)
    lasted = elapsed(memory.call_since, now)
    if memory.call and lasted < timedelta(minutes=safety.minimum_burn_min):
        return Call(True, f"heats {confirmed}; minimum burn")
    if not wanted:
        return Call(False, unwanted)
    if memory.call or freezing:
        return Call(True, f"heats {confirmed}")
    rest = timedelta(minutes=safety.minimum_rest_min)
    if lasted < rest:
        return Call(False, f"waits: the boiler rests until {wall_time(now + rest - lasted, zone, now)}")
    recent = [start for start in memory.starts if elapsed(start, now) < HOUR]
    if len(recent) >= safety.maximum_starts_per_hour:
        free_at = wall_time(min(recent) + HOUR, zone, now)
        return Call(False, f"waits: {len(recent)} starts in the last hour, the next may be at {free_at}")
    return Call(True, f"heats {confirmed}")


def _confirmed(wants: Mapping[str, RoomTarget], views: Mapping[str, RoomState]) -> str:
    """The rooms whose radiators are wanted open and have confirmed it, as words; empty if there are none."""
    return ", ".join(
        views[id_].wiring.name or id_ for id_, want in wants.items() if want.is_open and views[id_].confirmed_w
    )


def remember(call: Call, memory: HouseMemory, law: dict[str, JsonValue], now: datetime) -> HouseMemory:
    """The house's memory after this decision."""
    changed = call.call != memory.call
    starts = tuple(start for start in memory.starts if start <= now and elapsed(start, now) < HOUR)
    return HouseMemory(
        tick_at=now,
        call=call.call,
        call_since=now if changed else memory.call_since,
        starts=(*starts, now) if changed and call.call else starts,
        law=law,
    )


def tell(
    call: Call, before: BoilerSet | None, now: datetime, lifetime: timedelta, flow_setpoint: float | None = None
) -> BoilerSet:
    """The command in force from now on: the one before while that will do, else a new one."""
    is_same = before is not None and (before.call, before.flow_setpoint) == (call.call, flow_setpoint)
    if before is not None and is_same and elapsed(before.issued_at, now) < lifetime / REPEATS_IN_LIFETIME:
        return before
    return BoilerSet(
        call=call.call, flow_setpoint=flow_setpoint, issued_at=now, expires_at=now + lifetime, reason=call.reason
    )
