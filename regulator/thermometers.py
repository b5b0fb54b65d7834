"""Thermometers, each judged alone before the mean is taken: is it plausible, fresh, alive, and is its clock right?

A reading that no room has, or that leaps, is not believed until the same thermometer has confirmed it for ten minutes;
what is no room even then is a fault. Fresh is judged by the thermometer's own rhythm, frozen by its own resolution. An
older reading never replaces a newer one.
"""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from house import messages
from house.messages import ClockMemory, DoubtMemory, ReadingMemory, SensorMemory
from house.settings import Safety
from house.wall_time import MINUTE
from regulator import frozen
from regulator.clocks import by_our_clock, clock_after, complaint
from regulator.snapshot import AHEAD

LOWEST, HIGHEST = -10.0, 45.0  # °C: no heated room is colder or warmer
CONFIRMED_LOWEST, CONFIRMED_HIGHEST = 0.0, 40.0
LEAP_K, LEAP_WITHIN = 3.0, timedelta(minutes=3)
NEWCOMER_K = 8.0  # between two thermometers of a room: by the window and by the radiator they differ, but no further
FAST_K = 0.3  # so much from one reading to the next may be a part of a leap
CONFIRMED_AFTER = timedelta(minutes=10)
INTERVALS = 4
ZERO = timedelta(0)
LONGEST_FRESH = timedelta(minutes=75)
LONGEST_FRESH_S = LONGEST_FRESH.total_seconds()


class Thermometer(NamedTuple):
    """One thermometer at an instant: its last believable reading, °C, and how far that can be relied on."""

    memory: SensorMemory
    age: timedelta | None
    """Of its last believable reading; None where there is none."""
    is_fresh: bool
    frozen_since: datetime | None
    is_faulty: bool
    counts: bool
    is_well: bool
    """Whether there is nothing to complain of, which is mostly so."""


def judge(memory: SensorMemory, safety: Safety, now: datetime, frost: float) -> Thermometer:
    """What a thermometer is worth now; below `frost`, °C, it is never taken for frozen."""
    age = max(now - memory.at, ZERO) if memory.at is not None else None
    still = frozen.frozen_since(memory.steady) if memory.is_fine and (memory.value or 0) >= frost else None
    doubt = memory.doubt
    is_faulty = doubt is not None and doubt.at - doubt.since >= CONFIRMED_AFTER
    is_fresh = age is not None and age <= fresh_for(memory, safety)
    counts = is_fresh and still is None and not is_faulty
    is_well = counts and memory.clock is None and max(memory.intervals, default=0.0) <= LONGEST_FRESH_S
    return Thermometer(memory, age, is_fresh, still, is_faulty, counts, is_well)


def same_until(one: Thermometer, reading: messages.Temperature, safety: Safety, now: datetime) -> datetime:
    """Until when a thermometer is worth the same if it says nothing after this reading: it grows old, and what it says
    is compared once an hour. Of one that is not well that is not said: `now`.
    """
    memory = one.memory
    if memory.at is None or not one.is_well or not _is_last(memory, reading):
        return now
    is_old_after = memory.at + fresh_for(memory, safety)
    if memory.steady is None:
        return is_old_after
    return min(is_old_after, memory.at + LONGEST_FRESH, memory.steady.at + frozen.HOUR)


def fresh_for(memory: SensorMemory, safety: Safety) -> timedelta:
    """How long a reading counts: three of the thermometer's usual intervals, within bounds."""
    return _fresh_for(memory.intervals, safety.stale_after_min)


@lru_cache(maxsize=4096)  # asked of every thermometer at every decision, and its rhythm seldom changes
def _fresh_for(intervals: tuple[float, ...], stale_after_min: float) -> timedelta:
    least, usual = timedelta(minutes=stale_after_min), _usual(intervals)
    return least if usual is None else max(least, min(3 * usual, LONGEST_FRESH))


def usual_interval(memory: SensorMemory) -> timedelta | None:
    """The second longest of its latest intervals: one long silence is not its rhythm."""
    return _usual(memory.intervals)


@lru_cache(maxsize=4096)
def _usual(intervals: tuple[float, ...]) -> timedelta | None:
    return timedelta(seconds=sorted(intervals)[-2:][0]) if intervals else None


