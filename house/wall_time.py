"""Local wall time <-> instants, on both nights when the clock is changed.

A time in the hour that is skipped in spring happens when that hour is skipped; one in the hour that comes twice in
autumn happens the first time.
"""

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

MINUTE, DAY, WEEK = timedelta(minutes=1), timedelta(days=1), timedelta(days=7)


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


def day_ends(zone: ZoneInfo, now: datetime) -> datetime:
    """When the local day of an instant will end."""
    return _midnight(now.astimezone(zone).date() + DAY, zone)


def wall_time(at: datetime, zone: ZoneInfo, now: datetime) -> str:
    """`06:30`, with the weekday when it is more than a day away or ago, and the date when more than a week."""
    distance = abs(at - now)
    return _wall_time(at, zone, "%H:%M" if distance < DAY else "%a %H:%M" if distance < WEEK else "%-d %b %H:%M")


@lru_cache(maxsize=4096)  # the same few instants are told of every room at every decision
def _wall_time(at: datetime, zone: ZoneInfo, form: str) -> str:
    return format(at.astimezone(zone), form)
