"""`haard up` as a person runs it: the whole house in processes, a child that is killed, and every kind of end."""

import os
import re
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO

import pytest

from devtools.servers import free_port
from haard.settings_file import example

pytestmark = pytest.mark.system

ROOT = Path(__file__).parents[2]
PATIENCE_S = 60.0


@contextmanager
def up(folder: Path, *options: str) -> Iterator[subprocess.Popen[str]]:
    """`haard up` of the example house in a folder and on a port of its own; killed if the test fails."""
    house = folder / "house.yaml"
    if not house.exists():
        house.write_text(example().replace("port: 1883", f"port: {free_port()}"))
    command = [sys.executable, "-m", "haard", "up", "--settings", "house.yaml", *options]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "200"}
    with subprocess.Popen(
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def read_until(process: subprocess.Popen[str], words: str) -> str:
    """What it says, up to the line with these words."""
    said = ""
    for line in _output(process):
        said += line
        if words in line:
            return said
    raise AssertionError(f"it never said {words!r}:\n{said}")


def _output(process: subprocess.Popen[str]) -> IO[str]:
    assert process.stdout is not None
    return process.stdout


def children(process: subprocess.Popen[str]) -> dict[str, int]:
    """Its children by the log that they write to."""
    found = {}
    for child in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split():
        found[Path(os.readlink(f"/proc/{child}/fd/2")).stem] = int(child)
    return found


@contextmanager
def ends_of(process_ids: list[int]) -> Iterator[list[int]]:
    """Descriptors that become readable when the processes end."""
    with ExitStack() as opened:
        descriptors = [os.pidfd_open(one) for one in process_ids]
        for descriptor in descriptors:
            opened.callback(os.close, descriptor)
        yield descriptors


def all_ended(descriptors: list[int]) -> bool:
    waiting = set(descriptors)
    while waiting:
        ended, _, _ = select.select(list(waiting), [], [], PATIENCE_S)
        if not ended:
            return False
        waiting -= set(ended)
    return True


def test_two_hours_of_heating_with_a_regulator_killed_on_the_way_end_well(tmp_path: Path) -> None:
    with up(tmp_path, "--for", "10", "--speed", "720") as process:
        read_until(process, "starting simulated ... ready")
        os.kill(children(process)["regulator"], signal.SIGKILL)
        said = read_until(process, "services started again")
        assert process.wait(PATIENCE_S) == 0, said
    news = [line for line in said.splitlines() if line.startswith("regulator ")]
    assert news == ["regulator died (killed by SIGKILL); starting it again in 0.2 s", "regulator started again"]
    assert "services started again: regulator 1x" in said
    assert "killed, since it did not end" not in said
    counts = re.search(r"messages heard (\d+), recorded (\d+), refused 0", said)
    assert counts
    heard, recorded = map(int, counts.groups())
    assert recorded >= 0.9 * heard > 100
    assert {path.name for path in (tmp_path / ".haard").iterdir()} >= {"house.yaml", "haard.db", "log", "broker"}


def test_it_has_its_folder_for_itself_and_ends_cleanly_when_it_is_told_to(tmp_path: Path) -> None:
    with up(tmp_path, "--speed", "600") as process:
        read_until(process, "starting simulated ... ready")
        with up(tmp_path) as second:
            assert f"another `haard up` (process {process.pid})" in _output(second).read()
            assert second.wait(PATIENCE_S) == 1
        with ends_of(list(children(process).values())) as descriptors:
            process.send_signal(signal.SIGINT)
            said = read_until(process, "services started again: none")
            assert process.wait(PATIENCE_S) == 0
            assert all_ended(descriptors)
    assert "ending ... ended" in said


def test_children_do_not_outlive_it_even_if_it_is_killed(tmp_path: Path) -> None:
    with up(tmp_path, "--speed", "600") as process:
        read_until(process, "starting simulated ... ready")
        running = children(process)
        assert set(running) == {"broker", "recorder", "analyst", "regulator", "simulated"}
        with ends_of(list(running.values())) as descriptors:
            process.kill()
            assert all_ended(descriptors)


def test_settings_that_are_wrong_start_nothing(tmp_path: Path) -> None:
    (tmp_path / "house.yaml").write_text("rooms: {}\n")
    with up(tmp_path) as process:
        assert "house.yaml:1: rooms: needs at least 1" in _output(process).read()
        assert process.wait(PATIENCE_S) == 2
    assert not (tmp_path / ".haard").exists()
