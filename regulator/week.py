"""The week of a room: local wall time -> instants, on both nights when the clock is changed.

A switch point in the hour that is skipped in spring happens when that hour is skipped; one in the hour that comes
twice in autumn happens the first time.
"""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property, lru_cache
from zoneinfo import ZoneInfo

from house.messages import SwitchPoint


class Week(tuple[tuple[int, int, float], ...]):
    """Switch points as (day with 1 = Monday, minutes since midnight, setpoint °C).

    What follows from it is looked up for every room at every decision, so its hash is computed once.
    """

    @cached_property
    def _hash(self) -> int:
        return super().__hash__()

    def __hash__(self) -> int:
        return self._hash


MINUTE = timedelta(minutes=1)


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


def instant(day: date, minutes: int, zone: ZoneInfo) -> datetime:
    """The UTC instant of a local wall time."""
    local = datetime(day.year, day.month, day.day, minutes // 60, minutes % 60, tzinfo=zone)
    at = local.astimezone(UTC)
    if at.astimezone(zone).replace(tzinfo=None) == local.replace(tzinfo=None):
        return at
    while (at - MINUTE).astimezone(zone).utcoffset() == at.astimezone(zone).utcoffset():
        at -= MINUTE  # the time was skipped: go back to the moment of the change
    return at


@lru_cache(maxsize=512)
def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return instant(day, 0, zone)


def day_began(zone: ZoneInfo, now: datetime) -> datetime:
    """When the local day of an instant began."""
    return _midnight(now.astimezone(zone).date(), zone)


def wall_time(at: datetime, zone: ZoneInfo, now: datetime) -> str:
    """`06:30`, with the weekday when it is more than a day away or ago, and the date when more than a week."""
    local, distance = at.astimezone(zone), abs(at - now)
    if distance < timedelta(days=1):
        return f"{local.hour:02}:{local.minute:02}"
    return f"{local:%a %H:%M}" if distance < timedelta(days=7) else f"{local:%-d %b %H:%M}"
