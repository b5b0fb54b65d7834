"""Limits applied last, whatever was decided; in the order in which they win: frost, hands off, window, old readings."""

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from house.messages import ValveMemory
from house.wall_time import wall_time
from regulator.decision import RoomTarget, RoomTargets
from regulator.room import FROST_HYSTERESIS, HouseState, RoomState
from regulator.valves import TRIES, open_fully, regulate_itself, shut


def limit(targets: RoomTargets, house: HouseState) -> RoomTargets:
    """The targets that remain: `limit(limit(targets)) == limit(targets)`."""
    return {id_: _limited(target, house.rooms[id_], house.zone, house.now) for id_, target in targets.items()}


def _limited(want: RoomTarget, view: RoomState, zone: ZoneInfo, now: datetime) -> RoomTarget:
    setpoint = view.effective.setpoint
    if is_freezing(view):
        frost = view.settings.presets.frost
        return RoomTarget(open_fully(setpoint), 100, "frost", _frost_words(view, frost))
    if view.settings.mode == "bypass":
        return RoomTarget(None, 0, "bypass", "hands off: the valves are left alone")
    if view.window is not None and view.window.paused:
        since = wall_time(view.window.since, zone, now)
        return RoomTarget(shut(setpoint), 0, "window", f"closed: a window is open since {since}")
    return want if view.staleness == "fresh" else _half_blind(view, zone, now)


def _frost_words(view: RoomState, frost: float) -> str:
    if view.temperature is not None and view.temperature < frost:
        return f"heats whatever was said: below {frost:g} °C"
    return f"heats until it is at {frost + FROST_HYSTERESIS:g} °C"


def is_freezing(view: RoomState) -> bool:
    return view.frost is not None and view.frost.on


def _half_blind(view: RoomState, zone: ZoneInfo, now: datetime) -> RoomTarget:
    """Without a fresh reading the valve regulates by its own sensor, and the room never fires the boiler.

    That sensor sits beside the radiator and the thermometer may be dead for long, so after the alert it heats no more
    than eco.
    """
    setpoint = view.effective.setpoint
    if not view.has_thermometer:
        return RoomTarget(regulate_itself(setpoint), 0, "own sensor", "no thermometer: the valve regulates itself")
    if view.frozen_since is not None:
        reason = f"{view.temperature:g} °C to the last digit since {wall_time(view.frozen_since, zone, now)}"
        alert = f"{reason}: look whether the thermometer is frozen"
        return RoomTarget(regulate_itself(setpoint), 0, "frozen", f"{reason}: the valve regulates itself", alert)
    since = f"since {wall_time(view.measured_at, zone, now)}" if view.measured_at else "at all yet"
    if view.staleness == "stale":
        return RoomTarget(regulate_itself(setpoint), 0, "stale", f"no reading {since}: the valve regulates itself")
    alert = f"no reading {since}: look after the thermometer, its battery and its distance"
    capped = min(setpoint, view.settings.presets.eco)
    reason = f"no reading {since}: the valve regulates itself to {capped:g} at most"
    return RoomTarget(regulate_itself(capped), 0, view.staleness, reason, alert)


def alert(want: RoomTarget, valves: Mapping[str, ValveMemory], complaints: tuple[str, ...] = ()) -> RoomTarget:
    """The target with an alert about all that a person should see to in the room."""
    silent = [address for address, remembered in valves.items() if remembered.tries >= TRIES]
    words = [want.alert, *complaints] if want.alert else [*complaints]
    if silent:
        words.append(f"valve {', '.join(silent)} does not confirm: look after its battery and its distance")
    return want._replace(alert="; ".join(words)) if words else want
