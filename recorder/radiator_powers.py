"""How strong radiators really are, by the gas of quarters of an hour: plates are wrong by a fifth in real houses.

Non-negative least squares with a prior: what the gas gave = Σ strength · heat of the model + what boiler and pipes lose
while the pump runs and while it stands (much the same, unless quarters say otherwise) + water that was warmed + what a
start wastes + a part of all heat by how many radiators are open together (they slow one another's water) + what others
burn at that hour of the day: a cooker hides behind a burner that is lit, each day at much the same time. A room's
strength over that of all is the factor of its nominal power, of which 1 ± 0.13 is thought beforehand; what few or like
quarters do not tell stays there, and a factor that differs from 1 by no more than its own error is drawn towards it:
most plates are right. Those that fit badly (a tap, a window, a meter that jumps) weigh less (Huber). Only cold weeks
teach: in mild ones the boiler's own losses are as large as what rooms take.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import compress
from operator import mul

from house.messages import PipeLoss, RadiatorPower
from house.settings import Room, Settings
from recorder.heat_balance import S_PER_H, Balance

PRIOR_ERROR = 0.13
CROWD_ERROR = 0.05
LOSS_ERROR = 0.002  # kW/K, of what is lost while the pump runs against what is lost while it stands
START_KWH, START_ERROR = 0.025, 0.01  # that purging, ignition and the first unburnt gas waste
HIDDEN_KW = 0.3  # that others may burn at an hour of the day without being seen
HOURS = 24
LOSSES = 6  # unknowns between those of rooms and of hours: pumped, rested, rose, starts, crowded of either sign
LEAST_BALANCES = 200
DEAD_BAND = 0.02
PIPE_DEAD_BAND = 0.02
KEPT = timedelta(days=300)
LARGEST_PIPES = 0.3
SUSPICIOUS = 0.25
FIXED_KWH, RELATIVE, RELATIVE_DISTURBED = 0.05, 0.03, 0.3  # what a balance is off by
ROUNDS = 6  # of weighing anew what fits badly
SWEEPS, SETTLED = 3000, 1e-9


@dataclass(frozen=True, slots=True)
class Strengths:
    """What was learned: by room the factor of its nominal power and how sure it is; the part of the heating gas that
    pipes take.
    """

    factors: Mapping[str, float] = field(default_factory=dict)
    pipes: float | None = None
    errors: Mapping[str, float] = field(default_factory=dict)
    """By room one standard deviation of its power, relative; of a room that is missing nothing was learned."""


@dataclass(frozen=True, slots=True)
class Fit:
    """In the order of the balances' rooms factors and their standard deviations, and the part of the gas that pipes
    took.
    """

    factors: tuple[float, ...]
    errors: tuple[float, ...]
    pipes: float


def fit(balances: Sequence[Balance]) -> Fit | None:
    """None for too few balances in which something was heated."""
    if sum(sum(one.heat) > 0 for one in balances) < LEAST_BALANCES:
        return None
    equations = _Equations.of(balances)
    rooms, weights, found = len(balances[0].heat), equations.trust, list[float]()
    for _ in range(ROUNDS):
        found = non_negative(*equations.normal(weights), found)
        off = equations.off(found)
        weights = [sure * min(1.0, 1.0 / max(one, 1e-9)) for sure, one in zip(equations.trust, off, strict=True)]
    if found[-1] <= 0:
        return None
    surplus = _surplus(off)
    matrix, _ = equations.normal([one / surplus for one in weights])
    errors = [variance**0.5 / found[-1] for variance in inverse_diagonal(matrix)[:rooms]]
    factors = (drawn_to_one(one / found[-1], error) for one, error in zip(found[:rooms], errors, strict=True))
    lost = sum(found[place] * sum(equations.columns[place]) for place in (rooms, rooms + 1)) / sum(equations.gas)
    return Fit(tuple(factors), tuple(errors), min(LARGEST_PIPES, lost))


def drawn_to_one(factor: float, error: float) -> float:
    """Of a difference of one error half is left, of three errors nine tenths."""
    return 1.0 + (factor - 1.0) ** 3 / ((factor - 1.0) ** 2 + error**2)


@dataclass(frozen=True, slots=True)
class _Equations:
    """What the unknowns are multiplied with, by unknown; the gas that comes of it, and how sure that is."""

    columns: Sequence[Sequence[float]]
    gas: Sequence[float]
    trust: Sequence[float]
    prior: Sequence[Sequence[float]]
    expected: Sequence[float]
    """What the prior adds to the right side."""

    @classmethod
    def of(cls, balances: Sequence[Balance]) -> "_Equations":
        columns = list(zip(*map(_row, balances), strict=True))
        gas, rooms = [one.gas for one in balances], len(balances[0].heat)
        usual = sum(gas) / sum(map(sum, columns[:rooms]))  # gas for each kWh of the model's
        trust = [1.0 / _variance(one, usual) for one in balances]
        return cls(columns, gas, trust, _prior(rooms, usual), _expected(rooms))

    def off(self, found: Sequence[float]) -> list[float]:
        """By how many of its standard deviations each balance misses."""
        foretold = (sum(map(mul, row, found)) for row in zip(*self.columns, strict=True))
        return [abs(had - one) * sure**0.5 for had, one, sure in zip(self.gas, foretold, self.trust, strict=True)]

    def normal(self, weights: Sequence[float]) -> tuple[list[list[float]], list[float]]:
        """The weighted normal equations; a column of an hour is mostly empty."""
        matrix, right = [list(row) for row in self.prior], list[float]()
        for i, column in enumerate(self.columns):
            weighed = list(map(mul, compress(weights, column), filter(None, column)))
            right.append(self.expected[i] + sum(map(mul, weighed, compress(self.gas, column))))
            for j in range(i + 1):
                matrix[i][j] += (amount := sum(map(mul, weighed, compress(self.columns[j], column))))
                matrix[j][i] += amount if i != j else 0.0
        return matrix, right


def _surplus(off: Sequence[float]) -> float:
    """By how much the variance of balances was thought too large, at most four times: then they tell more."""
    return max(0.25, min(1.0, sum(min(one**2, 4.0) for one in off) / len(off)))


def _row(one: Balance) -> tuple[float, ...]:
    """What the unknowns are multiplied with; the last is the strength of all, of which only the prior knows. What
    crowding takes may be of either sign.
    """
    losses = (one.pumped, one.rested, one.rose, float(one.starts), one.crowded, -one.crowded)
    hour = one.begin // S_PER_H % HOURS
    return (*one.heat, *losses, *(one.hours * (hour == other) for other in range(HOURS)), 0.0)


def _variance(one: Balance, usual: float) -> float:
    relative = RELATIVE_DISTURBED if one.is_disturbed else RELATIVE
    return FIXED_KWH**2 + (relative * max(one.gas, usual * sum(one.heat))) ** 2


def _prior(rooms: int, usual: float) -> list[list[float]]:
    """That each room's strength is that of all, that pipes lose as much pumped as rested, that a start wastes little,
    crowding too, and that others burn little.
    """
    width, pumped, rested, start = _width(rooms), rooms, rooms + 1, rooms + 3
    matrix = [[0.0] * width for _ in range(width)]
    for room in range(rooms):
        _alike(matrix, room, width - 1, PRIOR_ERROR * usual)
    _alike(matrix, pumped, rested, LOSS_ERROR)
    matrix[start][start] += START_ERROR**-2
    for crowd in (start + 1, start + 2):
        matrix[crowd][crowd] += (CROWD_ERROR * usual) ** -2
    for hour in range(rooms + LOSSES, width - 1):
        matrix[hour][hour] += HIDDEN_KW**-2
    return matrix


def _width(rooms: int) -> int:
    return rooms + LOSSES + HOURS + 1


def _alike(matrix: list[list[float]], one: int, other: int, error: float) -> None:
    """Two unknowns differ by no more than an error."""
    for i, j in ((one, one), (other, other)):
        matrix[i][j] += error**-2
    for i, j in ((one, other), (other, one)):
        matrix[i][j] -= error**-2


def _expected(rooms: int) -> list[float]:
    expected = [0.0] * _width(rooms)
    expected[rooms + 3] = START_KWH * START_ERROR**-2
    return expected


def non_negative(matrix: Sequence[Sequence[float]], right: Sequence[float], start: Sequence[float] = ()) -> list[float]:
    """The x ≥ 0 that minimises x'Mx/2 - r'x for a positive semi-definite M, one coordinate after the other."""
    x = list(start) or [0.0] * len(right)
    for _ in range(SWEEPS):
        moved = 0.0
        for place, row in enumerate(matrix):
            if row[place] > 0:
                better = max(0.0, x[place] - (sum(map(mul, row, x)) - right[place]) / row[place])
                moved = max(moved, abs(better - x[place]))
                x[place] = better
        if moved < SETTLED:
            break
    return x


def inverse_diagonal(matrix: Sequence[Sequence[float]]) -> list[float]:
    """The diagonal of a positive definite matrix's inverse, by Gauss and Jordan."""
    width = len(matrix)
    rows = [[*row, *(float(i == j) for j in range(width))] for i, row in enumerate(matrix)]
    for place in range(width):
        pivot = rows[place]
        pivot = [one / pivot[place] for one in pivot]
        rows[place] = pivot
        for other in range(width):
            if other != place and rows[other][place]:
                factor = rows[other][place]
                rows[other] = [one - factor * by for one, by in zip(rows[other], pivot, strict=True)]
    return [rows[place][width + place] for place in range(width)]


