"""An instant of the past as a person types it: `yesterday 21:40`, `mon 6:30`, `21:40`, `2026-01-31`, or ISO 8601."""

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from house.errors import SettingsError
from house.wall_time import instant

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
EXPECTED = "expected such as `yesterday 21:40`, `mon 6:30`, `21:40`, 2026-01-31 or 2026-01-31T12:00"
_TIME = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)", re.ASCII)
_AGO = re.compile(r"(\d{1,4})\s*(d|h|m|min) ago", re.ASCII)


def past(option: str, text: str, now: datetime, zone: ZoneInfo) -> datetime:
    """The instant that is meant, on the house's clock. Raises SettingsError for what cannot be understood."""
    words = text.strip().lower().split()
    at = _ago(" ".join(words), now) or _day_and_time(words, now, zone) or _iso(text, zone)
    if at is None:
        raise SettingsError(f"{option} {text} is not understood: {EXPECTED}")
    return at


def _ago(text: str, now: datetime) -> datetime | None:
    match = _AGO.fullmatch(text)
    if match is None:
        return None
    seconds = {"d": 86_400, "h": 3600, "m": 60, "min": 60}[match[2]]
    return now - timedelta(seconds=int(match[1]) * seconds)


def _day_and_time(words: list[str], now: datetime, zone: ZoneInfo) -> datetime | None:
    if words == ["now"]:
        return now
    today = now.astimezone(zone).date()
    time = _TIME.fullmatch(words[-1]) if words else None
    minutes = int(time[1]) * 60 + int(time[2]) if time else 0
    named = words[:-1] if time else words
    if not named and time:  # the last time that it was so late
        at = instant(today, minutes, zone)
        return at if at <= now else instant(today - timedelta(days=1), minutes, zone)
    day = _day(named[0], today) if len(named) == 1 else None
    return instant(day, minutes, zone) if day is not None else None


def _day(word: str, today: date) -> date | None:
    if word in ("today", "yesterday"):
        return today - timedelta(days=word == "yesterday")
    number = next((n for n, name in enumerate(DAYS) if len(word) >= 3 and name.startswith(word)), None)
    return today - timedelta(days=(today.weekday() - number) % 7) if number is not None else None


def _iso(text: str, zone: ZoneInfo) -> datetime | None:
    try:
        at = datetime.fromisoformat(text.strip())
        return (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
