"""The section `regulator` of house.yaml: which control law decides, one slider, and the numbers behind it for experts.

Every number says its unit in its name (`_k` kelvin, `_min` minutes, `_fraction` of one) and has bounds.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from house.fields import Comfort
from house.settings.section import FlowSetpoint, Minutes, Section

Kelvin = Annotated[float, Field(ge=0, le=3)]
Fraction = Annotated[float, Field(ge=0, le=2)]
Cycle = Annotated[float, Field(ge=5, le=120)]
Percent = Annotated[float, Field(ge=0, le=100)]
Share = Annotated[float, Field(ge=0, le=1)]
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
    inside_per_k: Fraction = 0.6
    outside_per_k: Fraction = 0.01
    shortest_min: Minutes = 5
    """A shorter opening is left out, a shorter closing too."""

    @model_validator(mode="after")
    def _some_openings_are_left(self) -> Self:
        if self.shortest_min > self.cycle_min / 2:
            raise ValueError(
                f"shortest_min ({self.shortest_min:g}) should be at most half of cycle_min ({self.cycle_min:g}): "
                "a room would heat for whole cycles only"
            )
        return self


class Doses(Section):
    """The law that gives each room the heat that it will need. A dose is minutes of its radiators at nominal power."""

    horizon_min: Annotated[float, Field(ge=20, le=120)] = 35
    """So far the law looks ahead: a dose keeps a room warm for so long. Longer heats earlier, and more."""
    start_mj: Annotated[float, Field(ge=0, le=50)] = 9
    """The boiler starts when all rooms together need so many MJ. More saves starts and makes rooms swing."""
    start_min: Minutes = 14
    """It starts at the latest when they need what all radiators of the house give in so many minutes: small houses."""
    urgent_fraction: Fraction = 0.58
    """For a room that will soon be 0.5 K below its setpoint this fraction of a start's heat is enough."""
    rest_min: Minutes = 30
    """After a burn the boiler rests for so long when no room needs much, and only for a part of it where all radiators
    that may be opened take only this part of `boiler.minimum_power_w`. Longer saves starts."""
    rest_urgent_min: Minutes = 24
    """After a burn the boiler rests for so long when a room needs much or warms up. Longer saves starts and makes rooms
    late."""
    rest_cold_min: Minutes = 8
    """After a burn the boiler rests for so long when a room is 0.9 K below its setpoint; from 0.4 K on it rests less.
    Longer saves starts where radiators are small, and leaves their rooms cold."""
    burn_min: Minutes = 12
    """The boiler is called for so long at least, while an open room needs heat. Longer leaves rooms less cold, and the
    burner lights more often, since it does so again within a call."""
    linger_min: Minutes = 3
    """Where the water has stopped the burner, the boiler is called for so much longer: its pump brings the rooms what
    the water still holds. More saves starts, as long as the boiler itself rests for longer than that."""
    opens: Minutes = 0
    """A shut room opens when a burn begins if its dose is larger than this. More saves moves and makes rooms swing."""
    joins: Minutes = 4
    """A shut room opens during a burn if its dose is larger than this. More saves moves."""
    company: Minutes = 2.2
    """Shut rooms that can spare less than this open too, if a burn begins for less than the burner gives at least."""
    spare: Minutes = 4.7
    """An open room of usual size is shut during a burn once it can spare so much. More saves moves and makes rooms
    warmer."""
    spare_in_setback: Minutes = 4
    """A room whose setpoint is lowered is shut only once it can spare so much more. More saves starts and moves by
    night, and takes gas."""
    shut_idle_k: Kelvin = 3
    """While the boiler rests a valve is shut only where its room is so far above its aim. Less costs moves."""
    soon_below_k: Kelvin = 0.7
    """In a quarter of an hour a room should be no further below its setpoint, however little it needs until later. More
    saves gas, and leaves rooms cold for longer."""
    setback_patience_k: Kelvin = 0.8
    """While its setpoint is lowered a room may become so much colder before the boiler starts for it alone. More saves
    starts."""
    well_below_fraction: Annotated[float, Field(ge=0.01, le=0.5)] = 0.2
    """A room of usual size may be well below its setpoint for this fraction of its time, without that in which it has
    plenty. More saves gas: all rooms are cooler."""
    well_below_k: Kelvin = 0.45
    """Well below its setpoint is so far below it. More saves gas."""
    held_by_size: Share = 1
    """How much more of its time a large room may be well below its setpoint than a small one, which costs less gas to
    keep warm: with 1 twice as much where its radiators have twice the power, with 0 as much. Less takes more gas."""
    filled_by_size: Share = 0.7
    """How much sooner a large room is shut during a burn than a small one: with 1 both have the same heat to spare,
    with 0 the same radiator-minutes. Less costs moves and gas."""

    @model_validator(mode="before")
    @classmethod
    def _says_new_names(cls, given: Any) -> Any:
        for old, new in (("urgent_part", "urgent_fraction"), ("well_below_part", "well_below_fraction")):
            if isinstance(given, dict) and old in given:
                raise ValueError(f"{old} is now called {new}: write {new}: {given[old]}")
        return given


DOSES: Mapping[Comfort, Doses] = {
    "comfort": Doses(
        well_below_fraction=0.06, well_below_k=0.4, soon_below_k=0.5, rest_min=24, rest_urgent_min=15, rest_cold_min=6
    ),
    "balanced": Doses(),
    "quiet": Doses(rest_min=32, rest_urgent_min=28, opens=1, joins=9, company=0, spare=8),
    "saver": Doses(well_below_fraction=0.28, well_below_k=0.55, soon_below_k=1.0, spare=4.1),
}


HELD_CLOSER = {"well_below_fraction": 0.5, "well_below_k": 0.9, "soon_below_k": 0.9, "rest_cold_min": 0.6}


def held_closer(numbers: Doses) -> Doses:
    """For a flow that can be set: cooler water leaves rooms a little colder, so they are held so much closer, and one
    that is too cold waits less.
    """
    return numbers.model_copy(update={name: round(getattr(numbers, name) * by, 3) for name, by in HELD_CLOSER.items()})


class Flow(Section):
    """How warm the water may be, °C, for boilers whose driver can set it: hot only when a room needs much. Cooler water
    leaves rooms a little colder, so `doses` then holds them closer: `well_below_fraction` is halved, `well_below_k`
    and `soon_below_k` are 10 % and `rest_cold_min` is 40 % less, unless they are given.
    """

    coolest: FlowSetpoint = 46
    """For rooms that need little, and while the pump brings the rooms what the water holds. Less saves gas."""
    warmest: FlowSetpoint = 75
    """For a room that needs much or warms up. Less saves gas and makes rooms late."""

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
