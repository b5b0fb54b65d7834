"""The months of the table `message` in Postgres: each a partition, made ahead and dropped as a whole.

A row whose month has no partition goes to `message_rest`: a recorder that nobody looks after for months, or whose
clock stands wrong, stores on. When the month is made, such rows move into it.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

REST = "message_rest"
AHEAD = 3  # months


def month(instant: datetime) -> datetime:
    """The begin of its month in UTC."""
    return instant.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)


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


def make(begin: datetime) -> Iterable[str]:
    """Statements that make a month, with the rows of it that lie in the rest; in one transaction."""
    partition, first, end = name(begin), begin.isoformat(), following(begin).isoformat()
    return (
        f"LOCK TABLE {REST} IN ACCESS EXCLUSIVE MODE",
        f"CREATE TABLE {partition} (LIKE message INCLUDING DEFAULTS INCLUDING INDEXES)",
        f"WITH moved AS (DELETE FROM {REST} WHERE received_at >= '{first}' AND received_at < '{end}' RETURNING *) "
        f"INSERT INTO {partition} SELECT * FROM moved ORDER BY id",
        f"ALTER TABLE message ATTACH PARTITION {partition} FOR VALUES FROM ('{first}') TO ('{end}')",
    )
