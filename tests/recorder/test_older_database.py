"""A house that is upgraded: what the recorder and the analyst of haard at commit 081e98e left is kept and readable."""

import json
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import psycopg2
import pytest

from house import topics
from house.packets import Publish
from recorder import migrations
from recorder.database import Database, Driver, read_instant
from recorder.open import open_database
from recorder.reader import RecordReader
from recorder.rollup import Rollup
from recorder.writer import Writer

CAPTURES = Path(__file__).parents[1] / "captures"
RETAINED: Mapping[str, str] = json.loads((CAPTURES / "retained_081e98e.json").read_text("utf-8"))["retained"]
MESSAGES = """
SELECT message.id, received_at, name, qos, retained, payload FROM message JOIN topic ON topic.id = topic_id
ORDER BY message.id"""
HOURS = "SELECT topic_id, field, hour, n, total, low, high, last FROM hourly ORDER BY topic_id, field, hour"
TRAFFIC = "SELECT hour, n, bytes FROM traffic ORDER BY hour"
LATER = datetime(2026, 1, 12, 15, 0, 30, tzinfo=UTC)
LAST_PACKET = 61_000  # of the recorder's last message, as its broker knew it


class Left(NamedTuple):
    """What stands in a database."""

    messages: list[tuple[Any, ...]]
    hours: list[tuple[Any, ...]]
    traffic: list[tuple[Any, ...]]


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.system)])
def driver(request: pytest.FixtureRequest, tmp_path: Path) -> Driver:
    """A database as haard left it then."""
    if request.param == "sqlite":
        with closing(sqlite3.connect(tmp_path / "haard.db")) as connection:
            connection.executescript(captured("sqlite"))
        return open_database(f"sqlite:///{tmp_path}/haard.db").driver
    url = request.getfixturevalue("postgres").url
    with closing(psycopg2.connect(url.replace("+psycopg2", ""))) as connection:
        with connection.cursor() as cursor:
            cursor.execute(captured("postgres"))
        connection.commit()
    return open_database(url).driver


def captured(dialect: str) -> str:
    return (CAPTURES / f"database_081e98e.{dialect}.sql").read_text("utf-8")


def left(driver: Driver) -> Left:
    with closing(Database(driver)) as database, database.transaction() as transaction:
        said = [
            (id_, read_instant(at), name, qos, bool(retained), bytes(payload))
            for id_, at, name, qos, retained, payload in transaction.query(MESSAGES)
        ]
        return Left(said, transaction.query(HOURS), transaction.query(TRAFFIC))


def test_a_database_of_an_older_haard_is_not_current_until_it_is_upgraded(driver: Driver) -> None:
    with closing(Database(driver)) as database:
        assert not database.is_current()
    migrations.upgrade(driver)
    with closing(Database(driver)) as database:
        assert database.is_current()


def test_its_upgrade_loses_nothing(driver: Driver) -> None:
    before = left(driver)
    assert (len(before.messages), len(before.hours), len(before.traffic)) == (206, 37, 7)
    migrations.upgrade(driver)
    assert left(driver) == before
    assert {name: payload.decode() for _, _, name, _, retained, payload in before.messages if retained} == RETAINED


def test_all_that_it_holds_is_read_as_messages_of_now(driver: Driver) -> None:
    migrations.upgrade(driver)
    unreadable = b"\x00\xff not JSON"
    said = [(id_, payload) for id_, _, _, _, _, payload in left(driver).messages if payload != unreadable]
    with closing(Database(driver)) as database:
        read = dict(RecordReader(database, topics.Root("home")).records(topics.TOPICS))
    assert [id_ for id_, _ in said] == list(read)
    assert all(record.message is not None for record in read.values())


def test_wishes_and_lessons_are_read_as_they_were(driver: Driver) -> None:
    migrations.upgrade(driver)
    with closing(Database(driver)) as database:
        reader = RecordReader(database, topics.Root("home"))
        for kind in (topics.ROOM_SETTINGS, topics.ROOM_LEARNED, topics.HOUSE_LEARNED):
            read = [one.message for one in reader.last_records(kind, reader.newest())]
            kept = [kind.message.decode(RETAINED[f"home/{kind.path(*ids)}"].encode()) for ids in ids_of(kind)]
            assert kept
            assert sorted(map(repr, read)) == sorted(map(repr, kept))


def ids_of(kind: topics.Topic[Any]) -> list[tuple[str, ...]]:
    return [()] if kind is topics.HOUSE_LEARNED else [("living",), ("bath",)]


def test_recorder_and_analyst_go_on_where_they_were(driver: Driver) -> None:
    before = left(driver)
    migrations.upgrade(driver)
    again = Publish("home/tick", before.messages[-1][-1], LAST_PACKET, 1, False, True)
    new = Publish("home/room/living/temperature", b'{"value": 20.75}', LAST_PACKET + 1, 1, False, False)
    with closing(Database(driver)) as database:
        writer = Writer(database, "recorder")
        writer.open()
        writer.take([again, new], LATER)
        assert writer.commit() == 1
        rollup = Rollup(database)
        while rollup.turn(LATER.replace(hour=17)):
            pass
    after = left(driver)
    assert after.messages[:-1] == before.messages
    assert after.messages[-1][1:3] == (LATER, "home/room/living/temperature")
    assert set(before.hours) <= set(after.hours)


@pytest.mark.system
def test_each_view_of_now_shows_what_was_recorded_then(postgres: Any) -> None:
    with closing(psycopg2.connect(postgres.url.replace("+psycopg2", ""))) as connection:
        with connection.cursor() as cursor:
            cursor.execute(captured("postgres"))
        connection.commit()
    driver = open_database(postgres.url).driver
    migrations.upgrade(driver)
    with closing(Database(driver)) as database, database.transaction() as transaction:
        views = transaction.query("SELECT viewname FROM pg_views WHERE schemaname = 'views'")
        shown = {name: transaction.query(f'SELECT * FROM views."{name}"') for (name,) in views}
        [(first,)] = transaction.query("SELECT min(reading) FROM views.gas_meter")
    assert first == 4100.25
    assert all(
        shown[name] for name in ("latest", "room_status", "room_hour", "room_now", "valve_status", "boiler_hour")
    )
