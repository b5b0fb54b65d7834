import signal
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from recorder import migrations
from recorder.__main__ import main
from recorder.database import Database
from recorder.open import open_database

RECORDER_THAT_MAINTAINS = """
import sys
from pathlib import Path
from recorder.__main__ import _maintenance
_maintenance(Path(sys.argv[1]), ["--daily"]).wait()
"""
WIRING = 'rooms: {living: {radiators: [{valve: "00:1A:22:00:00:01", power_w: 2100}]}}'


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    return tmp_path / "house.yaml"


def start(settings: Path, url: str, *arguments: str) -> "subprocess.Popen[str]":
    settings.write_text(f'{WIRING}\ndatabase: {{url: "{url}"}}\n')
    command = [sys.executable, "-m", "recorder", *arguments, "--settings", str(settings)]
    return subprocess.Popen(command, stderr=subprocess.PIPE, text=True)


def ended(process: "subprocess.Popen[str]") -> tuple[int, str]:
    with process:
        _, said = process.communicate(timeout=30)
        return process.returncode, said


@pytest.mark.parametrize("wrong", [["--instance", "a"], ["analyse", "--shared", "all"]])
def test_options_of_a_group_that_do_not_fit_are_wrong_usage(wrong: list[str], capsys: Any) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(wrong)
    assert "--shared" in capsys.readouterr().err


def test_a_database_that_cannot_be_used_ends_with_status_2_and_what_would_be_right(settings: Path) -> None:
    status, said = ended(start(settings, "mysql://haard@localhost/haard"))
    assert status == 2
    assert "database.url: should be postgresql://" in said


@pytest.mark.slow
def test_a_database_of_a_newer_program_ends_with_status_2(settings: Path, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/haard.db"
    database = Database(open_database(url).driver)
    migrations.upgrade(database.driver)
    with database.transaction() as transaction:
        transaction.execute("UPDATE alembic_version SET version_num = %s", "9999")
    database.close()
    status, said = ended(start(settings, url))
    assert status == 2
    assert "newer haard" in said


def test_a_file_that_is_no_database_ends_with_status_1_and_its_name(settings: Path, tmp_path: Path) -> None:
    (tmp_path / "haard.db").write_bytes(b"milk, bread, candles" * 100)
    status, said = ended(start(settings, f"sqlite:///{tmp_path}/haard.db"))
    assert status == 1
    assert "haard.db: file is not a database" in said
    assert "Traceback" not in said


def test_a_recorder_that_waits_for_its_database_still_stops(settings: Path, tmp_path: Path) -> None:
    with start(settings, f"sqlite:///{tmp_path}/missing/haard.db") as process:
        assert process.stderr is not None
        assert "database is away" in process.stderr.readline()
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0


@pytest.mark.slow
def test_a_maintenance_whose_recorder_was_killed_ends_too(settings: Path, tmp_path: Path) -> None:
    settings.write_text(f'{WIRING}\ndatabase: {{url: "sqlite:///{tmp_path}/missing/haard.db"}}\n')
    with subprocess.Popen(
        [sys.executable, "-c", RECORDER_THAT_MAINTAINS, str(settings)], stderr=subprocess.PIPE, text=True
    ) as recorder:
        assert recorder.stderr is not None
        assert "database is away" in recorder.stderr.readline()
        recorder.kill()
        assert "the recorder that began it has gone" in recorder.stderr.read()


@pytest.mark.system
def test_of_two_recorders_that_start_at_once_the_second_waits_for_the_first(settings: Path, postgres: Any) -> None:
    waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
    with closing(Database(open_database(postgres.url).driver)) as first:
        with first.transaction() as transaction:
            transaction.execute("SELECT pg_advisory_xact_lock(%s)", migrations.LOCK)
            second = start(settings, postgres.url, "migrate")
            while transaction.query(waiting) == [(0,)]:
                assert second.poll() is None
        assert ended(second)[0] == 0
        assert first.is_current()
