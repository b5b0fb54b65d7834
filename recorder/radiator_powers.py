"""How strong radiators really are, by the gas of whole burn cycles: plates are wrong by a fifth in real houses.

Non-negative least squares with a prior: gas = Σ strength · heat of the model + pipes while the pump runs + water that
was warmed. A room's strength over that of all is the factor of its nominal power, of which 1 ± 0.15 is thought
beforehand; what few or like cycles do not tell stays there. Cycles that fit badly (a tap, a window, a meter that jumps)
weigh less (Huber). Only cold weeks teach: in mild ones the boiler's own losses are as large as what rooms take.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from house.messages import PipeLoss, RadiatorPower
from house.settings import Room, Settings
from recorder.burn_cycles import Cycle

PRIOR_ERROR = 0.15
LEARNED_ERROR = 0.08
LEAST_CYCLES = 25
DEAD_BAND = 0.06
PIPE_DEAD_BAND = 0.01
KEPT = timedelta(days=300)
LARGEST_PIPES = 0.3
SUSPICIOUS = 0.25
FIXED_KWH, RELATIVE, RELATIVE_DISTURBED = 0.03, 0.03, 0.15  # what a cycle's books are off by
ROUNDS = 6  # of weighing anew what fits badly
SWEEPS, SETTLED = 3000, 1e-9


@dataclass(frozen=True, slots=True)
class Strengths:
    """What was learned: by room the factor of its nominal power, and the part of the heating gas that pipes take."""

    factors: Mapping[str, float] = field(default_factory=dict)
    pipes: float | None = None
    error: float = PRIOR_ERROR
    """Of a radiator's power, as far as it is known."""


@dataclass(frozen=True, slots=True)
class Fit:
    """Factors in the order of the cycles' rooms, and the part of the gas that pipes took."""

    factors: tuple[float, ...]
    pipes: float


def fit(cycles: Sequence[Cycle]) -> Fit | None:
    """None for too few cycles."""
    heated = [one for one in cycles if sum(one.heat) > 0]
    if len(heated) < LEAST_CYCLES:
        return None
    rooms = len(heated[0].heat)
    rows = [(*one.heat, one.pumped, one.rose, 0.0) for one in heated]  # the last unknown is the strength of all
    gas = [one.gas for one in heated]
    trust = [1.0 / _variance(one) for one in heated]
    stiff = (PRIOR_ERROR * sum(gas) / sum(sum(one.heat) for one in heated)) ** -2
    weights, found = trust, list[float]()
    for _ in range(ROUNDS):
        found = _solve(rows, gas, weights, rooms, stiff)
        off = [abs(have - _dot(row, found)) for row, have in zip(rows, gas, strict=True)]
        weights = [sure * min(1.0, 1.0 / max(miss * sure**0.5, 1e-9)) for sure, miss in zip(trust, off, strict=True)]
    if found[-1] <= 0:
        return None
    lost = sum(found[rooms] * one.pumped + found[rooms + 1] * one.rose for one in heated)
    return Fit(tuple(one / found[-1] for one in found[:rooms]), min(LARGEST_PIPES, lost / sum(gas)))


def _variance(cycle: Cycle) -> float:
    relative = RELATIVE_DISTURBED if cycle.is_disturbed else RELATIVE
    return FIXED_KWH**2 + (relative * cycle.gas) ** 2


def _dot(row: Sequence[float], other: Sequence[float]) -> float:
    return sum(one * two for one, two in zip(row, other, strict=True))


def _solve(
    rows: Sequence[Sequence[float]], gas: Sequence[float], weights: Sequence[float], rooms: int, stiff: float
) -> list[float]:
    """The weighted normal equations with the prior that each room's strength is that of all, solved from 0 upwards."""
    width = range(len(rows[0]))
    matrix = [[sum(w * row[i] * row[j] for w, row in zip(weights, rows, strict=True)) for j in width] for i in width]
    right = [sum(w * row[i] * y for w, row, y in zip(weights, rows, gas, strict=True)) for i in width]
    for room in range(rooms):
        matrix[room][room] += stiff
        matrix[-1][-1] += stiff
        matrix[room][-1] -= stiff
        matrix[-1][room] -= stiff
    return non_negative(matrix, right)


def non_negative(matrix: Sequence[Sequence[float]], right: Sequence[float]) -> list[float]:
    """The x ≥ 0 that minimises x'Mx/2 - r'x for a positive semi-definite M, one coordinate after the other."""
    x = [0.0] * len(right)
    for _ in range(SWEEPS):
        moved = 0.0
        for place, row in enumerate(matrix):
            if row[place] > 0:
                better = max(0.0, x[place] - (_dot(row, x) - right[place]) / row[place])
                moved = max(moved, abs(better - x[place]))
                x[place] = better
        if moved < SETTLED:
            break
    return x


def nominal_w(room: Room) -> float:
    return sum(radiator.power_w for radiator in room.radiators)


def news(
    cycles: Sequence[Cycle],
    settings: Settings,
    former: Mapping[str, RadiatorPower],
    pipes: PipeLoss | None,
    now: datetime,
) -> tuple[dict[str, RadiatorPower], PipeLoss | None]:
    """What cycles teach that differs from what was said: by room beyond the dead band, and of pipes."""
    found = fit(cycles)
    if found is None:
        return {}, None
    said = {
        id_: RadiatorPower(factor=round(factor, 3), nominal_w=nominal_w(room), count=len(cycles), learned_at=now)
        for (id_, room), factor in zip(settings.rooms.items(), found.factors, strict=True)
        if abs(factor - factor_of(former.get(id_), room)) > DEAD_BAND or _is_old(former.get(id_), now)
    }
    is_new = pipes is None or _is_old(pipes, now) or abs(found.pipes - pipes.fraction) > PIPE_DEAD_BAND
    return said, PipeLoss(fraction=round(found.pipes, 3), count=len(cycles), learned_at=now) if is_new else None


def _is_old(said: RadiatorPower | PipeLoss | None, now: datetime) -> bool:
    """Whether it is to be said again, lest the record forget it."""
    return said is not None and said.learned_at is not None and now - said.learned_at > KEPT


def factor_of(said: RadiatorPower | None, room: Room) -> float:
    """The factor in force: 1 where none was learned, or for other radiators than the settings now name."""
    if said is None or (said.nominal_w is not None and abs(said.nominal_w - nominal_w(room)) > 1):
        return 1.0
    return said.factor


def strengthened(settings: Settings, factors: Mapping[str, float]) -> Settings:
    """The settings with the power of each room's radiators as it was learned."""
    rooms = {
        id_: room.model_copy(
            update={
                "radiators": tuple(
                    one.model_copy(update={"power_w": one.power_w * factors[id_]}) for one in room.radiators
                )
            }
        )
        if id_ in factors
        else room
        for id_, room in settings.rooms.items()
    }
    return settings.model_copy(update={"rooms": rooms})
