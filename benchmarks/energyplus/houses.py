"""Four houses for EnergyPlus, drawn for this benchmark: a heavy terrace, a light detached house, a flat, an old corner.

Each room is a box of its own with outer walls, glass, inner mass and air exchange with its neighbours; what touches a
heated neighbour is adiabatic. Radiators are of unequal size for their rooms. Units as in EnergyPlus (m, W, K).
"""

from dataclasses import dataclass, replace

from simulation.house_plans import RoomSketch, house_around
from simulation.plan import BoilerPlan, HousePlan, SensorPlan

HEIGHT_M = 2.6


@dataclass(frozen=True, slots=True)
class Room:
    """Floor m², lengths of outer wall towards north, east, south and west in m, glass m², radiator W."""

    id: str
    floor_m2: float
    outer_m: tuple[float, float, float, float]
    glass_m2: float
    radiator_w: float
    under_roof: bool = False
    on_ground: bool = False


@dataclass(frozen=True, slots=True)
class Fabric:
    """What the house is made of: insulation of walls, roof and ground in m, W/m²K of glass, air changes per hour."""

    heavy: bool
    wall_m: float
    roof_m: float
    glass_u: float
    air_changes: float
    air_multiplier: float


@dataclass(frozen=True, slots=True)
class Drawing:
    """A whole house."""

    name: str
    rooms: tuple[Room, ...]
    fabric: Fabric
    boiler: BoilerPlan
    people: int


TERRACE = Drawing(
    "terrace",
    (
        Room("living", 28.0, (0.0, 0.0, 4.8, 0.0), 5.5, 2200.0, on_ground=True),
        Room("kitchen", 12.0, (4.8, 0.0, 0.0, 0.0), 2.5, 1100.0, on_ground=True),
        Room("bedroom", 15.0, (0.0, 0.0, 4.8, 0.0), 2.6, 1000.0),
        Room("child", 10.0, (2.8, 0.0, 0.0, 0.0), 1.6, 950.0),
        Room("bathroom", 6.0, (2.0, 0.0, 0.0, 0.0), 0.6, 650.0),
        Room("study", 16.0, (0.0, 0.0, 4.8, 0.0), 2.0, 1300.0, under_roof=True),
        Room("hall", 8.0, (2.0, 0.0, 0.0, 0.0), 1.0, 700.0),
    ),
    Fabric(heavy=True, wall_m=0.05, roof_m=0.09, glass_u=2.0, air_changes=0.55, air_multiplier=7.0),
    BoilerPlan(minimum_power_w=5000.0, maximum_power_w=22000.0, flow_setpoint=72.0, anticycle_s=180),
    3,
)
DETACHED = Drawing(
    "detached",
    (
        Room("living", 34.0, (0.0, 5.0, 7.0, 0.0), 8.0, 2900.0, on_ground=True),
        Room("kitchen", 14.0, (4.0, 3.5, 0.0, 0.0), 2.4, 1300.0, on_ground=True),
        Room("study", 11.0, (3.5, 0.0, 0.0, 3.0), 1.8, 1250.0, on_ground=True),
        Room("bedroom", 18.0, (0.0, 4.0, 4.5, 0.0), 3.0, 1700.0, under_roof=True),
        Room("child", 12.0, (0.0, 0.0, 3.5, 3.4), 2.0, 1500.0, under_roof=True),
        Room("guest", 11.0, (3.5, 3.0, 0.0, 0.0), 1.8, 1000.0, under_roof=True),
        Room("bathroom", 7.0, (2.6, 0.0, 0.0, 2.6), 0.8, 900.0, under_roof=True),
    ),
    Fabric(heavy=False, wall_m=0.10, roof_m=0.16, glass_u=1.6, air_changes=0.5, air_multiplier=5.0),
    BoilerPlan(minimum_power_w=6500.0, maximum_power_w=24000.0, flow_setpoint=68.0, anticycle_s=180),
    4,
)
FLAT = Drawing(
    "flat",
    (
        Room("living", 26.0, (0.0, 0.0, 6.0, 0.0), 7.0, 1500.0),
        Room("kitchen", 9.0, (3.0, 0.0, 0.0, 0.0), 1.8, 600.0),
        Room("bedroom", 14.0, (3.6, 0.0, 0.0, 0.0), 2.2, 950.0),
        Room("study", 9.0, (0.0, 0.0, 2.8, 3.0), 1.8, 900.0),
        Room("bathroom", 5.0, (1.5, 0.0, 0.0, 0.0), 0.3, 500.0),
    ),
    Fabric(heavy=True, wall_m=0.05, roof_m=0.09, glass_u=2.4, air_changes=0.5, air_multiplier=7.0),
    BoilerPlan(minimum_power_w=3000.0, maximum_power_w=18000.0, flow_setpoint=70.0, anticycle_s=180),
    2,
)
CORNER = Drawing(
    "corner",
    (
        Room("living", 30.0, (0.0, 4.5, 5.0, 0.0), 7.0, 2900.0, on_ground=True),
        Room("kitchen", 12.0, (3.6, 3.4, 0.0, 0.0), 2.4, 1200.0, on_ground=True),
        Room("hall", 9.0, (2.2, 0.0, 0.0, 0.0), 1.0, 700.0, on_ground=True),
        Room("bedroom", 16.0, (0.0, 3.5, 4.5, 0.0), 3.2, 1700.0),
        Room("child", 11.0, (0.0, 3.2, 0.0, 0.0), 1.6, 1200.0, under_roof=True),
        Room("bathroom", 6.0, (2.2, 0.0, 0.0, 0.0), 0.6, 750.0, under_roof=True),
        Room("study", 14.0, (3.2, 0.0, 3.2, 0.0), 2.0, 1500.0, under_roof=True),
    ),
    Fabric(heavy=True, wall_m=0.015, roof_m=0.05, glass_u=2.8, air_changes=0.8, air_multiplier=7.0),
    BoilerPlan(minimum_power_w=6000.0, maximum_power_w=24000.0, flow_setpoint=72.0, anticycle_s=180),
    4,
)
DRAWINGS = {one.name: one for one in (TERRACE, DETACHED, FLAT, CORNER)}


def plan_of(drawing: Drawing) -> HousePlan:
    """Radiators, valves, thermometers and people of a drawing, as the simulated house knows them."""
    sketches = [
        RoomSketch(room.id, room.id.capitalize(), ((f"001a220000{n:02x}", room.radiator_w),), (f"a4c1380000{n:02x}",))
        for n, room in enumerate(drawing.rooms, start=1)
    ]
    plan = house_around(sketches, boiler=drawing.boiler)
    rooms = tuple(
        replace(
            room,
            sensors=tuple(
                SensorPlan(one.address, noise_k=0.05, lag_s=300.0, interval_s=(60, 180)) for one in room.sensors
            ),
            radiators=tuple(
                replace(one, heat_capacity_j_per_k_per_w=25.0, balance=0.8 + 0.1 * (n % 5)) for one in room.radiators
            ),
        )
        for n, room in enumerate(plan.rooms)
    )
    return replace(plan, rooms=rooms, people=drawing.people)
