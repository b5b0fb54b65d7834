"""A simulated house that runs while a test looks at it."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from devtools.servers import Mosquitto, Server
from haard.install import retained
from haard.settings_file import example
from house.settings import parse
from recorder.open import open_database

PATIENCE_S = 60
SERVICES = ("recorder", "recorder analyse", "regulator", "bridges simulated --speed 120")


def house_in(folder: Path, broker: Server) -> Path:
    text = example().replace("port: 1883", f"port: {broker.port}").replace("host: localhost", "host: 127.0.0.1")
    folder.mkdir()
    file = folder / "house.yaml"
    file.write_text(text.replace("sqlite:///haard.db", f"sqlite:///{folder}/haard.db"))
    return file


@pytest.fixture
def running(tmp_path: Path, mosquitto: Mosquitto) -> Iterator[Path]:
    """The settings of a house that lives two minutes in each second."""
    file = house_in(tmp_path / "old", mosquitto)
    with ExitStack() as stack:
        for service in SERVICES:
            name, *options = service.split()
            command = [sys.executable, "-m", name, *options, "--settings", str(file)]
            process = stack.enter_context(subprocess.Popen(command, stderr=subprocess.DEVNULL))
            stack.callback(process.terminate)
        wait_for(lambda: b'"call":true' in retained.read(parse(file.read_text())).get("boiler/set", b""))
        wait_for(open_database(parse(file.read_text()).database.url).is_current)
        yield file


def wait_for(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.2)
