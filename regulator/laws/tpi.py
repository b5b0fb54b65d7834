"""TPI: each room heats for a share of a cycle that is proportional to its errors inside and outside; learns nothing.

The cycles of all rooms begin at the same instants, so that openings overlap and the boiler gets load.
"""

from datetime import timedelta

from house.settings.laws import Tpi
from house.wall_time import wall_time
from regulator.laws.interface import Law, LawInput, LawOutput, LawRoom, RoomDemand
from regulator.laws.remembered import EPOCH, moment, number, seconds


def decide(house: LawInput) -> LawOutput:
    """Every room for itself, in step; the boiler serves whoever heats."""
    rooms = {id_: _room(room, house) for id_, room in house.rooms.items()}
    return LawOutput(rooms, call=any(room.open for room in rooms.values()))


def _room(room: LawRoom, house: LawInput) -> RoomDemand:
    numbers, now = house.numbers.tpi, house.now
    cycle = timedelta(minutes=numbers.cycle_min)
    begun = now - (now - EPOCH) % cycle
    part = number(room.memory.get("part"), 0.0, 0.0, 1.0)
    if moment(room.memory.get("begun")) != begun or room.memory.get("setpoint") != room.setpoint:
        part = opening_part(room, house.outside, numbers)
    ends_at = begun + part * cycle
    heating = now < ends_at
    share = f"{100 * part:.0f} % of {numbers.cycle_min:g} min"
    reason = f"heats {share}, until {wall_time(ends_at, house.zone, now)}" if heating else f"waits: heated {share}"
    memory = {"begun": seconds(begun), "part": part, "setpoint": room.setpoint}
    return RoomDemand(heating, round(100 * part), reason, memory)


def opening_part(room: LawRoom, outside: float | None, numbers: Tpi) -> float:
    """Part of the cycle to heat for; without an outside temperature only the error inside counts."""
    over_outside = 0.0 if outside is None else room.setpoint - outside
    part = numbers.inside_per_k * (room.setpoint - room.temperature) + numbers.outside_per_k * over_outside
    shortest = numbers.shortest_min / numbers.cycle_min
    if part < shortest:
        return 0.0
    return 1.0 if part > 1.0 - shortest else round(part, 3)


LAW = Law(decide)
