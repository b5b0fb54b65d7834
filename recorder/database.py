"""The way to the database: one connection for Postgres or SQLite, made when it is needed, given up after any failure.

The service speaks to the driver itself. SQLAlchemy and Alembic define and build the tables in a process of their own,
since they would cost the service 25 MB of memory.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import chain, islice
from typing import Any, Protocol

from house.errors import DeviceError

REVISION = "0004"
"""The migration that built the tables as this program knows them."""

Row = tuple[datetime, int, int, bool, bytes]
Stored = tuple[int, datetime, int, bool, bytes]
"""A message as it is read again: its place, when it was received, its topic, whether it was told again, its payload."""
ROLLED_UP = "SELECT place FROM watermark WHERE name = 'hourly'"
"""Up to which id messages have been added to the hours."""

COLUMNS = ("received_at", "topic_id", "qos", "retained", "payload")
"""A row of the table `message`."""

STORED = "id, received_at, topic_id, retained, payload"
"""What many messages are read by."""

INSERTED_AT_ONCE = 500  # rows in a statement


class BusyError(DeviceError):
    """Another program has to commit first: it holds what is needed, or makes it."""


class Driver(Protocol):
    """What differs between Postgres and SQLite."""

    name: str
    """The database as a person knows it, without password."""
    dialect: str
    """Its name in SQLAlchemy."""
    temporary: tuple[type[Exception], ...]
    """Errors that heal by waiting; another writer at the same time is one of them."""
    error: type[Exception]
    """Any error of the driver."""
    placeholder: str
    has_table: str
    """A query that counts the tables of a name."""

    def is_busy(self, error: Exception) -> bool:
        """Whether an error of the driver says that another program holds a lock for too long."""

    def connect(self) -> Any:
        """A connection of the Python database API, on which nothing hangs and a commit is durable."""

    has_months: bool
    """Whether each month of messages is a partition of its own."""
    span: str
    """By what the messages of a topic are indexed: `received_at`, or the begin of the span of hours that it is in."""
    optimise: str
    """A statement that lets the database look at what it holds, so that it finds the quickest way to it."""
    newest: str
    """A query for the greatest id that was given to a message."""
    grants: str
    """Statements by which the owner lets the analyst's own role read, where there is such a role."""
    settle: str
    """A statement after which no message can be committed any more with an id below one that is there."""

    def store(self, cursor: Any, rows: Sequence[Row]) -> None:
        """Add rows to the table `message`; raises DeviceError for a database that nobody will ever read."""

    def messages(self, cursor: Any, query: str) -> list[Stored]:
        """What a query finds that asks for `STORED`."""

    def instant(self, value: datetime) -> Any:
        """An instant as a value of a statement."""


class Transaction:
    """Statements that come true together."""

    def __init__(self, driver: Driver, cursor: Any) -> None:
        self._driver, self._cursor = driver, cursor

    def execute(self, statement: str, *values: Any) -> None:
        """A statement with `%s` for each value."""
        known = [self._driver.instant(value) if isinstance(value, datetime) else value for value in values]
        self._cursor.execute(statement.replace("%s", self._driver.placeholder), known)

    def change(self, statement: str, *values: Any) -> int:
        """As `execute`; returns how many rows were changed."""
        self.execute(statement, *values)
        return int(self._cursor.rowcount)

    def query(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        self.execute(statement, *values)
        return list(self._cursor.fetchall())

    def messages(self, query: str) -> list[Stored]:
        """What a query finds that asks for `STORED` and holds all its values: as quickly as the driver can."""
        return self._driver.messages(self._cursor, query)

    def insert(self, into: str, rows: Iterable[Sequence[Any]], conflict: str = "") -> None:
        """Add rows to `table (columns)`; `conflict` says what becomes of those that are there."""
        waiting = iter(rows)
        while batch := list(islice(waiting, INSERTED_AT_ONCE)):
            places = ", ".join([f"({', '.join(['%s'] * len(batch[0]))})"] * len(batch))
            self.execute(f"INSERT INTO {into} VALUES {places} {conflict}", *chain.from_iterable(batch))

    def settled(self) -> int:
        """The place up to which nothing will appear any more, that of the newest message; 0 if there is none.

        Of several recorders one may commit later what it was given a lower id for: it is waited for. New commits
        wait meanwhile, so this should end its transaction.
        """
        self.execute(self._driver.settle)
        [(newest,)] = self.query(self._driver.newest)
        return int(newest)

    def store(self, rows: Sequence[Row]) -> None:
        self._driver.store(self._cursor, rows)


class Database:
    """A database that may be away at any time."""

    def __init__(self, driver: Driver) -> None:
        self.driver = driver
        self._connection: Any = None

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """Commit at the end; raises DeviceError: temporary while the database is away, else a person has to act, and
        BusyError for another program's lock.

        When that happens in the commit itself, what was done may have come true or not.
        """
        try:
            if self._connection is None:
                self._connection = self.driver.connect()
            yield Transaction(self.driver, self._connection.cursor())
            self._connection.commit()
        except self.driver.error as error:
            self.close()
            text = f"{self.driver.name}: {' '.join(str(error).split())}"
            if self.driver.is_busy(error):
                raise BusyError(text, temporary=True) from error
            raise DeviceError(text, temporary=isinstance(error, self.driver.temporary)) from error
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Give up the connection, and with it whatever was not committed."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def is_current(self) -> bool:
        """Whether the tables are those of this program."""
        with self.transaction() as transaction:
            [(tables,)] = transaction.query(self.driver.has_table, "alembic_version")
            return bool(tables) and transaction.query("SELECT version_num FROM alembic_version") == [(REVISION,)]

    def require_tables(self) -> None:
        """Raises BusyError until the recorder has brought the tables up to date."""
        if not self.is_current():
            raise BusyError("the recorder has not made its tables yet", temporary=True)


def read_instant(value: datetime | str) -> datetime:
    """An instant as it came out of a query: SQLite keeps it as text in UTC."""
    return datetime.fromisoformat(f"{value}+00:00") if isinstance(value, str) else value.astimezone(UTC)
