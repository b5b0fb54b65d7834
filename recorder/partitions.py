"""The months of the table `message` in Postgres: each a partition, made ahead and dropped as a whole.

A row whose month has no partition goes to `message_rest`: a recorder that nobody looks after for months, or whose
clock stands wrong, stores on. When the month is made, such rows move into it. What outlives its month rests there too.
"""

from collections.abc import Collection, Iterator
from datetime import UTC, datetime, timedelta

from recorder.database import ROLLED_UP, Database, Transaction

REST = "message_rest"
AHEAD = 3  # months
PATIENCE_S = 5.0  # for a query to end; the recorder, which would queue behind us, waits as long
_LOCK = "SELECT pg_advisory_xact_lock(7020113120370253939)"  # "message": one at a time makes or drops months


def month(instant: datetime) -> datetime:
    """The begin of its month in UTC."""
    return instant.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def before(begin: datetime) -> datetime:
    return month(begin - timedelta(days=1))


def following(begin: datetime) -> datetime:
    return begin.replace(year=begin.year + begin.month // 12, month=begin.month % 12 + 1)


def ahead(now: datetime) -> Iterator[datetime]:
    """The present month and those that should be there before they begin."""
    begin = month(now)
    for _ in range(AHEAD + 1):
        yield begin
        begin = following(begin)


def name(begin: datetime) -> str:
    return f"message_{begin.year:04d}_{begin.month:02d}"


def month_named(partition: str) -> datetime:
    """The month that `name` gave this name."""
    _, year, number = partition.split("_")
    return datetime(int(year), int(number), 1, tzinfo=UTC)


def making(begin: datetime) -> tuple[str, ...]:
    """Statements that make a month, with the rows of it that are in the rest; in one transaction."""
    partition, first, end = name(begin), begin.isoformat(), following(begin).isoformat()
    return (
        f"LOCK TABLE {REST} IN ACCESS EXCLUSIVE MODE",
        f"CREATE TABLE {partition} (LIKE message INCLUDING DEFAULTS INCLUDING INDEXES)",
        f"WITH moved AS (DELETE FROM {REST} WHERE received_at >= '{first}' AND received_at < '{end}' RETURNING *) "
        f"INSERT INTO {partition} SELECT * FROM moved ORDER BY id",
        f"ALTER TABLE message ATTACH PARTITION {partition} FOR VALUES FROM ('{first}') TO ('{end}')",
    )


def due(database: Database, now: datetime, since: datetime) -> set[datetime]:
    """The months to come, and those since an instant whose messages are in the rest."""
    query = f"SELECT DISTINCT date_trunc('month', received_at, 'UTC') FROM {REST} WHERE received_at >= %s"
    with database.transaction() as transaction:
        return {*ahead(now), *(month(begin) for (begin,) in transaction.query(query, month(since)))}


def make(database: Database, months: Collection[datetime]) -> list[datetime]:
    """Make those that are missing, and return them."""
    with database.transaction() as transaction:
        missing = sorted(set(months) - set(_made(transaction)))
        if missing:
            _lock(transaction, PATIENCE_S)
            missing = sorted(set(missing) - set(_made(transaction)))
        for begin in missing:
            for statement in making(begin):
                transaction.execute(statement)
    return missing


def drop_oldest(
    database: Database, before: datetime, kept_topics: Collection[int], patience_s: float = PATIENCE_S
) -> datetime | None:
    """Drop the oldest month if all of it is older than an instant and rolled up; what is kept goes to the rest.

    Returns the month that was dropped.
    """
    with database.transaction() as transaction:
        _lock(transaction, patience_s)
        oldest = min(_made(transaction), default=None)
        if oldest is None or following(oldest) > before:
            return None
        partition = name(oldest)
        if transaction.query(f"SELECT 1 FROM {partition} WHERE id > ({ROLLED_UP}) LIMIT 1"):
            return None
        transaction.execute(f"ALTER TABLE message DETACH PARTITION {partition}")
        if kept_topics:
            kept = f"topic_id IN ({', '.join(['%s'] * len(kept_topics))})"
            transaction.execute(f"INSERT INTO {REST} SELECT * FROM {partition} WHERE {kept} ORDER BY id", *kept_topics)
        transaction.execute(f"DROP TABLE {partition}")
    return oldest


def pack(database: Database, begin: datetime) -> None:
    """Build the indexes of a month that is over anew: as they grew they take almost twice the room.

    Whoever reads waits for the seconds that it takes; the recorder stores on.
    """
    with database.transaction() as transaction:
        _lock(transaction, PATIENCE_S)
        if begin in _made(transaction):
            transaction.execute(f"REINDEX TABLE {name(begin)}")


def sort_hours(database: Database) -> None:
    """Lay the hours of each series side by side, so that a year of one is read from few pages.

    Charts of hours wait for the seconds that it takes; the recorder does not.
    """
    with database.transaction() as transaction:
        _lock(transaction, PATIENCE_S)
        transaction.execute("CLUSTER hourly USING hourly_pkey")
        transaction.execute("ANALYZE hourly")


def _lock(transaction: Transaction, patience_s: float) -> None:
    transaction.execute(f"SET LOCAL lock_timeout = {round(1000 * patience_s)}")
    transaction.execute(_LOCK)


def _made(transaction: Transaction) -> list[datetime]:
    query = "SELECT relname FROM pg_inherits JOIN pg_class ON oid = inhrelid WHERE inhparent = 'message'::regclass"
    return [month_named(partition) for (partition,) in transaction.query(query) if partition != REST]
