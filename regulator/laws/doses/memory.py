"""What the law remembers of a room and of the house, and how that is kept on retained topics and read from them.

Everything is bounded: what cannot be read counts as never learned. What is learned (`gain`, `hold`, `way`) stands on a
topic of its own that seldom changes, so small lessons are saved up in `due` until they are worth telling.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Literal, NamedTuple

from pydantic import JsonValue

from regulator.laws.doses.observer import FIRST_GAIN, LEAST_GAIN, MOST_GAIN, Belief
from regulator.laws.doses.radiator import Cells
from regulator.laws.interface import Kept, Wire
from regulator.laws.open_window import Level, read_level
from regulator.laws.remembered import number, section

FIRST_HOLD, LEAST_HOLD, MOST_HOLD = 0.3, 0.05, 1.2
FIRST_WARMUP, LEAST_WARMUP, MOST_WARMUP = 1.7, 0.5, 4.0
LATEST_S = 4_102_444_800
COLDEST, HOTTEST = -40.0, 110.0
NUMBERS = {float, int}
LESSON = {"gain": 0.005, "comfort": 0.02, "setback": 0.02, "warmup": 0.03}
LEAST_LESSON = min(LESSON.values())
BOUNDS = {
    "gain": (FIRST_GAIN, LEAST_GAIN, MOST_GAIN),
    "comfort": (FIRST_HOLD, LEAST_HOLD, MOST_HOLD),
    "setback": (FIRST_HOLD, LEAST_HOLD, MOST_HOLD),
    "warmup": (FIRST_WARMUP, LEAST_WARMUP, MOST_WARMUP),
}
Phase = Literal["idle", "burn"]


class Lessons(NamedTuple):
    """What is learned of a room: K per nominal minute, how far below its setpoint it is held by day and in setback
    (K), and how well it warms up compared with what was expected.
    """

    gain: float = FIRST_GAIN
    comfort: float = FIRST_HOLD
    setback: float = FIRST_HOLD
    warmup: float = FIRST_WARMUP


NOTHING, UNTAUGHT = Lessons(0.0, 0.0, 0.0, 0.0), Lessons()


class RoomMemory(NamedTuple):
    """What is remembered of a room; `belief` is None for one that was never heard of. `prepares` for the setpoint in
    `due_at`, seconds since 1970.
    """

    belief: Belief | None = None
    lessons: Lessons = UNTAUGHT
    due: Lessons = NOTHING
    prepares: bool = False
    due_at: int = 0
    due_setpoint: float = 0.0
    begun_at: int = 0
    alone_min: float = 0.0
    air: Level | None = None
    """How the open window is watched for (`open_window`)."""

    def kept(self) -> Kept:
        return Kept(_passing(self), _learned(self.lessons))

    def out_of_sight(self) -> "RoomMemory":
        return RoomMemory(lessons=self.lessons, due=self.due)


class HouseMemory(NamedTuple):
    """Idle or burning since when, whether the flame was seen in this burn, when the pump last ran, and when the flame
    first went out in this burn (0: it has not); seconds.
    """

    phase: Phase = "idle"
    since: int = 0
    lit: bool = False
    pumped_at: int = 0
    out_at: int = 0

    def kept(self) -> Kept:
        kept: dict[str, JsonValue] = {"phase": self.phase, "since": self.since, "lit": self.lit}
        kept |= {"pumped_at": self.pumped_at} | ({"out_at": self.out_at} if self.out_at else {})
        return Kept(kept)

    def out_of_sight(self) -> "HouseMemory":
        return self


def read_room(passing: Wire, learned: Wire) -> RoomMemory:
    """What was remembered of a room; once all of it stood on one topic."""
    get, lesson = passing.get, {**passing, **learned}
    lessons = Lessons(*(number(lesson.get(name), *bounds) for name, bounds in BOUNDS.items()))
    prepares, air, due_at = get("prepares") is True, read_level(section(get("air"))), _seconds(get("due_at"))
    begun_at = _seconds(get("begun_at"))
    if not due_at:
        return RoomMemory(_belief(get("belief")), lessons, _due(get("due")), prepares, air=air)
    return RoomMemory(
        _belief(get("belief")),
        lessons,
        _due(get("due")),
        prepares,
        due_at=due_at,
        due_setpoint=number(get("due_setpoint"), 0.0, 0.0, 40.0),
        begun_at=begun_at,
        alone_min=number(get("alone_min"), 0.0, 0.0, 1000.0) if begun_at else 0.0,
        air=air,
    )


def _seconds(value: JsonValue) -> int:
    return int(number(value, 0, 0, LATEST_S))


def _due(values: JsonValue) -> Lessons:
    """Lessons that wait to be told; nothing where they cannot be read."""
    if not isinstance(values, list) or len(values) != len(BOUNDS) or not NUMBERS.issuperset(map(type, values)):
        return NOTHING
    waiting: Any = values
    return Lessons(*waiting) if max(waiting) <= 1.0 and min(waiting) >= -1.0 else NOTHING


def _belief(values: JsonValue) -> Belief | None:
    if not isinstance(values, list) or len(values) != 9 or not NUMBERS.issuperset(map(type, values)):
        return None
    numbers: Any = values
    air, walls, thermometer, disturbance, near, far, given, usual, read_at = numbers
    if not (min(air, walls, thermometer, near, far) >= COLDEST and max(air, walls, thermometer, near, far) <= HOTTEST):
        return None
    if not (abs(disturbance) <= 1.0 and max(abs(given), abs(usual)) <= 3.0 and 0 <= read_at <= LATEST_S):
        return None
    return Belief(air, walls, thermometer, disturbance, Cells(near, far), given, usual, int(read_at))


def settled(memory: RoomMemory) -> RoomMemory:
    """With every lesson that has become worth telling in what is learned."""
    due = memory.due
    if max(due) < LEAST_LESSON and min(due) > -LEAST_LESSON:
        return memory
    lessons = dict(memory.lessons._asdict())
    for name, waiting in due._asdict().items():
        if abs(waiting) >= LESSON[name]:
            _, low, high = BOUNDS[name]
            lessons[name] = round(min(high, max(low, lessons[name] + waiting)), 4)
            due = due._replace(**{name: 0.0})
    return memory if due is memory.due else memory._replace(lessons=Lessons(**lessons), due=due)


def rounded(belief: Belief) -> Belief:
    """As it is remembered, so that a regulator that starts anew goes on as one that never stopped."""
    return Belief(
        round(belief.air, 3),
        round(belief.walls, 3),
        round(belief.thermometer, 3),
        round(belief.disturbance, 5),
        Cells(round(belief.cells.near, 2), round(belief.cells.far, 2)),
        round(belief.given, 4),
        round(belief.usually_given, 4),
        belief.read_at,
    )


def as_read(memory: RoomMemory) -> RoomMemory:
    """The memory as it comes back from its topics."""
    due, alone_min = _as_read(memory.due), memory.alone_min if memory.begun_at else 0.0
    due_setpoint = memory.due_setpoint if memory.due_at else 0.0
    is_so_already = due is memory.due and (alone_min, due_setpoint) == (memory.alone_min, memory.due_setpoint)
    return memory if is_so_already else memory._replace(due=due, alone_min=alone_min, due_setpoint=due_setpoint)


@lru_cache(maxsize=4096)  # asked of every room at every decision, and changes with ticks only
def _as_read(due: Lessons) -> Lessons:
    told = Lessons(*[round(waiting, 5) + 0.0 for waiting in due])
    is_so_already = told == due and str(told) == str(due)  # by their words, since -0.0 is no other number than 0.0
    return due if is_so_already else told


def _passing(memory: RoomMemory) -> dict[str, JsonValue]:
    kept: dict[str, JsonValue] = {"due": [*memory.due]} if memory.due != NOTHING else {}
    if memory.belief is not None:
        air, walls, thermometer, disturbance, cells, given, usual, read_at = memory.belief
        kept["belief"] = [air, walls, thermometer, disturbance, *cells, given, usual, read_at]
    if memory.prepares:
        kept["prepares"] = True
    if memory.air is not None:
        kept["air"] = memory.air.kept()
    if memory.due_at:
        kept |= {"due_at": memory.due_at, "due_setpoint": memory.due_setpoint}
    if memory.begun_at:
        kept |= {"begun_at": memory.begun_at, "alone_min": memory.alone_min}
    return kept


def _learned(lessons: Lessons) -> dict[str, JsonValue]:
    if lessons == UNTAUGHT:
        return {}
    told = zip(BOUNDS, lessons, UNTAUGHT, strict=True)
    return {name: value for name, value, usual in told if value != usual}


PHASES: Mapping[str, Phase] = {"idle": "idle", "burn": "burn"}


def read_house(passing: Wire, _learned: Wire) -> HouseMemory:
    """What was remembered of the house."""
    since, pumped = _seconds(passing.get("since")), _seconds(passing.get("pumped_at"))
    out_at = _seconds(passing.get("out_at"))
    return HouseMemory(PHASES.get(str(passing.get("phase")), "idle"), since, passing.get("lit") is True, pumped, out_at)
