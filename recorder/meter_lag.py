"""How late a meter's readings come that tell no time of their own: the burner's minutes against the meter's rises.

Of a meter that reads each quarter of an hour the lag is the shift at which the least gas passes while the burner is
off. In the hours of a coarser one the burner is nearly always lit for a while; there the lag is the shift at which the
hours' gas best follows what the burner did in them. It is moved out of the readings, not out of the intervals between
them, so that sums stay exact wherever it begins and ends.
"""

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from itertools import accumulate
from math import inf

from house.messages import GasReading
from recorder.history import Series
from recorder.meter import ML_PER_M3, Interval
from recorder.radiator_model import STEP_S, Burner, Step

LIT = (Burner.HEATING, Burner.HOT_WATER)
GRAIN_S = 300
LONGEST_LAG_S = 3 * 3600
FINE_S = 900  # the longest interval of a fine meter
COARSE_S = 2 * 3600  # longer ones tell no lag
COARSE_GRAIN_S = 900
ENOUGH_ML = ML_PER_M3
ON_TIME_PART, CLEARLY_PART = 0.85, 0.1  # of the gas passes while the burner is lit; so much more with the lag
STRAYS_PART, CLEARLY_STRAYS_PART = 0.35, 0.25  # of the hours' gas strays from the burner at best; so much more without
ALIKE_PART = 0.15  # less than so much more is no lag


def lag_of(metered: Sequence[Interval], water: Sequence[Step]) -> int | None:
    """By how many seconds the readings came late in this time; None where it is not to be told."""
    lit = [one.at for one in water if one.burner in LIT]
    if not lit or any(one.burner is Burner.UNKNOWN for one in water):
        return None
    known = [
        one
        for one in metered
        if water[0].at + LONGEST_LAG_S <= one.begin
        and one.end <= water[-1].at + STEP_S
        and one.end - one.begin <= COARSE_S
    ]
    if sum(one.ml for one in known) < ENOUGH_ML:
        return None
    if any(one.end - one.begin > FINE_S for one in known):
        return _coarse_lag(known, water)
    return _fine_lag(known, lit)


def _fine_lag(known: Sequence[Interval], lit: Sequence[int]) -> int | None:
    whole = sum(one.ml for one in known)
    parts = {lag: _lit_ml(known, lit, lag) / whole for lag in range(0, LONGEST_LAG_S + 1, GRAIN_S)}
    best = max(parts, key=lambda lag: (parts[lag], -lag))
    if parts[0] >= ON_TIME_PART or parts[best] - parts[0] < CLEARLY_PART:
        return 0 if parts[0] >= ON_TIME_PART else None
    return best


def _coarse_lag(known: Sequence[Interval], water: Sequence[Step]) -> int | None:
    burnt = [0, *accumulate(one.modulation * (one.burner in LIT) for one in water)]
    strays = {lag: _strays(known, water[0].at, burnt, lag) for lag in range(0, LONGEST_LAG_S + 1, COARSE_GRAIN_S)}
    best = min(strays, key=lambda lag: (strays[lag], lag))
    if strays[best] > STRAYS_PART:
        return None
    if strays[0] - strays[best] < ALIKE_PART:
        return 0
    return best if strays[0] - strays[best] >= CLEARLY_STRAYS_PART else None


def _strays(known: Sequence[Interval], begin: int, burnt: Sequence[int], lag: int) -> float:
    """The part of the gas that lies elsewhere than what the burner burnt, had it passed `lag` earlier; `burnt` sums up
    the steps from `begin` on.
    """
    amounts = [burnt[(one.end - lag - begin) // STEP_S] - burnt[(one.begin - lag - begin) // STEP_S] for one in known]
    whole, gas = sum(amounts), sum(one.ml for one in known)
    if not whole:
        return inf
    return sum(abs(one.ml - gas * amount / whole) for one, amount in zip(known, amounts, strict=True)) / gas


def _lit_ml(metered: Sequence[Interval], lit: Sequence[int], lag: int) -> int:
    """The gas that passed while the burner was lit, had it passed `lag` earlier."""
    return sum(
        one.ml for one in metered if bisect_right(lit, one.end - lag - 1) > bisect_right(lit, one.begin - lag - STEP_S)
    )


def on_time(gas: Mapping[str, Series[GasReading]], lag_at: Callable[[int], int]) -> Mapping[str, Series[GasReading]]:
    """The readings with their lag taken out; where one moves before others that came earlier, those are left out."""
    return {equipment: _moved(course, lag_at) for equipment, course in gas.items()}


def _moved(course: Series[GasReading], lag_at: Callable[[int], int]) -> Series[GasReading]:
    moved: list[tuple[int, GasReading]] = []
    for at, reading in zip(course.instants, course.values, strict=True):
        on_time_at = at - lag_at(at)
        while moved and moved[-1][0] >= on_time_at:
            moved.pop()
        moved.append((on_time_at, reading))
    return Series(tuple(at for at, _ in moved), tuple(reading for _, reading in moved))
