"""How much of a room's heat flows by the commands that stand: the part of its radiators that is open, if called."""

from house import topics
from regulator.snapshot import Snapshot


def heat_of(snapshot: Snapshot, room: str) -> float:
    """How much of a room's full heat flows by the commands that stand, 0 to 1."""
    boiler = snapshot.last(topics.BOILER_SET)
    if boiler is None or not boiler.call:
        return 0.0
    radiators = snapshot.wiring.rooms[room].radiators
    flowing = sum(one.power_w * _opening(snapshot, one.valve) for one in radiators)
    return flowing / sum(one.power_w for one in radiators)


def _opening(snapshot: Snapshot, valve: str | None) -> float:
    if valve is None:
        return 1.0  # nothing shuts it
    told, said = snapshot.last(topics.VALVE_SET, valve), snapshot.last(topics.VALVE_STATUS, valve)
    if told is not None and told.opening is not None:
        return told.opening / 100
    return said.opening / 100 if said is not None and said.opening is not None else 0.0
