"""Sets the maintenance going: each hour in a process of its own, which ends when it is done.

The recorder owns the tables, so what changes or deletes messages is its business and not the analyst's, who only reads.
A process of its own does not hold up the recording, and its memory is given back.
"""

import subprocess
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Protocol

import structlog

from recorder.rollup import hour_of

FIRST_AFTER = timedelta(minutes=1)  # from the recorder's start, which has the processor to itself
AGAIN_AFTER = timedelta(minutes=5)
FAREWELL_S = 1.0

log = structlog.get_logger()


class Worker(Protocol):
    """What is needed of a process."""

    def poll(self) -> int | None: ...
    def terminate(self) -> None: ...
    def kill(self) -> None: ...
    def wait(self, timeout: float | None = None) -> int: ...


class Housekeeping:
    """`turn` looks after it; `start` begins the maintenance of an hour, or that of a whole day."""

    def __init__(self, start: Callable[[Sequence[str]], Worker], began: datetime) -> None:
        self._start, self._not_before = start, began + FIRST_AFTER
        self._worker: Worker | None = None
        self._working_on = self._done = began - timedelta(hours=1)
        self._kept_on: date | None = None

    def turn(self, now: datetime) -> None:
        if self._worker is not None:
            self._look(now)
        elif now >= self._not_before and hour_of(now) != self._done:
            self._working_on = hour_of(now)
            self._worker = self._start(["--daily"] if now.date() != self._kept_on else [])

    def _look(self, now: datetime) -> None:
        status = self._worker.poll() if self._worker is not None else None
        if status is None:
            return
        self._worker = None
        if status:
            log.warning("maintenance failed", status=status, again_in_s=AGAIN_AFTER.total_seconds())
            self._not_before = now + AGAIN_AFTER
            return
        self._done, self._kept_on = self._working_on, self._working_on.date()

    def leave(self) -> None:
        """What was begun is undone by the database, and begins anew next time."""
        if self._worker is None:
            return
        self._worker.terminate()
        try:
            self._worker.wait(FAREWELL_S)
        except subprocess.TimeoutExpired:
            self._worker.kill()
            self._worker.wait()
