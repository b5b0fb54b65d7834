"""Rooms and walls: where heat stays and where it leaks to. Stepped once a minute, explicitly.

Each room has two masses (air with furniture; fabric). Radiators hand their heat to `radiator_j` between two steps.
Every joule that moves is counted, so that what came in always equals what went out plus what is stored.
"""

from collections.abc import Mapping

from simulation.plan import HousePlan, RoomPlan

RADIATED = 0.3  # part of a panel radiator's heat that reaches the fabric as radiation
SUN_ON_FABRIC = 0.6
GLASS_TRANSMITTANCE = 0.6


class Room:
    """The present state of one room; temperatures °C, counters in joule since the start."""

    __slots__ = (
        "air",
        "fabric",
        "gains_j",
        "gains_w",
        "heat_j",
        "lost_j",
        "open_windows",
        "plan",
        "radiator_j",
        "sun_j",
    )

    def __init__(self, plan: RoomPlan, air: float, outside: float) -> None:
        self.plan = plan
        self.air = air
        joined = plan.surface_w_per_k + plan.envelope_w_per_k
        self.fabric = (plan.surface_w_per_k * air + plan.envelope_w_per_k * outside) / joined
        self.gains_w = 0.0
        self.open_windows = 0
        self.radiator_j = 0.0
        self.heat_j = self.gains_j = self.sun_j = self.lost_j = 0.0

    @property
    def stored_j(self) -> float:
        """Heat in both masses above 0 °C; what radiators handed over since the last step is counted as stored."""
        return self.plan.air_j_per_k * self.air + self.plan.fabric_j_per_k * self.fabric + self.radiator_j

    def step(self, seconds: int, outside: float, sun_w_m2: float, from_neighbours_j: float) -> None:
        """Let `seconds` pass with this weather before the window."""
        plan = self.plan
        direct = plan.direct_w_per_k + (plan.open_window_w_per_k if self.open_windows > 0 else 0.0)
        heated, self.radiator_j = self.radiator_j, 0.0
        sun = plan.glass_m2 * GLASS_TRANSMITTANCE * sun_w_m2 * seconds
        gained = self.gains_w * seconds
        inward = plan.surface_w_per_k * (self.air - self.fabric) * seconds
        lost_by_air = direct * (self.air - outside) * seconds
        lost_by_fabric = plan.envelope_w_per_k * (self.fabric - outside) * seconds
        to_air = (1 - RADIATED) * heated + (1 - SUN_ON_FABRIC) * sun + gained + from_neighbours_j
        self.air += (to_air - inward - lost_by_air) / plan.air_j_per_k
        to_fabric = RADIATED * heated + SUN_ON_FABRIC * sun + inward
        self.fabric += (to_fabric - lost_by_fabric) / plan.fabric_j_per_k
        self.heat_j += heated
        self.gains_j += gained
        self.sun_j += sun
        self.lost_j += lost_by_air + lost_by_fabric


class Building:
    """All rooms with the walls between them; `air` is how warm each room is, by its id."""

    def __init__(self, plan: HousePlan, air: Mapping[str, float], outside: float) -> None:
        self.rooms = {room.room_id: Room(room, air[room.room_id], outside) for room in plan.rooms}
        self._walls = [(self.rooms[wall.room_a], self.rooms[wall.room_b], wall.w_per_k) for wall in plan.inner_walls]

    def step(self, seconds: int, outside: float, sun_w_m2: Mapping[float, float]) -> None:
        """Let `seconds` pass; `sun_w_m2` is the irradiance on walls by the azimuth they face."""
        passed = dict.fromkeys(self.rooms.values(), 0.0)
        for room_a, room_b, w_per_k in self._walls:
            flow = w_per_k * (room_a.air - room_b.air) * seconds
            passed[room_a] -= flow
            passed[room_b] += flow
        for room, joules in passed.items():
            room.step(seconds, outside, sun_w_m2[room.plan.glass_azimuth_deg], joules)
