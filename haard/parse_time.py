"""The end of a wish as a person types it: `22:30`, a date and time, or a span such as `2h`."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from house.errors import SettingsError
from house.fields import END_OF_INSTANTS
from house.span import EXPECTED_SPAN, minutes_of
from house.wall_time import instant

EXPECTED = "expected a time such as 22:30, or a date and time such as 2026-02-01T12:00"


@dataclass(frozen=True, slots=True)
class End:
    """When a wish ends, in the two ways in which a message says it; neither for the usual end."""

    until: datetime | None = None
    minutes: int | None = None

    def __bool__(self) -> bool:
        return self.until is not None or self.minutes is not None


def end(until: str | None, span: str | None, now: datetime, zone: ZoneInfo) -> End:
    """What --until and --for mean; raises SettingsError where both are given, or one is not understood."""
    if until is not None and span is not None:
        raise SettingsError("--until and --for both say when it ends: give one of them")
    if span is not None:
        return End(minutes=minutes(span))
    return End(until=moment(until, now, zone)) if until is not None else End()


def minutes(span: str) -> int:
    """`2h`, `90m`, `1h30m`, `2d` in minutes."""
    total = minutes_of(span)
    if not total:
        raise SettingsError(f"--for {span} is not understood: expected {EXPECTED_SPAN}")
    return total


def moment(text: str, now: datetime, zone: ZoneInfo) -> datetime:
    """The next instant after `now` at which it is 22:30 in `zone`, or the instant that an ISO 8601 text names.

    A text without a time zone means the house's own. Raises SettingsError for anything else, and for what has passed.
    """
    text = text.strip()
    at = _next_wall_time(text, now, zone) or _date_and_time(text, zone)
    if not now < at < END_OF_INSTANTS:
        raise SettingsError(f"--until {text} has passed; it is {now.astimezone(zone):%Y-%m-%d %H:%M} in the house")
    return at


def _next_wall_time(text: str, now: datetime, zone: ZoneInfo) -> datetime | None:
    match = re.fullmatch(r"([01]?\d|2[0-3]):([0-5]\d)", text, re.ASCII)
    if match is None:
        return None
    today, minutes = now.astimezone(zone).date(), 60 * int(match[1]) + int(match[2])
    return next(at for day in (0, 1, 2) if (at := instant(today + timedelta(days=day), minutes, zone)) > now)


def _date_and_time(text: str, zone: ZoneInfo) -> datetime:
    try:
        at = datetime.fromisoformat(text)
        return (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise SettingsError(f"--until {text} is not understood: {EXPECTED}") from error
