"""Answers what people ask of the recorded past: bounded, made small, and never in the way of the analyst's own work.

Questions wait in a short queue, a few of each asker; what waited too long is dropped, since whoever asked has given up.
They are answered one at a time over a connection of their own to the database, so that they may be answered in the
midst of a long look of the analyst as well.
"""

import re
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Protocol, TypeVar

import structlog
from pydantic import BaseModel

from house import topics
from house.errors import DeviceError
from house.messages import MAXIMUM_PAYLOAD, Day, HistoryQuery, HistoryReply
from house.settings import Settings
from recorder import room_decisions
from recorder.history import history
from recorder.reader import RecordReader
from recorder.room_past import LONGEST_S, LOOK_BACK_S, WANTED, is_wanted, room_past, step_of
from recorder.sieve import fault

REPLY_ID = re.compile(r"(?!set$)[a-z0-9_]{4,32}")
LATE_S = 3600  # what was recorded so much later than it was said is left out of a chart
DROPPED_AFTER_S = 10.0
WAITING_EACH, WAITING_ALL = 4, 20
LONGEST_DAYS, DAYS_WITH_ROOMS = 400, 62
ROOM_LEFT = 512  # bytes for all of a reply but its days or decisions

V = TypeVar("V", bound=BaseModel)

log = structlog.get_logger()


class Said(Protocol):
    """What is needed of the analyst: what it found the days to be."""

    def days(self) -> tuple[Sequence[Day], date | None]:
        """Every day, in order, and which of them is not over yet."""


class RefusedError(Exception):
    """A question that has no answer, and why."""


@dataclass(frozen=True, slots=True)
class _Waiting:
    query: HistoryQuery
    since: float


class Answers:
    """`hear` a question, then let `answer` be called until it has nothing to say any more."""

    def __init__(self, reader: RecordReader, settings: Settings, said: Said, monotonic: Callable[[], float]) -> None:
        self._reader, self._settings, self._said, self._monotonic = reader, settings, said, monotonic
        self._queue: deque[_Waiting] = deque()

    def hear(self, query: HistoryQuery) -> topics.Publication | None:
        """Let it wait; what is to be said at once if it may not."""
        of_the_same = sum(one.query.reply == query.reply for one in self._queue)
        if of_the_same >= WAITING_EACH or len(self._queue) >= WAITING_ALL:
            return _reply(query, HistoryReply(id=query.id, error="busy: too many questions wait already"))
        self._queue.append(_Waiting(query, self._monotonic()))
        return None

    def answer(self, now: datetime) -> topics.Publication | None:
        """The answer to the question that has waited longest, at `now` by the house's time; None if none waits."""
        while self._queue:
            waiting = self._queue.popleft()
            if self._monotonic() - waiting.since <= DROPPED_AFTER_S:
                return _reply(waiting.query, self._answer(waiting.query, now))
        return None

    def _answer(self, query: HistoryQuery, now: datetime) -> HistoryReply:
        try:
            if query.what == "days":
                return self._days(query)
            return self._room(query, now) if query.what == "room" else self._decisions(query, now)
        except RefusedError as error:
            return HistoryReply(id=query.id, error=str(error))
        except DeviceError as error:
            log.warning("history was asked for in vain", reason=str(error))
            return HistoryReply(id=query.id, error="the database is away")

    def _asked(self, query: HistoryQuery, now: datetime) -> tuple[str, int, int]:
        """The room that is asked for, and between which instants."""
        room = query.room or ""
        if room not in self._settings.rooms:
            raise RefusedError(f"room: there is no room {room[:40]!r}")
        if query.begin is None or query.end is None:
            raise RefusedError("begin, end: should be instants")
        begin, end = int(query.begin.timestamp()), min(int(query.end.timestamp()), int(now.timestamp()))
        if not 0 < end - begin <= LONGEST_S:
            raise RefusedError("begin, end: should be at most 31 days apart, and not ahead of the house's time")
        return room, begin, end

    def _decisions(self, query: HistoryQuery, now: datetime) -> HistoryReply:
        room, begin, end = self._asked(query, now)
        if end - begin > room_decisions.LONGEST_S:
            raise RefusedError("begin, end: should be at most 7 days apart for decisions")
        after, until = self._reader.span(begin, end)
        told = self._reader.records(
            room_decisions.WANTED, after, until, only=lambda name: room_decisions.is_wanted(name, room)
        )
        span = datetime.fromtimestamp(begin, UTC), datetime.fromtimestamp(end, UTC)
        found = room_decisions.decisions((record for _, record in told), *span)
        kept = _that_fit(found[: -1 - min(query.steps, room_decisions.MOST) : -1])
        return HistoryReply(id=query.id, decisions=tuple(kept[::-1]), more=len(kept) < len(found))

    def _room(self, query: HistoryQuery, now: datetime) -> HistoryReply:
        room, begin, end = self._asked(query, now)
        step_s = step_of(end - begin, max(query.steps, 1))
        begin -= begin % step_s
        after, until = self._reader.span(begin - LOOK_BACK_S, end + LATE_S)
        found = self._reader.records(WANTED, after, until, only=lambda name: is_wanted(name, room, self._settings))
        told = history(one for _, one in found if fault(one, int(now.timestamp())) is None)
        return room_past(told, self._settings, room, begin, end, step_s, query.id)

    def _days(self, query: HistoryQuery) -> HistoryReply:
        if query.first is None or query.last is None:
            raise RefusedError("first, last: should be dates")
        length = (query.last - query.first).days + 1
        if not 0 < length <= LONGEST_DAYS:
            raise RefusedError(f"first, last: should span at most {LONGEST_DAYS} days")
        all_days, unfinished = self._said.days()
        wanted = [day for day in all_days if query.first <= day.day <= query.last]
        if length > DAYS_WITH_ROOMS:
            wanted = [day.model_copy(update={"rooms": {}, "batteries": {}}) for day in wanted]
        kept = _that_fit(wanted)
        is_there = any(day.day == unfinished for day in kept)
        more = len(kept) < len(wanted)
        return HistoryReply(id=query.id, days=tuple(kept), unfinished=unfinished if is_there else None, more=more)


def _that_fit(parts: Sequence[V]) -> list[V]:
    """The first of them that go into one message."""
    kept: list[V] = []
    room = MAXIMUM_PAYLOAD - ROOM_LEFT
    for part in parts:
        room -= len(part.model_dump_json().encode()) + 1
        if room < 0:
            break
        kept.append(part)
    return kept


def _reply(query: HistoryQuery, reply: HistoryReply) -> topics.Publication:
    return topics.publication(topics.HISTORY_REPLY, query.reply, message=reply)


def is_answerable(query: HistoryQuery) -> bool:
    """Whether an answer has a place to go: nobody can be made to write elsewhere."""
    return REPLY_ID.fullmatch(query.reply) is not None and len(query.id) <= 32
