"""Exercise: a valve that has not moved for a week is opened for some minutes, lest its pin sticks.

One valve's room at a time, on a working day late in the morning, and only while the boiler is not called: no heat goes
where none is wanted, and nobody sleeps beside the motor. Then it is shut again, also where the law would leave a valve
that is open as it is.
"""

from datetime import datetime, timedelta

from regulator.decision import RoomTarget, RoomTargets
from regulator.room import HouseState, RoomState
from regulator.snapshot import elapsed
from regulator.valves import open_fully, shut

IDLE_FOR = timedelta(days=7)
OPEN_FOR = timedelta(minutes=4)
EXERCISE_AT_HOUR = 11
SATURDAY = 6


def one_stuck_valve(wanted: bool, targets: RoomTargets, house: HouseState) -> RoomTargets:
    """The targets with that of one room changed, if there is a valve to exercise and the boiler is not `wanted`."""
    now = house.now
    if wanted or house.memory.call:
        return targets
    targets = {id_: _shut_again(one, house.rooms[id_], house) if one.is_open else one for id_, one in targets.items()}
    local = now.astimezone(house.zone)
    if local.hour != EXERCISE_AT_HOUR or local.isoweekday() >= SATURDAY:
        return targets
    closed = [id_ for id_, one in targets.items() if one.target is not None and one.target.opening == 0]
    at_it = [id_ for id_ in closed if _is_at_it(house.rooms[id_], now)]
    due = [id_ for id_ in closed if house.rooms[id_].may_be_regulated and _is_due(house.rooms[id_], now)]
    for id_ in (at_it or due)[:1]:
        target, words = open_fully(house.rooms[id_].effective.setpoint), "moves its valve, which stood still for a week"
        return {**targets, id_: targets[id_]._replace(target=target, reason=f"{targets[id_].reason}; {words}")}
    return targets


def _shut_again(room: RoomTarget, view: RoomState, house: HouseState) -> RoomTarget:
    """A room that the law leaves open is shut after its exercise, or whatever opened it while the boiler rested."""
    told, rests_since = _told(view), house.memory.call_since
    if rests_since is None or not view.told_open or not view.may_be_regulated or _is_at_it(view, house.now):
        return room
    if not any(at > rests_since for at in told):
        return room
    return room._replace(target=shut(view.effective.setpoint), reason="shut again: it was opened for no burn")


def _is_due(view: RoomState, now: datetime) -> bool:
    return not view.told_open and any(elapsed(at, now) >= IDLE_FOR for at in _told(view))


def _is_at_it(view: RoomState, now: datetime) -> bool:
    """Whether the valves were opened just now: it takes that long until the last of them has moved."""
    return view.told_open and any(elapsed(at, now) < OPEN_FOR for at in _told(view))


def _told(view: RoomState) -> list[datetime]:
    return [memory.told_at for memory in view.memory.valves.values() if memory.told_at is not None]
