"""Hysteresis, the first seed's law: a room heats from `hysteresis` below its setpoint until it has reached it.

Valves are fully open or closed, and the boiler is on while any room heats.
"""

from regulator.laws.interface import Law, LawInput, LawOutput, LawRoom, RoomDemand


def decide(house: LawInput) -> LawOutput:
    """Every room for itself; the boiler serves whoever heats."""
    rooms = {id_: _room(room) for id_, room in house.rooms.items()}
    return LawOutput(rooms, call=any(room.open for room in rooms.values()))


def _room(room: LawRoom) -> RoomDemand:
    short = round(room.setpoint - room.temperature, 2)
    heating = short >= room.hysteresis or (room.memory.get("heating") is True and short > 0)
    if heating:
        reason = f"heats because {short:.1f} K below {room.setpoint:g}"
    elif short > 0:
        reason = f"warm enough: heats again at {room.setpoint - room.hysteresis:.1f}"
    else:
        reason = f"warm enough: {abs(short):.1f} K above {room.setpoint:g}"
    return RoomDemand(heating, 100 if heating else 0, reason, {"heating": heating})


LAW = Law(decide)
