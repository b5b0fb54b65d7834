"""Heat balances of a quarter of an hour: what the boiler got in one is what its water gave, or kept.

The gas between two readings of the meter went into what radiators took from the water, into what boiler and pipes lost
while the pump ran and while it stood, and into warming their own water; what this gave back as it cooled counts against
it. Quarters rather than whole burns: rooms that mostly heat together differ in when each begins and ends. What gas is
worth hangs on how cool the water comes back: below the dew point of the flue gas its steam condenses in the boiler.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from operator import mul

from recorder.meter import ML_PER_M3, Interval
from recorder.radiator_model import STEP_S, USUAL_ROOM, Burner, Step

SHORTEST_S = 900
LONGEST_S = 2 * 3600
J_PER_KWH = 3.6e6
KWH_PER_M3 = 9.77
S_PER_H = 3600
DEW_POINT, COOLEST = 57.0, 25.0  # °C, of a return above which nothing condenses, and below which all that can
DRY, CONDENSING, USUAL = 0.875, 0.97, 0.9  # of the gas's upper calorific value then comes into the water


@dataclass(frozen=True, slots=True)
class Balance:
    """`gas` that went into heating, in kWh that it gave the water; by room the `heat` that the model says was taken, in
    kWh at nominal power; `pumped` and `rested` are how much warmer the flow was than a room while the pump ran and
    while it stood, K·h, `rose` by how much it rose, K. `starts` are flames that were lit to heat, `crowded` is all
    heat, each kWh times the part of all radiators that was open then. It lasted `hours`.
    """

    begin: int
    gas: float
    heat: tuple[float, ...]
    pumped: float
    rested: float
    rose: float
    crowded: float
    starts: int = 0
    hours: float = SHORTEST_S / S_PER_H
    is_disturbed: bool = False
    """Whether hot water or a cooker took gas too."""


def balances(
    metered: Sequence[Interval], water: Sequence[Step], heating_ml: Sequence[int], nominal_w: float
) -> Iterator[Balance]:
    """Those that lie within `water`, consecutive steps; `heating_ml` is the part of each interval that heated,
    `nominal_w` the power of all radiators. One of which something is not known is left out.
    """
    by_meter = sorted(zip(metered, heating_ml, strict=True), key=lambda one: (one[0].equipment, one[0].begin))
    for _, of_meter in groupby(by_meter, key=lambda one: one[0].equipment):
        for part in _quarters(of_meter):
            begin, end = part[0][0].begin, part[-1][0].end
            others = any(
                one.ml and one.equipment != part[0][0].equipment and one.begin < end and begin < one.end
                for one in metered
            )
            span = _span(water, begin, end)
            if span and not others:
                yield _balance(begin, part, span, nominal_w)


Metered = tuple[Interval, int]
"""An interval and the part of its gas that heated."""


def _quarters(of_meter: Iterable[Metered]) -> Iterator[list[Metered]]:
    part: list[Metered] = []
    for one in of_meter:
        if part and one[0].begin != part[-1][0].end:
            part = []
        part.append(one)
        if one[0].end - part[0][0].begin >= SHORTEST_S:
            yield part
            part = []


def _span(water: Sequence[Step], begin: int, end: int) -> Sequence[Step]:
    """The steps from one before `begin` up to the one at `end`; nothing where something is not known."""
    if not water or begin - STEP_S < water[0].at or end > water[-1].at or end - begin > LONGEST_S:
        return ()
    span = water[(begin - water[0].at) // STEP_S - 1 : (end - water[0].at) // STEP_S + 1]
    return () if any(one.burner is Burner.UNKNOWN or one.flow is None for one in span) else span


def _balance(begin: int, part: Sequence[Metered], span: Sequence[Step], nominal_w: float) -> Balance:
    within = span[1:-1]
    begun, ended = (_flow_between(pair) for pair in (span[:2], span[-2:]))
    return Balance(
        begin,
        sum(ml for _, ml in part) / ML_PER_M3 * KWH_PER_M3 * _efficiency(within),
        tuple(sum(room) / J_PER_KWH for room in zip(*(one.taken for one in within), strict=True)),
        _warm_kh(one for one in within if one.pumped),
        _warm_kh(one for one in within if not one.pumped),
        ended - begun,
        sum(sum(one.taken) * sum(one.opened) for one in within) / J_PER_KWH / nominal_w,
        sum(before.burner is Burner.OFF and one.burner is Burner.HEATING for before, one in pairwise(span[:-1])),
        (part[-1][0].end - begin) / S_PER_H,
        any(one.burner is Burner.HOT_WATER for one in within) or any(one.ml != heated for one, heated in part),
    )


def _efficiency(within: Sequence[Step]) -> float:
    """The part of the burner's gas that came into the water."""
    lit = [(one.modulation, efficiency(one.returned)) for one in within if one.burner is Burner.HEATING]
    return sum(map(mul, *zip(*lit, strict=True))) / sum(weight for weight, _ in lit) if lit else USUAL


def efficiency(returned: float | None) -> float:
    """Evenly between what condenses best and not at all; what is usual where nobody knows."""
    if returned is None:
        return USUAL
    return DRY + (CONDENSING - DRY) * min(1.0, max(0.0, (DEW_POINT - returned) / (DEW_POINT - COOLEST)))


def _flow_between(pair: Sequence[Step]) -> float:
    """The flow between two steps."""
    return sum(one.flow or 0.0 for one in pair) / len(pair)


def _warm_kh(span: Iterable[Step]) -> float:
    return sum(max(0.0, (one.flow or 0.0) - USUAL_ROOM) for one in span) * STEP_S / S_PER_H
