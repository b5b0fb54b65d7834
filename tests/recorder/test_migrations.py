import re
from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, select
from sqlalchemy.exc import ProgrammingError

from house.errors import DeviceError, SettingsError
from house.packets import Publish
from recorder import migrations, partitions, tables
from recorder.database import COLUMNS, Database, Driver, read_instant
from recorder.open import open_database
from recorder.writer import Writer

NOON = datetime(2026, 1, 12, 12, tzinfo=UTC)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.system)])
def driver(request: pytest.FixtureRequest, tmp_path: Path) -> Driver:
    """An empty database."""
    sqlite = request.param == "sqlite"
    url = f"sqlite:///{tmp_path}/haard.db" if sqlite else request.getfixturevalue("postgres").url
    return open_database(url).driver


def store(driver: Driver) -> None:
    with closing(Database(driver)) as database, database.transaction() as transaction:
        transaction.execute("INSERT INTO topic (name) VALUES (%s)", "home/tick")
        transaction.store([(NOON, 1, 1, False, b"\x00\xff")])


def test_an_empty_database_becomes_the_tables_that_the_program_knows(driver: Driver) -> None:
    migrations.upgrade(driver)
    with closing(Database(driver)) as database:
        assert database.is_current()
    with migrations.open_engine(driver).connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": partial(belongs, driver.dialect)})
        assert compare_metadata(context, tables.metadata) == []


def belongs(dialect: str, _object: Any, name: str, kind: str, *_: Any) -> bool:
    """Partitions are no tables of their own, and each database has indexes of its own."""
    is_partition = kind == "table" and re.fullmatch(r"message_(rest|\d{4}_\d{2})", name)
    others = {"message_by_arrival"} if dialect == "sqlite" else {"message_by_topic", "message_by_span"}
    return not is_partition and not (kind == "index" and name in others)


def test_a_database_that_is_not_prepared_is_not_current(driver: Driver) -> None:
    with closing(Database(driver)) as database:
        assert not database.is_current()


def test_a_filled_database_keeps_what_it_has(driver: Driver) -> None:
    migrations.upgrade(driver)
    store(driver)
    migrations.upgrade(driver)
    with migrations.open_engine(driver).connect() as connection:
        rows = connection.execute(select(*(tables.message.c[name] for name in COLUMNS))).all()
    assert rows == [(NOON, 1, 1, False, b"\x00\xff")]


PAYLOADS = (b"20.5", b"", b"\x00\xff\\", '{"value": "°C"}'.encode(), b"x" * 5_000, b"20.5")
INSTANTS = (NOON, NOON - timedelta(days=400), datetime(1970, 1, 1, tzinfo=UTC), NOON, NOON + timedelta(microseconds=1))


older = pytest.mark.parametrize("revision", ["0001", "0002"])


def filled_before(driver: Driver, revision: str) -> list[tuple[Any, ...]]:
    """A database of a former revision with messages of all kinds, of which some were deleted; its rows."""
    with migrations.open_engine(driver).begin() as connection:
        migrations.run_steps(connection, revision)
    with closing(Database(driver)) as database, database.transaction() as transaction:
        for number in (1, 2, 3):
            transaction.execute("INSERT INTO topic (name) VALUES (%s)", f"home/topic/{number}")
        said = zip(range(600), cycle(INSTANTS), cycle(PAYLOADS), strict=False)
        transaction.store([(at, 1 + n % 3, n % 2, n % 5 == 0, payload) for n, at, payload in said])
        transaction.execute("DELETE FROM message WHERE id > %s AND id < %s", 100, 200)
        transaction.execute("DELETE FROM message WHERE id = %s", 600)
    return recorded(driver)


def recorded(driver: Driver) -> list[tuple[Any, ...]]:
    query = (
        "SELECT message.id, received_at, name, qos, retained, payload FROM message JOIN topic ON topic.id = topic_id"
    )
    with closing(Database(driver)) as database, database.transaction() as transaction:
        rows = transaction.query(f"{query} ORDER BY message.id")
    return [(*row[:-1], bytes(row[-1])) for row in rows]


