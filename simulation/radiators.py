"""Radiators and the water that reaches them: the quickest part of the house, stepped every ten seconds.

A radiator gives off heat after EN 442, power · (excess / 50 K)^exponent, with the excess of its mean temperature over
the air. Water cools on its way through: at the design flow the mean lies half-way between in and out, at a trickle it
nears the outlet. The pump's flow is divided over bypass and open valves.
"""

from collections.abc import Sequence
from math import expm1

from simulation.boiler import Boiler
from simulation.building import Room
from simulation.plan import RadiatorPlan
from simulation.valves import Valve

DESIGN_EXCESS_K = 50.0
DESIGN_SPREAD_K = 10.0  # 75/65/20 °C
SMALLEST_EXCESS_K = 0.1
STRONGEST_PUMP = 1.3  # how much more than its design flow a radiator gets when it is almost alone


class Radiator:
    """The present state of one radiator; `temperature` is its mean, °C."""

    __slots__ = (
        "capacity",
        "effectiveness",
        "exponent",
        "flow_w_per_k",
        "plan",
        "power_w",
        "room",
        "temperature",
        "valve",
    )

    def __init__(self, plan: RadiatorPlan, valve: Valve, room: Room) -> None:
        self.plan = plan
        self.valve = valve
        self.room = room
        self.power_w = plan.power_w
        self.exponent = plan.exponent
        self.capacity = plan.heat_capacity_j_per_k
        self.temperature = room.air
        self.flow_w_per_k = 0.0
        self.effectiveness = 1.0

    def emission_w(self) -> float:
        """Heat given to the room after EN 442."""
        excess = self.temperature - self.room.air
        if excess < SMALLEST_EXCESS_K:
            return 0.0
        return float(self.power_w * (excess / DESIGN_EXCESS_K) ** self.exponent)

    def outlet(self, supply: float) -> float:
        """Temperature of the water that leaves when `supply` enters; cold radiators first give back cold water."""
        lift = supply - self.temperature
        if lift <= 0.0:
            return self.temperature
        return max(supply - self.effectiveness * lift, min(self.temperature, self.room.air))

    def take_flow(self, flow_w_per_k: float) -> None:
        """Set the water flow and with it `effectiveness`: the water's drop per lift over the mean, 2 to 1.

        The logarithmic-mean solution for a wall of constant conductance; at full flow 2, at a trickle 1.
        """
        self.flow_w_per_k = flow_w_per_k
        if flow_w_per_k > 0.0:
            units = self.power_w / DESIGN_EXCESS_K / flow_w_per_k
            cooled = -expm1(-units)
            self.effectiveness = cooled / (1.0 - cooled / units)


class Circuit:
    """Boiler, pump and radiators joined by water; `piped` are the rooms that its pipes warm."""

    def __init__(self, boiler: Boiler, radiators: list[Radiator], piped: Sequence[tuple[Room, float]] = ()) -> None:
        self.boiler = boiler
        self.radiators = radiators
        self._piped = piped
        self._flow_w_per_k = boiler.plan.bypass_w_per_k

    def step(self, now: int, seconds: int) -> None:
        """Let `seconds` up to `now` pass."""
        self._move_valves(seconds)
        boiler = self.boiler
        supply, pump_on = boiler.flow_temperature, boiler.pump_on
        taken_w = 0.0
        for radiator in self.radiators:
            gained_w = 0.0
            if pump_on and radiator.flow_w_per_k > 0.0:
                gained_w = radiator.flow_w_per_k * (supply - radiator.outlet(supply))
                taken_w += gained_w
            emitted_w = radiator.emission_w()
            radiator.temperature += (gained_w - emitted_w) * seconds / radiator.capacity
            radiator.room.radiator_j += emitted_w * seconds
        boiler.mix_return(supply - taken_w / self._flow_w_per_k if pump_on else None, seconds)
        boiler.step(now, seconds, taken_w)
        for room, share in self._piped:
            room.radiator_j += share * boiler.pipe_loss_w * seconds

    def _move_valves(self, seconds: int) -> None:
        moved = False
        for radiator in self.radiators:
            valve = radiator.valve
            if valve.position != valve.target:
                valve.move(seconds)
                moved = True
        if moved:
            self._share_flow()

    def _share_flow(self) -> None:
        plan = self.boiler.plan
        wishes = [
            radiator.plan.balance * radiator.power_w / DESIGN_SPREAD_K * radiator.valve.water_share
            for radiator in self.radiators
        ]
        strength = min(STRONGEST_PUMP, plan.pump_w_per_k / (sum(wishes) + plan.bypass_w_per_k))
        for radiator, wish in zip(self.radiators, wishes, strict=True):
            radiator.take_flow(strength * wish)
        self._flow_w_per_k = strength * (sum(wishes) + plan.bypass_w_per_k)
