"""A room's week as the valve's own seven day programs, and back: what a `timed` valve follows when nobody tells it
anything.

The valve knows tens of minutes and seven slots a day; where a schedule has more, the shortest slots go.
"""

from collections.abc import Iterable, Sequence

from bridges.eq3.protocol import MIDNIGHT, Day, DayProgram, Slot, nearest_setpoint
from house.messages import SwitchPoint

MOST_SLOTS = 7
LOWEST = 5.0
"""A room's schedule knows no OFF: it reads as this."""


def week_of(points: Sequence[SwitchPoint]) -> tuple[DayProgram, ...]:
    """The seven programs that come nearest to a schedule; none for an empty one."""
    if not points:
        return ()
    ordered = sorted(points, key=lambda point: (point.day, point.time))
    setpoint, programs = ordered[-1].setpoint, []
    for day in range(1, 8):
        today = [point for point in ordered if point.day == day]
        slots = _slots(setpoint, today)
        programs.append(DayProgram(Day((day + 1) % 7), tuple(slots)))  # the valve's week begins on Saturday
        setpoint = today[-1].setpoint if today else setpoint
    return tuple(programs)


def points_of(programs: Iterable[DayProgram]) -> tuple[SwitchPoint, ...]:
    """A valve's seven programs as a room's schedule is written: only where the setpoint changes."""
    starts = []
    for program in sorted(programs, key=lambda one: _weekday(one.day)):
        begins = 0
        for slot in program.slots:
            time = f"{begins // 60:02}:{begins % 60:02}"
            starts.append(SwitchPoint(day=_weekday(program.day), time=time, setpoint=max(slot.setpoint, LOWEST)))
            begins = slot.until
    if not starts:
        return ()
    before = [starts[-1], *starts]
    changes = tuple(one for one, last in zip(starts, before, strict=False) if one.setpoint != last.setpoint)
    return changes or (starts[0],)


def _weekday(day: Day) -> int:
    """1 = Monday; the valve's week begins on Saturday."""
    return (day - 2) % 7 + 1


def _slots(setpoint: float, today: Sequence[SwitchPoint]) -> list[Slot]:
    """`setpoint` is the one in force at midnight."""
    slots: list[Slot] = []
    for until, following in [*((_tens(point.time), point.setpoint) for point in today), (MIDNIGHT, setpoint)]:
        start = slots[-1].until if slots else 0
        if until > start:
            _append(slots, Slot(nearest_setpoint(setpoint), until))
        setpoint = following
    while len(slots) > MOST_SLOTS:
        _drop_shortest(slots)
    return slots


def _tens(time: str) -> int:
    hours, minutes = map(int, time.split(":"))
    return hours * 60 + minutes // 10 * 10


def _append(slots: list[Slot], slot: Slot) -> None:
    if slots and slots[-1].setpoint == slot.setpoint:
        slots.pop()
    slots.append(slot)


def _drop_shortest(slots: list[Slot]) -> None:
    """The slot before it goes on for as long, and longer where the one behind it has the same setpoint."""
    starts = [0, *(slot.until for slot in slots)]
    shortest = min(range(1, len(slots)), key=lambda index: slots[index].until - starts[index])
    kept = [*slots[: shortest - 1], Slot(slots[shortest - 1].setpoint, slots[shortest].until)]
    for slot in slots[shortest + 1 :]:
        _append(kept, slot)
    slots[:] = kept
