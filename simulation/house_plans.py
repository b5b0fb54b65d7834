"""Plans of houses: one that matches radiators somebody has, the try-out house, and varied ones for benchmarks.

Everything about a room follows from its heat loss at the design weather (-10 °C outside, 20 °C inside): from it come
floor area, glass, fabric and couplings, with the ratios of a Dutch terrace house.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from simulation.plan import (
    BoilerPlan,
    HousePlan,
    InnerWall,
    RadiatorPlan,
    RoomKind,
    RoomPlan,
    SensorPlan,
)

DESIGN_DIFFERENCE_K = 30.0
REHEAT = 1.2  # installers' margin to warm a room up again
OVERSIZE = 1.45  # usual radiator power over design loss, reheat included
AIR_J_PER_K_M2 = 30_000.0  # air, furniture and the surface of what is plastered
SURFACE_W_PER_K_M2 = 8.0
INNER_WALL_PART = 0.16  # of the surface conductance of the smaller room: a plastered wall and a door mostly shut
DIRECT_PART = 0.5  # of the loss goes by glass and air, the rest through the fabric
GLASS_PER_FLOOR = 0.14
OPEN_WINDOW_W_PER_K_M2 = 5.0
USUAL_LOSS_W_PER_K_M2 = 1.7
FACADES_DEG = (170.0, 350.0)

# Fabric that takes part in a day's warming and cooling, J/K per m² of floor (classes of ISO 13790).
FABRIC_J_PER_K_M2 = {"light": 110_000.0, "medium": 165_000.0, "heavy": 260_000.0}

WORDS_OF_KIND = {
    RoomKind.LIVING: ("living", "lounge", "woon", "sitting", "dining"),
    RoomKind.KITCHEN: ("kitchen", "keuken"),
    RoomKind.BATHROOM: ("bath", "bad", "shower"),
    RoomKind.STUDY: ("study", "office", "work", "werk"),
    RoomKind.HALL: ("hall", "landing", "gang", "entrance"),
}


@dataclass(frozen=True, slots=True)
class RoomSketch:
    """What settings say of a room: its id, its name, radiators as (valve or None, nominal W), sensors and contacts."""

    room_id: str
    name: str
    radiators: tuple[tuple[str | None, float], ...]
    sensors: tuple[str, ...]
    window_contacts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RoomShape:
    """What decides how a room behaves: floor, tightness, heaviness, facade."""

    floor_m2: float
    loss_w_per_k: float
    weight: str = "medium"
    azimuth_deg: float = FACADES_DEG[0]
    glass_m2: float | None = None


SIX_ROOMS = (
    RoomSketch("living", "Living room", (("001a22000001", 2400.0),), ("a4c138000001",), ("a4c138000011",)),
    RoomSketch("kitchen", "Kitchen", (("001a22000002", 1300.0),), ("a4c138000002",)),
    RoomSketch("bedroom", "Bedroom", (("001a22000003", 1300.0),), ("a4c138000003",)),
    RoomSketch("child", "Child's room", (("001a22000004", 1000.0),), ("a4c138000004",)),
    RoomSketch("study", "Study", (("001a22000005", 900.0),), ("a4c138000005",)),
    RoomSketch("bathroom", "Bathroom", (("001a22000006", 800.0),), ("a4c138000006",)),
)


def kind_of(room_id: str) -> RoomKind:
    """The kind a room's id suggests; a bedroom when it suggests nothing."""
    kinds = (kind for kind, words in WORDS_OF_KIND.items() if any(word in room_id for word in words))
    return next(kinds, RoomKind.BEDROOM)


def house_around(
    sketches: Sequence[RoomSketch],
    *,
    boiler: BoilerPlan | None = None,
    timezone: str = "Europe/Amsterdam",
    latitude: float = 52.1,
    longitude: float = 5.1,
) -> HousePlan:
    """A terrace house whose rooms fit the radiators that the sketches name; radiators are usual for their rooms."""
    rooms = []
    for number, sketch in enumerate(sketches):
        loss = max(5.0, sum(power for _, power in sketch.radiators) / OVERSIZE / REHEAT / DESIGN_DIFFERENCE_K)
        shape = RoomShape(loss / USUAL_LOSS_W_PER_K_M2, loss, azimuth_deg=FACADES_DEG[number % 2])
        radiators = tuple(
            RadiatorPlan(valve or f"{sketch.room_id}_{number}", power, has_valve=valve is not None)
            for number, (valve, power) in enumerate(sketch.radiators)
        )
        sensors = tuple(SensorPlan(address) for address in sketch.sensors)
        rooms.append(_build_room(sketch, shape, radiators, sensors))
    return HousePlan(
        tuple(rooms),
        _inner_walls(rooms),
        boiler or BoilerPlan(),
        timezone=timezone,
        latitude=latitude,
        longitude=longitude,
    )