def nominal_w(room: Room) -> float:
    return sum(radiator.power_w for radiator in room.radiators)


def news(
    balances: Sequence[Balance],
    settings: Settings,
    former: Mapping[str, RadiatorPower],
    pipes: PipeLoss | None,
    now: datetime,
) -> tuple[dict[str, RadiatorPower], PipeLoss | None]:
    """What balances teach that differs from what was said: by room beyond the dead band, and of pipes."""
    found = fit(balances)
    if found is None:
        return {}, None
    count = len(balances)
    said = {
        id_: RadiatorPower(
            factor=round(factor, 3), error=round(error, 3), nominal_w=nominal_w(room), count=count, learned_at=now
        )
        for (id_, room), factor, error in zip(settings.rooms.items(), found.factors, found.errors, strict=True)
        if former.get(id_) is None
        or abs(factor - factor_of(former.get(id_), room)) > DEAD_BAND
        or _is_old(former.get(id_), now)
    }
    is_new = pipes is None or _is_old(pipes, now) or abs(found.pipes - pipes.fraction) > PIPE_DEAD_BAND
    return said, PipeLoss(fraction=round(found.pipes, 3), count=count, learned_at=now) if is_new else None


def _is_old(said: RadiatorPower | PipeLoss | None, now: datetime) -> bool:
    """Whether it is to be said again, lest the record forget it."""
    return said is not None and said.learned_at is not None and now - said.learned_at > KEPT


def factor_of(said: RadiatorPower | None, room: Room) -> float:
    """The factor in force: 1 where none was learned, or for other radiators than the settings now name."""
    return said.factor if said is not None and is_of(said, room) else 1.0


def is_of(said: RadiatorPower, room: Room) -> bool:
    """Whether it was learned for the radiators that the settings now name."""
    return said.nominal_w is None or abs(said.nominal_w - nominal_w(room)) <= 1


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
