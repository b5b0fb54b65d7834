"""Burst, the default: the house heats in bursts, hungry rooms together, and the boiler rests in between.

Most stops of a burner are made by the water: where the open radiators take less than the burner's minimum, the water
gets too hot, and the boiler starts again and again for as long as anyone calls. Hence three phases:

    idle  a burn begins when a room is far enough below and enough radiators are hungry with it, when a room is too
          far below to wait for company, or when a room has to be warm by its next switch point;
    burn  the hungriest rooms open first, the others one by one as the water gets hot, so that the burner finds load
          at its minimum for long; satisfied rooms close, but take surplus heat within a band while little is open;
    rest  after the burner's own stop the call is withdrawn, the longer the less urgent the rooms are.

With the boiler off the valves stay where they are: that costs nothing and saves strokes.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from pydantic import JsonValue

from house.law_settings import Burst
from regulator.laws import LawHouse, LawRoom, Memory, RoomVerdict, Verdict
from regulator.laws.coast import coast, follow
from regulator.laws.flow import flow_setpoint
from regulator.laws.prepare import Aim, aim
from regulator.laws.remembered import minutes_since, moment, number, seconds
from regulator.laws.words import describe, why_no_call

State = Literal["idle", "burn", "rest"]

STATES: Mapping[str, State] = {"idle": "idle", "burn": "burn", "rest": "rest"}
WARM_UP_MIN = 15.0  # of burning until a radiator stores all the heat that makes its room coast
CONFIRM_MIN = 3.0  # after this the power of a valve that has not confirmed is not counted on
UNSEEN_BURN_MIN = 15.0  # where the boiler does not show its flame, a burn ends after this
FIRST_TOP, COOLEST_TOP, HOTTEST_TOP = 70.0, 30.0, 90.0
NEAR_TOP_K = 6.0
NEW_TOP_PART = 0.3
PREPARES_BELOW_K = 0.1
RUNNING = ("start", "ended", "fed")
"""What a room is in the midst of learning; dropped when it was out of sight."""


@dataclass(frozen=True, slots=True)
class Phase:
    """What the house is doing since when; `lit` is whether the flame was seen in this burn.

    `top` is the flow temperature at which the burner has stopped by itself, learned; `joined` when a room last joined.
    """

    state: State = "idle"
    since: datetime | None = None
    lit: bool = False
    top: float = FIRST_TOP
    joined: datetime | None = None

    def minutes(self, now: datetime) -> float:
        return minutes_since(self.since, now)


@dataclass(frozen=True, slots=True)
class Case:
    """A room at this tick: what it aims at, how far below that it is (K), and whether it is satisfied."""

    room: LawRoom
    aim: Aim
    short: float
    satisfied: bool
    closed_min: float

    @property
    def is_open(self) -> bool:
        return self.room.told_open

    @property
    def power_w(self) -> float:
        return self.room.power_w


def decide(house: LawHouse) -> Verdict:
    """Rooms, valves and burner in one decision."""
    numbers = house.numbers.burst_numbers
    before, seen = _phase(house.memory), _seen(house.memory)
    cases = {id_: _case(room, house, before, numbers, id_ in seen) for id_, room in house.rooms.items()}
    phase = _next_phase(before, cases, house, numbers)
    joining = set(_joining(phase, cases, house, numbers))
    if joining:
        phase = replace(phase, joined=house.now)
    live_w = sum(case.power_w for case in cases.values() if case.is_open and not case.satisfied)
    opened = {id_: _is_open(id_ in joining, case, phase, live_w, house, numbers) for id_, case in cases.items()}
    resumes_at = None if phase.state == "burn" else _resumes_at(phase, cases, house, numbers)
    rooms = {}
    for id_, case in cases.items():
        reason = describe(case.aim, case.room, opened[id_], case.satisfied, phase.state, resumes_at, house)
        demand = 0 if case.satisfied else min(100, max(1, round(100 * case.short)))
        rooms[id_] = RoomVerdict(opened[id_], demand, reason, _room_memory(case, opened[id_], house.now))
    waits = why_no_call(phase.state, resumes_at, any(not case.satisfied for case in cases.values()), house)
    flow = flow_setpoint(house.numbers.heating_curve, house.outside, any(map(_is_in_a_hurry, cases.values())))
    return Verdict(rooms, phase.state == "burn", _house_memory(phase, house), waits, flow)


def _is_in_a_hurry(case: Case) -> bool:
    return case.aim.prepares is not None and not case.satisfied


def _seen(memory: Memory) -> frozenset[str]:
    """The rooms that the law could see a tick ago."""
    rooms = memory.get("rooms")
    return frozenset(one for one in rooms if isinstance(one, str)) if isinstance(rooms, list) else frozenset()


def _case(room: LawRoom, house: LawHouse, phase: Phase, numbers: Burst, was_seen: bool) -> Case:
    memory = room.memory
    if not was_seen:
        memory = {key: value for key, value in memory.items() if key not in RUNNING}
    if house.ticked:
        memory = follow(memory, room.temperature, room.told_open and house.call, house)
    goal = aim(room, memory, house)
    short = round(goal.target - room.temperature, 2)
    satisfied = _is_satisfied(goal, short, phase, room, house, numbers)
    closed_min = minutes_since(moment(memory.get("closed")), house.now)
    return Case(room, goal, short, satisfied, closed_min)


def _is_satisfied(goal: Aim, short: float, phase: Phase, room: LawRoom, house: LawHouse, numbers: Burst) -> bool:
    coming = 0.0
    if phase.state == "burn" and room.told_open:
        coming = coast(goal.memory) * min(1.0, phase.minutes(house.now) / WARM_UP_MIN)
    if short <= coming - numbers.above_k or goal.ends:
        return True
    return short < numbers.join_k and goal.memory.get("satisfied") is not False


def _next_phase(before: Phase, cases: Mapping[str, Case], house: LawHouse, numbers: Burst) -> Phase:
    state = _next_state(before, cases, house, numbers)
    if state != before.state:
        top = before.top
        if state == "rest" and house.flow is not None:
            top = round(top + NEW_TOP_PART * (house.flow - top), 1)
        return Phase(state, house.now, False, top)
    burns = state == "burn" and house.call and house.ticked and house.flame is True
    return replace(before, lit=before.lit or burns)


def _next_state(phase: Phase, cases: Mapping[str, Case], house: LawHouse, numbers: Burst) -> State:
    hungry = [case for case in cases.values() if not case.satisfied]
    if phase.state == "burn":
        if not hungry and not _is_held(phase, cases, house, numbers):
            return "idle"
        return "rest" if _has_stopped(phase, house) else "burn"
    if phase.minutes(house.now) < rest_minutes(hungry, numbers):
        return phase.state
    goes_on = phase.state == "rest" and any(case.short >= numbers.join_k for case in hungry)
    return "burn" if goes_on or _is_worth_a_start(hungry, house, numbers) else "idle"


def _is_held(phase: Phase, cases: Mapping[str, Case], house: LawHouse, numbers: Burst) -> bool:
    """A burn that was short goes on for rooms that are open and not too warm yet."""
    return phase.minutes(house.now) < numbers.burn_min and any(
        case.is_open and case.short > -numbers.close_k for case in cases.values()
    )


def _has_stopped(phase: Phase, house: LawHouse) -> bool:
    """Whether the water has stopped the burner, not hot water and not the regulator."""
    if house.flame is None:
        return phase.minutes(house.now) >= UNSEEN_BURN_MIN
    return phase.lit and not house.flame and house.hot_water is not True


def _is_worth_a_start(hungry: list[Case], house: LawHouse, numbers: Burst) -> bool:
    most = max((case.short for case in hungry), default=0.0)
    enough = sum(case.power_w for case in hungry) >= numbers.start_power_part * house.minimum_power_w
    if most >= max(0.01, numbers.patience_k) or (most >= numbers.start_k and enough):
        return True
    return any(case.aim.prepares is not None and case.short > PREPARES_BELOW_K for case in hungry)


def rest_minutes(hungry: list[Case], numbers: Burst) -> float:
    """How long the boiler rests: short when a room is far below its setpoint or late for its switch point."""
    urgency = max((_urgency(case, numbers) for case in hungry), default=0.0)
    span = max(0.01, numbers.most_urgent_k - numbers.urgent_k)
    part = min(1.0, max(0.0, (urgency - numbers.urgent_k) / span))
    return numbers.rest_min + part * (min(numbers.rest_urgent_min, numbers.rest_min) - numbers.rest_min)


def _urgency(case: Case, numbers: Burst) -> float:
    """In kelvin. A room that prepares is as urgent as it is late: it need not be warm yet."""
    if case.aim.prepares is None:
        return case.short
    if case.short <= numbers.start_k:
        return 0.0
    return 0.35 + max(0.0, case.aim.behind_min) / max(1.0, numbers.behind_min)


def _resumes_at(phase: Phase, cases: Mapping[str, Case], house: LawHouse, numbers: Burst) -> datetime | None:
    """Until when the boiler rests, if it still does."""
    hungry = [case for case in cases.values() if not case.satisfied]
    left = rest_minutes(hungry, numbers) - phase.minutes(house.now)
    return house.now + timedelta(minutes=left) if left > 0 else None


def _joining(phase: Phase, cases: Mapping[str, Case], house: LawHouse, numbers: Burst) -> Iterator[str]:
    """The closed rooms that open now: enough to begin with, then the next when the water gets hot."""
    if phase.state != "burn":
        return
    waiting = sorted(
        (id_ for id_, case in cases.items() if not case.is_open and case.closed_min >= numbers.reopen_min),
        key=lambda id_: -cases[id_].short,
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
    along = [id_ for id_ in waiting if _may_go_along(cases[id_], numbers)]
    yield from (hungry or along)[:1]


def _power_for_hungry(phase: Phase, cases: Mapping[str, Case], house: LawHouse) -> float:
    believed = phase.minutes(house.now) < CONFIRM_MIN
    return sum(
        case.power_w if believed else case.room.confirmed_w
        for case in cases.values()
        if case.is_open and not case.satisfied
    )


def _has_surplus(phase: Phase, house: LawHouse, numbers: Burst) -> bool:
    """Whether the water is so hot that the burner would soon stop, and the last room has had time to take its part."""
    burns = phase.lit if house.flame is not None else phase.minutes(house.now) >= CONFIRM_MIN
    joined_min = minutes_since(phase.joined, house.now)
    return burns and _is_near_top(phase, house) and joined_min >= numbers.join_every_min


def _is_near_top(phase: Phase, house: LawHouse) -> bool:
    return house.flow is None or house.flow >= phase.top - NEAR_TOP_K


def _may_go_along(case: Case, numbers: Burst) -> bool:
    return -numbers.along_k < case.short and case.aim.coasts is None


def _is_open(joins: bool, case: Case, phase: Phase, live_w: float, house: LawHouse, numbers: Burst) -> bool:
    """Whether a room's valves should be open; `live_w` is the power that hungry rooms have open."""
    if not case.is_open or joins:
        return joins
    if phase.state != "burn":
        return case.short > -numbers.close_k
    if not case.satisfied:
        return True
    if _is_near_top(phase, house) and case.short > -numbers.along_k:
        return True
    alone = live_w < numbers.hold_power_part * house.minimum_power_w
    return alone and phase.minutes(house.now) < numbers.burn_min and case.short > -numbers.close_k


def _phase(memory: Memory) -> Phase:
    return Phase(
        STATES.get(str(memory.get("state")), "idle"),
        moment(memory.get("since")),
        memory.get("lit") is True,
        number(memory.get("top"), FIRST_TOP, COOLEST_TOP, HOTTEST_TOP),
        moment(memory.get("joined")),
    )


def _house_memory(phase: Phase, house: LawHouse) -> dict[str, JsonValue]:
    memory: dict[str, JsonValue] = {
        "state": phase.state,
        "lit": phase.lit,
        "top": phase.top,
        "rooms": [*sorted(house.rooms)],
    }
    if phase.since is not None:
        memory["since"] = seconds(phase.since)
    if phase.joined is not None:
        memory["joined"] = seconds(phase.joined)
    return memory


def _room_memory(case: Case, is_open: bool, now: datetime) -> dict[str, JsonValue]:
    memory: dict[str, JsonValue] = {**case.aim.memory, "satisfied": case.satisfied}
    if case.is_open and not is_open:
        memory["closed"] = seconds(now)
    return memory
