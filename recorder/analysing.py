"""The analyst's loop: hear the time of the house, and each few minutes of it let the analyst look at what is new."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from house import topics
from house.errors import DeviceError, PayloadError
from house.messages import Tick
from house.mqtt import Received
from recorder.analyst import Analyst
from recorder.database import Database
from recorder.service import Outage
from recorder.sieve import HouseClock

EVERY = timedelta(minutes=5)
REST_S = 5.0  # between two looks, however fast the house's time runs
TURN_S = 0.5

log = structlog.get_logger()


class Broker(Protocol):
    """What the loop needs of house.mqtt.Link."""

    def receive(self, timeout: float) -> list[Received]: ...
    def publish(self, publication: topics.Publication) -> None: ...


class AnalysisLoop:
    """Lets the analyst look, and publishes what it says. While the database is away it waits and tries again."""

    def __init__(
        self, link: Broker, database: Database, analyst: Analyst, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._link, self._database, self._analyst, self._monotonic = link, database, analyst, monotonic
        self._clock = HouseClock()
        self._looked_at: datetime | None = None
        self._not_before = 0.0
        self._outage = Outage()

    def turn(self) -> None:
        """One turn of the network, and a look when it is time for one."""
        self._hear(TURN_S)
        now = self._clock.now
        if now is None or self._monotonic() < self._not_before:
            return
        if self._looked_at is None or self._analyst.is_behind or abs(now - self._looked_at) >= EVERY:
            self._look(now)

    def breathe(self) -> None:
        """Keep the connection alive, and hear the time, in the midst of a long look."""
        self._hear(0)

    def _hear(self, timeout: float) -> None:
        for received in self._link.receive(timeout):
            at = _time(received)
            self._clock = self._clock if at is None else self._clock.hear(at)

    def _look(self, now: datetime) -> None:
        try:
            publications = self._publications(now)
        except DeviceError as error:
            self._not_before = self._monotonic() + self._outage.goes_on(error)
            return
        self._outage.is_over()
        for publication in publications:
            self._link.publish(publication)
        self._looked_at, self._not_before = now, self._monotonic() + REST_S

    def _publications(self, now: datetime) -> list[topics.Publication]:
        if self._looked_at is None:
            self._database.require_tables()
            self._analyst.recall()
        return self._analyst.turn(now)


def _time(received: Received) -> datetime | None:
    try:
        heard = topics.read(received.path, received.payload, retained=received.retained)
    except PayloadError:
        return None
    return heard.message.at if heard is not None and isinstance(heard.message, Tick) else None
