"""`python -m bridges bluetooth` as systemd or compose starts it: logs, signals, exit status."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bridges.bluetooth.bench import eventually, wish
from tests.bridges.bluetooth.test_bridge import StartBench, holds, status_path
from tests.servers import free_port

HOUSE = """
mqtt: {{host: 127.0.0.1, port: {port}}}
rooms: {{living: {{radiators: [{{valve: "00:1A:22:00:00:01", power_w: 1000}}]}}}}
"""


@contextmanager
def process(folder: Path, port: int) -> Iterator[subprocess.Popen[str]]:
    settings = folder / "house.yaml"
    settings.write_text(HOUSE.format(port=port))
    command = [sys.executable, "-m", "bridges", "bluetooth", "--settings", str(settings)]
    started = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    try:
        yield started
    finally:
        started.kill()
        started.communicate()


def test_sigterm_in_the_middle_of_a_write_closes_the_link_and_is_a_clean_stop(
    start_bench: StartBench, tmp_path: Path
) -> None:
    bench = start_bench()
    bench.valves[0].deaf = True
    with process(tmp_path, bench.broker.port) as bridge, bench.air():
        bench.tell(1, wish(24))
        eventually(lambda: bench.valves[0].writes, "a write that waits for its answer")
        bridge.send_signal(signal.SIGTERM)
        _, said = bridge.communicate(timeout=20)
    assert bridge.returncode == 0, said
    eventually(lambda: bench.bluez.links == 0, "the last link closed", within_s=2)
    assert "Traceback" not in said
    assert "scanning" in said
    assert bench.hears("service/bluetooth/availability", lambda payload: payload == b"offline")


def test_bridge_that_was_killed_takes_up_where_it_was(start_bench: StartBench, tmp_path: Path) -> None:
    bench = start_bench()
    with bench.air():
        with process(tmp_path, bench.broker.port) as bridge:
            bench.tell(1, wish(24))
            bench.hears(status_path(1), holds(24))
            bridge.kill()
        writes = len(bench.valves[0].writes)
        with process(tmp_path, bench.broker.port) as bridge:
            bench.hears(
                "service/bluetooth/availability", lambda payload: payload == b"online", len(bench.observer.heard)
            )
            bench.tell(1, wish(25))
            bench.hears(status_path(1), holds(25))
    assert [request[0] for request in bench.valves[0].writes[writes:]] == [0x40]


def test_machine_without_a_system_bus_is_told_so(tmp_path: Path) -> None:
    settings = tmp_path / "house.yaml"
    settings.write_text(HOUSE.format(port=free_port()))
    environment = os.environ | {"DBUS_SYSTEM_BUS_ADDRESS": f"unix:path={tmp_path}/nothing"}
    command = [sys.executable, "-m", "bridges", "bluetooth", "--settings", str(settings)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60, env=environment)
    assert ended.returncode == 1
    assert "no D-Bus system bus" in ended.stderr
    assert "Traceback" not in ended.stderr
