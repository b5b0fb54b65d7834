"""The gas meter, and what only a simulation knows: which use took which part. Counts whole microlitres."""

from dataclasses import dataclass

CALORIFIC_J_PER_UL = 0.03517  # upper calorific value of Groningen gas, 35.17 MJ/m³


@dataclass(slots=True)
class GasMeter:
    """Gas since the start by use, in microlitres; the dial shows `start_ml` more."""

    start_ml: int
    heating_ul: int = 0
    hot_water_ul: int = 0
    cooking_ul: int = 0

    @property
    def reading_ml(self) -> int:
        """What the dial shows, whole millilitres."""
        return self.start_ml + (self.heating_ul + self.hot_water_ul + self.cooking_ul) // 1000


def gas_ul(joules: float) -> int:
    """Gas that holds this much energy, to the nearest microlitre."""
    return round(joules / CALORIFIC_J_PER_UL)
