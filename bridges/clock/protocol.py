"""When to say the time: once for each full minute of wall time.

The wall clock may jump: forward after a suspend, backward when it is corrected. Minutes that were slept through are
not said afterwards; a minute that comes again within a correction of a minute or so is not said again; and a clock
that is put back further starts anew at once, so that the house never waits for the old time to return.
"""

from datetime import UTC, datetime, timedelta

MINUTE = timedelta(minutes=1)
FIRST_CREDIBLE = datetime(2025, 1, 1, tzinfo=UTC)
"""A clock before this has not been set yet: a Raspberry Pi has none that runs while it is off."""


def minute_of(now: datetime) -> datetime:
    """The full minute in which `now` lies."""
    return now.replace(second=0, microsecond=0)


def is_due(said: datetime, now: datetime) -> bool:
    """Whether the minute of `now` should be said, after the minute `said`."""
    return now >= said + MINUTE or now < said - MINUTE


def known(minute: datetime) -> datetime | None:
    """The time as far as it is known: without it only minutes are counted, for frost."""
    return minute if minute >= FIRST_CREDIBLE else None


def wait(now: datetime) -> timedelta:
    """How long until the next full minute."""
    return minute_of(now) + MINUTE - now
