"""`python -m bridges bluetooth` as systemd or compose starts it: logs, signals, exit status."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from devtools.servers import free_port
from tests.bridges.bluetooth.bench import Bench, eventually, wish
from tests.bridges.bluetooth.test_bridge import StartBench, holds, status_path

HOUSE = """
mqtt: {{host: 127.0.0.1, port: {port}}}
rooms: {{living: {{sensors: {sensors}, radiators: [{{valve: "00:1A:22:00:00:01", power_w: 1000}}]}}}}
"""
VECTORS = json.loads((Path(__file__).parents[2] / "captures/ble.json").read_text())["vectors"]


@contextmanager
def process(folder: Path, port: int, sensors: Sequence[str] = ()) -> Iterator[subprocess.Popen[str]]:
    settings = folder / "house.yaml"
    settings.write_text(HOUSE.format(port=port, sensors=json.dumps(sensors)))
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


def advertise(bench: Bench, frame: Mapping[str, Any]) -> None:
    """Send one captured frame until the bridge has said what it measured."""
    address = frame["address"]
    path = f"room/living/temperature/{address.replace(':', '').lower()}"

    def heard() -> bool:
        bench.bluez.advertise(address, frame["service_uuid"], bytes.fromhex(frame["service_data"]))
        bench.observer.listen(0.1)
        return any(one.path == path for one in bench.observer.heard)

    eventually(heard, path)


def resident_mb(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(re.findall(r"VmRSS:\s+(\d+) kB", status)[0]) / 1024


@pytest.mark.parametrize(
    ("names", "limit_mb"),
    [
        (["pvvx-1", "atc1441-ext"], 60),
        (["pvvx-enc-1", "atc1441-enc-doc"], 60),
        (["bt2-enc", "bt2-enc-pvvx"], 65),
        (["mi-plain"], 75),
    ],
    ids=["plain", "encrypted", "BTHome", "stock"],
)
def test_memory_is_bounded_by_what_is_on_the_air(
    start_bench: StartBench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, names: list[str], limit_mb: float
) -> None:
    frames = [next(one for one in VECTORS if one["id"] == name) for name in names]
    keys = tmp_path / "bindkeys"
    keys.write_text("".join(f"{one['address']} {one['bindkey']}\n" for one in frames if "bindkey" in one))
    monkeypatch.setenv("HAARD_BINDKEYS_FILE", str(keys))
    bench = start_bench()
    with process(tmp_path, bench.broker.port, [one["address"] for one in frames]) as bridge, bench.air():
        bench.tell(1, wish(24))
        bench.hears(status_path(1), holds(24))
        for frame in frames:
            advertise(bench, frame)
        assert resident_mb(bridge.pid) < limit_mb


def test_machine_without_a_system_bus_is_told_so(tmp_path: Path) -> None:
    settings = tmp_path / "house.yaml"
    settings.write_text(HOUSE.format(port=free_port(), sensors=[]))
    environment = os.environ | {"DBUS_SYSTEM_BUS_ADDRESS": f"unix:path={tmp_path}/nothing"}
    command = [sys.executable, "-m", "bridges", "bluetooth", "--settings", str(settings)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60, env=environment)
    assert ended.returncode == 1
    assert "no D-Bus system bus" in ended.stderr
    assert "Traceback" not in ended.stderr
