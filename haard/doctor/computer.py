"""This computer's clock and time zone, against the house's."""

import re
import subprocess
from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bridges.clock.protocol import FIRST_CREDIBLE
from haard.disk import NEARLY_FULL_PART, bytes_told
from haard.doctor.finding import CLOCK_SLACK, Finding, doubt, duration, failure, well

SYNCHRONISE = "let time synchronisation run: sudo timedatectl set-ntp true"
TIMEDATECTL_S = 3.0
FULL_BYTES = 20_000_000
MAKE_ROOM = "make room there, or give recorder.retention fewer days; what is not recorded waits at the broker meanwhile"


def clock(now: datetime, tick_at: datetime | None) -> Finding:
    """Whether this computer's clock can be right; `tick_at` is the house's last tick, if its time is ours."""
    if now < FIRST_CREDIBLE:
        return failure(f"it says {now:%Y-%m-%d %H:%M} UTC, so it has not been set", SYNCHRONISE)
    if tick_at is not None and tick_at > now + CLOCK_SLACK:
        return failure(f"it is {duration(tick_at - now)} behind the house's ticks", f"on this computer: {SYNCHRONISE}")
    return well(f"{now:%Y-%m-%d %H:%M:%S} UTC")


def synchronisation(answer: str | None) -> Finding:
    """Whether the clock is kept right; `answer` is timedatectl's, None if it does not give one."""
    if answer is None:
        return doubt("timedatectl does not tell", "see that something (chrony, the host) keeps the clock right")
    if re.search(r"^NTPSynchronized=yes$", answer, re.MULTILINE):
        return well("synchronised")
    return failure("the clock is not synchronised", SYNCHRONISE)


def ask_timedatectl() -> str | None:
    """What timedatectl says of the clock, as lines `Name=value`; None where it is missing or refuses."""
    try:
        return subprocess.run(
            ["timedatectl", "show"], check=True, capture_output=True, text=True, timeout=TIMEDATECTL_S
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return None


def zone(now: datetime, house: str, here: Callable[[datetime], timedelta | None]) -> Finding:
    """Whether this computer's wall time, an offset from UTC, is the house's, now and half a year on."""
    there = ZoneInfo(house)
    for at in (now, now + timedelta(days=182)):
        if here(at) != at.astimezone(there).utcoffset():
            return doubt(
                f"the house's wall time is {house}, this computer's another",
                "schedules go by the house's; if that is not meant, correct home.timezone, "
                f"else sudo timedatectl set-timezone {house}",
            )
    return well(house)


def disk(free: int, total: int) -> Finding:
    """Whether the record has room to grow on its disk, bytes."""
    told = f"{bytes_told(free)} free of {bytes_told(total)}"
    if free < FULL_BYTES:
        return failure(f"{told}: nothing more can be recorded", MAKE_ROOM)
    return doubt(told, MAKE_ROOM) if free < NEARLY_FULL_PART * total else well(told)


def offset_here(at: datetime) -> timedelta | None:
    """This computer's offset from UTC at an instant."""
    return at.astimezone().utcoffset()
