"""How warm the water should be, where the boiler's driver can set it: as low as the neediest open room allows.

Cool water condenses and burns long; a room that needs a large dose or warms up gets hot water at once, since lower or
slowly rising flows leave just that room cold. Once the burner has gone out the water is asked to be cool, however much
a room needs: nothing lights the burner again while the pump brings the rooms what the water holds, so that it stands
cooler in boiler and pipes until the next burn, loses less there and comes back cooler.
"""

from collections.abc import Collection

from house.settings.laws import Flow
from regulator.laws.doses.cycle import heat_index
from regulator.laws.doses.memory import HouseMemory
from regulator.laws.doses.room import DosedRoom

LITTLE, MUCH = 5.0, 20.0  # doses of the neediest open room


def flow_setpoint(flow: Flow | None, rooms: Collection[DosedRoom], memory: HouseMemory) -> float | None:
    """In whole °C; None leaves it to the boiler's own dial."""
    if flow is None:
        return None
    if memory.phase == "burn" and memory.out_at:
        return round(flow.coolest)
    most = max((room.dose for room in rooms if room.is_open), default=0.0)
    warming = [room for room in rooms if room.prepares is not None]
    part = max((most - LITTLE) / (MUCH - LITTLE), heat_index(warming) if warming else 0.0)
    return round(flow.coolest + min(1.0, max(0.0, part)) * (flow.warmest - flow.coolest))
