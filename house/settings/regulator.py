"""How the regulator decides, and the limits that hold whatever it decides."""

from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from house.fields import Comfort
from house.settings.faults import fault_at
from house.settings.laws import DOSES, Doses, Flow, OpenWindowSettings, TimeProportional, Tpi, held_closer
from house.settings.section import Minutes, Seconds, Section

_IN_ORDER = (
    ("company", "spare", "a room would open for company and be shut in the next minute"),
    ("rest_urgent_min", "rest_min", "the boiler would rest for longer when a room needs much"),
    ("rest_cold_min", "rest_urgent_min", "the boiler would rest for longer when a room is too cold"),
)


class Regulator(Section):
    """Which control law decides, one slider between warm on the minute and a boiler and valves that rest, and the
    numbers of the laws for experts.
    """

    law: Literal["doses", "hysteresis", "timeprop", "tpi"] = "doses"
    comfort: Comfort = "balanced"
    """Between warm on the minute and a boiler and valves that rest, until another is wished on `comfort/set`."""
    doses: Doses | None = None
    """Numbers in place of those that `comfort` stands for."""
    flow: Flow | None = None
    """Without, the boiler's own dial rules its flow."""
    airing: OpenWindowSettings = OpenWindowSettings()
    moves_per_day: Annotated[int, Field(ge=2, le=1000)] = 60
    """After so many moves in a day a valve moves only where its room is 1 K off, and for safety."""
    timeprop: TimeProportional = TimeProportional()
    tpi: Tpi = Tpi()

    @model_validator(mode="after")
    def _numbers_go_together(self) -> Self:
        if self.doses is None:
            return self
        given = self.doses.model_fields_set
        for word, numbers in self.doses_by_comfort.items():
            for low, high, otherwise in _IN_ORDER:
                below, above = getattr(numbers, low), getattr(numbers, high)
                if below > above:
                    text = f"{low} ({below:g}) should not be above {high} ({above:g} with comfort {word}): {otherwise}"
                    raise fault_at(("doses", low if low in given else high), text)
        return self

    @cached_property
    def doses_by_comfort(self) -> Mapping[Comfort, Doses]:
        """The numbers for `doses` that each word of `comfort` stands for in this house."""
        given = self.doses.model_dump(exclude_unset=True) if self.doses else {}
        usual = DOSES if self.flow is None else {word: held_closer(numbers) for word, numbers in DOSES.items()}
        return {word: numbers.model_copy(update=given) for word, numbers in usual.items()}

    @property
    def doses_numbers(self) -> Doses:
        """The numbers for `doses` as long as nobody wishes another comfort."""
        return self.doses_by_comfort[self.comfort]


class Safety(Section):
    """Limits that hold whatever was decided; units are in the names."""

    stale_after_min: Minutes = 15
    alert_after_min: Minutes = 60
    lost_after_min: Minutes = 120
    valve_expiry_min: Annotated[float, Field(ge=10, le=1440)] = 90
    boiler_expiry_min: Annotated[float, Field(ge=3, le=60)] = 10
    minimum_burn_min: Minutes = 5
    minimum_rest_min: Minutes = 5
    maximum_starts_per_hour: Annotated[int, Field(ge=1, le=60)] = 6
    window_open_delay_s: Seconds = 30
    window_closed_delay_s: Seconds = 60
    boost_min: Annotated[float, Field(ge=1, le=1440)] = 60

    @model_validator(mode="after")
    def _ladder_rises(self) -> Self:
        if not self.stale_after_min <= self.alert_after_min <= self.lost_after_min:
            raise ValueError("stale_after_min, alert_after_min and lost_after_min should rise in this order")
        return self
