"""`haard decode`: real captured bytes come out as JSON."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from haard.__main__ import main

CAPTURES = Path(__file__).parents[1] / "captures"
VECTORS = {vector["id"]: vector for vector in json.loads((CAPTURES / "ble.json").read_text())["vectors"]}


def decoded(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    assert main(["decode", *arguments]) == 0
    return json.loads(capsys.readouterr().out)


def test_an_advertisement(capsys: pytest.CaptureFixture[str]) -> None:
    vector = VECTORS["atc1441-1"]
    arguments = ["--address", vector["address"], "--uuid", "181a", "--data", vector["service_data"]]
    said = decoded(capsys, "advertisement", *arguments)
    assert said["format"] == "atc1441"
    assert {name: said[name] for name in ("temperature", "humidity", "battery", "voltage")} == {
        "temperature": 16.2,
        "humidity": 47,
        "battery": 95,
        "voltage": 3.064,
    }


def test_an_encrypted_advertisement_needs_its_key(capsys: pytest.CaptureFixture[str]) -> None:
    vector = next(one for one in VECTORS.values() if one.get("bindkey") and one["format"].startswith("pvvx"))
    uuid = vector["service_uuid"]
    arguments = ["--address", vector["address"], "--uuid", uuid, "--data", vector["service_data"]]
    said = decoded(capsys, "advertisement", *arguments, "--key", vector["bindkey"])
    assert said["temperature"] == vector["expected"]["temperature"]
    assert main(["decode", "advertisement", *arguments]) == 1
    assert "key" in capsys.readouterr().err


def test_a_valves_notification_however_its_bytes_are_written(capsys: pytest.CaptureFixture[str]) -> None:
    said = decoded(capsys, "valve", "02010900042a")
    assert (said["kind"], said["setpoint"], said["manual"], said["opening"]) == ("Status", 21, True, 0)
    assert decoded(capsys, "valve", "0x02:01:09:00:04:2a") == decoded(capsys, "valve", "02-01-09-00-04-2A") == said


NOTIFICATIONS = json.loads((CAPTURES / "eq3.json").read_text())["notifications"]
KINDS = {"status": "Status", "id": "Identity", "program": "DayProgram", "program_ack": "ProgramWritten"}


@pytest.mark.parametrize(
    "vector", [one for one in NOTIFICATIONS if one["expected"]["kind"] in KINDS], ids=lambda vector: vector["id"]
)
def test_every_notification_of_a_valve_can_be_shown(vector: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    said = decoded(capsys, "valve", vector["notify"])
    assert said["kind"] == KINDS[vector["expected"]["kind"]]
    assert said.get("day") == vector["expected"].get("day")


def test_a_telegram_from_a_file(capsys: pytest.CaptureFixture[str]) -> None:
    said = decoded(capsys, "telegram", str(CAPTURES / "dsmr/v5.txt"))
    assert said["measured_at"] == "2017-01-02T18:20:02Z"
    assert [gas["volume_ml"] for gas in said["channels"]] == [107_000]


def test_a_telegram_from_standard_input() -> None:
    command = [sys.executable, "-m", "haard", "decode", "telegram", "-"]
    sent = (CAPTURES / "dsmr/v5.txt").read_bytes()
    done = subprocess.run(command, input=sent, capture_output=True, check=True, cwd=CAPTURES.parents[1])
    assert json.loads(done.stdout)["version"] == "50"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["valve", "ff"], "valve said ff: expected it to begin with"),
        (["telegram", str(CAPTURES / "dsmr/bad_crc.txt")], "no whole telegram in"),
        (["telegram", "no_such_file"], "no_such_file: cannot be read (No such file or directory)"),
        (["advertisement", "--address", "x", "--uuid", "181a", "--data", "00"], "expected six bytes"),
    ],
    ids=["valve", "telegram", "file", "advertisement"],
)
def test_bytes_that_cannot_be_read_are_refused_with_what_was_expected(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["decode", *arguments]) == 1
    assert words in capsys.readouterr().err


def test_a_telegram_whose_line_ends_were_changed_gets_a_hint(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = tmp_path / "telegram.txt"
    copy.write_bytes((CAPTURES / "dsmr/v5.txt").read_bytes().replace(b"\r\n", b"\n"))
    assert main(["decode", "telegram", str(copy)]) == 1
    assert "hint: its lines should end in CR LF" in capsys.readouterr().err
