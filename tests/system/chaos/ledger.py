"""Numbered messages, and what became of them: each one that the broker has taken must be one row in the database.

A message that was under way when the connection broke may be stored never, once or twice: its sender cannot know. What
a broker that was killed, or lost its file, or a session that was stolen may have cost is excused by number; a loss must
then be said by the recorder.
"""

import time
from collections import Counter
from collections.abc import Iterable
from typing import Any

import psycopg2

from devtools.servers import Postgres
from tests.system.chaos.client import Client

EVERY_S = 0.1
MOST_UNDER_WAY = 20
FORGETS_S = 8.0  # what a killed broker may have forgotten at least: its autosave, and a margin


class Ledger:
    """Says numbers while its client is connected; `turn` often."""

    def __init__(self, client: Client) -> None:
        self.said = 0
        self.taken: set[int] = set()
        self.unsure: set[int] = set()
        self.excused: list[tuple[int, int]] = []
        self._client = client
        self._under_way: list[tuple[int, Any]] = []
        self._next_s = 0.0
        self._stored = 0
        self._known: list[tuple[float, int]] = []  # since when which number is known to be stored
        self._excused_from: int | None = None

    def turn(self) -> None:
        if not self._client.connected.is_set():
            self.unsure |= {number for number, _ in self._under_way}
            self._under_way = []
            return
        self.taken |= {number for number, info in self._under_way if info.is_published()}
        self._under_way = [one for one in self._under_way if not one[1].is_published()]
        now = time.monotonic()
        if now >= self._next_s and len(self._under_way) < MOST_UNDER_WAY:
            self._next_s = now + EVERY_S
            self.said += 1
            self._under_way.append(
                (self.said, self._client.say(f"home/count/{self.said % 7}", str(self.said).encode()))
            )

    @property
    def newest(self) -> int:
        return max(self.taken, default=0)

    def is_stored(self, database: Postgres, number: int) -> bool:
        """Whether this number, or a later one, is a row."""
        self._stored = max(numbers(database, self._stored), default=self._stored)
        self._known.append((time.monotonic(), self._stored))
        return self._stored >= number

    def excuse(self, forgets_s: float = FORGETS_S) -> None:
        """From what was stored some seconds ago on, until `excuse_ends`."""
        before = time.monotonic() - max(forgets_s, FORGETS_S)
        first = max((number for since, number in self._known if since < before), default=0)
        self._excused_from = first if self._excused_from is None else min(first, self._excused_from)

    def excuse_ends(self) -> None:
        if self._excused_from is not None:
            self.excused.append((self._excused_from, self.said))
            self._excused_from = None

    def faults(self, rows: Iterable[int]) -> tuple[list[int], list[int], int]:
        """The numbers that were lost, those that are there twice, and how many losses are excused."""
        found = Counter(rows)
        lost = [number for number in self.taken if number not in found]
        twice = [number for number, times in found.items() if times > 1 and number not in self.unsure]
        guilty = [number for number in lost if not self._is_excused(number)]
        return sorted(guilty), sorted(one for one in twice if not self._is_excused(one)), len(lost) - len(guilty)

    def _is_excused(self, number: int) -> bool:
        return any(first <= number <= last for first, last in self.excused)


def numbers(database: Postgres, above: int = 0) -> list[int]:
    """The numbers that are stored, each as often as it is; none while the database does not answer."""
    query = "SELECT payload FROM message JOIN topic ON topic_id = topic.id WHERE name LIKE 'home/count/%'"
    try:
        connection = psycopg2.connect(
            host="127.0.0.1", port=database.port, user="haard", dbname="postgres", connect_timeout=5,
            options="-c statement_timeout=20000",
        )  # fmt: skip
    except psycopg2.OperationalError:
        return []
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(query)
            return [number for (payload,) in cursor.fetchall() if (number := int(bytes(payload))) > above]
    except psycopg2.Error:
        return []
    finally:
        connection.close()
