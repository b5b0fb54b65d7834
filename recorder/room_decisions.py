"""What was decided of a room, one after another: where its setpoint, its rule or its action changed. Pure.

The numbers in a reason change from minute to minute; a decision is told with the reason that it had when it was taken.
It is dated by the last tick, since the reading in a status may be older than what a person asked meanwhile.
"""

from collections.abc import Iterable
from datetime import datetime

from house import messages, topics
from house.messages import Decision
from recorder.history import Record

WANTED = (topics.ROOM_STATUS, topics.TICK)
MOST, LONGEST_S = 200, 7 * 86_400


def is_wanted(name: topics.Name, room: str) -> bool:
    """Whether a topic tells something of the room's decisions."""
    return name.topic is topics.TICK or name.ids == (room,)


def decisions(records: Iterable[Record], begin: datetime, end: datetime) -> list[Decision]:
    """The changes from `begin` up to `end`, in the order of recording."""
    found: list[Decision] = []
    now: datetime | None = None
    last: tuple[object, ...] | None = None
    for record in records:
        match record.message:
            case messages.Tick(at=at):
                now = at or now
            case messages.RoomStatus() as status:
                what = (status.setpoint, status.action, status.rule)
                if last is not None and what != last and now is not None and begin <= now < end:
                    found.append(_decision(status, now))
                last = what
    return found


def _decision(status: messages.RoomStatus, at: datetime) -> Decision:
    return Decision(at=at, setpoint=status.setpoint, action=status.action, rule=status.rule, reason=status.reason)
