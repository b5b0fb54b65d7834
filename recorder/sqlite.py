"""SQLite: the embedded default, set so that what is acknowledged survives a power cut."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from house.errors import DeviceError, SettingsError
from recorder.database import COLUMNS, Row, Stored, read_instant

BUSY_TIMEOUT_S = 1.0  # while another program writes


class Sqlite:
    """`sqlite:///file`; with a fourth slash the path is absolute."""

    dialect = "sqlite"
    temporary: tuple[type[Exception], ...] = (sqlite3.OperationalError, sqlite3.IntegrityError)
    error: type[Exception] = sqlite3.Error
    placeholder = "?"
    has_table = "SELECT count(*) FROM sqlite_master WHERE name = %s"
    has_months = False
    span = "received_at"
    optimise = "ANALYZE"
    newest = "SELECT coalesce(max(id), 0) FROM message"
    grants = "SELECT 1"  # who may open the file may do all
    settle = "SELECT 1"  # one writes at a time

    def __init__(self, url: str) -> None:
        self.name = url
        self._path = url.removeprefix("sqlite:///")
        self._file: tuple[int, int] | None = None
        if not url.startswith("sqlite:///") or self._path in ("", ":memory:"):
            raise SettingsError(f"database.url: should be a file such as sqlite:///haard.db, not {url!r}")

    def is_busy(self, error: Exception) -> bool:
        return getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_BUSY

    def connect(self) -> Any:
        connection = sqlite3.connect(self._path, timeout=BUSY_TIMEOUT_S, isolation_level="IMMEDIATE")
        connection.execute("PRAGMA journal_mode = WAL")  # readers do not hold up the recorder
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA analysis_limit = 1000")  # rows of an index that ANALYZE looks at
        self._file = self._identity()
        return connection

    def _identity(self) -> tuple[int, int] | None:
        """Device and inode of the file; None where there is none."""
        try:
            status = Path(self._path).stat()
        except FileNotFoundError:
            return None
        return status.st_dev, status.st_ino

    def store(self, cursor: Any, rows: Sequence[Row]) -> None:
        if self._identity() != self._file:  # SQLite would write on into the file that was deleted
            raise DeviceError(f"{self.name}: the file was deleted or replaced", temporary=False)
        places = ", ".join("?" * len(COLUMNS))
        cursor.executemany(f"INSERT INTO message ({', '.join(COLUMNS)}) VALUES ({places})", self._as_text(rows))

    def messages(self, cursor: Any, query: str) -> list[Stored]:
        rows = cursor.execute(query).fetchall()
        return [(id_, read_instant(at), topic, bool(retained), payload) for id_, at, topic, retained, payload in rows]

    def instant(self, value: datetime) -> str:
        """As SQLAlchemy writes and reads it."""
        return f"{value.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}"

    def _as_text(self, rows: Iterable[Row]) -> Iterator[tuple[Any, ...]]:
        last, text = None, ""
        for received_at, *others in rows:
            if received_at is not last:
                last, text = received_at, self.instant(received_at)
            yield text, *others