@older
def test_an_upgrade_loses_nothing_and_changes_no_order(driver: Driver, revision: str) -> None:
    before = filled_before(driver, revision)
    migrations.upgrade(driver)
    assert recorded(driver) == before
    with closing(Database(driver)) as database:
        assert database.is_current()
        with database.transaction() as transaction:
            assert transaction.settled() in (599, 600)
            transaction.store([(NOON, 1, 1, False, b"after")])
    assert recorded(driver)[-1][0] > 599


@older
def test_a_recorder_goes_on_exactly_once_over_an_upgrade(driver: Driver, revision: str) -> None:
    before = Publish("home/tick", b"20", 7, 1, False, False)
    filled_before(driver, revision)
    with closing(Database(driver)) as database:
        writer = Writer(database, "recorder")
        writer.open()
        writer.take([before], NOON)
        assert writer.commit() == 1
    migrations.upgrade(driver)
    with closing(Database(driver)) as database:
        writer = Writer(database, "recorder")
        writer.open()
        writer.take([before._replace(duplicate=True), before._replace(packet_id=8)], NOON)
        assert writer.commit() == 1
    assert [row[-1] for row in recorded(driver)[-2:]] == [b"20", b"20"]


def test_hours_outlive_an_upgrade(driver: Driver) -> None:
    filled_before(driver, "0002")
    hour = (1, "value", NOON, 2, 41.0, 20.0, 21.0, 21.0)
    with closing(Database(driver)) as database:
        with database.transaction() as transaction:
            transaction.insert(
                "hourly (topic_id, field, hour, n, total, low, high, last)",
                [(*hour[:2], driver.instant(NOON), *hour[3:])],
            )
        migrations.upgrade(driver)
        with database.transaction() as transaction:
            [(at, *others)] = transaction.query("SELECT hour, topic_id, field, n, total, low, high, last FROM hourly")
    assert (*others[:2], read_instant(at), *others[2:]) == hour


@pytest.mark.system
def test_every_month_is_indexed_whether_made_before_an_upgrade_or_after(postgres: Any) -> None:
    database = open_database(postgres.url)
    filled_before(database.driver, "0002")
    migrations.upgrade(database.driver)
    with closing(database):
        partitions.make(database, [datetime(2031, 1, 1, tzinfo=UTC)])
        query = "SELECT indisvalid FROM pg_index WHERE indrelid = 'message'::regclass"
        attached = "SELECT count(*) FROM pg_inherits JOIN pg_index ON indexrelid = inhparent GROUP BY inhparent"
        with database.transaction() as transaction:
            assert transaction.query(query) == [(True,)] * 2
            [(months,)] = transaction.query("SELECT count(*) FROM pg_inherits WHERE inhparent = 'message'::regclass")
            assert transaction.query(attached) == [(months,)] * 2


@pytest.mark.system
def test_each_month_that_was_recorded_has_its_partition(postgres: Any) -> None:
    driver = open_database(postgres.url).driver
    filled_before(driver, "0001")
    migrations.upgrade(driver)
    with closing(Database(driver)) as database, database.transaction() as transaction:
        found = transaction.query("SELECT tableoid::regclass::text, count(*) FROM message GROUP BY 1 ORDER BY 1")
    assert [partition for partition, _ in found] == ["message_1970_01", "message_2024_12", "message_2026_01"]


def test_an_upgrade_that_fails_half_way_leaves_nothing_behind(driver: Driver) -> None:
    with closing(Database(driver)) as database, database.transaction() as transaction:
        transaction.execute("CREATE TABLE journal (owner TEXT)")
    with pytest.raises((DeviceError, ProgrammingError), match="journal"):
        migrations.upgrade(driver)
    with migrations.open_engine(driver).connect() as connection:
        assert inspect(connection).get_table_names() == ["journal"]


def test_a_database_of_a_newer_program_is_refused(driver: Driver) -> None:
    migrations.upgrade(driver)
    with closing(Database(driver)) as database:
        with database.transaction() as transaction:
            transaction.execute("UPDATE alembic_version SET version_num = %s", "9999")
        assert not database.is_current()
    with pytest.raises(SettingsError, match="newer haard"):
        migrations.upgrade(driver)


def test_while_the_database_is_away_an_upgrade_says_so(tmp_path: Path) -> None:
    with pytest.raises(DeviceError, match="unable to open") as raised:
        migrations.upgrade(open_database(f"sqlite:///{tmp_path}/missing/haard.db").driver)
    assert raised.value.temporary
