"""What a house has recorded in SQLite, read from outside its tree."""

import sqlite3
import time
from contextlib import closing
from pathlib import Path
from types import TracebackType
from typing import Any, Self

PATIENCE_S = 60.0
MESSAGES = """
    SELECT message.id, received_at, name, qos, retained, payload
    FROM message JOIN topic ON topic.id = topic_id ORDER BY message.id
"""


class Record:
    """A context manager; it can change nothing."""

    def __init__(self, file: Path) -> None:
        self._connection = sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=30)

    def messages(self) -> list[tuple[Any, ...]]:
        """Every row, in the order in which it was recorded."""
        with closing(self._connection.execute(MESSAGES)) as found:
            return found.fetchall()

    def messages_once_more_than(self, number: int) -> list[tuple[Any, ...]]:
        """Every row, as soon as there are more than so many."""
        deadline = time.monotonic() + PATIENCE_S
        while len(found := self.messages()) <= number:
            assert time.monotonic() < deadline, f"{len(found)} messages are recorded, and no more come"
            time.sleep(0.5)
        return found

    @property
    def form(self) -> str:
        """The revision of its tables."""
        [(revision,)] = self._connection.execute("SELECT version_num FROM alembic_version").fetchall()
        return str(revision)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()
