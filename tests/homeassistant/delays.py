"""How long wishes take to come through, without the time in which the whole computer stood still."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

BEAT_S, PAUSE_S = 0.02, 0.2
"""A beat that comes so late was held up by the computer, and not by Home Assistant or by haard."""


class Delays:
    """What was measured so far, s; beside it a heart that beats every 20 ms and so notices pauses."""

    def __init__(self) -> None:
        self.measured: list[float] = []
        self._paused, self._over = 0.0, threading.Event()
        self._heart = threading.Thread(target=self._beat, daemon=True)

    @contextmanager
    def one(self) -> Iterator[None]:
        began, paused = time.monotonic(), self._paused
        yield
        self.measured.append(time.monotonic() - began - (self._paused - paused))

    def _beat(self) -> None:
        last = time.monotonic()
        while not self._over.wait(BEAT_S):
            now = time.monotonic()
            self._paused += now - last if now - last > PAUSE_S else 0.0
            last = now

    def start(self) -> None:
        self._heart.start()

    def stop(self) -> None:
        self._over.set()
        self._heart.join()
