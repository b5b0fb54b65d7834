"""One slow request at a time, beside the loop that keeps the broker's connection alive.

A cloud may take 45 s to answer; a link that is not driven for that long is taken for dead. A server that drips a byte
now and then would hold a request for ever, since time limits of sockets count from byte to byte: so each request has
one deadline for the whole of its answer. What is late is left to a daemon thread, of which there are a few at most.
"""

import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

Outcome = TypeVar("Outcome")

MOST_ABANDONED = 3


class _Run(Generic[Outcome]):
    """One piece of work in a thread of its own."""

    def __init__(self, work: Callable[[], Outcome], began: float) -> None:
        self.began = began
        self.outcome: Outcome | None = None
        self.raised: BaseException | None = None
        self._thread = threading.Thread(target=self._run, args=(work,), daemon=True)
        self._thread.start()

    def _run(self, work: Callable[[], Outcome]) -> None:
        try:
            self.outcome = work()
        except BaseException as error:
            self.raised = error

    @property
    def is_over(self) -> bool:
        return not self._thread.is_alive()


class BackgroundRequest(Generic[Outcome]):
    """Runs one piece of work and keeps its outcome for pick-up; what it raised is raised there.

    After `deadline_s` seconds the outcome is `too_late`, whatever the work is still doing.
    """

    def __init__(self, deadline_s: float, too_late: Outcome, clock: Callable[[], float] = time.monotonic) -> None:
        self._deadline_s, self._too_late, self._clock = deadline_s, too_late, clock
        self._run: _Run[Outcome] | None = None
        self._abandoned: list[_Run[Outcome]] = []

    @property
    def busy(self) -> bool:
        """Whether work is running, or its outcome has not been picked up."""
        return self._run is not None

    def start(self, work: Callable[[], Outcome]) -> None:
        """Begin; only when not busy. While too much work hangs it is too late at once."""
        self._abandoned = [one for one in self._abandoned if not one.is_over]
        hangs = len(self._abandoned) >= MOST_ABANDONED
        self._run = _Run((lambda: self._too_late) if hangs else work, self._clock())

    def pick_up(self) -> Outcome | None:
        """The outcome of the work that has ended or is too late, once; None while there is none."""
        run = self._run
        if run is None:
            return None
        if not run.is_over:
            if self._clock() - run.began <= self._deadline_s:
                return None
            self._abandoned.append(run)
            self._run = None
            return self._too_late
        if run.raised is not None:
            raise run.raised
        self._run = None
        return run.outcome