def beside(others: Collection[str], sensors: Mapping[str, SensorMemory], now: datetime) -> float | None:
    """What these others in the room, which are still there, were believed to measure of late, °C: the newest of it."""
    known = [
        (one.at, one.value)
        for other, one in sensors.items()
        if other in others and one.at is not None and one.value is not None and one.doubt is None
    ]
    at, value = max(known, default=(None, None))
    return value if at is not None and ZERO <= now - at <= LONGEST_FRESH else None


def after(
    memory: SensorMemory | None,
    reading: messages.Temperature,
    humidity: messages.Humidity | None,
    now: datetime,
    *,
    is_live: bool,
    beside: float | None = None,
) -> SensorMemory | None:
    """What is known of a thermometer after what it said last; `is_live` if that has arrived just now, `beside` what
    another in its room is believed to measure, °C.
    """
    known, said_at = memory or SensorMemory(), reading.measured_at
    if said_at is None:
        return memory
    if not _is_last(known, reading):
        known = _after_another(known, reading.value, said_at, now, is_live=is_live, beside=beside)
    if known.value is None or known.at is None or known.doubt is not None:
        return known
    is_heard = humidity is not None and now - known.at <= LONGEST_FRESH
    still = frozen.steady((known.value, humidity.value), known.steady, now) if humidity and is_heard else None
    return known if still is known.steady else known.but(steady=still)


def _is_last(known: SensorMemory, reading: messages.Temperature) -> bool:
    newest = known.doubt.value if known.doubt is not None else known.value
    return (reading.measured_at, reading.value) == (known.said_at, newest)


def is_taken_in(known: SensorMemory | None, reading: messages.Temperature) -> bool:
    """Whether a reading is the last that is remembered, by a clock that is right: heard again it changes nothing."""
    return known is not None and known.clock is None and _is_last(known, reading)


def _after_another(
    known: SensorMemory, value: float, said_at: datetime, now: datetime, *, is_live: bool, beside: float | None
) -> SensorMemory:
    clock = clock_after(known.clock, said_at, now) if is_live else known.clock
    known = known if clock == known.clock else known.but(clock=clock)
    is_older = known.said_at is not None and said_at < known.said_at and known.said_at <= now + AHEAD
    if is_older and not (clock is not None and clock.ahead_s < 0):
        return known
    at = by_our_clock(said_at, clock, now)
    if at is None or (known.at is not None and at < known.at <= now):
        return known
    if not is_live and clock is not None and clock.ahead_s < 0 and _is_from_before(known, said_at, clock, now):
        return known
    interval = (said_at - known.said_at).total_seconds() if known.said_at is not None else 0.0
    intervals = (*known.intervals, interval)[-INTERVALS:] if interval > 0 else known.intervals
    return known.but(said_at=said_at, intervals=intervals, **_believed(known, value, at, beside))


def _is_from_before(known: SensorMemory, said_at: datetime, clock: ClockMemory, now: datetime) -> bool:
    """Whether the reading that is kept was said before its clock fell behind: by that clock it is still to come, or
    older than what was heard since.
    """
    at = said_at - timedelta(seconds=clock.ahead_s)
    return at >= now or (known.doubt is not None and at < known.doubt.at <= now)


def _believed(known: SensorMemory, value: float, at: datetime, beside: float | None) -> Mapping[str, Any]:
    """What is remembered otherwise, once the reading is believed, or doubted, or believed after all."""
    doubt = known.doubt
    if _is_plausible(known, value, at, beside):
        return _with_reading(known, value, at)
    if doubt is None or abs(value - doubt.value) > LEAP_K or at < doubt.since:
        return {"doubt": DoubtMemory(value=value, since=at, at=at)}
    if at - doubt.since >= CONFIRMED_AFTER and _may_be_confirmed(value):
        return _with_reading(known, value, at)
    return {"doubt": DoubtMemory(value=value, since=doubt.since, at=at)}


def _may_be_confirmed(value: float) -> bool:
    return CONFIRMED_LOWEST <= value <= CONFIRMED_HIGHEST


