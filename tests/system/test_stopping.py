"""SIGTERM ends every service within five seconds and with status 0, also when nobody answers it any more."""

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from devtools.servers import Mosquitto, Postgres
from house import topics
from house.messages import Tick
from tests.ending import end
from tests.observer import Observer

WITHIN_S = 5.0
NOON = datetime(2026, 1, 12, 12, tzinfo=UTC)
HOUSE = """\
mqtt: {{host: 127.0.0.1, port: {port}}}
database: {{url: "sqlite:///{folder}/haard.db"}}
homeassistant: {{discovery: true}}
notify: {{}}
rooms: {{living: {{radiators: [{{valve: "00:1A:22:00:00:01", power_w: 2100}}]}}}}
"""
SERVICES = {
    "regulator": ("regulator",),
    "recorder": ("recorder",),
    "analyst": ("recorder", "analyse"),
    "clock": ("bridges", "clock"),
    "ha_discovery": ("bridges", "ha_discovery"),
    "simulated": ("bridges", "simulated"),
}
"""Those without a device of their own; test_broker_away ends the others beside theirs."""


@contextmanager
def running(folder: Path, broker: Mosquitto) -> Iterator[dict[str, subprocess.Popen[bytes]]]:
    settings = folder / "house.yaml"
    settings.write_text(HOUSE.format(port=broker.port, folder=folder))
    with ExitStack() as stack:
        children = {}
        for name, module in SERVICES.items():
            command = [sys.executable, "-m", *module, "--settings", str(settings)]
            children[name] = subprocess.Popen(command, stderr=subprocess.DEVNULL)
            stack.callback(children[name].wait)
            stack.callback(children[name].kill)
        yield children


@pytest.mark.parametrize("trouble", [Mosquitto.freeze, Mosquitto.stop], ids=["frozen", "gone"])
def test_every_service_ends_soon_though_the_broker_does_not_answer(
    mosquitto: Mosquitto, tmp_path: Path, trouble: Callable[[Mosquitto], None]
) -> None:
    with running(tmp_path, mosquitto) as children:
        with Observer(mosquitto.settings()) as observer:
            for name in SERVICES:
                observer.wait_for(f"service/{name}/availability", lambda payload: payload == b"online")
        trouble(mosquitto)
        ended = {name: end(child) for name, child in children.items()}
    if trouble is Mosquitto.freeze:
        mosquitto.thaw()
    assert {name: status for name, (status, _) in ended.items()} == dict.fromkeys(SERVICES, 0)
    assert {name: took for name, (_, took) in ended.items() if took > WITHIN_S} == {}


@pytest.mark.parametrize("is_connected", [True, False], ids=["in the midst", "from the start"])
def test_recorder_and_analyst_end_soon_though_the_database_does_not_answer(
    mosquitto: Mosquitto, postgres: Postgres, tmp_path: Path, is_connected: bool
) -> None:
    house = HOUSE.format(port=mosquitto.port, folder=tmp_path).replace(f"sqlite:///{tmp_path}/haard.db", postgres.url)
    (tmp_path / "house.yaml").write_text(house)
    with ExitStack() as stack, _pulse(tmp_path, "recorder") as recorders_pulse:
        stack.callback(postgres.thaw)
        if not is_connected:
            postgres.freeze()
        children = {name: stack.enter_context(_started(name, tmp_path)) for name in ("recorder", "analyst")}
        with Observer(mosquitto.settings()) as observer:
            observer.wait_for("service/analyst/availability", lambda payload: payload == b"online")
            if is_connected:
                observer.wait_for("service/recorder/availability", lambda payload: payload == b"online")
                postgres.freeze()
            recorders_pulse.recv(100)  # with no database it says on no topic that it runs
            for minute in range(3):
                observer.say(topics.publication(topics.TICK, message=Tick(at=NOON + timedelta(minutes=minute))))
        ended = {name: end(child) for name, child in children.items()}
    assert {name: status for name, (status, _) in ended.items()} == dict.fromkeys(children, 0)
    assert {name: took for name, (_, took) in ended.items() if took > WITHIN_S} == {}


@contextmanager
def _pulse(folder: Path, name: str) -> Iterator[socket.socket]:
    """Hears that a service's loop turns, as systemd's watchdog does."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(str(folder / name))
        listener.settimeout(60)
        yield listener


@contextmanager
def _started(name: str, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", *SERVICES[name], "--settings", str(folder / "house.yaml")]
    with subprocess.Popen(
        command, stderr=subprocess.DEVNULL, env={**os.environ, "NOTIFY_SOCKET": str(folder / name)}
    ) as child:
        try:
            yield child
        finally:
            child.kill()
