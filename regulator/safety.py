"""Limits applied last, whatever was decided; in the order in which they win: frost, hands off, window, old readings."""

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from house.messages import ValveMemory
from house.wall_time import wall_time
from regulator.air import FROST_HYSTERESIS
from regulator.decision import RoomTarget, RoomTargets
from regulator.room import HouseState, RoomState
from regulator.valves import DISPUTES, TRIES, is_disputed, open_fully, regulate_itself, shut

NOBODY = "nobody knows how warm it is: the valve regulates itself"


def limit(targets: RoomTargets, house: HouseState) -> RoomTargets:
    """The targets that remain: `limit(limit(targets)) == limit(targets)`."""
    rooms, zone, now = house.rooms, house.zone, house.now
    may_be_limited = [id_ for id_, view in rooms.items() if not view.may_be_regulated or view.frost is not None]
    if not may_be_limited:
        return targets
    return {**targets, **{id_: _limited(targets[id_], rooms[id_], zone, now) for id_ in may_be_limited}}


def _limited(want: RoomTarget, view: RoomState, zone: ZoneInfo, now: datetime) -> RoomTarget:
    setpoint = view.effective.setpoint
    if not view.power_w:
        return RoomTarget(None, 0, "no radiator", "no radiator: this room is only measured")
    if is_freezing(view):
        frost = view.settings.presets.frost
        return RoomTarget(open_fully(setpoint), 100, "frost", _frost_words(view, frost))
    if view.settings.mode == "bypass":
        return RoomTarget(None, 0, "bypass", f"hands off: nobody regulates here; {_left(view)}")
    if view.window is not None and view.is_paused:
        since = wall_time(view.window.since, zone, now)
        is_open = view.window.value == "open"
        why = f"a window is open since {since}" if is_open else f"the window was closed at {since}, the air settles"
        if view.is_blind:  # nobody would see it freeze
            kept = f"kept from frost at {view.own_setpoint:g} °C, {NOBODY}"
            return RoomTarget(regulate_itself(view.own_setpoint), 0, "window", f"{why}: {kept}")
        return RoomTarget(shut(setpoint), 0, "window", f"closed: {why}")
    return want if view.staleness == "fresh" else _half_blind(view, zone, now)


def _frost_words(view: RoomState, frost: float) -> str:
    if view.temperature is not None and view.temperature < frost:
        return f"heats whatever was said: below {frost:g} °C"
    return f"heats until it is at {frost + FROST_HYSTERESIS:g} °C"


def is_freezing(view: RoomState) -> bool:
    return view.frost is not None and view.frost.on and view.power_w > 0


def _left(view: RoomState) -> str:
    """How the valves of a room that nobody regulates say that they are."""
    said = []
    for address, report in view.reports.items():
        at = [] if report is None or report.setpoint is None else [f"at {report.setpoint:g} °C"]
        at += [] if report is None or report.opening is None else [f"{report.opening:g} % open"]
        said.append(f"valve {address} was left {' and '.join(at)}" if at else f"valve {address} has reported nothing")
    return ", ".join(said) or "it has no valve"


def _half_blind(view: RoomState, zone: ZoneInfo, now: datetime) -> RoomTarget:
    """Without a reading that can be believed the valve regulates by its own sensor."""
    target = regulate_itself(view.own_setpoint)
    if not view.has_thermometer:
        return RoomTarget(target, 0, "own sensor", f"no thermometer, {NOBODY}")
    if view.frozen_since is not None:
        reason = f"{view.temperature:g} °C to the last digit since {wall_time(view.frozen_since, zone, now)}"
        alert = f"{reason}: look whether the thermometer is frozen"
        return RoomTarget(target, 0, "frozen", f"{reason}, {NOBODY}", alert)
    since = f"since {wall_time(view.measured_at, zone, now)}" if view.measured_at else "at all yet"
    reason = f"no believable reading {since}, {NOBODY}"
    if view.staleness == "stale":
        return RoomTarget(target, 0, "stale", reason)
    alert = f"no believable reading {since}: look after the thermometer, its battery and its distance"
    return RoomTarget(target, 0, view.staleness, reason, alert)


def alert(
    want: RoomTarget, valves: Mapping[str, ValveMemory], now: datetime, complaints: tuple[str, ...] = ()
) -> str | None:
    """About all that a person should see to in the room."""
    words = [want.alert, *complaints] if want.alert else [*complaints]
    if silent := [address for address, one in valves.items() if one.tries >= TRIES]:
        words.append(f"valve {', '.join(silent)} does not confirm: look after its battery and its distance")
    if disputed := [address for address, one in valves.items() if one.contradicted and is_disputed(one, now)]:
        words.append(
            f"somebody else commands valve {', '.join(disputed)} too: it was changed {DISPUTES} times in an hour"
        )
    return "; ".join(words) if words else None
