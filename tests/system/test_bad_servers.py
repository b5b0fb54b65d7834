"""Servers and meters that stall, drip, lie or pour without end, under the bridges that ask them.

A bridge stays at the broker meanwhile, says nothing that it was not told, and SIGTERM ends it in the midst of it.
"""

import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import pytest

from devtools.servers import Mosquitto
from tests.bridges.running import process
from tests.ending import end
from tests.observer import Observer
from tests.system.bad_manners import MANNERS, PAUSE_S, SAYS_WHEN_TOLD, SECTIONS, STREET

WITHIN_S = 5.0
PATIENCE_S = 60


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
            ended = {bridge: end(child) for bridge, child in children.items()}
            for bridge in SECTIONS:
                observer.wait_for(f"{bridge}/service/{bridge}/availability", lambda payload: payload == b"offline")
        said = {one.path.partition("/")[2] for one in observer.heard}
    assert {bridge: status for bridge, (status, _) in ended.items()} == dict.fromkeys(SECTIONS, 0)
    assert {bridge: took for bridge, (_, took) in ended.items() if took > WITHIN_S} == {}
    assert said & SAYS_WHEN_TOLD == set()
    logs = {bridge: (tmp_path / bridge / "log.txt").read_text() for bridge in SECTIONS}
    assert [bridge for bridge, log in logs.items() if "Traceback" in log] == []
