import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
import structlog

from house.errors import DeviceError, SettingsError
from house.settings import parse
from recorder.database import BusyError, Database
from recorder.open import open_database
from recorder.service import Outage
from recorder.sqlite import Sqlite


@pytest.mark.parametrize(
    "url",
    [
        "",
        "haard.db",
        "mysql://haard@localhost/haard",
        "postgres://haard@localhost/haard",
        "sqlite://",
        "sqlite:///",
        "sqlite:///:memory:",
        "sqlite:haard.db",
        "postgresql://haard@localhost/haard?colour=red",
    ],
)
def test_a_url_that_cannot_be_used_is_refused_with_what_would_be_right(url: str) -> None:
    with pytest.raises(SettingsError, match=r"database\.url: .*(postgresql://|sqlite:///)"):
        open_database(url)


def test_a_file_that_cannot_be_opened_is_a_database_that_is_away(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path}/missing/haard.db")
    with pytest.raises(DeviceError, match=r"missing/haard\.db: unable to open") as raised:
        database.is_current()
    assert raised.value.temporary


def test_a_failed_transaction_leaves_nothing_behind(tmp_path: Path) -> None:
    database = Database(Sqlite(f"sqlite:///{tmp_path}/haard.db"))
    with database.transaction() as transaction:
        transaction.execute("CREATE TABLE room (name TEXT)")
    with pytest.raises(DeviceError, match="no such table"):
        write_half(database)
    with database.transaction() as transaction:
        assert transaction.query("SELECT * FROM room") == []
    database.close()


def write_half(database: Database) -> None:
    with database.transaction() as transaction:
        transaction.execute("INSERT INTO room VALUES (%s)", "living")
        transaction.execute("INSERT INTO hall VALUES (%s)", "living")


def test_a_database_in_which_another_program_writes_is_busy_and_not_away(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/haard.db"
    with closing(open_database(url)) as one, closing(open_database(url)) as other:
        with one.transaction() as transaction:
            transaction.execute("CREATE TABLE room (name TEXT)")
        with one.transaction() as transaction:
            transaction.execute("INSERT INTO room VALUES (%s)", "living")
            with pytest.raises(BusyError, match="locked") as raised:
                write_half(other)
    assert raised.value.temporary


def fill(database: Database) -> None:
    with database.transaction() as transaction:
        transaction.execute("PRAGMA max_page_count = 4")
        transaction.execute("INSERT INTO room VALUES (%s)", "x" * 100_000)


def test_a_full_disk_is_told_with_what_to_do(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path}/haard.db")
    with closing(database):
        with database.transaction() as transaction:
            transaction.execute("CREATE TABLE room (name TEXT)")
        with pytest.raises(DeviceError, match="disk is full") as raised:
            fill(database)
    assert raised.value.temporary
    with structlog.testing.capture_logs() as logs:
        Outage().goes_on(raised.value)
    assert logs[0]["hint"].startswith("make room on its disk (haard status tells how much there is); what arrives")


def test_who_starts_before_the_recorder_has_made_its_tables_waits_and_calls_no_database_away(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path}/haard.db")
    with closing(database), pytest.raises(BusyError, match="has not made its tables") as raised:
        database.require_tables()
    with structlog.testing.capture_logs() as logs:
        Outage().goes_on(raised.value)
    assert [(one["log_level"], one["event"]) for one in logs] == [("info", "waiting for another program to commit")]


def test_the_service_carries_neither_sqlalchemy_nor_alembic() -> None:
    script = "import sys, recorder.__main__, recorder.postgres, recorder.sqlite; print(*sys.modules)"
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert not {"sqlalchemy", "alembic"} & set(said.split())


@pytest.mark.parametrize("url", ["postgresql://haard@db/haard?password=secret", "postgresql://haard:secret@db/haard"])
def test_a_url_that_holds_a_password_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(SettingsError) as refused:
        parse(f"rooms: {{living: {{radiators: [{{valve: v, power_w: 900}}]}}}}\ndatabase: {{url: '{url}'}}\n")
    assert "should hold no password" in str(refused.value)
    assert "secret@" not in str(refused.value)
    assert "=secret" not in str(refused.value)
