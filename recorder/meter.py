"""The gas meter's readings become intervals, each with the gas that passed in it, in whole millilitres.

A meter runs forwards: of readings that contradict each other as many are believed as fit a rising dial, so a wrong one
is left out, however large or small it is. Each meter (`equipment`) is read for itself: two channels add up, and
between the last reading of a meter and the first of the one that replaced it nothing is counted.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from house.messages import GasReading
from recorder.history import Series

ML_PER_M3 = 1_000_000
LARGEST_M3 = 1e8  # no dial shows more
RISING = 3  # readings of a counter that began again, after which it is believed
LARGEST_ML_PER_HOUR = 40 * ML_PER_M3  # the meter of a large house (G25); more is a meter that was exchanged unsaid
PULSE_ML = 10_000  # the coarsest dial; a single step of it may come at any time


@dataclass(frozen=True, slots=True, order=True)
class Interval:
    """Gas between two readings of one meter, from `begin` up to `end`, seconds since 1970."""

    begin: int
    end: int
    equipment: str
    ml: int


def intervals(gas: Mapping[str, Series[GasReading]]) -> tuple[Interval, ...]:
    """All intervals of all meters, in order."""
    return tuple(sorted(one for equipment, course in gas.items() for one in _of_one_meter(equipment, course)))


def _of_one_meter(equipment: str, course: Series[GasReading]) -> Iterator[Interval]:
    read = [
        (at, round(reading.value * ML_PER_M3))
        for at, reading in zip(course.instants, course.values, strict=True)
        if 0 <= reading.value < LARGEST_M3
    ]
    for counter in counters(read):
        believed = [counter[index] for index in rising([ml for _, ml in counter])]
        for before, after in pairwise(believed):
            if follows(before, after):
                yield Interval(before[0], after[0], equipment, after[1] - before[1])


Reading = tuple[int, int]
"""An instant and a dial in ml."""


def follows(before: Reading, after: Reading) -> bool:
    """Whether a meter can go from one reading to the other."""
    return 0 <= after[1] - before[1] <= PULSE_ML + LARGEST_ML_PER_HOUR * (after[0] - before[0]) // 3600


def counters(read: Sequence[Reading]) -> Iterator[Sequence[Reading]]:
    """The readings of each meter, where one was replaced without an id of its own: a dial that begins elsewhere and of
    which so many readings follow one another, and rise, while the old one is silent.
    """
    begin, last, other = 0, 0, list[int]()
    for index in range(1, len(read)):
        if follows(read[last], read[index]):
            other = other if read[index][1] == read[last][1] else []
            last = index
            continue
        other = [*other, index] if other and follows(read[other[-1]], read[index]) else [index]
        if len(other) >= RISING and read[other[-1]][1] > read[other[0]][1]:
            yield read[begin : other[0]]
            begin, last, other = other[0], index, []
    yield read[begin:]


def rising(values: Sequence[int]) -> list[int]:
    """The indices of a longest part of `values` that never falls (patience sorting)."""
    tails: list[int] = []  # smallest value that ends a rising part of each length
    at_tail: list[int] = []
    before: list[int] = []
    for index, value in enumerate(values):
        length = bisect_right(tails, value)
        before.append(at_tail[length - 1] if length else -1)
        if length == len(tails):
            tails.append(value)
            at_tail.append(index)
        else:
            tails[length], at_tail[length] = value, index
    chain: list[int] = []
    index = at_tail[-1] if at_tail else -1
    while index >= 0:
        chain.append(index)
        index = before[index]
    return chain[::-1]
