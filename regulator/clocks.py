"""Clocks of devices that differ from the house's.

A live message from more than five minutes ahead was sent by a clock that is wrong, since nothing is measured in the
future. One from the past may have waited somewhere; but where messages keep coming in step and all equally late, it is
the clock that is behind.
"""

from datetime import datetime, timedelta

from house.messages import ClockMemory
from regulator.snapshot import AHEAD

LARGEST = timedelta(days=1)  # a clock that is further off is not understood: what it dates cannot be used
IN_STEP = timedelta(seconds=90)
LATE_FOR = timedelta(minutes=3)  # messages that were waiting arrive quicker than that

RIGHT = ClockMemory()


def clock_after(before: ClockMemory | None, said_at: datetime, now: datetime) -> ClockMemory | None:
    """What is known of a device's clock once a live message was dated `said_at` by it; None while it is right."""
    clock, ahead = before or RIGHT, said_at - now
    if abs(ahead) <= AHEAD:
        return None
    known = timedelta(seconds=clock.ahead_s)
    if known and abs(ahead - known) <= IN_STEP:
        return before
    if ahead > AHEAD:
        return ClockMemory(ahead_s=_rounded(ahead))
    return _behind(clock, ahead, now)


def _behind(clock: ClockMemory, ahead: timedelta, now: datetime) -> ClockMemory:
    late = timedelta(seconds=clock.late_s) if clock.late_s is not None else None
    if late is None or clock.late_since is None or abs(-ahead - late) > IN_STEP or clock.late_since > now:
        return ClockMemory(late_s=_rounded(-ahead), late_since=now)
    if now - clock.late_since < LATE_FOR:
        return clock.but(ahead_s=0)
    return ClockMemory(ahead_s=_rounded(ahead))


def _rounded(span: timedelta) -> float:
    return float(round(span.total_seconds()))


def by_our_clock(said_at: datetime, clock: ClockMemory | None, now: datetime) -> datetime | None:
    """When a device's instant was by the house's clock; None where its clock is too wrong to say."""
    if clock is None or not clock.ahead_s:
        return said_at if said_at <= now + AHEAD else None
    ahead = timedelta(seconds=clock.ahead_s)
    is_to_come = said_at - ahead > now + AHEAD  # it was dated before that clock went wrong
    return min(said_at - ahead, now) if abs(ahead) <= LARGEST and not is_to_come else None


def complaint(who: str, clock: ClockMemory | None) -> str | None:
    """`the clock of thermometer ... is 61 min ahead: set it`; None where it is right."""
    if clock is None or not clock.ahead_s:
        return None
    off, word = abs(clock.ahead_s) / 60, "ahead" if clock.ahead_s > 0 else "behind"
    amount = f"{off:.0f} min" if off < 180 else f"{off / 60:.0f} h" if off < 72 * 60 else f"{off / 1440:.0f} days"
    unusable = "" if off <= LARGEST / timedelta(minutes=1) else ", so that what it says cannot be used"
    return f"the clock of {who} is {amount} {word}{unusable}: set it"
