"""A span of a record without what tells whose house it is: rooms, devices and the house get other names, dates move by
whole weeks, the time zone becomes its offset where that does not change. Pure.

Names keep their alphabetical order and dates their day of the week, so that the regulator decides the same; whether it
does is for the caller to try.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from haard.replay.recorded import Recorded
from house.settings import Settings

WEEK = timedelta(weeks=1)
YEAR = 52 * WEEK
LATEST_YEAR = 2010  # captures seem to be from before the house was
AROUND = timedelta(days=2)  # what is planned for the next days is in the record too
_DATE = re.compile(r"(?<![\d-])(\d{4})-(\d{2})-(\d{2})(?![\d-])")
_SECONDS = re.compile(r"(?<![\w.])(\d{10})(?![\w.])")
SECONDS_FROM, SECONDS_TO = 1_400_000_000, 2_200_000_000  # 2014 to 2039: what a law remembers of instants

Rewrite = Callable[[str], str]


def names(wiring: Settings) -> dict[str, str]:
    """What each name in the settings is called in a capture: ids and addresses as whole words, and what people say."""
    rooms = sorted(wiring.rooms)
    sensors = sorted({one for room in wiring.rooms.values() for one in (*room.thermometers, *room.windows)})
    called = {room: f"room_{number:02}" for number, room in enumerate(rooms, 1)}
    called |= {room.name: f"Room {rooms.index(id_) + 1}" for id_, room in wiring.rooms.items() if room.name}
    called |= {one: f"sensor_{number:02}" for number, one in enumerate(sensors, 1)}
    called |= {one: f"valve_{number:02}" for number, one in enumerate(sorted(wiring.rooms_by_valve), 1)}
    if wiring.home.name != "Our house":
        called[wiring.home.name] = "Our house"
    return called


def shift(first: datetime, last: datetime, zone: ZoneInfo) -> timedelta:
    """By how much to go back: whole weeks, to a span in which the clock stands the same way to UTC."""
    back = YEAR * ((first.year - LATEST_YEAR) * 365 // 364 + 1)
    wanted = [at.astimezone(zone).utcoffset() for at in (first - AROUND, first, last, last + AROUND)]
    for weeks in range(26):
        for by in (back + weeks * WEEK, back - weeks * WEEK):
            moved = [at - by for at in (first - AROUND, first, last, last + AROUND)]
            if [at.astimezone(zone).utcoffset() for at in moved] == wanted:
                return by
    return back


def fixed_zone(first: datetime, last: datetime, zone: ZoneInfo) -> str:
    """A time zone that is only an offset, where this one's does not change around the span; else its own name."""
    offsets = {(at.astimezone(zone).utcoffset() or timedelta()) for at in (first - AROUND, first, last, last + AROUND)}
    hours = next(iter(offsets)) / timedelta(hours=1)
    if len(offsets) > 1 or not hours.is_integer():
        return zone.key
    return f"Etc/GMT{-int(hours):+d}" if hours else "Etc/GMT"  # such names count the other way


def rewriter(called: Mapping[str, str], by: timedelta) -> Rewrite:
    """Other names and dates in a text."""
    longest_first = sorted(called, key=len, reverse=True)
    words = re.compile("|".join(rf"(?<![A-Za-z0-9]){re.escape(one)}(?![A-Za-z0-9])" for one in longest_first))

    def moved(match: re.Match[str]) -> str:
        try:
            day = date(int(match[1]), int(match[2]), int(match[3])) - by
        except (ValueError, OverflowError):
            return match[0]
        return day.isoformat()

    def earlier(match: re.Match[str]) -> str:
        seconds = int(match[1])
        return f"{seconds - int(by.total_seconds())}" if SECONDS_FROM <= seconds <= SECONDS_TO else match[0]

    def rewrite(text: str) -> str:
        text = words.sub(lambda match: called[match[0]], text) if called else text
        return _SECONDS.sub(earlier, _DATE.sub(moved, text))

    return rewrite


def anonymous(record: Iterable[Recorded], rewrite: Rewrite, by: timedelta) -> Iterator[Recorded]:
    """The record in other names; what is no text cannot be rewritten and is left out."""
    for one in record:
        try:
            payload = rewrite(one.payload.decode()).encode()
        except UnicodeDecodeError:
            continue
        yield Recorded(one.received_at - by, rewrite(one.path), payload, one.retained)
