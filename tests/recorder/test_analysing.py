from collections import deque
from datetime import UTC, datetime, timedelta

import pytest

from house import messages, topics
from house.mqtt import Received
from house.settings import Settings
from recorder.analysing import EVERY, REST_S, AnalysisLoop
from recorder.analyst import Analyst
from recorder.database import Database
from recorder.reader import RecordReader
from recorder.sqlite import Sqlite
from tests.recorder.fakes import UnreliableSqlite
from tests.recorder.recorded import ROOT, Recorded, gas

NOON = datetime(2026, 1, 12, 11, tzinfo=UTC)
HOUSE = Settings.model_validate({"rooms": {"living": {"radiators": [{"valve": "knob", "power_w": 900}]}}})


class Broker:
    """Gives what was said, and keeps what is published."""

    def __init__(self) -> None:
        self.waiting: deque[Received] = deque()
        self.published: list[topics.Publication] = []

    def receive(self, timeout: float) -> list[Received]:
        arrived = list(self.waiting)
        self.waiting.clear()
        return arrived

    def publish(self, publication: topics.Publication) -> None:
        self.published.append(publication)

    def tick(self, at: datetime) -> None:
        self.waiting.append(Received(topics.TICK.path(), messages.Tick(at=at).encode(), False))


class Bench:
    def __init__(self, driver: Sqlite) -> None:
        self.broker, self.recorded, self.seconds = Broker(), Recorded(driver), 1000.0
        database = self.recorded.database
        reader = RecordReader(database, ROOT)
        self.service = AnalysisLoop(self.broker, database, Analyst(reader, HOUSE), monotonic=lambda: self.seconds)

    def at(self, now: datetime, rest_s: float = REST_S) -> list[topics.Publication]:
        """Something is recorded, the house's time is `now`; what the analyst then says."""
        self.recorded.add([gas(now, 0)])
        for _ in range(3):  # a jump of the time is believed when two further ticks agree
            self.broker.tick(now)
        self.seconds += rest_s
        self.broker.published.clear()
        self.service.turn()
        return list(self.broker.published)


@pytest.fixture
def bench(driver: UnreliableSqlite) -> Bench:
    return Bench(driver)


def test_it_looks_each_few_minutes_of_the_houses_time(bench: Bench) -> None:
    assert bench.at(NOON)
    assert not bench.at(NOON + EVERY - timedelta(seconds=1))
    assert bench.at(NOON + EVERY)


def test_it_rests_however_fast_the_houses_time_runs(bench: Bench) -> None:
    assert bench.at(NOON)
    assert not bench.at(NOON + 9 * EVERY, rest_s=1)
    assert bench.at(NOON + 10 * EVERY)


def test_without_a_time_or_with_one_that_cannot_be_read_it_waits(bench: Bench) -> None:
    bench.broker.waiting.append(Received(topics.TICK.path(), b"soon", False))
    bench.service.turn()
    assert bench.broker.published == []


def test_a_database_without_tables_is_waited_for(tmp_path: object) -> None:
    broker = Broker()
    database = Database(Sqlite(f"sqlite:///{tmp_path}/new.db"))
    reader = RecordReader(database, ROOT)
    service = AnalysisLoop(broker, database, Analyst(reader, HOUSE))
    broker.tick(NOON)
    service.turn()
    assert broker.published == []
    database.close()
