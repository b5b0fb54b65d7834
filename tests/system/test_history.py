"""Recorder and analyst as processes on a real Mosquitto, with real SQLite and Postgres: a page asks for the past."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from devtools.servers import Mosquitto
from house import messages, topics
from recorder.database import Database
from recorder.open import open_database
from tests.observer import Observer

pytestmark = pytest.mark.system

BEGIN = datetime(2026, 1, 12, 11, tzinfo=UTC)
MINUTES = 90
WIRING = """
mqtt: {{host: 127.0.0.1, port: {port}}}
database: {{url: "{url}"}}
recorder: {{linger_s: 0.02}}
gas: {{tariffs: {{2026-01-01: 1.5}}}}
rooms: {{living: {{radiators: [{{valve: "00:1A:22:00:00:01", power_w: 2100}}]}}}}
"""


@pytest.fixture
def broker(start_mosquitto: Callable[..., Mosquitto]) -> Mosquitto:
    return start_mosquitto()


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/haard.db"
    return str(request.getfixturevalue("postgres").url)


@pytest.fixture
def observer(broker: Mosquitto, database: str, tmp_path: Path) -> Iterator[Observer]:
    """Who listens, while both services run."""
    settings = tmp_path / "house.yaml"
    settings.write_text(WIRING.format(port=broker.port, url=database))
    with ExitStack() as running:
        observer = running.enter_context(Observer(broker.settings()))
        for action in ("record", "analyse"):
            process = subprocess.Popen([sys.executable, "-m", "recorder", action, "--settings", str(settings)])
            running.callback(process.wait, 30)
            running.callback(process.terminate)
        for service in ("recorder", "analyst"):
            observer.wait_for(f"service/{service}/availability", lambda payload: payload == b"online")
        yield observer


def test_what_was_recorded_comes_back_in_steps_and_the_questions_are_not_kept(
    observer: Observer, database: str
) -> None:
    for minute in range(MINUTES + 1):
        for publication in a_minute(BEGIN + timedelta(minutes=minute), minute):
            observer.say(publication)
    await_in(observer, lambda: stored(database, "home/meter/gas") > MINUTES)
    later = messages.Tick(at=BEGIN + timedelta(minutes=MINUTES + 10))  # it is time for another look
    observer.say(topics.publication(topics.TICK, message=later))
    gas = observer.wait_for("gas", lambda payload: b'"today":0.09' in payload)
    assert messages.HouseGas.decode(gas.payload).today == pytest.approx(0.09)
    end = BEGIN + timedelta(minutes=MINUTES)
    room = messages.HistoryQuery(id="r", reply="w7f3", what="room", room="living", begin=BEGIN, end=end, steps=20)
    days = messages.HistoryQuery(id="d", reply="w7f3", what="days", first=BEGIN.date(), last=BEGIN.date())
    for query in (room, days):
        observer.say(topics.publication(topics.HISTORY_QUERY, message=query))
    told = answer(observer, b'"id":"r"')
    assert (told.begin, told.step_s) == (BEGIN, 300)
    assert told.temperature == tuple(round(19 + step / 10, 2) for step in range(18))
    assert (set(told.setpoint), set(told.valve), set(told.outside)) == ({20}, {100}, {3})
    told = answer(observer, b'"id":"d"')
    assert [day.gas for day in told.days] == [pytest.approx(0.09)]
    assert told.unfinished == BEGIN.date()
    observer.say(topics.publication(topics.AWAY_WISH, message=topics.AWAY_WISH.message.decode(b"off")))
    await_in(observer, lambda: "home/away/set" in recorded(database))  # and so all that was said before it
    assert recorded(database) >= {"home/gas", "home/service/analyst/about", "home/room/living/status"}
    assert not any("history" in name for name in recorded(database))


def await_in(observer: Observer, holds: Callable[[], bool]) -> None:
    """Listen until something is in the database."""
    deadline = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < deadline
        observer.listen(0.1)


def answer(observer: Observer, id_: bytes) -> messages.HistoryReply:
    received = observer.wait_for("history/reply/w7f3", lambda payload: id_ in payload)
    assert not received.retained
    return messages.HistoryReply.decode(received.payload)


def a_minute(at: datetime, minute: int) -> Iterator[topics.Publication]:
    yield topics.publication(topics.TICK, message=messages.Tick(at=at))
    status = messages.RoomStatus(temperature=19 + minute // 5 / 10, setpoint=20, reason="", measured_at=at)
    yield topics.publication(topics.ROOM_STATUS, "living", message=status)
    valve = messages.ValveStatus(opening=100, reported_at=at)
    yield topics.publication(topics.VALVE_STATUS, "001a22000001", message=valve)
    yield topics.publication(topics.OUTSIDE_TEMPERATURE, message=messages.Temperature(value=3, measured_at=at))
    meter = messages.GasReading(value=50 + minute / 1000, measured_at=at, equipment="m")
    yield topics.publication(topics.METER_GAS, message=meter)


def see(database: str, query: str, *values: str) -> list[tuple[Any, ...]]:
    with closing(Database(open_database(database).driver)) as reader, reader.transaction() as transaction:
        return transaction.query(query, *values)


def recorded(database: str) -> set[str]:
    return {name for (name,) in see(database, "SELECT name FROM topic")}


def stored(database: str, topic: str) -> int:
    query = "SELECT count(*) FROM message JOIN topic ON topic_id = topic.id WHERE name = %s"
    [(number,)] = see(database, query, topic)
    return int(number)
