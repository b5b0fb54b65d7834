"""Why a room heats or waits, in words for its owner."""

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from statistics import fmean
from typing import Literal

from house.wall_time import wall_time
from regulator.laws.burst.afterheat import coast
from regulator.laws.burst.burner import burner_of
from regulator.laws.burst.cooling_rate import fall
from regulator.laws.burst.optimum_start import TargetTemperature
from regulator.laws.burst.room import BurstRoom
from regulator.laws.interface import LawInput, Memory
from regulator.laws.remembered import section

LATE_MIN = 10.0
State = Literal["idle", "burn", "rest"]


def describe(case: BurstRoom, is_open: bool, state: State, resumes_at: datetime | None, house: LawInput) -> str:
    """`heats because 0.4 K below 20.5`, or what it waits for."""
    what, plan = _what(case, is_open, state, resumes_at, house), _plan(case.aim, house)
    return "; ".join(filter(None, (_aired(case, house), "" if case.is_held_back else what, plan)))


def _aired(case: BurstRoom, house: LawInput) -> str:
    if case.airing is None or case.has_enough:
        return ""
    aired = f"looks aired: fell {case.airing.fell:.1f} K in {case.airing.minutes:.0f} min"
    if not case.is_held_back:
        return aired
    latest = wall_time(case.airing.until, house.zone, house.now)
    return f"{aired}; heats again when it recovers, at {latest} at the latest"


def _what(case: BurstRoom, is_open: bool, state: State, resumes_at: datetime | None, house: LawInput) -> str:
    aim, below = case.aim, _below(case.aim.target, case.room.temperature)
    if case.sun_until is not None and not is_open:
        until = wall_time(case.sun_until, house.zone, house.now)
        return f"{below}; waits: the sun will warm it, or until {until}"
    if case.satisfied:
        if not is_open:
            return f"warm enough: {below}"
        return f"goes along with the burn: {below}" if state == "burn" else f"warm enough: {below}, valve left open"
    if state == "burn":
        return f"heats because {below}" if is_open else f"{below}; waits: joins when the water is hot"
    if resumes_at is not None:
        return f"{below}; waits: boiler rests until {wall_time(resumes_at, house.zone, house.now)}"
    patience = aim.target - house.numbers.burst_numbers.patience_k
    return f"{below}; waits: for other rooms, or until it is below {patience:.1f}"


def _below(target: float, temperature: float) -> str:
    short = round(target - temperature, 1)
    if short == 0:
        return f"at {target:g}"
    return f"{short:.1f} K below {target:g}" if short > 0 else f"{-short:.1f} K above {target:g}"


def _plan(aim: TargetTemperature, house: LawInput) -> str:
    if aim.coasts is not None:
        return f"coasts to {aim.coasts.setpoint:g} at {wall_time(aim.coasts.at, house.zone, house.now)}"
    if aim.prepares is None:
        return ""
    due = wall_time(aim.prepares.at, house.zone, house.now)
    plan = f"warms up for {aim.prepares.setpoint:g} at {due}"
    if aim.behind_min < LATE_MIN:
        return plan
    earliest = aim.prepares.at + timedelta(minutes=aim.behind_min)
    return f"{plan}, and will be there at {wall_time(earliest, house.zone, house.now)} at the earliest"


def why_no_call(state: State, resumes_at: datetime | None, cases: Collection[BurstRoom], house: LawInput) -> str:
    """Why the boiler is not called."""
    is_hungry = any(not case.satisfied for case in cases)
    if not is_hungry and any(case.is_held_back for case in cases):
        return "waits: what needs heat looks aired"
    if state == "burn" or not is_hungry:
        return "no room needs heat"
    if resumes_at is not None:
        return f"waits: the boiler rests until {wall_time(resumes_at, house.zone, house.now)}"
    return "waits until more rooms need heat"


def explain_room(learned: Memory) -> Iterator[str]:
    """What has been learned of a room."""
    if "coast" in learned:
        yield f"warms {coast(learned):.1f} K further after its heat has ended"
    if "fall" in learned:
        yield f"falls by {fall(learned):.1f} K an hour unheated"
    for point, way in section(learned.get("ways")).items():
        if isinstance(way, list) and len(way) == 2:
            yield f"to {point}: {way[0]} min/K, and {way[1]} more for each K over outside"


def explain_house(learned: Memory) -> Iterator[str]:
    """What has been learned of the boiler."""
    burner = burner_of(learned)
    if burner.least_open_w is not None:
        yield f"the boiler burns for long with {burner.least_open_w / 1000:g} kW of radiators open"
    if burner.burns:
        mean = fmean(burn.minutes for burn in burner.burns)
        yield f"its last burns took {mean:.0f} min, and its rests {burner.rest_part:.0%} of the usual"
