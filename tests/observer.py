"""An observer on a real broker: hears everything, waits for what a test is about, and says what people say."""

import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

from house import topics
from house.messages import Echo
from house.mqtt import Link, Received
from house.settings import Mqtt

PATIENCE_S = 20.0


class Observer:
    """A link that keeps what it heard, in order; a context manager."""

    def __init__(self, broker: Mqtt, filters: tuple[str, ...] = ("#",)) -> None:
        self.heard: list[Received] = []
        self._link = Link(broker, "observer", filters, stop=threading.Event())

    def wait_for(
        self,
        path: str,
        matches: Callable[[bytes], bool] = lambda _: True,
        since: int = 0,
        within_s: float = PATIENCE_S,
    ) -> Received:
        """The first message on `path` that matches, heard already (from index `since`) or soon."""
        deadline, index = time.monotonic() + within_s, since
        while True:
            for received in self.heard[index:]:
                if received.path == path and matches(received.payload):
                    return received
            index = max(index, len(self.heard))
            if time.monotonic() > deadline:
                raise AssertionError(f"nothing on {path} in {within_s} s; heard {[one.path for one in self.heard]}")
            self.heard += self._link.receive(0.1)

    def kept(self) -> dict[str, bytes]:
        """What the broker kept when this observer came: a word of its own is heard after all of it."""
        self.say(topics.publication(topics.SERVICE_ECHO, "observer", message=Echo(nonce="kept")))
        self.wait_for(topics.SERVICE_ECHO.path("observer"))
        return {one.path: one.payload for one in self.heard if one.retained}

    def listen(self, seconds: float) -> None:
        """Hear what comes for a while."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            self.heard += self._link.receive(0.05)

    def send(self, publication: topics.Publication) -> None:
        """Say it without waiting for the broker's word."""
        self._link.publish(publication)

    def say(self, publication: topics.Publication) -> None:
        self._link.publish(publication)
        self.flush()

    def flush(self) -> None:
        """Wait until the broker has everything that was said."""
        self._link.flush(PATIENCE_S)

    def __enter__(self) -> Self:
        self._link.__enter__()
        self._link.flush(PATIENCE_S)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._link.__exit__(kind, error, trace)
