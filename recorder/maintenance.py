"""Keeps the record quick and small, a piece at a time: the roll-up each hour; months and retention each day.

A piece takes at most some seconds, since the recorder stores on between two of them, and ends at once when it is told
to. Whatever fails for want of the database is tried again. What is deleted in one day is limited: a clock that stands
wrong for an hour must not cost the record.
"""

from collections.abc import Callable, Iterator
from datetime import date, datetime

import structlog

from house import topics
from house.errors import DeviceError
from house.settings import Retention
from recorder import partitions
from recorder.database import ROLLED_UP, Database
from recorder.retention import FOR_EVER, Periods, periods
from recorder.rollup import Rollup, hour_of
from recorder.service import Outage

DELETED_AT_ONCE = 5_000  # messages
DELETED_A_DAY = 250_000
_NONE = object()

log = structlog.get_logger()


class Maintenance:
    """`turn` does the next piece, if one is due."""

    def __init__(
        self,
        database: Database,
        retention: Retention,
        root: topics.Root,
        monotonic: Callable[[], float],
        deleted_at_once: int = DELETED_AT_ONCE,
        deleted_a_day: int = DELETED_A_DAY,
    ) -> None:
        self._at_once, self._a_day = deleted_at_once, deleted_a_day
        self._database, self._retention, self._root, self._monotonic = database, retention, root, monotonic
        self._rollup = Rollup(database)
        self._outage = Outage()
        self._not_before = 0.0
        self._rolled_up: datetime | None = None
        self._kept_on: date | None = None
        self._pieces: Iterator[None] = iter(())
        self._is_kept = False

    def is_done(self, now: datetime, *, daily: bool) -> bool:
        """Whether all of this hour, or of this day, has been done."""
        return self._rolled_up == hour_of(now) and (not daily or (self._kept_on == now.date() and self._is_kept))

    def turn(self, now: datetime) -> None:
        """One piece; `now` is the time of the recorder's clock."""
        if self._monotonic() < self._not_before:
            return
        try:
            self._piece(now)
        except DeviceError as error:
            if not error.temporary:
                raise
            self._pieces, self._kept_on = iter(()), None
            self._not_before = self._monotonic() + self._outage.goes_on(error)
        else:
            self._outage.is_over()

    def _piece(self, now: datetime) -> None:
        if self._rolled_up != hour_of(now):
            self._roll_up(now)
        elif self._kept_on != now.date():
            self._kept_on, self._pieces, self._is_kept = now.date(), self._keep(now), False
        else:
            self._is_kept = next(self._pieces, _NONE) is _NONE

    def _roll_up(self, now: datetime) -> None:
        self._database.require_tables()
        if not self._rollup.turn(now):
            self._rolled_up = hour_of(now)

    def _keep(self, now: datetime) -> Iterator[None]:
        """The pieces of a day."""
        with self._database.transaction() as transaction:
            kept = periods(self._retention, self._root, dict(transaction.query("SELECT id, name FROM topic")))
            transaction.execute(self._database.driver.optimise)
        if self._database.driver.has_months:
            for begin in partitions.make(self._database, partitions.due(self._database, now, since=now - kept.general)):
                log.info("month made", month=f"{begin:%Y-%m}")
            yield
            if now.day == 1:
                partitions.sort_hours(self._database)
                yield
                partitions.pack(self._database, partitions.before(partitions.month(now)))
                yield
            dropped = partitions.drop_oldest(self._database, now - kept.general, kept.kept_longer)
            if dropped is not None:
                log.info("month dropped", month=f"{dropped:%Y-%m}", older_than=f"{kept.general.days} days")
            yield
        yield from self._delete(now, kept)

    def _delete(self, now: datetime, kept: Periods) -> Iterator[None]:
        """What is kept for a time of its own; where there are no months all the rest as well."""
        deleted = 0
        for table, topic, before in self._expired(now, kept):
            while deleted < self._a_day:
                count = self._delete_oldest(table, topic, before)
                deleted += count
                yield
                if count < self._at_once:
                    break
        if deleted:
            log.info("old messages deleted", count=deleted)

    def _delete_oldest(self, table: str, topic: int, before: datetime) -> int:
        # The newest stays: SQLite would give its number again, and the roll-up would take what bears it for added.
        newest, span = self._database.driver.newest, self._database.driver.span
        expired = f"{table} WHERE topic_id = %s AND received_at < %s AND id < ({newest}) AND id <= ({ROLLED_UP})"
        with self._database.transaction() as transaction:
            oldest = f"SELECT received_at FROM {expired} ORDER BY {span}, received_at LIMIT 1 OFFSET %s"
            found = transaction.query(oldest, topic, before, self._at_once - 1)
            if not found:
                return transaction.change(f"DELETE FROM {expired}", topic, before)
            return transaction.change(f"DELETE FROM {expired} AND received_at <= %s", topic, before, found[0][0])

    def _expired(self, now: datetime, kept: Periods) -> Iterator[tuple[str, int, datetime]]:
        """Tables, topics, and before when their messages are to be deleted."""
        with self._database.transaction() as transaction:
            topics = [id_ for (id_,) in transaction.query("SELECT id FROM topic ORDER BY id")]
        rest = partitions.REST if self._database.driver.has_months else "message"
        for id_ in topics:
            period = kept.topics.get(id_)
            if period is None:
                yield rest, id_, now - kept.general
            elif period != FOR_EVER:
                yield "message", id_, now - period
