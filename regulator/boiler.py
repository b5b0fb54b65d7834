"""When the boiler burns and when it rests, and which valves stay open so that a burn can end well."""

from datetime import timedelta

from pydantic import JsonValue

from house.messages import BoilerSet, HouseMemory, TickDoubt
from house.wall_time import wall_time
from regulator.decision import BoilerTarget, RoomTargets
from regulator.laws.interface import NO_NEED, LawOutput
from regulator.room import HouseState
from regulator.safety import is_freezing
from regulator.snapshot import elapsed
from regulator.valves import open_fully

REPEATS_IN_LIFETIME = 5
HOUR = timedelta(hours=1)
BITTER = 6.0  # °C
UNCONFIRMED = "waits: no radiator has confirmed that it is open"


def is_wanted(asked: LawOutput, targets: RoomTargets, house: HouseState) -> bool:
    """Whether the boiler should heat: for a room that the law opens, for one that freezes, or for a
    blind one whose valve has opened by itself."""
    opens = any(targets[id_].is_open for id_, room in asked.rooms.items() if room.open)
    return (asked.call and opens) or bool(house.emergency) or any(is_freezing(room) for room in house.rooms.values())


def hold_open(wanted: bool, targets: RoomTargets, house: HouseState) -> RoomTargets:
    """While the boiler burns and no other radiator is confirmed open, rooms that have had enough stay open.

    That lasts until the minimum burn is over, or until a room that wants heat has opened and can take over.
    """
    if not house.memory.call or _confirmed(targets, house):
        return targets
    if elapsed(house.memory.call_since, house.now) < timedelta(minutes=house.limits.minimum_burn_min):
        return _held(targets, house, "stays open: the burn has just begun")
    if wanted and any(one.is_open and not house.rooms[id_].is_given_up for id_, one in targets.items()):
        return _held(targets, house, "stays open until another room's valve has opened")
    return targets


def pump_overrun(boiler: BoilerTarget, targets: RoomTargets, house: HouseState) -> RoomTargets:
    """For some minutes after a burn the pump may still run: the last open radiators stay open, and call for nothing."""
    overrun_min = house.settings.boiler.overrun_min
    if boiler.call or not overrun_min or not _has_burnt_within(overrun_min, house) or _confirmed(targets, house):
        return targets
    return _held(targets, house, "stays open: the pump may still run")


def _has_burnt_within(minutes: float, house: HouseState) -> bool:
    memory = house.memory
    return memory.call or elapsed(memory.call_since, house.now) < timedelta(minutes=minutes)


def _held(targets: RoomTargets, house: HouseState, reason: str) -> RoomTargets:
    """The rooms that have confirmed to be open, open as they are."""
    return {
        id_: one._replace(target=open_fully(room.effective.setpoint), reason=reason)
        if (room := house.rooms[id_]).may_be_regulated and room.confirmed_w and not one.is_open
        else one
        for id_, one in targets.items()
    }


def call(wanted: bool, targets: RoomTargets, house: HouseState, unwanted: str = NO_NEED) -> BoilerTarget:
    """Whether to call the boiler, if it is `wanted`, and if not, why; bitter frost waits for an open valve only."""
    confirmed = _confirmed(targets, house) or _blind(targets, house) or _open_by_nature(house)
    memory = house.memory
    if not any(room.may_be_regulated for room in house.rooms.values()) and any(
        room.is_blind for room in house.rooms.values()
    ):
        unwanted = "nobody knows how warm it is, and no valve has opened by itself"
    if not confirmed:
        return BoilerTarget(False, UNCONFIRMED if wanted else unwanted)
    heats = f"makes hot water, then heats {confirmed}" if house.makes_hot_water else f"heats {confirmed}"
    heats = f"called for {confirmed}, and does not burn" if house.stays_dark else heats
    if memory.call and elapsed(memory.call_since, house.now) < timedelta(minutes=house.limits.minimum_burn_min):
        return BoilerTarget(True, heats if wanted else f"{heats}; minimum burn")
    if not wanted:
        return BoilerTarget(False, unwanted)
    waits = None if memory.call or _is_bitter(house) else _rests(house)
    return BoilerTarget(False, waits) if waits else BoilerTarget(True, heats)


def _is_bitter(house: HouseState) -> bool:
    """Whether frost cannot wait for a burner's rest."""
    return any(is_freezing(room) and (room.temperature or 0) < BITTER for room in house.rooms.values())


def _rests(house: HouseState) -> str | None:
    """Why a burner that stands still may not start yet."""
    now, memory = house.now, house.memory
    rest, lasted = timedelta(minutes=house.limits.minimum_rest_min), elapsed(memory.call_since, now)
    if lasted < rest:
        return f"waits: the boiler rests until {wall_time(now + rest - lasted, house.zone, now)}"
    recent = [start for start in memory.starts if elapsed(start, now) < HOUR]
    if len(recent) >= house.limits.maximum_starts_per_hour:
        free_at = wall_time(min(recent) + HOUR, house.zone, now)
        return f"waits: {len(recent)} starts in the last hour, the next may be at {free_at}"
    return None


def _confirmed(targets: RoomTargets, house: HouseState) -> str:
    """The rooms whose radiators should be open and have confirmed it, as words; empty if there are none."""
    return ", ".join(
        house.rooms[id_].wiring.name or id_
        for id_, one in targets.items()
        if one.is_open and house.rooms[id_].confirmed_w
    )


def _open_by_nature(house: HouseState) -> str:
    """The rooms with a radiator that no valve can shut, as words; empty if there are none."""
    return ", ".join(room.wiring.name or id_ for id_, room in house.rooms.items() if room.is_open_by_nature)


def _blind(targets: RoomTargets, house: HouseState) -> str:
    """The blind rooms whose valves are open by themselves, as words; empty if there are none."""
    names = [
        room.wiring.name or id_
        for id_, room in house.rooms.items()
        if id_ in house.emergency and (target := targets[id_].target) is not None and target.opening is None
    ]
    return f"{', '.join(names)} in an emergency: nobody knows how warm it is" if names else ""


def remember(
    boiler: BoilerTarget, house: HouseState, doubt: TickDoubt | None, law: dict[str, JsonValue], *, is_clockless: bool
) -> HouseMemory:
    """The house's memory after this decision."""
    memory, now, call = house.memory, house.now, boiler.call
    changed = call != memory.call
    starts = tuple([start for start in memory.starts if start <= now and now - start < HOUR]) if memory.starts else ()
    return HouseMemory.of(
        {
            "tick_at": now,
            "doubt": doubt,
            "is_clockless": is_clockless,
            "call": call,
            "call_since": now if changed else memory.call_since,
            "starts": (*starts, now) if changed and call else starts,
            "boiler_clock": house.boiler_clock,
            "dark_since": (memory.dark_since or now) if call and house.is_dark else None,
            "law": law,
        }
    )


def level(
    call: BoilerTarget, before: BoilerSet | None, house: HouseState, flow_setpoint: float | None = None
) -> BoilerSet:
    """The message in force from now on: the one before while that will do, else a new one."""
    now, lifetime = house.now, timedelta(minutes=house.limits.boiler_expiry_min)
    if (
        before is not None
        and before.reason == call.reason  # why it waits is always true
        and (before.call, before.flow_setpoint) == (call.call, flow_setpoint)
        and elapsed(before.issued_at, now) < lifetime / REPEATS_IN_LIFETIME
    ):
        return before
    return BoilerSet(
        call=call.call, flow_setpoint=flow_setpoint, issued_at=now, expires_at=now + lifetime, reason=call.reason
    )
