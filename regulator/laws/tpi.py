"""TPI: each room heats for a share of a cycle that is proportional to its errors inside and outside; learns nothing.

The cycles of all rooms begin at the same instants, so that openings overlap and the boiler gets load.
"""

from datetime import datetime, timedelta
from typing import NamedTuple

from house.settings.laws import Tpi
from house.wall_time import wall_time
from regulator.laws.interface import Kept, Law, LawInput, LawOutput, LawRoom, RoomDemand, Wire
from regulator.laws.remembered import EPOCH, NEVER, moment, number, seconds, to_the_second


class RoomMemory(NamedTuple):
    """When the room's cycle began, the part of it to heat for, and for which setpoint, °C."""

    begun: datetime | None = None
    part: float = 0.0
    setpoint: float = 0.0

    def kept(self) -> Kept:
        if self.begun is None:
            return Kept({})
        return Kept({"begun": seconds(self.begun), "part": self.part, "setpoint": self.setpoint})

    def out_of_sight(self) -> "RoomMemory":
        return self


NEW = RoomMemory()


def read_room(passing: Wire, _learned: Wire) -> RoomMemory:
    begun, setpoint = moment(passing.get("begun")), number(passing.get("setpoint"), NEVER, 0.0, 60.0)
    if begun is None or setpoint == NEVER:
        return NEW
    return RoomMemory(begun, number(passing.get("part"), 0.0, 0.0, 1.0), setpoint)


def decide(house: LawInput) -> LawOutput:
    """Every room for itself, in step; the boiler serves whoever heats."""
    rooms = {id_: _room(room, house) for id_, room in house.rooms.items()}
    return LawOutput(rooms, call=any(room.open for room in rooms.values()))


def _room(room: LawRoom, house: LawInput) -> RoomDemand:
    numbers, now = house.numbers.tpi, house.now
    cycle = timedelta(minutes=numbers.cycle_min)
    begun = to_the_second(now - (now - EPOCH) % cycle)
    before = room.memory if isinstance(room.memory, RoomMemory) else NEW
    part = before.part
    if (before.begun, before.setpoint) != (begun, room.setpoint):
        part = opening_part(room, house.outside, numbers)
    ends_at = begun + part * cycle
    heating = now < ends_at
    share = f"{100 * part:.0f} % of {numbers.cycle_min:g} min"
    reason = f"heats {share}, until {wall_time(ends_at, house.zone, now)}" if heating else f"waits: heated {share}"
    return RoomDemand(heating, round(100 * part), reason, RoomMemory(begun, part, room.setpoint))


def opening_part(room: LawRoom, outside: float | None, numbers: Tpi) -> float:
    """Part of the cycle to heat for; without an outside temperature only the error inside counts."""
    over_outside = 0.0 if outside is None else room.setpoint - outside
    part = numbers.inside_per_k * (room.setpoint - room.temperature) + numbers.outside_per_k * over_outside
    shortest = numbers.shortest_min / numbers.cycle_min
    if part < shortest:
        return 0.0
    return 1.0 if part > 1.0 - shortest else round(part, 3)


LAW = Law(decide, read_room)
