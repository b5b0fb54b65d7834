"""Who is open in `burst`: the hungriest rooms first, the others as the water gets hot, satisfied ones within a band.

With the boiler off the valves stay where they are: that costs nothing and saves strokes.
"""

from collections.abc import Iterator, Mapping

from house.settings.laws import Burst
from regulator.laws.burst.cycle import BurnerCycle
from regulator.laws.burst.room import BurstRoom
from regulator.laws.interface import LawInput
from regulator.laws.remembered import minutes_since

CONFIRM_MIN = 3.0  # after this the power of a valve that has not confirmed is not counted on
NEAR_TOP_K = 6.0
SOON_MIN, HOT_BELOW_TOP_K = 3.0, 2.0


def rooms_to_open(phase: BurnerCycle, cases: Mapping[str, BurstRoom], house: LawInput) -> Iterator[str]:
    """The closed rooms that open now: enough to begin with, then the next when the water gets hot."""
    numbers = house.numbers.burst_numbers
    if phase.state != "burn":
        return
    waiting = sorted(
        (id_ for id_, case in cases.items() if _may_open(case, numbers)),
        key=lambda id_: -cases[id_].need,
    )
    hungry = [id_ for id_ in waiting if not cases[id_].satisfied]
    carried = _power_for_hungry(phase, cases, house)
    first = 0
    for id_ in hungry:
        if carried >= numbers.first_power_part * house.minimum_power_w and cases[id_].short < 2 * numbers.patience_k:
            break
        carried += cases[id_].power_w
        first += 1
        yield id_
    if first or not _has_surplus(phase, house, numbers):
        return
    is_short = minutes_since(phase.lit_at or phase.since, house.now) < numbers.burn_goal_min
    along = [id_ for id_ in waiting if is_short and _may_go_along(cases[id_], numbers)]
    yield from (hungry or along)[:1]


def _may_open(case: BurstRoom, numbers: Burst) -> bool:
    return not case.is_open and case.closed_min >= numbers.reopen_min and not case.is_held_back


def _power_for_hungry(phase: BurnerCycle, cases: Mapping[str, BurstRoom], house: LawInput) -> float:
    believed = phase.minutes(house.now) < CONFIRM_MIN
    return sum(
        case.power_w if believed else case.room.confirmed_w
        for case in cases.values()
        if case.is_open and not case.satisfied
    )


def _has_surplus(phase: BurnerCycle, house: LawInput, numbers: Burst) -> bool:
    """Whether the water is so hot that the burner would soon stop, and the last room has had time to take its part."""
    burns = phase.lit_at is not None if house.flame is not None else phase.minutes(house.now) >= CONFIRM_MIN
    joined_min = minutes_since(phase.joined, house.now)
    return burns and _will_be_hot(phase, house) and joined_min >= numbers.join_every_min


def _is_near_top(phase: BurnerCycle, house: LawInput) -> bool:
    return house.flow is None or house.flow >= phase.top - NEAR_TOP_K


def _will_be_hot(phase: BurnerCycle, house: LawInput) -> bool:
    """Whether the water will be hot before a radiator that opens now can take its heat."""
    if house.flow is None:
        return True
    rises = 0.0 if phase.flow_before is None else max(0.0, house.flow - phase.flow_before)
    return house.flow + SOON_MIN * rises >= phase.top - HOT_BELOW_TOP_K


def _may_go_along(case: BurstRoom, numbers: Burst) -> bool:
    return case.short > -numbers.along_k and case.aim.coasts is None and case.airing is None


def is_open(joins: bool, case: BurstRoom, phase: BurnerCycle, live_w: float, house: LawInput) -> bool:
    """Whether a room's valves should be open; `live_w` is the power that hungry rooms have open."""
    numbers = house.numbers.burst_numbers
    if not case.is_open or joins:
        return joins
    if phase.state != "burn":
        return case.short > -numbers.close_k
    if not case.satisfied:
        return True
    if _is_near_top(phase, house) and case.short > -numbers.stay_k:
        return True
    alone = live_w < numbers.hold_power_part * house.minimum_power_w
    return alone and phase.minutes(house.now) < numbers.burn_min and case.short > -numbers.close_k
