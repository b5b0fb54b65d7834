"""Why a room heats or waits, in words that need no manual."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from house.settings.laws import Doses
from house.wall_time import wall_time
from regulator.laws.doses.cycle import MEGAJOULE, House
from regulator.laws.doses.memory import UNTAUGHT, RoomMemory
from regulator.laws.doses.prediction import SOON_MIN
from regulator.laws.doses.room import DosedRoom
from regulator.laws.interface import NO_NEED, LawInput

NOTHING_J = 1e4


def horizon(given: LawInput, numbers: Doses) -> str:
    """Until when the doses last, as words: the same for every room but for those whose drop is nearer."""
    return wall_time(given.now + timedelta(minutes=numbers.horizon_min), given.zone, given.now)


def describe(room: DosedRoom, is_open: bool, house: House, given: LawInput, until: str) -> str:
    """`needs 14 radiator-minutes to stay above 20.2 until 18:40`, and what comes of it."""
    if room.drop is not None:
        until = wall_time(room.drop.at, given.zone, given.now)
    plan = ""
    if room.prepares is not None:
        plan = f"; warms up for {room.prepares.setpoint:g} at {wall_time(room.prepares.at, given.zone, given.now)}"
    if room.soon_aim is not None:
        until = wall_time(given.now + timedelta(minutes=SOON_MIN), given.zone, given.now)
    what = f"{_needs(room, until)}{_does(room, is_open, house)}{plan}"
    if room.aired is None:
        return what
    aired = f"open window suspected: fell {room.aired.fell:.1f} K in {room.aired.minutes:.0f} min"
    if not room.held_back:
        return f"{aired}; {what}"
    return (
        f"{aired}; heats again when it recovers, at {wall_time(room.aired.until, given.zone, given.now)} at the latest"
    )


def _needs(room: DosedRoom, until: str) -> str:
    least = room.aim if room.soon_aim is None else room.soon_aim
    aim, air = f"{least:.1f}", room.room.temperature
    is_there = air >= least or round(air, 1) >= round(least, 1)
    if room.dose >= 0.5:
        to_be = f"stay above {aim}" if is_there else f"reach {aim} and keep it"
        minutes = "a minute of its radiators" if room.dose < 1.5 else f"{room.dose:.0f} radiator-minutes"
        return f"needs {minutes} to {to_be} until {until}"
    if is_there:
        return f"warm enough to stay above {aim} until {until}"
    return f"needs no more heat until {until}" if room.drop else f"gets above {aim} without more heat"


def _does(room: DosedRoom, is_open: bool, house: House) -> str:
    if house.memory.phase == "burn":
        if is_open:
            return "; is heated" if room.dose > 0 else "; takes surplus heat of this burn"
        return "; not opened for so little" if room.dose >= 0.5 else "; shut"
    return "; valve left open" if is_open else ""


def why_no_call(house: House, given: LawInput) -> str:
    """Why the boiler is not called."""
    if house.needs_j < NOTHING_J:
        return "waits: an open window is suspected where heat is needed" if house.aired else NO_NEED
    rested = datetime.fromtimestamp(house.rested_at, UTC)
    if rested > given.now:
        return f"the boiler rests until {wall_time(rested, given.zone, given.now)}"
    enough, needs = house.enough_j / MEGAJOULE, house.needs_j / MEGAJOULE
    waits_for = f"the boiler starts when the house needs {enough:.1f} MJ (now {needs:.1f})"
    return f"{waits_for}, or sooner for a room that gets cold"


def explain_room(memory: RoomMemory) -> Iterator[str]:
    """What has been learned of a room."""
    lessons = memory.lessons
    if lessons.gain != UNTAUGHT.gain:
        yield f"a minute of full radiator warms it by {lessons.gain:.2f} K"
    if (lessons.comfort, lessons.setback) != (UNTAUGHT.comfort, UNTAUGHT.setback):
        yield f"is held {lessons.comfort:.1f} K below its setpoint, and {lessons.setback:.1f} K while that is lowered"
    if lessons.warmup != UNTAUGHT.warmup:
        yield f"takes {lessons.warmup:.1f} times as long to warm up as under steady heat"
    usual = round(lessons.disturbance, 1)
    if usual > 0:
        yield f"is usually warmed by {usual} K an hour by other things than its radiators"
    if usual < 0:
        yield f"usually loses {-usual} K an hour more than its walls and the outside explain"
