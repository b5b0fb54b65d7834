from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from house import messages as m
from house import topics as t
from recorder import migrations
from recorder.database import Database, open_database
from recorder.reader import BATCH, WINDOW, Reader
from recorder.sqlite import Sqlite
from tests import servers

AT = datetime(2020, 1, 1, tzinfo=UTC)
ROOT = t.Root("sites/7/home")


@pytest.fixture
def database(driver: Sqlite) -> Database:
    return Database(driver)


@pytest.fixture
def postgres_database(postgres: servers.Postgres) -> Iterator[Database]:
    database = open_database(postgres.url)
    migrations.upgrade(database.driver)
    yield database
    database.close()


def store(database: Database, *said: tuple[str, bytes], retained: bool = False) -> None:
    with database.transaction() as transaction:
        for topic in {topic for topic, _ in said}:
            transaction.execute("INSERT INTO topic (name) VALUES (%s) ON CONFLICT (name) DO NOTHING", topic)
        ids = dict(transaction.query("SELECT name, id FROM topic"))
        transaction.store([(AT, ids[topic], 1, retained, payload) for topic, payload in said])


def check_reading(database: Database) -> None:
    store(
        database,
        ("sites/7/home/room/living/temperature", b"20.5"),
        ("sites/7/home/room/living/temperature", b"warm"),
        ("sites/7/home/room/living/temperature", b""),
        ("sites/8/home/room/living/temperature", b"9"),
        ("sites/7/home/room/living/humidity", b"50"),
        ("nobody/knows", b"1"),
    )
    found = [record for _, record in Reader(database, ROOT).records((t.ROOM_TEMPERATURE,))]
    assert [(one.name.ids, one.message, one.received_at) for one in found] == [
        (("living",), m.Temperature(value=20.5), AT)
    ]


def test_only_what_is_asked_for_and_can_be_read_is_read(database: Database) -> None:
    check_reading(database)


def test_a_postgres_is_read_as_a_file_is(postgres_database: Database) -> None:
    check_reading(postgres_database)


def test_an_empty_record_has_nothing(database: Database) -> None:
    reader = Reader(database, ROOT)
    assert reader.newest() == 0
    assert list(reader.records((t.TICK,))) == []
    assert reader.last_records(t.METER_GAS, 99) == []


def test_reading_goes_on_behind_a_batch(database: Database) -> None:
    store(database, *[("sites/7/home/meter/gas", b"1")] * (BATCH + 3))
    assert len(list(Reader(database, ROOT).records((t.METER_GAS,)))) == BATCH + 3


def test_what_is_rare_is_found_however_far_apart(database: Database) -> None:
    day = ("sites/7/home/day", m.Day(day=AT.date(), gas=1).encode())
    ticks = [("sites/7/home/tick", b"1")] * (WINDOW + 10)
    store(database, day, *ticks, day, *ticks, *ticks, day)
    places = [place for place, _ in Reader(database, ROOT).records((t.DAY,))]
    assert places == [1, WINDOW + 12, 3 * WINDOW + 33]
    assert [place for place, _ in Reader(database, ROOT).records((t.DAY,), after=1, until=places[-1] - 1)] == places[
        1:2
    ]


def test_the_ticks_say_which_places_belong_to_a_span(database: Database) -> None:
    reader, begin = Reader(database, ROOT), datetime(2026, 1, 12, tzinfo=UTC)
    ticks = [m.Tick(at=begin + timedelta(minutes=minute)).encode() for minute in range(600)]
    store(database, *(("sites/7/home/tick", payload) for payload in ticks))
    seconds = int(begin.timestamp())
    after, until = reader.span(seconds + 2 * 3600 + 60, seconds + 4 * 3600)
    assert 0 < after <= 2 * 60 + 2
    assert 4 * 60 < until <= 5 * 60 + 1
    assert reader.span(seconds - 60, seconds + 10**6)[0] == 0
    assert reader.span(seconds, seconds + 10**6)[1] > 10**9
