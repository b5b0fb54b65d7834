"""How late a meter's readings come that tell no time of their own: the burner's minutes against the meter's rises.

A lag is the shift at which the least gas passes while the burner is off. It is moved out of the readings, not out of
the intervals between them, so that sums stay exact wherever it begins and ends.
"""

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence

from house.messages import GasReading
from recorder.history import Series
from recorder.meter import ML_PER_M3, Interval
from recorder.radiator_model import STEP_S, Burner, Step

GRAIN_S = 300
LONGEST_LAG_S = 3 * 3600
LONGEST_INTERVAL_S = 900  # coarser meters tell no lag
ENOUGH_ML = ML_PER_M3
ON_TIME_PART, CLEARLY_PART = 0.85, 0.1  # of the gas passes while the burner is lit; so much more with the lag


def lag_of(metered: Sequence[Interval], water: Sequence[Step]) -> int | None:
    """By how many seconds the readings came late in this time; None where it is not to be told."""
    lit = [one.at for one in water if one.burner in (Burner.HEATING, Burner.HOT_WATER)]
    if not lit or any(one.burner is Burner.UNKNOWN for one in water):
        return None
    known = [
        one
        for one in metered
        if water[0].at + LONGEST_LAG_S <= one.begin
        and one.end <= water[-1].at + STEP_S
        and one.end - one.begin <= LONGEST_INTERVAL_S
    ]
    whole = sum(one.ml for one in known)
    if whole < ENOUGH_ML:
        return None
    parts = {lag: _lit_ml(known, lit, lag) / whole for lag in range(0, LONGEST_LAG_S + 1, GRAIN_S)}
    best = max(parts, key=lambda lag: (parts[lag], -lag))
    if parts[0] >= ON_TIME_PART or parts[best] - parts[0] < CLEARLY_PART:
        return 0 if parts[0] >= ON_TIME_PART else None
    return best


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
