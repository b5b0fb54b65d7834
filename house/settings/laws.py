"""The section `regulator` of house.yaml: which control law decides, one slider, and the numbers behind it for experts.

Every number says its unit in its name (`_k` kelvin, `_min` minutes, `_part` of one) and has bounds.
"""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from house.settings.section import FlowSetpoint, Minutes, Section

Kelvin = Annotated[float, Field(ge=0, le=3)]
Part = Annotated[float, Field(ge=0, le=2)]
Cycle = Annotated[float, Field(ge=5, le=120)]
Percent = Annotated[float, Field(ge=0, le=100)]
Coefficient = Annotated[float, Field(ge=0, le=1000)]


class TimeProportional(Section):
    """The self-learning time-proportional thermostat: power % = c (SP - T) + t (SP - outside), for each cycle."""

    cycle_min: Cycle = 30
    c_per_k: Coefficient = 60
    """First value of the learned percent per kelvin below the setpoint."""
    t_per_k: Coefficient = 1
    """First value of the learned percent per kelvin between setpoint and outside."""
    largest_weight: Annotated[int, Field(ge=1, le=1000)] = 50
    """How many earlier samples a new one is weighed against at most."""
    minimum_percent: Percent = 0
    minimum_when: Literal["required", "always"] = "required"
    boost_gap_k: Kelvin = 0.5
    """Further below the setpoint the room heats for the whole cycle."""
    delta_max_k: Kelvin = 0.2
    """Further above the setpoint it does not heat at all."""


class Tpi(Section):
    """Proportional on the errors inside and outside; the cycles of all rooms begin together."""

    cycle_min: Cycle = 30
    inside_per_k: Part = 0.6
    outside_per_k: Part = 0.01
    shortest_min: Minutes = 5
    """A shorter opening is left out, a shorter closing too."""


class Doses(Section):
    """The law that gives each room the heat that it will need. A dose is minutes of its radiators at nominal power."""

    horizon_min: Annotated[float, Field(ge=20, le=120)] = 35
    """So far it looks ahead."""
    start_mj: Annotated[float, Field(ge=0, le=50)] = 6
    """So much the house must need together for a start ..."""
    start_min: Minutes = 9
    """... but no more than all radiators give in this time ..."""
    urgent_part: Part = 0.58
    """... and only this part of it when a room will soon be 0.5 K below its setpoint."""
    rest_min: Minutes = 24
    rest_urgent_min: Minutes = 9
    """The rest after a burn, calm and when a room needs much."""
    burn_min: Minutes = 9
    """So long a burn lasts at least."""
    opens: Minutes = 2
    """A room that needs more than this opens when a burn begins ..."""
    joins: Minutes = 5
    """... and during a burn when it needs more than this."""
    spare: Minutes = 6
    """An open room stays open until it can spare so much."""
    shut_idle_k: Kelvin = 0.8
    """While the boiler rests a valve is shut only where its room is so far above its aim."""
    well_below_part: Annotated[float, Field(ge=0.01, le=0.5)] = 0.13
    """For this part of its time a room may be well below its setpoint ..."""
    well_below_k: Kelvin = 0.35
    """... that is, by this much."""


DOSES = {
    "comfort": Doses(well_below_part=0.06, well_below_k=0.3, rest_min=20, rest_urgent_min=8),
    "balanced": Doses(),
    "quiet": Doses(rest_min=32, spare=9),
    "saver": Doses(well_below_part=0.2, spare=3),
}


class Flow(Section):
    """How warm the water may be, °C, for boilers whose driver can set it: hot only when a room needs much."""

    coolest: FlowSetpoint = 48
    warmest: FlowSetpoint = 75

    @model_validator(mode="after")
    def _rises(self) -> Self:
        if self.coolest > self.warmest:
            raise ValueError("coolest should not be above warmest")
        return self


class OpenWindowSettings(Section):
    """When a room without a window contact is suspected to have one open, and for how long it is then not heated."""

    steeper_k_per_h: Annotated[float, Field(ge=1, le=30)] = 3.5
    """So much faster than it is known to fall unheated, an open window is suspected."""
    longest_min: Minutes = 5
    """For so long at most, and while that lasts it is not opened; with 0 no open window is ever suspected."""
