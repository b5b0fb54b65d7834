"""What really happened in the house: known to the simulation and to benchmarks, never to the regulator.

All amounts count from the start of the simulation; the difference of two truths is what happened between them.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RoomTruth:
    """`heat_j` is what the radiators gave to the room, `gains_j` people and appliances, `sun_j` the window."""

    air: float
    fabric: float
    heat_j: float
    gains_j: float
    sun_j: float
    window_open: bool


@dataclass(frozen=True, slots=True)
class GasTruth:
    """Gas by use, microlitres. Their sum, whole millilitres, is what the meter counted."""

    heating_ul: int
    hot_water_ul: int
    cooking_ul: int

    @property
    def total_ml(self) -> int:
        return (self.heating_ul + self.hot_water_ul + self.cooking_ul) // 1000


@dataclass(frozen=True, slots=True)
class EnergyTruth:
    """The books of the house in joule: brought in (burner's heat, people, sun), lost outside, and what is stored."""

    brought_j: float
    lost_j: float
    stored_j: float


@dataclass(frozen=True, slots=True)
class Truth:
    """The whole house at one instant. `moves` counts strokes by valve: opening and closing are two."""

    at: int
    outside: float
    rooms: Mapping[str, RoomTruth]
    gas: GasTruth
    energy: EnergyTruth
    boiler_heat_j: float
    heating_starts: int
    hot_water_starts: int
    heating_s: int
    hot_water_s: int
    moves: Mapping[str, int]
