"""Some days of a simulated house as the analyst sees them, what they teach it, and how well it shares out their gas."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from statistics import fmean

from benchmarks.gas_houses import (
    DAY_S,
    MONDAY,
    START,
    ZONE,
    Lived,
    gas_shares,
    misses,
    open_shares,
    shares,
    worst,
)
from benchmarks.gas_mishaps import wrong_plates
from house.settings import Settings
from recorder.gas import NOTHING_LEARNED, Split, apportion, days_of_gas, errors, heated_ml, midnight
from recorder.heat_balance import balances
from recorder.history import Record, history
from recorder.learning import LAG_DAYS
from recorder.meter import Interval, intervals
from recorder.meter_lag import lag_of, on_time
from recorder.radiator_model import STEP_S, Step, steps
from recorder.radiator_powers import Strengths, fit, nominal_w

DRAWS = 20  # of plates that are off


@dataclass(frozen=True)
class Span:
    """What the meter and the radiators' model say of some days."""

    wiring: Settings
    lived: Lived
    days: range
    metered: tuple[Interval, ...]
    water: tuple[Step, ...]
    lag_s: int = 0
    """By how much readings were found to be late."""

    @cached_property
    def heated(self) -> list[int]:
        return heated_ml(self.metered, self.water)

    def of_day(self, day: date) -> tuple[Step, ...]:
        first = (midnight(day, ZONE) - self.water[0].at) // STEP_S
        return self.water[max(0, first) : max(0, first + DAY_S // STEP_S)] or self.water[-1:]

    def splits(self, learned: Callable[[date], Strengths]) -> dict[date, Split]:
        first, last = (MONDAY + timedelta(days=day) for day in (self.days[0], self.days[-1]))
        return days_of_gas(self.metered, self.of_day, self.wiring, (first, last), learned)

    def with_powers(self, factors: Mapping[str, float]) -> "Span":
        """The same with other powers: what the model says of a room is proportional to the power of its radiators."""
        by_place = [factors.get(room, 1.0) for room in self.wiring.rooms]

        def scaled(amounts: tuple[int, ...]) -> tuple[int, ...]:
            return tuple(round(amount * factor) for amount, factor in zip(amounts, by_place, strict=True))

        water = (replace(one, taken=scaled(one.taken), opened=scaled(one.opened)) for one in self.water)
        return replace(self, water=tuple(water))

    def learned(self) -> Strengths:
        """What the days teach of radiators and pipes."""
        nominal = sum(map(nominal_w, self.wiring.rooms.values()))
        begin = START + self.days.start * DAY_S
        lived = balances(self.metered, self.water, self.heated, nominal)
        found = fit([one for one in lived if one.begin >= begin])
        if found is None:
            return NOTHING_LEARNED
        rooms = self.wiring.rooms
        return Strengths(
            dict(zip(rooms, found.factors, strict=True)), found.pipes, dict(zip(rooms, found.errors, strict=True))
        )


def span(records: Sequence[Record], wiring: Settings, lived: Lived, days: range) -> Span:
    """The days as they were told, and a day before and behind them."""
    told = history(records)
    begin, end = START + days.start * DAY_S, START + days.stop * DAY_S
    water = tuple(steps(told, wiring, begin - DAY_S, end))
    late_s = _lag(intervals(told.gas), water)
    read = intervals(on_time(told.gas, lambda at: late_s))
    metered = tuple(one for one in read if begin - DAY_S < one.begin and one.end < end + DAY_S)
    return Span(wiring, lived, days, metered, water, late_s)


def _lag(metered: Sequence[Interval], water: Sequence[Step]) -> int:
    """What the last days that tell a lag agree on, as the analyst finds it."""
    a_day = DAY_S // STEP_S
    by_day = (lag_of(metered, water[place : place + a_day]) for place in range(0, len(water), a_day))
    found = sorted([one for one in by_day if one is not None][-LAG_DAYS:])
    return found[len(found) // 2] if len(found) == LAG_DAYS else 0


@dataclass(frozen=True, slots=True)
class Row:
    """How a span came out; parts are of all gas."""

    title: str
    ours: float
    by_open_time: float
    in_band: float | None
    """Of all room-days those whose truth lies within the band; None where plates are off throughout."""
    in_band_off: float | None
    """The same if plates are off by a fifth; None where that is another row."""
    unallocated: float
    other: float
    hot_water_off: float
    """By how much hot water misses what it really took."""
    off_ml: int
    """The sum of all parts less what the meter counted."""


def row(title: str, seen: Span, learned: Strengths = NOTHING_LEARNED) -> Row:
    powered = seen.with_powers(learned.factors) if learned.factors else seen
    known = replace(learned, factors={})
    splits = powered.splits(lambda day: known)
    whole = sum(splits.values(), Split())
    true = shares(seen.lived.heat(seen.days.start, seen.days.stop))
    gas = whole.total or 1
    return Row(
        title,
        worst(misses(gas_shares(whole), true)),
        worst(misses(open_shares(seen.water, seen.wiring), true)),
        fmean(_hits(seen, splits, known)),
        None if learned.factors else fmean(_hits_if_plates_are_off(seen, splits)),
        whole.unallocated / gas,
        whole.other / gas,
        (whole.hot_water - seen.lived.hot_water_ml(seen.days.start, seen.days.stop)) / gas,
        whole.total - _counted(seen),
    )


def _counted(seen: Span) -> int:
    """What the meter counted in these days; its readings fall on their ends."""
    first, last = (START + day * DAY_S for day in (seen.days.start, seen.days.stop))
    return sum(one.ml for one in seen.metered if first <= one.begin and one.end <= last)


def _hits(seen: Span, splits: Mapping[date, Split], known: Strengths) -> Iterator[bool]:
    """For each room-day whether the true gas lies within the band."""
    for day, split in zip(seen.days, splits.values(), strict=True):
        true, bands = shares(seen.lived.heat(day, day + 1)), errors(split, seen.wiring, known)
        gas = sum(split.rooms.values())
        for room, share in true.items():
            yield abs(split.rooms.get(room, 0) - gas * share) <= bands.get(room, 0)


def _hits_if_plates_are_off(seen: Span, splits: Mapping[date, Split]) -> Iterator[bool]:
    """The same, had the plates been off: what a room gets is proportional to its power."""
    for draw in range(DRAWS):
        factors = wrong_plates(seen.wiring, draw)
        yield from _hits(seen, {day: _otherwise(split, factors) for day, split in splits.items()}, NOTHING_LEARNED)


def _otherwise(split: Split, factors: Mapping[str, float]) -> Split:
    gas, weights = sum(split.rooms.values()), {room: round(ml * factors[room]) for room, ml in split.rooms.items()}
    return replace(split, rooms=apportion(gas, weights) if any(weights.values()) else split.rooms)
