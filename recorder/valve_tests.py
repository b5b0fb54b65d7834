"""What a burn tells of a valve: whether its radiator warms the room while it is open, and only then.

Pure. The trials of shut valves are those of dark hours, when no sun warms a room.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

from house import topics
from house.settings import Room
from recorder.history import History
from recorder.radiator_model import BOILER_SILENCE_S, STEP_S, opening

WATCH_S = 40 * 60  # an opening that lasts so long tells whether the radiator works
HOT_S = 25 * 60  # if for so long of it
HOT_FLOW = 45.0  # the water was so warm, °C
LEAST_RISE_K = 0.1
OPEN_FROM, SHUT_UP_TO = 50, 10  # %
SHUT_HOT_S = 15 * 60
STUCK_RISE_K = 0.3
DARK_FROM, DARK_UNTIL = 19, 7


def self_tests(told: History, room_id: str, room: Room, valve: str, until: int) -> Iterator[tuple[int, bool]]:
    """Openings that lasted long enough with hot water and shut windows: when they began, and whether it got warmer."""
    course = told.course(topics.VALVE_STATUS, valve)
    known = [
        (at, one.opening) for at, one in zip(course.instants, course.values, strict=True) if one.opening is not None
    ]
    for (_, before), (begin, after) in pairwise(known):
        end = begin + WATCH_S
        if before > SHUT_UP_TO or after < OPEN_FROM or end > until:
            continue
        stays_open = all(later >= OPEN_FROM for at, later in known if begin < at <= end)
        if stays_open and _hot_s(told, begin, end) >= HOT_S and not _aired(told, room_id, begin, end):
            rise = _rise(told, room_id, begin, end)
            if rise is not None:
                yield begin, rise >= LEAST_RISE_K


def shut_tests(told: History, room_id: str, room: Room, zone: ZoneInfo, until: int) -> Iterator[tuple[int, bool]]:
    """Burns in the dark while every valve of the room was shut: when they began, and whether it got warmer."""
    boiler = told.course(topics.BOILER_STATUS)
    hot = [
        (at, (one.flow_temperature or 0.0) >= HOT_FLOW) for at, one in zip(boiler.instants, boiler.values, strict=True)
    ]
    for (_, was_hot), (begin, is_hot) in pairwise([(0, False), *hot]):
        end = begin + WATCH_S
        if was_hot or not is_hot or end > until or not _is_dark(begin, zone):
            continue
        if not room.valves or room.open_w or not _all_shut(told, room, begin, end):
            continue
        if _hot_s(told, begin, end) >= SHUT_HOT_S and not _aired(told, room_id, begin, end):
            rise = _rise(told, room_id, begin, end)
            if rise is not None:
                yield begin, rise >= STUCK_RISE_K


def _is_dark(at: int, zone: ZoneInfo) -> bool:
    hour = datetime.fromtimestamp(at, UTC).astimezone(zone).hour
    return hour >= DARK_FROM or hour < DARK_UNTIL


def _all_shut(told: History, room: Room, begin: int, end: int) -> bool:
    """Whether all valves say so from before the burn until its end."""
    for valve in room.valves:
        statuses, targets = told.course(topics.VALVE_STATUS, valve), told.course(topics.VALVE_SET, valve)
        for at in range(begin - WATCH_S // 2, end, WATCH_S // 4):
            known = opening(statuses, targets, at)
            if known is None or 100 * known > SHUT_UP_TO:
                return False
    return True


def _hot_s(told: History, begin: int, end: int) -> int:
    boiler = told.course(topics.BOILER_STATUS)
    flows = [one.flow_temperature for at in range(begin, end, STEP_S) if (one := boiler.fresh(at, BOILER_SILENCE_S))]
    return STEP_S * sum(flow is not None and flow >= HOT_FLOW for flow in flows)


def _aired(told: History, room: str, begin: int, end: int) -> bool:
    courses = [
        told.course(topics.ROOM_WINDOW, *name.ids) for name in told.names(topics.ROOM_WINDOW) if name.ids[0] == room
    ]
    levels = [one for course in courses for one in (course.at(begin), *(one for _, one in course.between(begin, end)))]
    return any(one is not None and one.value == "open" for one in levels)


def _rise(told: History, room: str, begin: int, end: int) -> float | None:
    """How much the room warmed, by the thermometer that says the most; None if none says anything."""
    rises = []
    for name in told.names(topics.ROOM_TEMPERATURE):
        course = told.course(topics.ROOM_TEMPERATURE, *name.ids)
        before = course.fresh(begin, WATCH_S)
        later = [one.value for _, one in course.between(begin, end)]
        if name.ids[0] == room and before is not None and later:
            rises.append(max(later) - before.value)
    return max(rises, default=None)
