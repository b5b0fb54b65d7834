"""A room's recorded past in a few hundred steps: what a chart draws. Pure.

A step is a mean of what held at five instants in it, so that a step of an hour weighs a short reading as little as it
lasted. Nothing is interpolated: where nobody had spoken for long there is null, and a chart shows a gap.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from statistics import fmean

from house import topics
from house.messages import HistoryReply
from house.settings import Settings
from recorder.history import History
from recorder.radiator_model import SILENCE_S as VALVE_SILENCE_S
from recorder.radiator_model import opening

STEPS_S = (60, 300, 900, 1800, 3600, 7200)
MOST_POINTS, LONGEST_S = 400, 31 * 86_400
SAMPLES = 5  # of each step
ROOM_SILENCE_S, OUTSIDE_SILENCE_S = 3600, 3 * 3600
LOOK_BACK_S = VALVE_SILENCE_S
"""What was said so long before still counts."""


def step_of(seconds: int, points: int) -> int:
    """The shortest step of which so long a time has no more than `points`."""
    return next((step for step in STEPS_S if seconds <= step * min(points, MOST_POINTS)), STEPS_S[-1])


def is_wanted(name: topics.Name, room: str, settings: Settings) -> bool:
    """Whether a topic tells something of the room's past."""
    valves = settings.rooms[room].valves
    match name.topic:
        case topics.ROOM_STATUS:
            return name.ids == (room,)
        case topics.VALVE_STATUS | topics.VALVE_SET:
            return name.ids[0] in valves
    return name.topic is topics.OUTSIDE_TEMPERATURE


WANTED = (topics.ROOM_STATUS, topics.VALVE_STATUS, topics.VALVE_SET, topics.OUTSIDE_TEMPERATURE)


def room_past(
    told: History, settings: Settings, room: str, begin: int, end: int, step_s: int, id_: str
) -> HistoryReply:
    """The steps from `begin` up to `end`, seconds since 1970; `begin` is a whole number of steps."""
    statuses = told.course(topics.ROOM_STATUS, room)

    def status(at: int) -> tuple[float | None, float | None]:
        known = statuses.fresh(at, ROOM_SILENCE_S)
        if known is None:
            return None, None
        return known.temperature if known.staleness == "fresh" else None, known.setpoint

    def means(value: Callable[[int], float | None], digits: int) -> tuple[float | None, ...]:
        return tuple(_mean(value, at, min(step_s, end - at), digits) for at in range(begin, end, step_s))

    return HistoryReply(
        id=id_,
        begin=datetime.fromtimestamp(begin, UTC),
        step_s=step_s,
        temperature=means(lambda at: status(at)[0], 2),
        setpoint=tuple(status(min(at + step_s, end) - 1)[1] for at in range(begin, end, step_s)),
        valve=means(lambda at: _opened(told, settings, room, at), 0),
        outside=means(lambda at: _outside(told, at), 1),
    )


def _mean(value: Callable[[int], float | None], at: int, seconds: int, digits: int) -> float | None:
    """The mean of what held at instants in the midst of equal parts of the step."""
    instants = (at + seconds * (2 * number + 1) // (2 * SAMPLES) for number in range(SAMPLES))
    known = [one for instant in instants if (one := value(instant)) is not None]
    return round(fmean(known), digits) if known else None


def _opened(told: History, settings: Settings, room: str, at: int) -> float | None:
    """Per cent of the room's power that is open; None as soon as one of its valves is unknown."""
    open_w, all_w = 0.0, 0.0
    for valve, radiator in settings.rooms[room].valves.items():
        statuses = told.course(topics.VALVE_STATUS, valve)
        known = opening(statuses, told.course(topics.VALVE_SET, valve), at)
        if known is None:
            return None
        open_w, all_w = open_w + known * radiator.power_w, all_w + radiator.power_w
    return 100 * open_w / all_w if all_w else None


def _outside(told: History, at: int) -> float | None:
    """The forecast's outside air, or the mean of what thermometers outside say."""
    courses = [told.course(topics.OUTSIDE_TEMPERATURE, *name.ids) for name in told.names(topics.OUTSIDE_TEMPERATURE)]
    known = [one.value for course in courses if (one := course.fresh(at, OUTSIDE_SILENCE_S)) is not None]
    return fmean(known) if known else None
