"""The door to every bridge."""

import importlib
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bridges.__main__ import BRIDGES, main
from devtools.servers import Mosquitto
from tests.bridges.running import ROOMS, process
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


def test_a_bridge_whose_device_stalls_ends_all_the_same(tmp_path: Path) -> None:
    """One that never looks whether it should stop stands in for a call that does not come back."""
    file = tmp_path / "house.yaml"
    file.write_text(ROOMS)
    program = (
        "import sys, time, types, bridges.__main__ as door\n"
        "def run(settings, stop):\n"
        "    print('running', flush=True)\n"
        "    while True: time.sleep(1)\n"
        "sys.modules['stalling'] = module = types.ModuleType('stalling')\n"
        "module.run, door.BRIDGES['stalling'] = run, ('stalling', '')\n"
        f"sys.exit(door.main(['stalling', '--settings', {str(file)!r}]))\n"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"running\n"
        child.send_signal(signal.SIGTERM)
        _, said = child.communicate(timeout=60)
    assert child.returncode == 0
    assert b"left in the midst of what does not answer" in said
