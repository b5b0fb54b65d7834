"""The analyst's loop: hear the time of the house, each few minutes of it let the analyst look at what is new.

In between it answers what people ask of the past.
"""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from house import topics
from house.errors import DeviceError, PayloadError
from house.messages import HistoryQuery, Message, Tick
from house.mqtt import Received
from recorder.analyst import Analyst
from recorder.answering import Answers, is_answerable
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
    def reject(self, received: Received, reason: str) -> None: ...


class AnalysisLoop:
    """Lets the analyst look, and publishes what it says. While the database is away it waits and tries again."""

    def __init__(
        self,
        link: Broker,
        database: Database,
        analyst: Analyst,
        answers: Answers,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._link, self._database, self._analyst, self._monotonic = link, database, analyst, monotonic
        self._answers = answers
        self._clock = HouseClock()
        self._looked_at: datetime | None = None
        self._not_before = 0.0
        self._outage = Outage()

    def turn(self) -> None:
        """One turn of the network, and a look when it is time for one."""
        self._hear(TURN_S)
        self._answer()
        now = self._clock.now
        if now is None or self._monotonic() < self._not_before:
            return
        if self._looked_at is None or self._analyst.is_behind or abs(now - self._looked_at) >= EVERY:
            self._look(now)

    def breathe(self) -> None:
        """Keep the connection alive, hear the time and answer people, in the midst of a long look."""
        self._hear(0)
        self._answer()

    def _hear(self, timeout: float) -> None:
        for received in self._link.receive(timeout):
            match _message(received):
                case Tick(at=at) if at is not None:
                    self._clock = self._clock.hear(at)
                case HistoryQuery() as query if is_answerable(query):
                    self._say(self._answers.hear(query))
                case HistoryQuery():
                    self._link.reject(received, "reply: should be 4 to 32 of a-z, 0-9 and _; id: 32 characters at most")
                case PayloadError() as error if received.path == topics.HISTORY_QUERY.path():
                    self._link.reject(received, str(error))

    def _answer(self) -> None:
        if self._clock.now is not None:
            self._say(self._answers.answer(self._clock.now))

    def _say(self, publication: topics.Publication | None) -> None:
        if publication is not None:
            self._link.publish(publication)

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


def _message(received: Received) -> Message | PayloadError | None:
    try:
        heard = topics.read(received.path, received.payload, retained=received.retained)
    except PayloadError as error:
        return error
    return heard.message if heard is not None else None
