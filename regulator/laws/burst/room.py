"""One room at one tick, as `burst` sees it: what it aims at, how far below it is, and whether it has had enough."""

from datetime import datetime
from typing import NamedTuple

from pydantic import JsonValue

from house.settings.laws import Burst
from regulator.laws.burst.afterheat import coming, follow
from regulator.laws.burst.cooling_rate import FIRST_K_PER_H, fall, watch
from regulator.laws.burst.open_window import SuspectedWindow, airing, is_disturbed
from regulator.laws.burst.open_window import watch as watch_air
from regulator.laws.burst.optimum_start import TargetTemperature, aim, unlearned
from regulator.laws.burst.solar_gain import wait
from regulator.laws.interface import LawInput, LawRoom, Memory
from regulator.laws.remembered import minutes_since, moment, seconds

LAG_H = 0.25  # of thermometer, valve and radiator
WATCHED = ("ended", "fed", "peak")
"""What a room is in the midst of that would teach how it coasts and falls."""


class BurstRoom(NamedTuple):
    """A room at this tick: what it aims at, how far below that it is (K), and whether it has had enough.

    `need` is how far below it will be when heat can arrive.
    `sun_until` is how long it waits for the sun at most, where it does; `airing` is there while it looks aired.
    """

    room: LawRoom
    aim: TargetTemperature
    memory: dict[str, JsonValue]
    short: float
    need: float
    has_enough: bool
    closed_min: float
    is_fed: bool
    sun_until: datetime | None = None
    airing: SuspectedWindow | None = None

    @property
    def satisfied(self) -> bool:
        return self.has_enough or self.sun_until is not None or self.is_held_back

    @property
    def is_held_back(self) -> bool:
        """Whether the room gets no heat because it looks aired.

        What it gets already is not taken away, and one that warms up for its switch point has no time to wait.
        """
        waits = not self.is_fed and not self.has_enough and self.aim.prepares is None
        return self.airing is not None and waits

    @property
    def is_open(self) -> bool:
        return self.room.told_open

    @property
    def power_w(self) -> float:
        return self.room.power_w

    @property
    def is_in_a_hurry(self) -> bool:
        return self.aim.prepares is not None and not self.satisfied


def case_of(room: LawRoom, house: LawInput) -> BurstRoom:
    """The room now."""
    memory = room.memory
    fed = room.told_open and house.call
    if house.ticked:
        memory = _watched(room, memory, fed, house)
    aired = airing(room, memory, house)
    if is_disturbed(memory, house.now):
        memory = unlearned(memory)
    goal = aim(room, memory, house)
    short = round(goal.target - room.temperature, 2)
    held = coming(goal.memory, house.now)
    need = short if fed or held else short + (fall(goal.memory) - FIRST_K_PER_H) * LAG_H
    expected = need - held
    has_enough = goal.ends or _is_satisfied(expected, goal.memory, house.numbers.burst_numbers)
    until, memory = None, goal.memory
    if not has_enough and not room.told_open and goal.prepares is None and aired is None:
        until, memory = wait(room, goal.target, memory, house)
    closed_min = minutes_since(moment(memory.get("closed")), house.now)
    return BurstRoom(room, goal, memory, short, need, has_enough, closed_min, fed, until, aired)


def _watched(room: LawRoom, memory: Memory, fed: bool, house: LawInput) -> Memory:
    """The memory of a room watched for one more tick; while it looks aired it teaches nothing."""
    memory = watch_air(room, memory, house)
    if is_disturbed(memory, house.now):
        return {key: value for key, value in memory.items() if key not in WATCHED}
    return follow(watch(memory, room.temperature, fed, house), room.temperature, fed, house)


def _is_satisfied(short: float, memory: Memory, numbers: Burst) -> bool:
    """Whether a room has had enough; `short` is how far below its aim it will be once its radiators are cold."""
    return short <= -numbers.above_k or (short < numbers.join_k and memory.get("satisfied") is not False)


def memory_of(case: BurstRoom, is_open: bool, now: datetime) -> dict[str, JsonValue]:
    """What to remember of a room that will be open or not."""
    memory: dict[str, JsonValue] = {**case.memory, "satisfied": case.has_enough}
    if case.is_open and not is_open:
        memory["closed"] = seconds(now)
    return memory
