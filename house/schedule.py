"""What a week of switch points asks for at an instant.

The same question is asked for every room at every decision, so what follows from a week is computed once.
"""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property, lru_cache
from zoneinfo import ZoneInfo

from house.messages import SwitchPoint
from house.wall_time import instant


class Week(tuple[tuple[int, int, float], ...]):
    """Switch points as (day with 1 = Monday, minutes since midnight, setpoint °C).

    What follows from it is looked up for every room at every decision, so its hash is computed once.
    """

    @cached_property
    def _hash(self) -> int:
        return super().__hash__()

    def __hash__(self) -> int:
        return self._hash


def week_of(points: Iterable[SwitchPoint]) -> Week:
    """The points of a schedule message, in order."""
    return Week(sorted((p.day, int(p.time[:2]) * 60 + int(p.time[3:]), p.setpoint) for p in points))


@dataclass(frozen=True, slots=True)
class InForce:
    """The setpoint that the week asks for, °C, and the next switch point."""

    setpoint: float
    next_at: datetime
    next_setpoint: float


def in_force(week: Week, zone: ZoneInfo, now: datetime) -> InForce | None:
    """What the week asks for at `now`; None for a week without switch points."""
    if not week:
        return None
    instants, after = _three_weeks(week, zone, _monday(zone, now))
    return after[bisect_right(instants, now) - 1]


@lru_cache(maxsize=16)  # all rooms ask for the same moment
def _monday(zone: ZoneInfo, now: datetime) -> date:
    today = now.astimezone(zone).date()
    return today - timedelta(days=today.weekday())


@lru_cache(maxsize=4096)  # more than a large building has schedules
def _three_weeks(week: Week, zone: ZoneInfo, monday: date) -> tuple[tuple[datetime, ...], tuple[InForce, ...]]:
    """All switch instants from a week before `monday` to two weeks after it, and what is in force after each but the
    last; equal instants keep their order.
    """
    switches = [
        (instant(monday + timedelta(days=7 * number + day - 1), minutes, zone), setpoint)
        for number in (-1, 0, 1)
        for day, minutes, setpoint in week
    ]
    switches.sort(key=lambda switch: switch[0])
    instants = tuple(at for at, _ in switches)
    after = (
        InForce(setpoint, next_at, switches[bisect_right(instants, next_at) - 1][1])
        for (_, setpoint), next_at in zip(switches, instants[1:], strict=False)
    )
    return instants, tuple(after)
