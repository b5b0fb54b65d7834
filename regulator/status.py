"""What a person wants to see of a room: how it is, what was decided, and one reason for it that is true now."""

from typing import Literal

from house.fields import Preset
from house.messages import RoomSettings, RoomStatus
from regulator.boiler import UNCONFIRMED
from regulator.decision import Decision, RoomTarget
from regulator.laws.interface import NO_NEED, LawOutput
from regulator.room import HouseState, RoomState
from regulator.snapshot import Snapshot

Action = Literal["heating", "idle", "off"]


def status(snapshot: Snapshot, view: RoomState, want: RoomTarget, alert: str | None, decision: Decision) -> RoomStatus:
    """All of it; `alert` says what a person should see to."""
    settings, effective, scheduled, window = view.settings, view.effective, view.effective.scheduled, view.window
    mode, action = settings.mode, _action(view, want, decision)
    return RoomStatus.of(
        {
            "temperature": view.temperature,
            "humidity": view.humidity,
            "setpoint": effective.setpoint,
            "action": action,
            "demand": want.demand,
            "rule": want.rule,
            "reason": _reason(effective.words(snapshot), want, decision, view, action),
            "until": effective.until,
            "next_setpoint": scheduled.next_setpoint if scheduled is not None else None,
            "next_switch_at": scheduled.next_at if scheduled is not None else None,
            "mode": mode,
            "preset": _preset(effective.rule, settings),
            "window": window.value if window is not None else None,
            "staleness": view.staleness,
            "measured_at": view.measured_at,
            "alert": alert,
        }
    )


def _action(view: RoomState, want: RoomTarget, decision: Decision) -> Action:
    """`heating` only while heat can flow."""
    if decision.boiler.call and _takes_heat(view, want, decision.house):
        return "heating"
    return "off" if view.settings.mode == "off" else "idle"


def _takes_heat(view: RoomState, want: RoomTarget, house: HouseState) -> bool:
    """Whether heat flows there, now that the boiler is called."""
    if house.makes_hot_water or house.stays_dark:
        return False
    return view.id in house.open_blind or (want.is_open and view.confirmed_w > 0) or view.is_open_by_nature


def _preset(rule: str, settings: RoomSettings) -> Preset:
    return "boost" if rule == "boost" else "away" if rule == "away" else settings.preset


def _reason(words: str, want: RoomTarget, decision: Decision, view: RoomState, action: Action) -> str:
    """One reason, true now: what was wished, and what comes of it or what that waits for."""
    if want.rule == "bypass":
        return want.reason
    outcome = _with_call(want, decision.house, view, action) if decision.boiler.call else _idle(want, decision, view)
    return f"{words}{_in_vain(view.settings)}; {outcome}"


def _in_vain(settings: RoomSettings) -> str:
    """What a person should know who wishes something of a room that is off."""
    if settings.mode != "off":
        return ""
    is_wished = settings.override or settings.boost_until or settings.preset != "none"
    return ", which only mode auto or heat changes" if is_wished else ""


def _idle(want: RoomTarget, decision: Decision, view: RoomState) -> str:
    """What comes of it while the boiler is not called."""
    call, law = decision.boiler, decision.law
    if want.is_open and call.reason.startswith("waits") and call.reason != law.waits:
        return call.reason
    return f"{want.reason}; {law.waits}" if law.waits != NO_NEED and _is_by_law(want, law, view) else want.reason


def _with_call(want: RoomTarget, house: HouseState, view: RoomState, action: Action) -> str:
    """What comes of it while the boiler is called."""
    is_open, is_open_blind = want.is_open, view.id in house.open_blind
    if (is_open or is_open_blind) and house.makes_hot_water:
        return "waits: the boiler makes hot water"
    if (is_open or is_open_blind) and house.stays_dark:
        return "waits: the boiler is called and does not burn"
    if is_open_blind:
        return f"{want.reason}, the boiler runs for emergency heat"
    if is_open:
        return want.reason if view.confirmed_w else UNCONFIRMED
    takes_heat = action == "heating" and view.is_open_by_nature
    return "a radiator without a valve takes heat of every burn" if takes_heat else want.reason


def _is_by_law(want: RoomTarget, law: LawOutput, view: RoomState) -> bool:
    """Whether the room's target is the law's: no safety rule has changed it."""
    asked = law.rooms.get(view.id)
    return asked is not None and want.rule == (asked.rule or view.effective.rule)
