"""The door to every bridge."""

import importlib
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bridges.__main__ import BRIDGES, main
from devtools.servers import Mosquitto
from tests.bridges.running import process
from tests.observer import Observer


def test_help_lists_every_bridge(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(["--help"])
    said = capsys.readouterr().out
    assert left.value.code == 0
    assert all(f"\n  {name} " in said and about in said for name, (_, about) in BRIDGES.items())


@pytest.mark.parametrize("name", BRIDGES)
def test_every_bridge_in_the_table_can_be_run(name: str) -> None:
    assert callable(importlib.import_module(BRIDGES[name][0]).run)


def test_an_unknown_name_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(["toaster"])
    assert left.value.code == 2
    assert "toaster" in capsys.readouterr().err


def test_wrong_settings_are_told_with_their_line(tmp_path: Path) -> None:
    file = tmp_path / "house.yaml"
    file.write_text("rooms: {}\n")
    command = [sys.executable, "-m", "bridges", "clock", "--settings", str(file)]
    ended = subprocess.run(command, check=False, capture_output=True, text=True)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert f"{file}:1: rooms" in ended.stderr


def test_only_the_chosen_bridge_is_imported() -> None:
    code = "import sys, bridges.__main__; sys.exit(any(name in sys.modules for name in ('requests', 'bleak')))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_a_bridge_cleanly(number: signal.Signals, mosquitto: Mosquitto, tmp_path: Path) -> None:
    with (
        Observer(mosquitto.settings()) as observer,
        process("clock", tmp_path, mosquitto, "") as child,
    ):
        observer.wait_for("service/clock/availability", lambda payload: payload == b"online")
        child.send_signal(number)
        assert child.wait(10) == 0
        observer.wait_for("service/clock/availability", lambda payload: payload == b"offline")
    assert "stopped" in (tmp_path / "log.txt").read_text()
