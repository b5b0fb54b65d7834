"""One room at one tick, as `burst` sees it: what it aims at, how far below that it is, and whether it has had enough."""

from dataclasses import dataclass, replace
from datetime import datetime

from pydantic import JsonValue

from house.law_settings import Burst
from regulator.laws import LawHouse, LawRoom
from regulator.laws.coast import coast, follow
from regulator.laws.prepare import Aim, aim
from regulator.laws.remembered import minutes_since, moment, seconds

WARM_UP_MIN = 15.0  # of burning until a radiator stores all the heat that makes its room coast
RUNNING = ("start", "ended", "fed")
"""What a room is in the midst of learning; dropped when it was out of sight."""


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

    @property
    def is_in_a_hurry(self) -> bool:
        return self.aim.prepares is not None and not self.satisfied


def case_of(room: LawRoom, house: LawHouse, burned_min: float | None, was_seen: bool) -> Case:
    """The room now; `burned_min` is how long the burn under way has lasted, None where there is none."""
    memory = room.memory
    if not was_seen:
        memory = {key: value for key, value in memory.items() if key not in RUNNING}
    if house.ticked:
        memory = follow(memory, room.temperature, room.told_open and house.call, house)
    goal = aim(replace(room, memory=memory), house)
    short = round(goal.target - room.temperature, 2)
    opened_min = minutes_since(moment(memory.get("opened")), house.now)
    fed_min = min(burned_min, opened_min) if burned_min is not None and room.told_open else None
    satisfied = _is_satisfied(goal, short, fed_min, house.numbers.burst_numbers)
    return Case(room, goal, short, satisfied, minutes_since(moment(memory.get("closed")), house.now))


def _is_satisfied(goal: Aim, short: float, fed_min: float | None, numbers: Burst) -> bool:
    coming = 0.0 if fed_min is None else coast(goal.memory) * min(1.0, fed_min / WARM_UP_MIN)
    if short <= coming - numbers.above_k or goal.ends:
        return True
    return short < numbers.join_k and goal.memory.get("satisfied") is not False


def memory_of(case: Case, is_open: bool, now: datetime) -> dict[str, JsonValue]:
    """What to remember of a room that will be open or not."""
    memory: dict[str, JsonValue] = {**case.aim.memory, "satisfied": case.satisfied}
    if case.is_open is not is_open:
        memory["opened" if is_open else "closed"] = seconds(now)
    return memory
