"""Reads back what was recorded, from Postgres or SQLite, as messages.

Places in the record are row ids. Which place belongs to an instant the ticks say: in a simulated house the time of the
house is not the time at which the recorder received it. They are read from the newest back, as far as somebody asks.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from itertools import takewhile
from typing import Any

from house import topics
from house.errors import PayloadError
from house.messages import Message
from house.topics import Root, Topic
from recorder.database import Database, Transaction, read_instant
from recorder.history import Record
from recorder.sieve import FIRST_CREDIBLE, without_lone

BATCH = 2_000  # rows; so many are read between two breaths
WINDOW = 20_000  # row ids that are looked through at first
LAST = 50  # rows of a topic among which each meter of a house is found
END = 2**62
MARK_S = 3600  # how far apart the ticks are that are kept in memory

_COLUMNS = "SELECT id, received_at, topic_id, retained, payload FROM message"


class RecordReader:
    """The messages under one topic root; raises a temporary DeviceError while the database is away."""

    def __init__(self, database: Database, root: Root, breathe: Callable[[], None] = lambda: None) -> None:
        """`breathe` is called before each batch of rows, since a long look must not make deaf."""
        self._database, self._root, self.breathe = database, root, breathe
        self._marks: list[tuple[int, int]] = []  # instant and place of ticks, of which each differs by an hour
        self._first = self._last = 0  # the places between which ticks were read
        self._reached = END  # the latest instant among those that were read furthest back
        self._in_order = END  # the place before which no tick was received later
        self._received = datetime.max.replace(tzinfo=UTC)  # ... and when the last of those was received

    def newest(self) -> int:
        """The place of the newest message, before which nothing will appear any more; 0 if there is none."""
        with self._database.transaction() as transaction:
            return transaction.settled()

    def records(
        self,
        kinds: Iterable[Topic[Any]],
        after: int = 0,
        until: int = END,
        only: Callable[[topics.Name], bool] = lambda name: True,
    ) -> Iterator[tuple[int, Record]]:
        """Places and messages of these kinds of topics behind the place `after`, up to `until`, in order; `only` those
        on topics that are wanted.

        What nobody could read is left out: whoever it was meant for has refused it aloud.
        """
        kinds, window = frozenset(kinds), WINDOW
        until = min(until, self.newest())
        while after < until:
            self.breathe()
            end = min(after + window, until)
            with self._database.transaction() as transaction:
                names = {id_: name for id_, name in self._names(transaction, kinds).items() if only(name)}
                where = f"id > %s AND id <= %s AND topic_id IN ({_list(names)})"
                rows = transaction.query(f"{_COLUMNS} WHERE {where} ORDER BY id LIMIT {BATCH}", after, end, *names)
            yield from _decoded(rows, names)
            # What is rare is found by its topics, so a window may be as wide as a year; what is frequent by its ids.
            is_full = len(rows) == BATCH
            after, window = (rows[-1][0], WINDOW) if is_full else (end, 4 * window)

    def last_records(self, kind: Topic[Any], until: int) -> list[Record]:
        """The newest messages of this kind up to the place `until`."""
        with self._database.transaction() as transaction:
            names = self._names(transaction, (kind,))
            order = f"{self._database.driver.span} DESC, received_at DESC, id DESC"
            newest = f"{_COLUMNS} WHERE id <= %s AND topic_id = %s ORDER BY {order} LIMIT {LAST}"
            rows = [row for topic in names for row in transaction.query(newest, until, topic)]
        return [record for _, record in _decoded(rows, names)]

    def begin(self) -> int | None:
        """The instant of the first tick, seconds since 1970; None if there is none."""
        ticks = (at for _, record in self.records((topics.TICK,)) if (at := record.said_at) is not None)
        return next((at for at in ticks if at >= FIRST_CREDIBLE), None)

    def span(self, begin: int, end: int) -> tuple[int, int]:
        """Places before and behind all that was recorded between two instants, seconds since 1970 by the ticks.

        A clock that stood wrong, or an older record that was imported meanwhile, makes it wider, never narrower.
        """
        earlier, later = begin - MARK_S, end + MARK_S
        self._mark_ticks(earlier)
        before = list(takewhile(lambda mark: mark[0] <= earlier, self._marks))
        behind = list(takewhile(lambda mark: mark[0] > later, reversed(self._marks)))
        return before[-1][1] if before else 0, behind[-1][1] if behind else END

    def _mark_ticks(self, since: int) -> None:
        """Read the ticks that are new, and back until all of a window lie before an instant."""
        newest = self.newest()
        if not self._last:
            self._first = self._last = newest
        self._marks += _marks(self.records((topics.TICK,), self._last, newest))
        self._last = newest
        while self._first and (self._reached >= since or self._goes_on_later()):
            after = max(0, self._first - WINDOW)
            ticks = list(self.records((topics.TICK,), after, self._first))
            self._marks = _marks(ticks) + self._marks
            self._first = after
            self._reached = max((at for _, tick in ticks if (at := tick.said_at) is not None), default=self._reached)
            self._received = max((tick.received_at for _, tick in ticks), default=self._received)

    def _goes_on_later(self) -> bool:
        """Whether a tick further back was received after those that were read: an older record lies between."""
        if self._first == self._in_order:
            return False
        with self._database.transaction() as transaction:
            names = self._names(transaction, (topics.TICK,))
            later = (
                f"SELECT 1 FROM message WHERE topic_id IN ({_list(names)}) AND received_at > %s AND id <= %s LIMIT 1"
            )
            found = transaction.query(later, *names, self._received, self._first)
        if not found:
            self._in_order = self._first
        return bool(found)

    def _names(self, transaction: Transaction, kinds: Iterable[Topic[Any]]) -> dict[int, topics.Name]:
        wanted = frozenset(kinds)
        paths = ((id_, self._root.relative(topic)) for id_, topic in transaction.query("SELECT id, name FROM topic"))
        names = ((id_, topics.parse(path)) for id_, path in paths if path is not None)
        return {id_: name for id_, name in names if name is not None and name.topic in wanted}


def _list(values: Iterable[object]) -> str:
    return ", ".join("%s" for _ in values) or "NULL"


def _marks(ticks: Iterable[tuple[int, Record]]) -> list[tuple[int, int]]:
    """Instants and places of ticks, without those that differ little from the one before."""
    kept: list[tuple[int, int]] = []
    told = [(at, place) for place, tick in ticks if (at := tick.said_at) is not None]
    stay = without_lone([at for at, _ in told])
    for (at, place), stays in zip(told, stay, strict=True):
        if stays and (not kept or abs(at - kept[-1][0]) >= MARK_S):
            kept.append((at, place))
    return kept


def _decoded(rows: Iterable[tuple[Any, ...]], names: Mapping[int, topics.Name]) -> Iterator[tuple[int, Record]]:
    for place, received_at, topic_id, retained, payload in rows:
        message = _message(names[topic_id], bytes(payload))
        if message is not None:
            yield place, Record(read_instant(received_at), names[topic_id], message, bool(retained))


def _message(name: topics.Name, payload: bytes) -> Message | None:
    try:
        message: Message | None = name.topic.message.decode(payload) if payload else None
    except PayloadError:
        return None
    return message