def six_room_house() -> HousePlan:
    """The try-out house: six rooms that plain hysteresis keeps warm at -5 to 5 °C outside."""
    return house_around(SIX_ROOMS)


# Rooms of the varied houses in the order in which they are added: id, floor m² from and to.
VARIED_ROOMS = (
    ("living", 24.0, 38.0),
    ("kitchen", 9.0, 15.0),
    ("bathroom", 5.0, 9.0),
    ("bedroom", 12.0, 18.0),
    ("child", 8.0, 13.0),
    ("study", 7.0, 12.0),
    ("hall", 6.0, 10.0),
    ("attic", 14.0, 24.0),
    ("guest", 9.0, 14.0),
    ("dining", 12.0, 20.0),
)


def varied_house(seed: int, rooms: int = 7, *, boiler_size: float = 1.0) -> HousePlan:
    """A house drawn by seed: heavy or light, tight or leaky, radiators of 0.9 to 1.8 times the design loss.

    `boiler_size` scales the burner's minimum and maximum. Raises ValueError for more rooms than there are names.
    """
    if not 1 <= rooms <= len(VARIED_ROOMS):
        raise ValueError(f"a varied house has 1 to {len(VARIED_ROOMS)} rooms, not {rooms}")
    house = Random(f"plan/{seed}")
    tightness = house.uniform(1.3, 2.5)
    weight = house.choice(tuple(FABRIC_J_PER_K_M2))
    boiler = BoilerPlan(
        minimum_power_w=round(house.uniform(5000, 7000) * boiler_size),
        maximum_power_w=round(house.uniform(18000, 24000) * boiler_size),
        flow_setpoint=round(house.uniform(65, 75)),
    )
    facade = house.uniform(0, 360)
    plans = [_varied_room(seed, number, tightness, weight, facade) for number in range(rooms)]
    return HousePlan(tuple(plans), _inner_walls(plans), boiler, people=house.randint(1, 4))


def _varied_room(seed: int, number: int, tightness: float, weight: str, facade: float) -> RoomPlan:
    room_id, smallest, largest = VARIED_ROOMS[number]
    random = Random(f"plan/{seed}/{room_id}")
    floor = random.uniform(smallest, largest)
    loss = floor * tightness * random.uniform(0.8, 1.25)
    weight = random.choice((weight, weight, *FABRIC_J_PER_K_M2))
    azimuth = (facade + 180 * (number % 2)) % 360
    shape = RoomShape(floor, loss, weight, azimuth, floor * random.uniform(0.08, 0.22))
    power = round(random.uniform(0.9, 1.8) * loss * DESIGN_DIFFERENCE_K * REHEAT, -1)
    radiator = RadiatorPlan(
        f"001a220000{number + 1:02x}", power, random.uniform(1.25, 1.35), balance=random.uniform(0.7, 1.3)
    )
    interval = (60, random.choice((180, 300, 600)))
    sensor = SensorPlan(f"a4c1380000{number + 1:02x}", random.uniform(0.02, 0.12), random.uniform(60, 900), interval)
    return _build_room(RoomSketch(room_id, room_id.capitalize(), (), ()), shape, (radiator,), (sensor,))


def _build_room(
    sketch: RoomSketch, shape: RoomShape, radiators: tuple[RadiatorPlan, ...], sensors: tuple[SensorPlan, ...]
) -> RoomPlan:
    surface = SURFACE_W_PER_K_M2 * shape.floor_m2
    through_fabric = (1 - DIRECT_PART) * shape.loss_w_per_k
    glass = GLASS_PER_FLOOR * shape.floor_m2 if shape.glass_m2 is None else shape.glass_m2
    return RoomPlan(
        sketch.room_id,
        sketch.name,
        kind_of(sketch.room_id),
        air_j_per_k=AIR_J_PER_K_M2 * shape.floor_m2,
        fabric_j_per_k=FABRIC_J_PER_K_M2[shape.weight] * shape.floor_m2,
        direct_w_per_k=DIRECT_PART * shape.loss_w_per_k,
        surface_w_per_k=surface,
        envelope_w_per_k=surface * through_fabric / (surface - through_fabric),
        glass_m2=glass,
        glass_azimuth_deg=shape.azimuth_deg,
        open_window_w_per_k=OPEN_WINDOW_W_PER_K_M2 * shape.floor_m2,
        radiators=radiators,
        sensors=sensors,
        window_contacts=sketch.window_contacts,
    )


def _inner_walls(rooms: Sequence[RoomPlan]) -> tuple[InnerWall, ...]:
    """Each room touches the next and the first; a wall conducts by the smaller of its two rooms."""
    pairs = [(room, rooms[number + 1]) for number, room in enumerate(rooms[:-1])]
    pairs += [(rooms[0], room) for room in rooms[2:]]
    return tuple(
        InnerWall(a.room_id, b.room_id, INNER_WALL_PART * min(a.surface_w_per_k, b.surface_w_per_k)) for a, b in pairs
    )
