"""What a house is made of, as frozen values: rooms, radiators, sensors, inner walls, boiler, meter, radio.

A plan says nothing about the present; `house.House` brings it to life. Units are in the names.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum


class RoomKind(StrEnum):
    """What people do in a room decides when they warm it, wet it and open its window."""

    LIVING = "living"
    KITCHEN = "kitchen"
    BEDROOM = "bedroom"
    BATHROOM = "bathroom"
    STUDY = "study"
    HALL = "hall"


@dataclass(frozen=True, slots=True)
class RadiatorPlan:
    """A radiator with the valve on it. `power_w` at ΔT 50 K and `exponent` as in EN 442."""

    valve: str
    power_w: float
    exponent: float = 1.3
    heat_capacity_j_per_k_per_w: float = 21.0
    """Steel and water of a panel radiator, per watt of nominal power."""
    has_valve: bool = True
    """Without one it is open by nature; `valve` is only its name then."""
    balance: float = 1.0
    """Share of the design water flow that the lock shield lets through; 1 is well balanced."""

    @property
    def heat_capacity_j_per_k(self) -> float:
        return self.power_w * self.heat_capacity_j_per_k_per_w


@dataclass(frozen=True, slots=True)
class SensorPlan:
    """A thermometer: Gaussian noise, first-order lag, and the range in which its report intervals fall."""

    address: str
    noise_k: float = 0.04
    lag_s: float = 240.0
    interval_s: tuple[int, int] = (60, 600)


@dataclass(frozen=True, slots=True)
class RoomPlan:
    """Two heat capacities (air with furniture; fabric) and what joins them to each other and to outside.

    air ──direct_w_per_k── outside         (glass, infiltration, ventilation)
    air ──surface_w_per_k── fabric ──envelope_w_per_k── outside
    """

    room_id: str
    name: str
    kind: RoomKind
    air_j_per_k: float
    fabric_j_per_k: float
    direct_w_per_k: float
    surface_w_per_k: float
    envelope_w_per_k: float
    glass_m2: float
    glass_azimuth_deg: float
    open_window_w_per_k: float
    radiators: tuple[RadiatorPlan, ...]
    sensors: tuple[SensorPlan, ...]
    window_contacts: tuple[str, ...] = ()

    @property
    def loss_w_per_k(self) -> float:
        """Steady heat loss to outside per kelvin between air and outside, windows closed."""
        through_fabric = self.surface_w_per_k * self.envelope_w_per_k / (self.surface_w_per_k + self.envelope_w_per_k)
        return self.direct_w_per_k + through_fabric


@dataclass(frozen=True, slots=True)
class InnerWall:
    """Heat passes between two rooms, doors included."""

    room_a: str
    room_b: str
    w_per_k: float


@dataclass(frozen=True, slots=True)
class BoilerPlan:
    """One gas boiler with its pump and the water it heats. Powers are heat into the water."""

    minimum_power_w: float = 6500.0
    maximum_power_w: float = 22000.0
    hot_water_power_w: float = 24000.0
    flow_setpoint: float = 65.0
    hysteresis_k: float = 5.0
    """The burner stops this far above the flow setpoint and starts again this far below."""
    anticycle_s: int = 300
    """Rest after a stop made by the water."""
    ignition_s: int = 20
    overrun_s: int = 180
    start_loss_j: float = 100_000.0
    """Gas of purging, ignition and the unburnt first seconds of one start."""
    water_j_per_k: float = 60_000.0
    pump_w_per_k: float = 1400.0
    """Largest water flow, as heat per kelvin (20 l/min)."""
    bypass_w_per_k: float = 40.0
    pipe_loss_w_per_k: float = 2.5
    pipes_warm: tuple[tuple[str, float], ...] = ()
    """Rooms through which pipes run, each with its share of what they lose; the rest warms no room."""


@dataclass(frozen=True, slots=True)
class RadioPlan:
    """How a command reaches a device: after a random delay, unless it is lost."""

    delay_s: tuple[int, int] = (5, 30)
    loss: float = 0.0


@dataclass(frozen=True, slots=True)
class HousePlan:
    """A whole house. Raises ValueError when two things share an identity or a wall joins an unknown room."""

    rooms: tuple[RoomPlan, ...]
    inner_walls: tuple[InnerWall, ...] = ()
    boiler: BoilerPlan = field(default_factory=BoilerPlan)
    radio: RadioPlan = field(default_factory=RadioPlan)
    people: int = 3
    """Residents; none: nobody warms, airs, washes or cooks."""
    timezone: str = "Europe/Amsterdam"
    latitude: float = 52.1
    longitude: float = 5.1
    meter_interval_s: int = 300
    meter_start_ml: int = 4_711_205_000

    def __post_init__(self) -> None:
        _refuse_repeated("room", (room.room_id for room in self.rooms))
        _refuse_repeated("valve", (radiator.valve for room in self.rooms for radiator in room.radiators))
        _refuse_repeated("sensor", (sensor.address for room in self.rooms for sensor in room.sensors))
        known = {room.room_id for room in self.rooms}
        piped = {room for room, _ in self.boiler.pipes_warm}
        if not piped <= known:
            raise ValueError(
                f"pipes run through unknown room {', '.join(sorted(piped - known))}; known: {sorted(known)}"
            )
        for wall in self.inner_walls:
            unknown = {wall.room_a, wall.room_b} - known
            if unknown:
                raise ValueError(f"inner wall joins unknown room {', '.join(sorted(unknown))}; known: {sorted(known)}")


def _refuse_repeated(what: str, names: Iterable[str]) -> None:
    repeated = [name for name, count in Counter(names).items() if count > 1]
    if repeated:
        raise ValueError(f"{what} {', '.join(repeated)} appears more than once in the plan; each needs its own")
