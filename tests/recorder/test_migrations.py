import re
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, select
from sqlalchemy.exc import ProgrammingError

from house.errors import DeviceError, SettingsError
from recorder import migrations, tables
from recorder.database import COLUMNS, Database, Driver, open_database

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
    """Partitions are no tables of their own, and in SQLite `id` is the row's own key."""
    is_partition = kind == "table" and re.fullmatch(r"message_(rest|\d{4}_\d{2})", name)
    return not is_partition and (dialect != "sqlite" or name != "message_by_id")


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
