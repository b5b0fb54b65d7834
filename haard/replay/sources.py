"""Where a replay reads: the house's database, or a file as `haard export` and `haard capture` write it.

Places are found by what the clock said, since a simulated house lives at another time than its recorder. In the
database that is a search among the ticks by when they were received, so a year costs no more than a day.
"""

from collections.abc import Callable, Collection, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from haard.replay.recorded import BEGAN, Recorded, begins, concerns, is_of_starts, is_retained
from haard.replay.span import TICK, Opened, time_of
from house.errors import PayloadError
from house.topics import Root
from recorder import archive
from recorder.database import STORED, Database, Stored, Transaction, read_instant

BATCH = 5_000  # rows
WINDOW = 20_000  # row ids
FEW = 4  # topics
MICROSECOND = timedelta(microseconds=1)
NEAR = timedelta(minutes=10)
ANOTHER_TIME = timedelta(hours=1)  # no clock of a real house is so far off for long


class FileRecord:
    """An exported file; it is read from its begin each time."""

    def __init__(self, path: Path, root: Root) -> None:
        self._path, self._root = path, root

    def open(self, since: datetime | None, until: datetime | None) -> Opened:
        kept: dict[str, bytes] = {}
        if since is None:
            return Opened(None, begins(self._messages()), self._messages())
        messages, passed = self._messages(), 0
        for recorded in messages:
            at = time_of(recorded.payload) if recorded.path == TICK else None
            if at is not None and at >= since:
                break
            if is_retained(recorded.path):
                kept[recorded.path] = recorded.payload
            passed += recorded.path == BEGAN and not recorded.retained
        return Opened(kept, begins(self._messages())[passed:], messages)

    def messages(self, since: datetime, until: datetime, wanted: Callable[[str], bool]) -> Iterator[Recorded]:
        """What was said on some topics in a span of the house's time, in the order of recording."""
        now: datetime | None = None
        for recorded in self._messages():
            now = (time_of(recorded.payload) if recorded.path == TICK else None) or now
            if now is not None and now > until:
                return
            if now is not None and now >= since and wanted(recorded.path):
                yield recorded

    def _messages(self) -> Iterator[Recorded]:
        for _, one in archive.read(self._path):
            path = self._root.relative(one.topic)
            if path is not None:
                yield Recorded(one.received_at, path, one.payload, one.retained)


def root_of(path: Path) -> Root:
    """The root of the house that a file tells of: where its ticks are."""
    for _, one in archive.read(path):
        if one.topic.endswith(f"/{TICK}"):
            return Root(one.topic.removesuffix(f"/{TICK}"))
    raise PayloadError(f"{path}: no tick is in it, so nobody can say when anything was")


