"""Why a room heats or waits, in words that need no manual."""

from datetime import UTC, datetime, timedelta

from house.settings.laws import Doses
from house.wall_time import wall_time
from regulator.laws.doses.cycle import MEGAJOULE, House
from regulator.laws.doses.room import DosedRoom
from regulator.laws.interface import LawInput


def describe(room: DosedRoom, is_open: bool, house: House, given: LawInput, numbers: Doses, enough_j: float) -> str:
    """`needs 14 radiator-minutes to stay above 20.2 until 18:40`, and what it waits for."""
    until = wall_time(given.now + timedelta(minutes=numbers.horizon_min), given.zone, given.now)
    plan = ""
    if room.prepares is not None:
        plan = f"; warms up for {room.prepares.setpoint:g} at {wall_time(room.prepares.at, given.zone, given.now)}"
    return f"{_needs(room, until)}; {_does(room, is_open, house, given, enough_j)}{plan}"


def _needs(room: DosedRoom, until: str) -> str:
    if room.dose >= 0.5:
        return f"needs {room.dose:.0f} radiator-minutes to stay above {room.aim:.1f} until {until}"
    return f"warm enough to stay above {room.aim:.1f} until {until}"


def _does(room: DosedRoom, is_open: bool, house: House, given: LawInput, enough_j: float) -> str:
    if house.memory.phase == "burn":
        if is_open:
            return "is heated" if room.dose > 0 else "goes along with the burn"
        return "not opened for so little" if room.dose >= 0.5 else "shut"
    left = "valve left open; " if is_open else ""
    return f"{left}{why_no_call(house, given, enough_j)}"


def why_no_call(house: House, given: LawInput, enough_j: float) -> str:
    """Why the boiler is not called."""
    if house.needs_j < 1e4:
        return "no room needs heat"
    rested = datetime.fromtimestamp(house.rested_at, UTC)
    if rested > given.now:
        return f"the boiler rests until {wall_time(rested, given.zone, given.now)}"
    return (
        f"the boiler starts when the house needs {enough_j / MEGAJOULE:.1f} MJ (now {house.needs_j / MEGAJOULE:.1f}), "
        "or sooner for a room that gets cold"
    )
