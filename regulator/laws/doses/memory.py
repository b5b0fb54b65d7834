"""What the law remembers of a room and of the house, and how that is kept on retained topics and read from them.

Everything is bounded: what cannot be read counts as never learned. What is learned (`Lessons`) stands on a
topic of its own that seldom changes, so small lessons are saved up in `due` until they are worth telling.
"""

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

from pydantic import JsonValue

from regulator.laws.doses.observer import FIRST_GAIN, LEAST_GAIN, MOST_GAIN, Belief
from regulator.laws.interface import Kept, Wire
from regulator.laws.open_window import Level, read_level
from regulator.laws.remembered import number, section

FIRST_HOLD, LEAST_HOLD, MOST_HOLD = 0.3, 0.05, 1.2
FIRST_WARMUP, LEAST_WARMUP, MOST_WARMUP = 1.7, 0.5, 4.0
MOST_DISTURBANCE = 15.0
LATEST_S = 4_102_444_800
COLDEST, HOTTEST = -40.0, 110.0
NUMBERS = {float, int}
BOUNDS = {
    "gain": (FIRST_GAIN, LEAST_GAIN, MOST_GAIN),
    "comfort": (FIRST_HOLD, LEAST_HOLD, MOST_HOLD),
    "setback": (FIRST_HOLD, LEAST_HOLD, MOST_HOLD),
    "warmup": (FIRST_WARMUP, LEAST_WARMUP, MOST_WARMUP),
    "disturbance": (0.0, -MOST_DISTURBANCE, MOST_DISTURBANCE),
}
Phase = Literal["idle", "burn"]


class Lessons(NamedTuple):
    """What is learned of a room: K per nominal minute, how far below its setpoint it is held by day and in setback
    (K), how well it warms up compared with what was expected, and what usually disturbs it (K/h).
    """

    gain: float = FIRST_GAIN
    comfort: float = FIRST_HOLD
    setback: float = FIRST_HOLD
    warmup: float = FIRST_WARMUP
    disturbance: float = 0.0


NOTHING, UNTAUGHT = Lessons(0.0, 0.0, 0.0, 0.0, 0.0), Lessons()
WORTH_TELLING = Lessons(gain=0.005, comfort=0.02, setback=0.02, warmup=0.03, disturbance=0.1)


class WarmUp(NamedTuple):
    """Whether a room warms up (`prepares`) for the setpoint in `due_at`, and when it has `begun_at` where something is
    still to be learned of that: it would take `alone_min` by its radiators alone. Seconds since 1970; 0: there is none.
    """

    prepares: bool = False
    due_at: int = 0
    due_setpoint: float = 0.0
    begun_at: int = 0
    alone_min: float = 0.0

    def learned_of(self) -> "WarmUp":
        """With nothing more to learn of it."""
        return self._replace(begun_at=0, alone_min=0.0)


NO_WARM_UP = WarmUp()


class RoomMemory(NamedTuple):
    """What is remembered of a room; `belief` is None for one that was never heard of.

    It always is as it comes back from its topics, so that a regulator that starts anew goes on as one that never
    stopped: whatever changes is rounded at once (`as_remembered`, `due_lesson`).
    """

    belief: Belief | None = None
    lessons: Lessons = UNTAUGHT
    due: Lessons = NOTHING
    warm_up: WarmUp = NO_WARM_UP
    air: Level | None = None
    """How the open window is watched for (`open_window`)."""

    def kept(self) -> Kept:
        return Kept(_passing(self), _learned(self.lessons))

    def out_of_sight(self) -> "RoomMemory":
        return RoomMemory(lessons=self.lessons, due=self.due)


class HouseMemory(NamedTuple):
    """Idle or burning since when, whether the flame was seen in this burn, when the pump last ran, and when the flame
    went out in this burn (0: it has not); seconds. While the flame burns again that lies so far back that nothing more
    is waited for once it goes out.
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
    return RoomMemory(
        _belief(get("belief")), lessons, _due(get("due")), _warm_up(passing), read_level(section(get("air")))
    )


def _warm_up(kept: Wire) -> WarmUp:
    prepares, due_at = kept.get("prepares") is True, _seconds(kept.get("due_at"))
    begun_at = _seconds(kept.get("begun_at"))
    if not due_at:
        return WarmUp(prepares)
    alone_min = number(kept.get("alone_min"), 0.0, 0.0, 1000.0) if begun_at else 0.0
    return WarmUp(prepares, due_at, number(kept.get("due_setpoint"), 0.0, 0.0, 40.0), begun_at, alone_min)


def _seconds(value: JsonValue) -> int:
    return int(number(value, 0, 0, LATEST_S))


def _due(values: JsonValue) -> Lessons:
    """Lessons that wait to be told; nothing where they cannot be read."""
    if not isinstance(values, list) or len(values) != len(BOUNDS) or not NUMBERS.issuperset(map(type, values)):
        return NOTHING
    waiting: Any = values
    return Lessons(*map(due_lesson, waiting)) if max(waiting) <= 1.0 and min(waiting) >= -1.0 else NOTHING


def due_lesson(waiting: float) -> float:
    """A lesson that waits, as it is remembered; there is no -0.0."""
    return round(waiting, 5) + 0.0


def _belief(values: JsonValue) -> Belief | None:
    if not isinstance(values, list) or len(values) != 9 or not NUMBERS.issuperset(map(type, values)):
        return None
    numbers: Any = values
    air, walls, thermometer, disturbance, near, far, given, usual, read_at = numbers
    if not (min(air, walls, thermometer, near, far) >= COLDEST and max(air, walls, thermometer, near, far) <= HOTTEST):
        return None
    if not (abs(disturbance) <= 1.0 and max(abs(given), abs(usual)) <= 3.0 and 0 <= read_at <= LATEST_S):
        return None
    return Belief(air, walls, thermometer, disturbance, near, far, given, usual, int(read_at))


def is_worth_telling(due: Lessons) -> bool:
    """Whether there is a lesson for `settled`."""
    gain, comfort, setback, warmup, disturbance = due
    least = WORTH_TELLING
    return (
        abs(gain) >= least.gain
        or abs(comfort) >= least.comfort
        or abs(setback) >= least.setback
        or abs(warmup) >= least.warmup
        or abs(disturbance) >= least.disturbance
    )


def settled(lessons: Lessons, due: Lessons) -> tuple[Lessons, Lessons]:
    """With every lesson that has become worth telling in what is learned, and no longer due."""
    known, waiting = lessons._asdict(), due._asdict()
    for name, least in WORTH_TELLING._asdict().items():
        if abs(waiting[name]) >= least:
            _, low, high = BOUNDS[name]
            known[name] = round(min(high, max(low, known[name] + waiting[name])), 4) + 0.0
            waiting[name] = 0.0
    return Lessons(**known), Lessons(**waiting)


def _passing(memory: RoomMemory) -> dict[str, JsonValue]:
    kept: dict[str, JsonValue] = {"due": [*memory.due]} if memory.due != NOTHING else {}
    if memory.belief is not None:
        kept["belief"] = [*memory.belief]
    prepares, due_at, due_setpoint, begun_at, alone_min = memory.warm_up
    if prepares:
        kept["prepares"] = True
    if memory.air is not None:
        kept["air"] = memory.air.kept()
    if due_at:
        kept |= {"due_at": due_at, "due_setpoint": due_setpoint}
    if begun_at:
        kept |= {"begun_at": begun_at, "alone_min": alone_min}
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
