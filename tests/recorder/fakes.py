"""A broker's session and a database that fail on demand, for tests of the recorder without servers."""

import sqlite3
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from house.packets import Publish
from recorder.sqlite import Sqlite


class Killed(BaseException):
    """The recorder's process ends here."""


@dataclass
class Session:
    """The session of one client as Mosquitto keeps it: identifiers in sequence, redelivery with DUP after a break.

    It is at the same time the recorder's link to it.
    """

    window: int = 5
    connections: int = 1
    session_present: bool = True

    def __post_init__(self) -> None:
        self.rejected: list[tuple[Publish, str]] = []
        self.in_flight: deque[Publish] = deque()
        self._acknowledged: list[Publish] = []
        self._queue: deque[Publish] = deque()
        self._last_id = 0
        self._undelivered = 0  # at the end of what is in flight

    @property
    def empty(self) -> bool:
        return not self.in_flight and not self._queue

    @property
    def delivered(self) -> int:
        """How many messages wait for their acknowledgement."""
        return len(self.in_flight) - self._undelivered

    def say(self, path: str, payload: bytes, *, qos: int = 1, retained: bool = False) -> None:
        """Somebody published a message, or (retained) the broker tells one again."""
        if qos:
            self._last_id = self._last_id % 65_535 + 1
        packet_id = self._last_id if qos else 0
        self._queue.append(Publish(f"home/{path}", payload, packet_id, qos, retained, duplicate=False))

    def receive(self, timeout: float) -> list[Publish]:
        while self._queue and len(self.in_flight) < self.window:
            self.in_flight.append(self._queue.popleft())
            self._undelivered += 1
        if not self._undelivered:
            return []
        received = self.in_flight[len(self.in_flight) - self._undelivered]
        self._undelivered -= 1
        if not received.qos:
            self.in_flight.remove(received)
        return [received]

    def rest(self, timeout: float) -> None:
        """Nothing is taken."""

    def acknowledge(self, packet_ids: Iterable[int]) -> None:
        for packet_id in packet_ids:
            assert self.in_flight[0].packet_id == packet_id, "acknowledged out of order"
            self._acknowledged.append(self.in_flight.popleft())

    def reject(self, message: Publish, reason: str) -> None:
        self.rejected.append((message, reason))

    def reconnect(self, unread: int = 0) -> None:
        """The connection breaks, or the recorder starts anew: what was delivered is delivered again with DUP.

        `unread` acknowledgements are lost on the way.
        """
        self.in_flight.extendleft(reversed(self._acknowledged[max(len(self._acknowledged) - unread, 0) :]))
        self._acknowledged.clear()
        delivered = self.delivered
        self.in_flight = deque(
            one._replace(duplicate=one.duplicate or index < delivered) for index, one in enumerate(self.in_flight)
        )
        self._undelivered = len(self.in_flight)
        self.connections += 1
        self.session_present = True

    def lose(self) -> None:
        """The broker forgets the session and all that waits in it."""
        self.in_flight.clear()
        self._queue.clear()
        self._acknowledged.clear()
        self._last_id = self._undelivered = 0
        self.connections += 1
        self.session_present = False


class UnreliableSqlite(Sqlite):
    """Real SQLite, whose next commit may go wrong: `fate` is one of the names below."""

    FATES = ("lost before", "lost after", "killed before", "killed after")

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.fate: str | None = None
        self.away = False
        self._connections: list[sqlite3.Connection] = []

    def connect(self) -> Any:
        if self.away:
            raise sqlite3.OperationalError("the disk is not there")
        connection = super().connect()
        connection.execute("PRAGMA synchronous = OFF")
        self._connections.append(connection)
        return _Connection(connection, self)

    def close(self) -> None:
        """End what killed recorders have left open."""
        for connection in self._connections:
            connection.close()


class _Connection:
    def __init__(self, connection: sqlite3.Connection, driver: UnreliableSqlite) -> None:
        self._connection, self._driver = connection, driver
        self.cursor, self.close = connection.cursor, connection.close

    def commit(self) -> None:
        fate, self._driver.fate = (self._driver.fate or "none"), None
        if self._driver.away:
            raise sqlite3.OperationalError("the disk is not there")
        if fate.endswith("before"):
            self._connection.rollback()
        else:
            self._connection.commit()
        if fate.startswith("lost"):
            raise sqlite3.OperationalError("connection lost")
        if fate.startswith("killed"):
            raise Killed
