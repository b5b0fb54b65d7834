"""The house machine of `burst`: idle, burn or rest, and what leads from one to the next.

idle  nobody is heated, until a room is far enough below and enough radiators are hungry with it, is too far below
      to wait for company, or has to be warm by its next switch point;
burn  until nobody is hungry, or until the water has stopped the burner;
rest  after the burner's own stop the call is withdrawn, the longer the less urgent the rooms are.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal

from pydantic import JsonValue

from house.settings.laws import Burst
from regulator.laws.burst import burner
from regulator.laws.burst.burner import Burn
from regulator.laws.burst.room import BurstRoom
from regulator.laws.interface import LawInput, Memory
from regulator.laws.remembered import minutes_since, moment, number, seconds

State = Literal["idle", "burn", "rest"]

STATES: Mapping[str, State] = {"idle": "idle", "burn": "burn", "rest": "rest"}
UNSEEN_BURN_MIN = 15.0  # where the boiler does not show its flame, a burn ends after this
FIRST_TOP, COOLEST_TOP, HOTTEST_TOP = 70.0, 30.0, 90.0
NEW_TOP_PART = 0.3
PREPARES_BELOW_K = 0.1
PART_OF_HOUSE = 0.6  # of all radiators: more are seldom hungry at once


@dataclass(frozen=True, slots=True)
class BurnerCycle:
    """What the house is doing since when; `lit_at` is when the flame was first seen in this burn.

    `open_w` is the mean power of the open radiators since then; with `drawn` hot water or a window has taken a part of
    the burn.
    `top` is the flow temperature at which the burner has stopped by itself, learned; `joined` when a room last joined;
    `taught` what the burner's burns have taught, as remembered: that is read only when it is needed.
    """

    state: State = "idle"
    since: datetime | None = None
    lit_at: datetime | None = None
    open_w: float = 0.0
    drawn: bool = False
    top: float = FIRST_TOP
    joined: datetime | None = None
    flow_before: float | None = None
    taught: Memory = field(default_factory=dict)

    def minutes(self, now: datetime) -> float:
        return minutes_since(self.since, now)


def next_phase(before: BurnerCycle, cases: Mapping[str, BurstRoom], house: LawInput) -> BurnerCycle:
    """The phase at this tick."""
    state = _next_state(before, cases, house)
    if state == before.state:
        return _burning(before, cases, house) if house.ticked and state == "burn" else before
    top = before.top
    if state == "rest" and house.flow is not None:
        top = round(top + NEW_TOP_PART * (house.flow - top), 1)
    return BurnerCycle(state, house.now, top=top, flow_before=before.flow_before, taught=_taught(before, state, house))


def _burning(phase: BurnerCycle, cases: Mapping[str, BurstRoom], house: LawInput) -> BurnerCycle:
    """A burn that has gone on for one more tick."""
    if house.flame is not True or not house.call:
        return phase
    lit_at = phase.lit_at or house.now
    ticks = max(1.0, minutes_since(lit_at, house.now, 0.0) + 1)
    confirmed_w = sum(case.room.confirmed_w for case in cases.values())
    open_w = round(phase.open_w + (confirmed_w - phase.open_w) / ticks)
    aired = any(case.airing is not None and case.room.confirmed_w for case in cases.values())
    return replace(phase, lit_at=lit_at, open_w=open_w, drawn=phase.drawn or aired or house.hot_water is True)


def _taught(ended: BurnerCycle, state: State, house: LawInput) -> Memory:
    """What is known of the burner after this phase; a burn that hot water or a window had a part in teaches nothing."""
    if ended.state != "burn" or ended.drawn or house.hot_water is True:
        return ended.taught
    burn = Burn(ended.open_w, minutes_since(ended.lit_at, house.now, 0.0))
    goal_min = house.numbers.burst_numbers.burn_goal_min
    return burner.memory_of(burner.burner_of(ended.taught).after(burn, state == "rest", goal_min))


def _next_state(phase: BurnerCycle, cases: Mapping[str, BurstRoom], house: LawInput) -> State:
    hungry, numbers = hungry_among(cases), house.numbers.burst_numbers
    if phase.state == "burn":
        if not hungry and not _is_held(phase, cases, house, numbers):
            return "idle"
        return "rest" if _has_stopped(phase, house) else "burn"
    if phase.minutes(house.now) < rest_minutes(phase, hungry, numbers):
        return phase.state
    goes_on = phase.state == "rest" and any(case.need >= numbers.join_k for case in hungry)
    return "burn" if goes_on or _is_worth_a_start(phase, hungry, house, numbers) else "idle"


def hungry_among(cases: Mapping[str, BurstRoom]) -> list[BurstRoom]:
    return [case for case in cases.values() if not case.satisfied]


def _is_held(phase: BurnerCycle, cases: Mapping[str, BurstRoom], house: LawInput, numbers: Burst) -> bool:
    """A burn that was short goes on for rooms that are open and not too warm yet."""
    return phase.minutes(house.now) < numbers.burn_min and any(
        case.is_open and case.short > -numbers.close_k for case in cases.values()
    )


def _has_stopped(phase: BurnerCycle, house: LawInput) -> bool:
    """Whether the water has stopped the burner, not hot water and not the regulator."""
    if house.flame is None:
        return phase.minutes(house.now) >= UNSEEN_BURN_MIN
    return phase.lit_at is not None and not house.flame and house.hot_water is not True


def _is_worth_a_start(phase: BurnerCycle, hungry: list[BurstRoom], house: LawInput, numbers: Burst) -> bool:
    most = max((case.need for case in hungry), default=0.0)
    if most >= max(0.01, numbers.patience_k):
        return True
    if most >= numbers.start_k and sum(case.power_w for case in hungry) >= start_power(phase, house):
        return True
    return any(case.aim.prepares is not None and case.short > PREPARES_BELOW_K for case in hungry)


def start_power(phase: BurnerCycle, house: LawInput) -> float:
    """So much hungry radiator, W, makes a burn worth its start: what was learned, but not more than rooms can have."""
    usual = house.numbers.burst_numbers.start_power_part * house.minimum_power_w
    learned = burner.burner_of(phase.taught).least_open_w
    there = PART_OF_HOUSE * sum(room.power_w for room in house.rooms.values())
    return usual if learned is None else min(learned, max(usual, there))


def rest_minutes(phase: BurnerCycle, hungry: list[BurstRoom], numbers: Burst) -> float:
    """How long the boiler rests: short when a room is far below its setpoint or late for its switch point."""
    urgency = max((_urgency(case, numbers) for case in hungry), default=0.0)
    span = max(0.01, numbers.most_urgent_k - numbers.urgent_k)
    part = min(1.0, max(0.0, (urgency - numbers.urgent_k) / span))
    calm, urgent = numbers.rest_min, min(numbers.rest_urgent_min, numbers.rest_min)
    return burner.rest_part(phase.taught) * (calm + part * (urgent - calm))


def _urgency(case: BurstRoom, numbers: Burst) -> float:
    """In kelvin. A room that prepares is as urgent as it is late: it need not be warm yet."""
    if case.aim.prepares is None:
        return case.need
    if case.short <= numbers.start_k:
        return 0.0
    return 0.35 + max(0.0, case.aim.behind_min) / max(1.0, numbers.behind_min)


def resumes_at(phase: BurnerCycle, cases: Mapping[str, BurstRoom], house: LawInput) -> datetime | None:
    """Until when the boiler rests, if it does."""
    if phase.state == "burn":
        return None
    left = rest_minutes(phase, hungry_among(cases), house.numbers.burst_numbers) - phase.minutes(house.now)
    return house.now + timedelta(minutes=left) if left > 0 else None


def phase_of(memory: Memory) -> BurnerCycle:
    """The phase that was remembered; what cannot be read counts as never heard of."""
    return BurnerCycle(
        STATES.get(str(memory.get("state")), "idle"),
        moment(memory.get("since")),
        moment(memory.get("lit")),
        number(memory.get("open_w"), 0.0, 0.0, 1e6),
        memory.get("drawn") is True,
        number(memory.get("top"), FIRST_TOP, COOLEST_TOP, HOTTEST_TOP),
        moment(memory.get("joined")),
        flow if (flow := number(memory.get("flow"), -1.0, -1.0, 130.0)) >= 0 else None,
        {key: memory[key] for key in ("burns", "rest") if key in memory},
    )


def memory_of(phase: BurnerCycle, house: LawInput) -> dict[str, JsonValue]:
    """What to remember of the house."""
    memory: dict[str, JsonValue] = {"state": phase.state, "top": phase.top}
    instants = {"since": phase.since, "lit": phase.lit_at, "joined": phase.joined}
    memory |= {key: seconds(at) for key, at in instants.items() if at is not None}
    if phase.lit_at is not None:
        memory["open_w"] = phase.open_w
        if phase.drawn:
            memory["drawn"] = True
    flow = house.flow if house.ticked else phase.flow_before
    if phase.state == "burn" and flow is not None:
        memory["flow"] = flow
    return memory | dict(phase.taught)