def _is_plausible(known: SensorMemory, value: float, at: datetime, beside: float | None) -> bool:
    """Whether a room may be so warm, and may have become so since the last readings that were believed; a newcomer is
    held against the other thermometer of its room, since many say 0 or 85 before they have measured.
    """
    if not LOWEST <= value <= HIGHEST:
        return False
    moved_from = _moved_from(known, at)
    if known.value is None or known.at is None:
        return beside is None or abs(value - beside) <= NEWCOMER_K
    if abs(value - known.value) <= LEAP_K and (moved_from is None or abs(value - moved_from.value) <= LEAP_K):
        return True
    # While a leap is in doubt it must be confirmed, however long ago the last believable reading was.
    is_same_leap = known.doubt is not None and abs(value - known.doubt.value) <= LEAP_K
    return not is_same_leap and at - known.at > LEAP_WITHIN


def _moved_from(known: SensorMemory, at: datetime) -> ReadingMemory | None:
    """From where it has moved fast in the last minutes, or had before it leapt."""
    return known.moved_from if known.doubt is not None else _recently(known.moved_from, at)


def _recently(began: ReadingMemory | None, at: datetime) -> ReadingMemory | None:
    return began if began is not None and ZERO <= at - began.at <= LEAP_WITHIN else None


def _with_reading(known: SensorMemory, value: float, at: datetime) -> Mapping[str, Any]:
    is_fine = known.is_fine or abs(value * 2 - round(value * 2)) > 0.01
    moved_from = _recently(known.moved_from, at)
    if moved_from is None and known.value is not None and known.at is not None and known.doubt is None:
        is_fast = abs(value - known.value) >= FAST_K and at - known.at <= LEAP_WITHIN
        moved_from = ReadingMemory(value=known.value, at=known.at) if is_fast else None
    return {"value": value, "at": at, "doubt": None, "is_fine": is_fine, "moved_from": moved_from}


def complaints(all_: Mapping[str, Thermometer], declared: tuple[str, ...], safety: Safety) -> tuple[str, ...]:
    """What a person should see to, of each thermometer that is left out or soon will be."""
    unwell = [address for address, one in all_.items() if not one.is_well]
    if not unwell:
        return ()
    return tuple(words for address in unwell for words in _complaints(address, all_, declared, safety))


def _own_address(address: str, all_: Collection[str], declared: tuple[str, ...]) -> str:
    """Who says it: one without an address is the only one that there is, unless that speaks for itself."""
    return declared[0] if not address and len(declared) == 1 and declared[0] not in all_ else address


def _named(address: str, *, is_alone: bool) -> str:
    """`thermometer a4c138000001`."""
    return f"thermometer {address}" if address else "the thermometer" if is_alone else "the thermometer without address"


def _what_of_it(value: float) -> str:
    """What comes of what a newcomer says, °C."""
    lasts = ": it counts once it has said so for ten minutes"
    return lasts if _may_be_confirmed(value) else ", which no room has: it is left out"


def _complaints(address: str, all_: Mapping[str, Thermometer], declared: tuple[str, ...], safety: Safety) -> list[str]:
    one, own, is_alone = all_[address], _own_address(address, all_, declared), len(all_) == 1
    name = _named(own, is_alone=is_alone)
    found = [complaint(name, one.memory.clock)]
    doubt, usual = one.memory.doubt, usual_interval(one.memory)
    if one.is_faulty and doubt is not None:
        found.append(f"{name} says {doubt.value:g} °C, which no room has: it is left out, look after it")
    if len(one.memory.intervals) > 1 and usual is not None and usual > LONGEST_FRESH:
        minutes = usual / MINUTE
        found.append(f"{name} speaks every {minutes:.0f} min only: that is too seldom to heat by")
    silent = timedelta(minutes=safety.alert_after_min)
    is_heard_today = one.age is not None and one.age < timedelta(days=1)
    is_expected = own in declared or is_heard_today
    is_left_out = not is_alone and not one.is_fresh and not one.is_faulty
    if is_left_out and one.age is None and doubt is not None:
        found.append(f"{name} is new and says {doubt.value:g} °C{_what_of_it(doubt.value)}")
    elif is_left_out and is_expected and (one.age is None or one.age > silent):
        found.append(f"{name} is silent and left out: look after its battery and its distance")
    if not is_alone and one.frozen_since is not None:
        found.append(f"{name} says {one.memory.value:g} °C to the last digit for hours: it is left out")
    return [words for words in found if words is not None]
