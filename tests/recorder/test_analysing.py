import time
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from house import messages, topics
from house.mqtt import Received
from house.settings import Settings
from recorder.analysing import EVERY, REST_S, AnalysisLoop
from recorder.analyst import Analyst
from recorder.answering import Answers
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
        self.rejected: list[tuple[str, str]] = []

    def receive(self, timeout: float) -> list[Received]:
        arrived = list(self.waiting)
        self.waiting.clear()
        return arrived

    def publish(self, publication: topics.Publication) -> None:
        self.published.append(publication)

    def reject(self, received: Received, reason: str) -> None:
        self.rejected.append((received.path, reason))

    def tick(self, at: datetime) -> None:
        self.waiting.append(Received(topics.TICK.path(), messages.Tick(at=at).encode(), False))


def analysis(broker: Broker, database: Database, monotonic: Callable[[], float] = time.monotonic) -> AnalysisLoop:
    analyst = Analyst(RecordReader(database, ROOT), HOUSE)
    answers = Answers(RecordReader(database, ROOT), HOUSE, analyst, monotonic)
    return AnalysisLoop(broker, database, analyst, answers, monotonic)


class Bench:
    def __init__(self, driver: Sqlite) -> None:
        self.broker, self.recorded, self.seconds = Broker(), Recorded(driver), 1000.0
        database = self.recorded.database
        self.service = analysis(self.broker, database, lambda: self.seconds)

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
    service = analysis(broker, database)
    broker.tick(NOON)
    service.turn()
    assert broker.published == []
    database.close()


def test_a_question_is_answered_at_the_next_turn(bench: Bench) -> None:
    bench.at(NOON)
    query = messages.HistoryQuery(id="k1", reply="w7f3", what="days", first=NOON.date(), last=NOON.date())
    bench.broker.waiting.append(Received(topics.HISTORY_QUERY.path(), query.encode(), False))
    bench.broker.published.clear()
    bench.service.turn()
    [said] = bench.broker.published
    assert said.path == "history/reply/w7f3"
    reply = said.message
    assert isinstance(reply, messages.HistoryReply)
    assert (reply.id, [day.day for day in reply.days], reply.unfinished) == ("k1", [NOON.date()], NOON.date())


@pytest.mark.parametrize("reply", ["set", "abc", "W7F3", "a/b/c", "x" * 33, "+", "#"])
def test_nobody_can_be_made_to_write_elsewhere(bench: Bench, reply: str) -> None:
    bench.at(NOON)
    query = messages.HistoryQuery(id="k1", reply=reply, what="days", first=NOON.date(), last=NOON.date())
    bench.broker.waiting.append(Received(topics.HISTORY_QUERY.path(), query.encode(), False))
    bench.broker.published.clear()
    bench.service.turn()
    assert not bench.broker.published
    assert [path for path, _ in bench.broker.rejected] == ["history/get"]


def test_a_question_that_cannot_be_read_is_refused_aloud(bench: Bench) -> None:
    bench.broker.waiting.append(Received(topics.HISTORY_QUERY.path(), b'{"id": "k", "what": "all"}', False))
    bench.service.turn()
    assert [path for path, _ in bench.broker.rejected] == ["history/get"]