class DatabaseRecord:
    """The messages under one topic root in the recorder's database."""

    def __init__(self, database: Database, root: Root) -> None:
        self._database, self._root = database, root

    def open(self, since: datetime | None, until: datetime | None) -> Opened:
        if since is None:
            return Opened(None, begins(self._rows(0, None, is_of_starts)), self._rows(0, until))
        place, received_at = self.place(since)
        kept = self.kept(place, received_at)
        return Opened(kept, begins(self._rows(place, until, is_of_starts)), self._rows(place, until))

    def now(self, ours: datetime) -> datetime:
        """What time it is in the house: in a simulated one, which lives at another time, what it said last."""
        with self._database.transaction() as transaction:
            topics = self._ids(transaction, lambda path: path == TICK)
            if not topics:
                return ours
            id_ = next(iter(topics))
            _, newest = self._ends(transaction, id_)
            tick = self._tick(transaction, id_, newest)
        said_at = tick[2] if tick is not None else None
        return ours if said_at is None or abs(said_at - newest) <= ANOTHER_TIME else said_at

    def at(self, instant: datetime) -> dict[str, bytes]:
        """What the broker kept when this instant of the house's time had been decided upon."""
        return self.kept(*self.place(instant + timedelta(minutes=1)))

    def messages(self, since: datetime, until: datetime, wanted: Callable[[str], bool]) -> Iterator[Recorded]:
        """What was said on some topics in a span of the house's time, in the order of recording."""
        return self._rows(self.place(since)[0], until, wanted)

    def received(self, at: datetime) -> datetime | None:
        """When this instant of the house's time was recorded; None where the record ends before."""
        _, received = self.place(at)
        with self._database.transaction() as transaction:
            ticks = self._ids(transaction, lambda path: path == TICK)
            tick = self._tick(transaction, next(iter(ticks)), received)
        return received if tick is not None and tick[2] is not None and tick[2] >= at else None

    # --- places -------------------------------------------------------------------------------------------------------

    def place(self, at: datetime) -> tuple[int, datetime]:
        """The place before the first tick that tells this instant or a later one, and when that was received."""
        with self._database.transaction() as transaction:
            topic = self._ids(transaction, lambda path: path == TICK)
            if not topic:
                raise PayloadError("the record holds no tick, so nobody can say when anything was")
            id_ = next(iter(topic))
            low, high = self._ends(transaction, id_)
            guess = self._tick(transaction, id_, at)  # in a real house it was received when it was said
            if guess is not None and guess[2] is not None and abs(guess[2] - at) <= NEAR:
                low, high = guess[1] - 3 * NEAR, guess[1] + 3 * NEAR
            while high - low > MICROSECOND:
                middle = low + (high - low) / 2
                tick = self._tick(transaction, id_, middle)
                if tick is None or tick[2] is None or tick[2] >= at:
                    high = middle
                else:
                    low = max(tick[1], middle)
            found = self._tick(transaction, id_, high)
        if found is None:
            raise PayloadError(f"the record ends before {at:%Y-%m-%d %H:%M} UTC")
        return found[0] - 1, found[1]

    def _ends(self, transaction: Transaction, topic: int) -> tuple[datetime, datetime]:
        span = self._database.driver.span
        ends = []
        for order in ("ASC", "DESC"):
            by = f"{span} {order}, received_at {order}"
            rows = transaction.query(
                f"SELECT received_at FROM message WHERE topic_id = %s ORDER BY {by} LIMIT 1", topic
            )
            ends.append(read_instant(rows[0][0]) if rows else datetime.now(UTC))
        return ends[0] - MICROSECOND, ends[1]

    def _tick(
        self, transaction: Transaction, topic: int, received: datetime
    ) -> tuple[int, datetime, datetime | None] | None:
        """The first tick received at this instant or later: place, arrival, what it says."""
        span = self._database.driver.span
        bound = span.replace("received_at", "%s") if span != "received_at" else "%s"
        rows = transaction.query(
            f"SELECT id, received_at, payload FROM message WHERE topic_id = %s AND {span} >= {bound} "
            f"AND received_at >= %s ORDER BY {span}, received_at, id LIMIT 1",
            topic,
            received,
            received,
        )
        if not rows:
            return None
        place, at, payload = rows[0]
        return int(place), read_instant(at), time_of(bytes(payload))

    # --- messages -----------------------------------------------------------------------------------------------------

    def kept(self, place: int, received_at: datetime) -> dict[str, bytes]:
        """What the broker kept at a place: the newest message of each topic."""
        span, kept = self._database.driver.span, {}
        bound = span.replace("received_at", "%s") if span != "received_at" else "%s"
        query = (
            f"SELECT payload FROM message WHERE topic_id = %s AND {span} <= {bound} AND received_at <= %s AND id <= %s "
            f"ORDER BY {span} DESC, received_at DESC, id DESC LIMIT 1"
        )
        with self._database.transaction() as transaction:
            for id_, path in self._ids(transaction, is_retained).items():
                rows = transaction.query(query, id_, received_at, received_at, place)
                if rows and rows[0][0]:
                    kept[path] = bytes(rows[0][0])
        return kept

    def _ids(self, transaction: Transaction, wanted: Callable[[str], bool]) -> dict[int, str]:
        paths = {id_: self._root.relative(name) for id_, name in transaction.query("SELECT id, name FROM topic")}
        return {id_: path for id_, path in paths.items() if path is not None and wanted(path)}

    def _rows(self, after: int, until: datetime | None, wanted: Callable[[str], bool] = concerns) -> Iterator[Recorded]:
        """What was recorded on some topics behind a place, in its order."""
        end, window = self._end(until), WINDOW
        while after < end:
            with self._database.transaction() as transaction:
                names = self._ids(transaction, wanted)
                rows = _batch(transaction, names, after, min(after + window, end))
            for _, at, topic, retained, payload in rows:
                yield Recorded(at, names[topic], payload, retained)
            after, window = (rows[-1][0], WINDOW) if len(rows) == BATCH else (after + window, 4 * window)

    def _end(self, until: datetime | None) -> int:
        """The last place that may belong to a span."""
        with self._database.transaction() as transaction:
            [(newest,)] = transaction.query(self._database.driver.newest)
        if until is None:
            return int(newest)
        try:
            return min(int(newest), self.place(until + timedelta(minutes=5))[0])
        except PayloadError:
            return int(newest)


def _batch(transaction: Transaction, topics: Collection[int], after: int, end: int) -> list[Stored]:
    """The first messages on some topics between two places.

    What is on few topics is rare and found by them. What is on many is found by its ids, also by SQLite, which
    otherwise reads all that was ever said on each topic for each batch.
    """
    topic, ids = "topic_id" if len(topics) <= FEW else "topic_id + 0", ", ".join(map(str, topics)) or "NULL"
    return transaction.messages(
        f"SELECT {STORED} FROM message WHERE id > {after} AND id <= {end} AND {topic} IN ({ids}) "
        f"ORDER BY id LIMIT {BATCH}"
    )
