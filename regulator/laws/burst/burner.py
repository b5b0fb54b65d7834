"""What burns teach of this boiler in this house: how much open power it needs, and how long it should rest.

A burn that the water ends after a few minutes had too little radiator open, or radiators that were still hot. So each
burn leaves what was open (its mean) and how long it lasted. The open power that a burn needs is the least with which
most burns lasted; the rest grows by a little with each burn that was shorter than it should be and shrinks with each
that was longer, until burns are as long as they should be.
"""

from dataclasses import dataclass

from pydantic import JsonValue

from regulator.laws.interface import Memory
from regulator.laws.remembered import number

LASTED_MIN = 10.0
LASTED_PART = 0.7
STEP_W, LEAST_W, MOST_W = 500, 2000, 8000
KEPT, NEEDED = 24, 6
LONGEST_MIN = 240.0
REST_STEP = 0.06
REST_BOUNDS = (0.7, 1.45)


@dataclass(frozen=True, slots=True)
class Burn:
    """One burn for heating: the mean of the open nominal power, W, and how long the flame was lit."""

    open_w: float
    minutes: float


@dataclass(frozen=True, slots=True)
class Burner:
    """What is known of the burner: its last burns, and how much longer (a part) than usual it should rest."""

    burns: tuple[Burn, ...] = ()
    rest_part: float = 1.0

    @property
    def least_open_w(self) -> float | None:
        """The least open power, W, with which seven of ten burns lasted ten minutes; None while that is not known."""
        if len(self.burns) < NEEDED:
            return None
        for power in range(LEAST_W, MOST_W, STEP_W):
            lasted = [burn.minutes >= LASTED_MIN for burn in self.burns if burn.open_w >= power]
            if not lasted:
                break
            if sum(lasted) >= LASTED_PART * len(lasted):
                return power
        return MOST_W

    def after(self, burn: Burn, ended_by_water: bool, goal_min: float) -> "Burner":
        """What is known after one more burn; one that the rooms ended early says nothing of the power it needed."""
        if not 0 < burn.minutes <= LONGEST_MIN:
            return self
        tells = ended_by_water or burn.minutes >= LASTED_MIN
        missing = max(-1.0, (goal_min - burn.minutes) / max(1.0, goal_min))
        rest_part = min(REST_BOUNDS[1], max(REST_BOUNDS[0], self.rest_part * (1 + REST_STEP * missing)))
        return Burner((*self.burns, burn)[-KEPT:] if tells else self.burns, round(rest_part, 3))


def rest_part(memory: Memory) -> float:
    """How much longer (a part) than usual the burner should rest."""
    return number(memory.get("rest"), 1.0, *REST_BOUNDS)


def burner_of(memory: Memory) -> Burner:
    """What was remembered; what cannot be read counts as never learned."""
    kept = memory.get("burns")
    pairs = [one for one in kept if isinstance(one, list) and len(one) == 2] if isinstance(kept, list) else []
    burns = (Burn(number(power, -1.0, -1.0, 1e6), number(minutes, -1.0, -1.0, LONGEST_MIN)) for power, minutes in pairs)
    return Burner(tuple(burn for burn in burns if burn.open_w >= 0 and burn.minutes > 0)[-KEPT:], rest_part(memory))


def memory_of(burner: Burner) -> dict[str, JsonValue]:
    """What to remember."""
    return {"burns": [[round(burn.open_w), round(burn.minutes)] for burn in burner.burns], "rest": burner.rest_part}
