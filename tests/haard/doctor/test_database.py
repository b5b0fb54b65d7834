"""The recorder's database is looked into and left as it is."""

from pathlib import Path

from devtools.servers import Postgres, free_port
from haard.doctor.database import database
from recorder import migrations
from recorder.open import open_database


def migrated(url: str) -> str:
    migrations.upgrade(open_database(url).driver)
    return url


def test_a_file_that_is_not_there_is_a_failure_and_is_not_made(tmp_path: Path) -> None:
    finding = database(f"sqlite:///{tmp_path}/haard.db")
    assert finding.verdict == "failure"
    assert f"no file {tmp_path}/haard.db" in finding.what
    assert not (tmp_path / "haard.db").exists()


def test_tables_of_this_version_are_well(tmp_path: Path) -> None:
    assert database(migrated(f"sqlite:///{tmp_path}/haard.db")).verdict == "well"


def test_tables_of_another_version_come_with_the_command_that_upgrades_them(tmp_path: Path) -> None:
    (tmp_path / "haard.db").touch()
    finding = database(f"sqlite:///{tmp_path}/haard.db")
    assert finding.verdict == "failure"
    assert "python -m recorder migrate" in finding.remedy


def test_a_file_of_something_else_is_a_failure(tmp_path: Path) -> None:
    (tmp_path / "haard.db").write_bytes(b"this is no database at all" * 100)
    assert "not a database" in database(f"sqlite:///{tmp_path}/haard.db").what


def test_postgres_is_well_when_it_runs_with_its_tables(postgres: Postgres) -> None:
    assert "not up to date" in database(postgres.url).what
    assert database(migrated(postgres.url)).verdict == "well"


def test_postgres_that_is_away_is_a_failure_with_a_remedy() -> None:
    finding = database(f"postgresql://haard@127.0.0.1:{free_port()}/haard")
    assert finding.verdict == "failure"
    assert "refused" in finding.what
    assert "is it running" in finding.remedy
