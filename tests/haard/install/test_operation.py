"""`haard status`, `logs` and `upgrade --check`."""

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from haard.__main__ import main
from haard.commands.logs import of_journal
from haard.disk import bytes_told
from haard.install.inspection import ago
from haard.settings_file import example
from tests.haard.install.conftest import wait_for

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[3]
NOON = datetime(2026, 1, 12, 12, tzinfo=UTC)


def test_status_of_a_running_house_fits_on_one_screen(running: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = ""

    def is_well() -> bool:
        nonlocal said
        status = main(["status", "--settings", str(running)])
        said = capsys.readouterr().out
        return status == 0 and "newest message" in said

    wait_for(is_well)
    last = said[said.rindex("Terrace house") :]
    for word in (
        "keeps",
        "service regulator",
        "service analyst",
        "by the clock of the house",
        "newest message",
        "free of",
    ):
        assert word in last
    assert "doctor" not in last
    assert len(last.splitlines()) <= 24


def test_status_without_a_broker_says_what_is_known_and_fails(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "house.yaml").write_text(example().replace("port: 1883", "port: 9"))
    assert main(["status", "--settings", str(tmp_path / "house.yaml")]) == 1
    said = capsys.readouterr().out
    assert "does not answer" in said
    assert "free of" in said


def logs(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    (folder / ".haard/log").mkdir(parents=True, exist_ok=True)
    for name in ("regulator", "recorder"):
        (folder / f".haard/log/{name}.log").write_text(f"one\ntwo of {name}\n")
    command = [sys.executable, "-m", "haard", "logs", *arguments]
    environment = {"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"}
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, env=environment)


def test_logs_of_a_try_out_are_those_of_its_folder(tmp_path: Path) -> None:
    assert "two of recorder" in logs(tmp_path).stdout
    assert logs(tmp_path, "regulator", "-n", "1").stdout == "two of regulator\n"


def test_logs_are_told_to_a_program_with_their_service(tmp_path: Path) -> None:
    said = [json.loads(line) for line in logs(tmp_path, "--json", "-n", "1").stdout.splitlines()]
    expected = [{"service": name, "line": f"two of {name}"} for name in ("recorder", "regulator")]
    assert said == expected
    one = logs(tmp_path, "regulator", "--json").stdout.splitlines()
    assert [json.loads(line)["line"] for line in one] == ["one", "two of regulator"]


def test_what_the_journal_says_is_told_with_the_service_and_whatever_the_bytes() -> None:
    lines = [
        '{"_SYSTEMD_UNIT": "haard@regulator.service", "MESSAGE": "heats", "PRIORITY": "6"}\n',
        '{"_SYSTEMD_UNIT": "mosquitto.service", "MESSAGE": [104, 255]}\n',
        '{"MESSAGE": null}\n',
    ]
    assert list(of_journal(lines)) == [
        {"service": "regulator", "line": "heats"},
        {"service": "mosquitto", "line": "h\ufffd"},
        {"service": "", "line": ""},
    ]


def test_a_service_without_a_log_is_told_with_the_nearest(tmp_path: Path) -> None:
    done = logs(tmp_path, "regulater")
    assert done.returncode == 2
    assert "regulator" in done.stderr


def test_an_upgrade_check_says_which_files_no_longer_follow_from_house_yaml(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["init", "--folder", str(tmp_path), "--yes", "--demo"])
    house = tmp_path / "house.yaml"
    main(["upgrade", "--check", "--settings", str(house)])
    assert "files: as house.yaml wants them" in capsys.readouterr().out
    house.write_text(house.read_text().replace("00:1A:22:00:00:07", "00:1A:22:00:00:99"))
    assert main(["upgrade", "--check", "--settings", str(house)]) == 1
    assert "haard.acl differ" in capsys.readouterr().out
    assert main(["upgrade", "--check", "--json", "--settings", str(house)]) == 1
    assert json.loads(capsys.readouterr().out)["files_are_current"] is False


@pytest.mark.parametrize(
    ("past", "words"),
    [(timedelta(seconds=5), "5 s ago"), (timedelta(minutes=3), "3 min ago"), (timedelta(days=3), "3 days ago")],
)
def test_a_time_is_told_in_its_own_unit(past: timedelta, words: str) -> None:
    assert ago(NOON - past, NOON) == words
    assert ago(NOON + past, NOON) == "0 s ago"


@pytest.mark.parametrize(("number", "words"), [(12, "12 B"), (1_234_567, "1.23 MB"), (5.6e12, "5.6e+03 GB")])
def test_bytes_are_told_in_a_unit_that_people_read(number: float, words: str) -> None:
    assert bytes_told(number) == words
