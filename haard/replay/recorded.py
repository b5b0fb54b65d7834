"""What a replay reads: messages as they were recorded, by their paths under the root, in the order of recording."""

from collections.abc import Iterable
from datetime import datetime
from functools import cache
from typing import NamedTuple

from house import topics
from house.errors import PayloadError
from house.messages import Began, Skipped
from regulator.step import TOPICS

SERVICE = "regulator"
ECHO, BEGAN = topics.SERVICE_ECHO.path(SERVICE), topics.SERVICE_BEGAN.path(SERVICE)
BASIS, ALIVE = topics.SERVICE_BASIS.path(SERVICE), topics.SERVICE_AVAILABILITY.path(SERVICE)
SKIPPED = topics.SERVICE_SKIPPED.path(SERVICE)
OF_SERVICE = frozenset((ECHO, BEGAN, BASIS, ALIVE, SKIPPED))
_REFUSED = topics.REJECTED.path()
_FILTERS = tuple(topic.filter() for topic in TOPICS)
_OWN = frozenset(topic for topic in topics.TOPICS if topic.writer == SERVICE)


class Recorded(NamedTuple):
    """A message of the record; `retained` ones were told again to the recorder by the broker."""

    received_at: datetime
    path: str
    payload: bytes
    retained: bool


@cache
def is_own(path: str) -> bool:
    """Whether the regulator itself speaks there and keeps what it says."""
    name = topics.parse(path)
    return name is not None and name.topic in _OWN


@cache
def is_retained(path: str) -> bool:
    """Whether the broker keeps what is said there."""
    name = topics.parse(path)
    return name is not None and name.topic.retained


@cache
def is_heard(path: str) -> bool:
    """Whether the regulator listens there, be it to its own words."""
    name = topics.parse(path)
    return name.topic in TOPICS if name is not None else any(topics.matches(one, path) for one in _FILTERS)


def is_refusal(path: str) -> bool:
    return path == _REFUSED


def concerns(path: str) -> bool:
    """Whether a replay has to read it at all."""
    return is_heard(path) or path in OF_SERVICE or is_refusal(path)


class Start(NamedTuple):
    """A start or reconnection of the regulator, and the numbers of what it did not hear from there on."""

    began: Began
    skipped: frozenset[int] = frozenset()


def is_of_starts(path: str) -> bool:
    """Whether `begins` has to read it."""
    return path in (BEGAN, SKIPPED)


def begins(recorded: Iterable[Recorded]) -> list[Start]:
    """The starts and reconnections of the regulator, in order; what cannot be read is none."""
    starts: list[Start] = []
    for one in recorded:
        if not is_of_starts(one.path) or one.retained:
            continue
        try:
            if one.path == BEGAN:
                starts.append(Start(Began.decode(one.payload)))
            elif starts and (said := Skipped.decode(one.payload)).nonce == starts[-1].began.nonce:
                starts[-1] = Start(starts[-1].began, starts[-1].skipped.union(said.numbers))
        except PayloadError:
            continue
    return starts
