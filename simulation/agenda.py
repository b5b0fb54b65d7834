"""What will happen when: a queue of calls by instant; calls of the same instant keep the order they were made in."""

from collections.abc import Callable
from heapq import heappop, heappush


class Agenda:
    """Calls that wait for their instant (seconds UTC)."""

    def __init__(self) -> None:
        self._waiting: list[tuple[int, int, Callable[[int], None]]] = []
        self._made = 0

    def add(self, at: int, call: Callable[[int], None]) -> None:
        """Have `call(at)` made at `at`, or at once when that has passed."""
        heappush(self._waiting, (at, self._made, call))
        self._made += 1

    def run(self, now: int) -> None:
        """Make all calls that are due."""
        while self._waiting and self._waiting[0][0] <= now:
            at, _, call = heappop(self._waiting)
            call(at)
