"""Burn cycles: from the first gas after a rest to the next such; what the boiler got in one is what its water gave.

Over a whole cycle the books close: the gas of a cycle went into what radiators took from the water, into what pipes
lost while the pump ran, and into warming the water of boiler and pipes, which cools again while the pump stands.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from recorder.meter import ML_PER_M3, Interval
from recorder.radiator_model import STEP_S, USUAL_ROOM, Burner, Step

REST_S = 900
LONGEST_S = 12 * 3600
J_PER_KWH = 3.6e6
KWH_PER_M3 = 9.77
S_PER_H = 3600


@dataclass(frozen=True, slots=True)
class Cycle:
    """`gas` in kWh that went into heating; by room the `heat` that the model says was taken, kWh at nominal power;
    `pumped` is how much warmer the flow was than a room while the pump ran, K·h, `rose` by how much it rose then, K.
    """

    begin: int
    gas: float
    heat: tuple[float, ...]
    pumped: float
    rose: float
    is_disturbed: bool = False
    """Whether hot water or a cooker took gas too."""


def cycles(metered: Sequence[Interval], water: Sequence[Step], heating_ml: Sequence[int]) -> Iterator[Cycle]:
    """The whole cycles that lie within `water`, consecutive steps; `heating_ml` is the part of each interval that
    heated. A cycle of which something is not known is left out.
    """
    begins = list(_begins(metered))
    for begin, end in pairwise(begins):
        span = water[max(0, begin - water[0].at) // STEP_S : (end - water[0].at) // STEP_S] if water else ()
        if not span or begin < water[0].at or end > water[-1].at + STEP_S or end - begin > LONGEST_S:
            continue
        passed = [(one.ml, ml) for one, ml in zip(metered, heating_ml, strict=True) if begin <= one.begin < end]
        gas_ml = sum(ml for _, ml in passed)
        flows = [one.flow for one in span if one.flow is not None]
        if gas_ml and flows and not any(one.burner is Burner.UNKNOWN for one in span):
            yield Cycle(
                begin,
                gas_ml / ML_PER_M3 * KWH_PER_M3,
                tuple(sum(room) / J_PER_KWH for room in zip(*(one.taken for one in span), strict=True)),
                _pumped(span),
                max(0.0, _fell_at_rest(span) + flows[-1] - flows[0]),
                any(one.burner is Burner.HOT_WATER for one in span) or any(ml and not heated for ml, heated in passed),
            )


def _begins(metered: Sequence[Interval]) -> Iterator[int]:
    """When gas passed for the first time after a rest."""
    quiet_since: int | None = None
    for one in metered:
        if not one.ml:
            continue
        if quiet_since is not None and one.begin - quiet_since >= REST_S:
            yield one.begin
        quiet_since = max(one.end, quiet_since or 0)


def _pumped(span: Sequence[Step]) -> float:
    warm = (max(0.0, one.flow - USUAL_ROOM) for one in span if one.pumped and one.flow is not None)
    return sum(warm) * STEP_S / S_PER_H


def _fell_at_rest(span: Sequence[Step]) -> float:
    """By how much the flow fell in all while the pump stood still."""
    told = [(one.flow, one.pumped) for one in span if one.flow is not None]
    return sum(max(0.0, before - after) for (before, _), (after, is_pumped) in pairwise(told) if not is_pumped)
