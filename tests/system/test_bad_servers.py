"""Servers and meters that stall, drip, lie or pour without end, under the bridges that ask them.

A bridge stays at the broker meanwhile, says nothing that it was not told, and SIGTERM ends it in the midst of it.
"""

import os
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from itertools import repeat
from pathlib import Path

import pytest

from devtools.servers import Mosquitto
from tests.bridges.dsmr.fake_meter import capture
from tests.bridges.running import process
from tests.observer import Observer

WITHIN_S = 5.0
PAUSE_S = 0.05
PATIENCE_S = 60
STREET = "street"
SECTIONS = {
    "dsmr": "meter: {{driver: dsmr, url: 'tcp://127.0.0.1:{port}'}}",
    "nefit": "boiler: {{driver: nefit, url: 'http://127.0.0.1:{port}'}}",
    "openmeteo": "weather: {{driver: openmeteo, url: 'http://127.0.0.1:{port}'}}",
}
SAYS_WHEN_TOLD = {"meter/gas", "meter/electricity", "boiler/status", "forecast", "outside/temperature"}
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
LIE = b'{"hourly": {"time": ["yesterday"], "temperature_2m": [1e99]}, "value": "NaN"}'


def _stalls(_bridge: str) -> Iterator[bytes]:
    return iter(())


def _drips(bridge: str) -> Iterator[bytes]:
    """A byte now and then of an answer that would take an hour."""
    yield b"/" if bridge == "dsmr" else HEAD % 100_000
    yield from repeat(b" ")


def _lies(bridge: str) -> Iterator[bytes]:
    """Meters whose checksum does not fit, and an answer of the right form that means nothing."""
    if bridge == "dsmr":
        yield from repeat(capture("v5").replace(b"*kWh", b"*kWk"))
    yield HEAD % len(LIE) + LIE


def _pours(bridge: str) -> Iterator[bytes]:
    yield b"/" if bridge == "dsmr" else HEAD % 10**12
    yield from repeat(b"[" * 8_192)


MANNERS: Mapping[str, Callable[[str], Iterator[bytes]]] = {
    "stalls": _stalls,
    "drips": _drips,
    "lies": _lies,
    "pours": _pours,
}


class BadServer:
    """Says to each who comes what its manner is, at a slow pace, and then keeps silent."""

    def __init__(self, bridge: str, manner: Callable[[str], Iterator[bytes]]) -> None:
        self.met = threading.Event()
        self._bridge, self._manner, self._ended = bridge, manner, threading.Event()
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._server.getsockname()[1])
        self._threads = [threading.Thread(target=self._serve)]

    @contextmanager
    def open(self) -> Iterator[None]:
        self._threads[0].start()
        try:
            yield
        finally:
            self._ended.set()
            self._server.shutdown(socket.SHUT_RDWR)
            for thread in self._threads:
                thread.join(20)
            self._server.close()

    def _serve(self) -> None:
        with suppress(OSError):
            while not self._ended.is_set():
                client, _ = self._server.accept()
                talk = threading.Thread(target=self._talk, args=(client,))
                self._threads.append(talk)
                talk.start()

    def _talk(self, client: socket.socket) -> None:
        client.settimeout(1)
        with client, suppress(OSError):
            for piece in self._manner(self._bridge):
                client.sendall(piece)
                if self._ended.wait(PAUSE_S):
                    return
                self.met.set()
            self.met.set()
            self._ended.wait(PATIENCE_S)


@pytest.mark.timeout(200)
@pytest.mark.parametrize("manner", MANNERS)
def test_a_bad_server_costs_a_bridge_neither_the_broker_nor_its_end(
    mosquitto: Mosquitto, tmp_path: Path, manner: str
) -> None:
    with ExitStack() as stack:
        servers = {bridge: BadServer(bridge, MANNERS[manner]) for bridge in SECTIONS}
        children: dict[str, subprocess.Popen[bytes]] = {}
        for bridge, server in servers.items():
            stack.enter_context(server.open())
            (tmp_path / bridge).mkdir()
            section = SECTIONS[bridge].format(port=server.port)
            one = process(bridge, tmp_path / bridge, mosquitto, section, root=f"{STREET}/{bridge}")
            children[bridge] = stack.enter_context(one)
        with Observer(mosquitto.settings(root=STREET)) as observer:
            for bridge, server in servers.items():
                observer.wait_for(f"{bridge}/service/{bridge}/availability", lambda payload: payload == b"online")
                assert server.met.wait(PATIENCE_S), bridge
            ended = {bridge: _end(child) for bridge, child in children.items()}
            for bridge in SECTIONS:
                observer.wait_for(f"{bridge}/service/{bridge}/availability", lambda payload: payload == b"offline")
        said = {one.path.partition("/")[2] for one in observer.heard}
    assert {bridge: status for bridge, (status, _) in ended.items()} == dict.fromkeys(SECTIONS, 0)
    assert {bridge: took for bridge, (_, took) in ended.items() if took > WITHIN_S} == {}
    assert said & SAYS_WHEN_TOLD == set()
    logs = {bridge: (tmp_path / bridge / "log.txt").read_text() for bridge in SECTIONS}
    assert [bridge for bridge, log in logs.items() if "Traceback" in log] == []


def _end(child: subprocess.Popen[bytes]) -> tuple[int, float]:
    """One by one, so that each is measured alone: its status, and how long it took, s.

    While other programs of a busy machine have the processor its time does not count.
    """
    began, had_waited_s = time.monotonic(), _waited_s(child.pid)
    child.send_signal(signal.SIGTERM)
    while os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
        assert time.monotonic() < began + PATIENCE_S
        time.sleep(0.02)  # the pace of looking
    waited_s = _waited_s(child.pid) - had_waited_s  # it is kept until its status is fetched
    return child.wait(), time.monotonic() - began - waited_s


def _waited_s(pid: int) -> float:
    """How long a process could have run while others did."""
    return int(Path(f"/proc/{pid}/schedstat").read_text().split()[1]) / 1e9
