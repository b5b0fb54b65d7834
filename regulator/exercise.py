"""Exercise: a valve that has not moved for a week is opened for some minutes, lest its pin sticks.

One valve's room at a time, on a working day late in the morning, and only while the boiler is not called: no heat goes
where none is wanted, and nobody sleeps beside the motor.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from regulator.demand import RoomTarget, may_be_regulated
from regulator.room import RoomState
from regulator.snapshot import elapsed
from regulator.valves import open_fully

IDLE_FOR = timedelta(days=7)
OPEN_FOR = timedelta(minutes=4)
HOUR = 11
SATURDAY = 6


def exercise(
    wants: Mapping[str, RoomTarget], views: Mapping[str, RoomState], zone: ZoneInfo, now: datetime
) -> Mapping[str, RoomTarget]:
    """The wishes with that of one room changed, if there is a valve to exercise."""
    local = now.astimezone(zone)
    if local.hour != HOUR or local.isoweekday() >= SATURDAY:
        return wants
    shut = [id_ for id_, want in wants.items() if want.target is not None and want.target.opening == 0]
    at_it = [id_ for id_ in shut if _is_at_it(views[id_], now)]
    due = [id_ for id_ in shut if may_be_regulated(views[id_]) and _is_due(views[id_], now)]
    for id_ in (at_it or due)[:1]:
        target, words = open_fully(views[id_].effective.setpoint), "moves its valve, which stood still for a week"
        return {**wants, id_: wants[id_]._replace(target=target, reason=f"{wants[id_].reason}; {words}")}
    return wants


def _is_due(view: RoomState, now: datetime) -> bool:
    told = [memory.told_at for memory in view.memory.valves.values()]
    return not view.told_open and any(at is not None and elapsed(at, now) >= IDLE_FOR for at in told)


def _is_at_it(view: RoomState, now: datetime) -> bool:
    """Whether the valves were opened just now: it takes that long until the last of them has moved."""
    told = [memory.told_at for memory in view.memory.valves.values()]
    return view.told_open and any(at is not None and elapsed(at, now) < OPEN_FOR for at in told)
