"""Holds what a replayed regulator says against what was recorded, byte for byte and in the same order.

A word that only says again what was said last on its topic (to a broker that had lost it) counts on neither side. What
a regulator should have said in the last minute and a half before it died is not missed: it may have died before.
"""

from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import NamedTuple

from haard.replay.player import Moment
from haard.replay.recorded import Recorded, is_own, is_refusal
from haard.replay.replayed_regulator import Said
from house import topics
from house.errors import PayloadError
from house.messages import Rejected

DIES_UNNOTICED = timedelta(seconds=90)  # one and a half of the keepalive, and then some
LAG = 500  # messages by which what is said may be recorded behind its cause


class Difference(NamedTuple):
    """Something that was said otherwise: None on the side that said nothing. `cause` is what was heard before it."""

    at: datetime | None
    path: str
    recorded: bytes | None
    replayed: bytes | None
    cause: Recorded | None

    @property
    def kind(self) -> str:
        """What it is about: `valve/set`, `room/status`, ..."""
        return kind_of(self.path)


@cache
def kind_of(path: str) -> str:
    """A path without its ids."""
    name = topics.parse(path)
    return "/".join(part for part in (name.topic.pattern if name else path).split("/") if "{" not in part)


class _Cause(NamedTuple):
    """The message to which something should be said, its number, and what time it was in the house."""

    moment: int
    at: datetime | None
    recorded: Recorded


_Due = tuple[_Cause, str, bytes]
"""What should be said: why, its path and its payload. No named tuple, which takes some times as long to make."""


@dataclass
class Comparison:
    """Told each moment, it yields the differences between the record and the first of the regulators."""

    equal: Counter[str] = field(default_factory=Counter)
    """How much was said alike, by kind."""
    gaps: int = 0
    begins: int = 0
    _due: deque[_Due] = field(default_factory=deque)
    _last: tuple[dict[str, bytes], dict[str, bytes]] = field(default_factory=lambda: ({}, {}))
    _moment: int = 0

    def expects(self, recorded: Recorded) -> bool:
        """Whether it is the very word that should be said next, as two of three messages are, and none is late."""
        if not self._due or recorded.retained:
            return False
        cause, path, payload = self._due[0]
        return payload == recorded.payload and path == recorded.path and cause.moment >= self._moment + 1 - LAG

    def tell_expected(self) -> None:
        """What is expected has been said, and nothing came of it."""
        self._moment += 1
        self._settle_next()

    def tell(self, moment: Moment, at: datetime | None) -> Iterable[Difference]:
        """`at` is the time of the house. Of nearly all moments it is seen without detours that nothing differs."""
        self._moment += 1
        recorded, said, _, began, is_gap = moment
        if began or is_gap or self._is_surprising(recorded):
            return self._differences(moment, at)
        if said[0]:
            self._say(said[0], recorded, at)
        return self._late()

    def _differences(self, moment: Moment, at: datetime | None) -> Iterator[Difference]:
        if moment.began:
            yield from self._begin()
        if moment.is_gap:
            self.gaps += 1
            self._due.clear()
        if self._is_surprising(moment.recorded):
            yield from self._recorded(moment, at)
        self._say(moment.said[0], moment.recorded, at)
        yield from self._late()

    def _late(self) -> Sequence[Difference]:
        """What should have been said long ago."""
        if not self._due or self._due[0][0].moment >= self._moment - LAG:
            return ()
        late = []
        while self._due and self._due[0][0].moment < self._moment - LAG:
            late.append(_unsaid(self._due.popleft()))
        return late

    def end(self) -> Iterator[Difference]:
        """What remains at the end of the record; what was said to its last messages may have been recorded later."""
        newest = self._due[-1][0].recorded.received_at if self._due else None
        while self._due:
            due = self._due.popleft()
            if newest is not None and newest - due[0].recorded.received_at > DIES_UNNOTICED:
                yield _unsaid(due)

    def _begin(self) -> Iterator[Difference]:
        self.begins += 1
        yield from self.end()
        self._last = (dict(self._last[1]), self._last[1])

    def _say(self, said: Said, recorded: Recorded, at: datetime | None) -> None:
        cause = _Cause(self._moment, at, recorded)
        for one in said:
            path, payload = one.path, one.payload
            if not self._is_repeated(0, path, payload):
                self._due.append((cause, path, payload))

    def _is_surprising(self, recorded: Recorded) -> bool:
        """Whether the regulator said it and it is not the next that should be said, as nearly all is."""
        if recorded.retained or not _is_said(recorded):
            return False
        if not self._due or self._due[0][2] != recorded.payload or self._due[0][1] != recorded.path:
            return True
        self._settle_next()
        return False

    def _settle_next(self) -> None:
        """What should be said next has been recorded."""
        _, path, payload = self._due[0]
        if not self._is_repeated(1, path, payload):
            self._due.popleft()
            self.equal[kind_of(path)] += 1

    def _recorded(self, moment: Moment, at: datetime | None) -> Iterator[Difference]:
        path, payload = moment.recorded.path, moment.recorded.payload
        if self._is_repeated(1, path, payload):
            return
        yield from self._otherwise(path, payload, at)

    def _otherwise(self, path: str, payload: bytes, at: datetime | None) -> Iterator[Difference]:
        alike = next((due for due in self._due if due[1:] == (path, payload)), None)
        if alike is not None:  # said too, but something before it was not
            while (due := self._due.popleft()) is not alike:
                yield _unsaid(due)
            self.equal[kind_of(path)] += 1
            return
        instead = next((due for due in self._due if due[1] == path), None)
        if instead is not None:
            self._due.remove(instead)
            cause, _, said = instead
            yield Difference(cause.at, path, payload, said, cause.recorded)
        else:
            yield Difference(at, path, payload, None, None)

    def _is_repeated(self, side: int, path: str, payload: bytes) -> bool:
        if not is_own(path):
            return False
        known = self._last[side]
        last, known[path] = known.get(path), payload
        return last == payload


def _unsaid(due: _Due) -> Difference:
    cause, path, payload = due
    return Difference(cause.at, path, None, payload, cause.recorded)


def _is_said(recorded: Recorded) -> bool:
    """Whether the regulator said it."""
    return is_own(recorded.path) or (is_refusal(recorded.path) and _refuses(recorded))


def _refuses(recorded: Recorded) -> bool:
    try:
        return Rejected.decode(recorded.payload).service == "regulator"
    except PayloadError:
        return False
