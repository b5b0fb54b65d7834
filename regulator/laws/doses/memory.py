"""What the law remembers of a room and of the house, as plain numbers for a retained topic and back.

Everything is bounded: what cannot be read counts as never learned. What is learned (`gain`, `hold`, `way`) stands on a
topic of its own that seldom changes, so small lessons are saved up in `due` until they are worth telling.
"""

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

from pydantic import JsonValue

from regulator.laws.doses.observer import FIRST_GAIN, LEAST_GAIN, MOST_GAIN, Belief
from regulator.laws.doses.radiator import Cells
from regulator.laws.interface import Memory
from regulator.laws.remembered import number, section

FIRST_HOLD, LEAST_HOLD, MOST_HOLD = 0.3, 0.05, 1.2
LEAST_WAY, MOST_WAY = 0.5, 1.5
LATEST_S = 4_102_444_800
COLDEST, HOTTEST = -40.0, 110.0
NUMBERS = {float, int}
LESSON = {"gain": 0.005, "comfort": 0.02, "setback": 0.02, "way": 0.01}
BOUNDS = {
    "gain": (FIRST_GAIN, LEAST_GAIN, MOST_GAIN),
    "comfort": (FIRST_HOLD, LEAST_HOLD, MOST_HOLD),
    "setback": (FIRST_HOLD, LEAST_HOLD, MOST_HOLD),
    "way": (1.0, LEAST_WAY, MOST_WAY),
}
LEARNED = frozenset(BOUNDS)
Phase = Literal["idle", "burn"]


class Lessons(NamedTuple):
    """What is learned of a room: K per nominal minute, how far below its setpoint it is held by day and in setback
    (K), and how well it warms up compared with what was expected.
    """

    gain: float = FIRST_GAIN
    comfort: float = FIRST_HOLD
    setback: float = FIRST_HOLD
    way: float = 1.0


NOTHING = Lessons(0.0, 0.0, 0.0, 0.0)


class RoomMemory(NamedTuple):
    """What is remembered of a room; `belief` is None for one that was never heard of. `prepares` for the setpoint in
    `due_at`, seconds since 1970.
    """

    belief: Belief | None
    lessons: Lessons = Lessons()
    due: Lessons = NOTHING
    prepares: bool = False
    due_at: int = 0
    due_setpoint: float = 0.0
    air: Mapping[str, JsonValue] = {}
    """How the open window is watched for (`open_window`)."""


class HouseMemory(NamedTuple):
    """Idle or burning since when, whether the flame was seen in this burn, and when the pump last ran; seconds."""

    phase: Phase = "idle"
    since: int = 0
    lit: bool = False
    pumped_at: int = 0


def room_memory(memory: Memory) -> RoomMemory:
    """What was remembered of a room."""
    due = memory.get("due")
    due_at = memory.get("due_at")
    return RoomMemory(
        _belief(memory.get("belief")),
        Lessons(*(number(memory.get(name), *bounds) for name, bounds in BOUNDS.items())),
        Lessons(*(number(due.get(name), 0.0, -1.0, 1.0) for name in BOUNDS))
        if due and isinstance(due, dict)
        else NOTHING,
        memory.get("prepares") is True,
        int(number(due_at, 0, 0, LATEST_S)) if due_at else 0,
        number(memory.get("due_setpoint"), 0.0, 0.0, 40.0) if due_at else 0.0,
        section(memory.get("air")),
    )


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
    told = [abs(waiting) >= LESSON[name] for name, waiting in zip(Lessons._fields, memory.due, strict=True)]
    if not any(told):
        return memory
    lessons, due = dict(memory.lessons._asdict()), dict(memory.due._asdict())
    for name, is_told in zip(Lessons._fields, told, strict=True):
        if is_told:
            _, low, high = BOUNDS[name]
            lessons[name] = round(min(high, max(low, lessons[name] + due[name])), 4)
            due[name] = 0.0
    return memory._replace(lessons=Lessons(**lessons), due=Lessons(**due))


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


def room_memory_of(memory: RoomMemory) -> dict[str, JsonValue]:
    """For the retained topics."""
    learned = zip(BOUNDS.items(), memory.lessons, strict=True)
    lessons: dict[str, JsonValue] = {name: value for (name, (first, _, _)), value in learned if value != first}
    due: dict[str, JsonValue] = {
        name: little for name, waiting in zip(Lessons._fields, memory.due, strict=True) if (little := round(waiting, 5))
    }
    remembered: dict[str, JsonValue] = {**lessons, "due": due}
    if memory.belief is not None:
        air, walls, thermometer, disturbance, cells, given, usual, read_at = memory.belief
        remembered["belief"] = [air, walls, thermometer, disturbance, *cells, given, usual, read_at]
    if memory.prepares:
        remembered["prepares"] = True
    if memory.air:
        remembered["air"] = dict(memory.air)
    if memory.due_at:
        remembered |= {"due_at": memory.due_at, "due_setpoint": memory.due_setpoint}
    return remembered


PHASES: Mapping[str, Phase] = {"idle": "idle", "burn": "burn"}


def house_memory(memory: Memory) -> HouseMemory:
    """What was remembered of the house."""
    since, pumped = (int(number(memory.get(key), 0, 0, LATEST_S)) for key in ("since", "pumped_at"))
    return HouseMemory(PHASES.get(str(memory.get("phase")), "idle"), since, memory.get("lit") is True, pumped)


def house_memory_of(memory: HouseMemory) -> dict[str, JsonValue]:
    """For the retained topic."""
    return {"phase": memory.phase, "since": memory.since, "lit": memory.lit, "pumped_at": memory.pumped_at}
