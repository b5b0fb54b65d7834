"""Hysteresis, the first seed's law: a room heats from `hysteresis` below its setpoint until it has reached it.

Valves are fully open or closed, and the boiler is on while any room heats.
"""

from typing import NamedTuple

from regulator.laws.interface import Kept, Law, LawInput, LawOutput, LawRoom, RoomDemand, Wire


class RoomMemory(NamedTuple):
    """Whether the room heats."""

    heating: bool = False

    def kept(self) -> Kept:
        return Kept({"heating": self.heating})

    def out_of_sight(self) -> "RoomMemory":
        return self


def read_room(passing: Wire, _learned: Wire) -> RoomMemory:
    return RoomMemory(passing.get("heating") is True)


def decide(house: LawInput) -> LawOutput:
    """Every room for itself; the boiler serves whoever heats."""
    rooms = {id_: _room(room) for id_, room in house.rooms.items()}
    return LawOutput(rooms, call=any(room.open for room in rooms.values()))


def _room(room: LawRoom) -> RoomDemand:
    short = round(room.setpoint - room.temperature, 2)
    heating = short >= room.hysteresis or (room.memory == RoomMemory(True) and short > 0)
    if heating:
        reason = f"heats because {short:.1f} K below {room.setpoint:g}"
    elif short > 0:
        reason = f"warm enough: heats again at {room.setpoint - room.hysteresis:.1f}"
    else:
        reason = f"warm enough: {abs(short):.1f} K above {room.setpoint:g}"
    return RoomDemand(heating, 100 if heating else 0, reason, RoomMemory(heating))


LAW = Law(decide, read_room)
