"""One slow request at a time, beside the loop that keeps the broker's connection alive.

A cloud may take 45 s to answer; a link that is not driven for that long is taken for dead. The thread is a daemon: a
stop waits for an answer only where the bridge chooses to.
"""

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

Outcome = TypeVar("Outcome")


class BackgroundRequest(Generic[Outcome]):
    """Runs one piece of work and keeps its outcome for pick-up; what it raised is raised there."""

    def __init__(self) -> None:
        self._thread: threading.Thread | None = None
        self._outcome: Outcome | None = None
        self._raised: BaseException | None = None

    @property
    def busy(self) -> bool:
        """Whether work is running, or its outcome has not been picked up."""
        return self._thread is not None

    def start(self, work: Callable[[], Outcome]) -> None:
        """Begin; only when not busy."""

        def _run() -> None:
            try:
                self._outcome = work()
            except BaseException as error:
                self._raised = error

        self._thread = threading.Thread(target=_run, daemon=True)
        self._thread.start()

    def pick_up(self) -> Outcome | None:
        """The outcome of the work that has ended, once; None while there is none."""
        if self._thread is None or self._thread.is_alive():
            return None
        if self._raised is not None:
            raise self._raised
        outcome, self._outcome, self._thread = self._outcome, None, None
        return outcome
