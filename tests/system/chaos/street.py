"""Bridges next door, each in a house of its own, whose servers and meters may behave badly.

A bridge is started under a server that misbehaves, is ended by SIGTERM in the midst of it, and is started again once
its server is well. Meanwhile it must say nothing, since it was told nothing.
"""

import asyncio
import socketserver
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

from tests.bridges.dsmr.fake_meter import capture
from tests.bridges.nefit import fake_easy
from tests.bridges.openmeteo import test_bridge as openmeteo
from tests.bridges.running import ROOMS
from tests.system.bad_manners import MANNERS, PAUSE_S, SAYS_WHEN_TOLD, SECTIONS, STREET
from tests.system.chaos.proxy import PIECE, Proxy
from tests.system.chaos.services import Services

UNDER_WAY_S = 3.0  # so long what was said before may still be heard
FIRST_WORD = {"dsmr": "meter/gas", "nefit": "boiler/status", "openmeteo": "outside/temperature"}
"""By which it shows that it has asked its server."""


class MoodyServer(Proxy):
    """Passes on to a server that is well, or has a manner of its own."""

    def __init__(self, upstream: int, seed: int, bridge: str) -> None:
        super().__init__(upstream, seed)
        self.manner: str | None = None
        self._bridge = bridge

    def turn(self, manner: str | None) -> None:
        """Behave so from now on, to everybody anew."""
        self.manner = manner
        self._loop.call_soon_threadsafe(self._hang_up)

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.manner is None:
            await super()._connect(reader, writer)
            return
        self._writers.add(writer)
        try:
            with suppress(OSError):
                for piece in MANNERS[self.manner](self._bridge):
                    writer.write(piece)
                    await writer.drain()
                    await asyncio.sleep(PAUSE_S)
                while await reader.read(PIECE):
                    pass  # and says no more, until whoever asked has left
        finally:
            self._writers.discard(writer)
            writer.close()


class Street:
    """`hear` whatever is said in these houses; `violations` are sentences."""

    def __init__(self, services: Services, servers: dict[str, MoodyServer]) -> None:
        self.violations: list[str] = []
        self._services, self._servers = services, servers
        self._awaited: set[str] = set()
        self._is_up: set[str] = set()
        self._troubled_s = 0.0

    def trouble(self, bridge: str, manner: str) -> None:
        self._leave(bridge)
        self._servers[bridge].turn(manner)
        self._troubled_s = time.monotonic()
        self._services.start(bridge)

    def heal(self, bridge: str) -> None:
        self._leave(bridge)
        self._servers[bridge].turn(None)
        self._awaited.add(bridge)
        self._services.start(bridge)

    def _leave(self, bridge: str) -> None:
        """A bridge that has not come up yet hears no signal."""
        if self._services.each[bridge].pid is not None:
            (self._services.terminate if bridge in self._is_up else self._services.kill)(bridge)
        self._is_up.discard(bridge)

    def hear(self, topic: str, payload: bytes, now_s: float) -> None:
        """Something that was said just now, and not told again."""
        street, _, path = topic.partition("/")
        bridge, _, path = path.partition("/")
        if street == STREET and path == f"service/{bridge}/availability" and payload == b"online":
            self._is_up.add(bridge)
        if street != STREET or path not in SAYS_WHEN_TOLD:
            return
        if self._servers[bridge].manner is not None and now_s > self._troubled_s + UNDER_WAY_S:
            self.violations.append(f"{bridge} said {path}, which its server did not tell")
        if path == FIRST_WORD[bridge]:
            self._awaited.discard(bridge)

    def ailing(self) -> list[str]:
        return [f"{bridge}'s {FIRST_WORD[bridge]}" for bridge in sorted(self._awaited)]


class _Meter(socketserver.BaseRequestHandler):
    """Repeats itself until whoever listens has left."""

    def handle(self) -> None:
        with suppress(OSError):
            while not self.server.ended.wait(0.2):  # type: ignore[attr-defined]
                self.request.sendall(capture("v5"))


@contextmanager
def _meter() -> Iterator[int]:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Meter) as server:
        server.ended = threading.Event()  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.ended.set()  # type: ignore[attr-defined]
            server.shutdown()
            thread.join()


@contextmanager
def street(folder: Path, seed: int, broker_port: int, services: Services) -> Iterator[Street]:
    """Nobody lives there until there is trouble."""
    with ExitStack() as stack:
        easy = stack.enter_context(fake_easy.serving(fake_easy.FakeEasy()))
        weather = stack.enter_context(openmeteo.serving(openmeteo.FakeOpenMeteo()))
        well = {"dsmr": stack.enter_context(_meter())}
        well |= {name: urlsplit(one.url).port or 0 for name, one in (("nefit", easy), ("openmeteo", weather))}
        servers = {name: stack.enter_context(MoodyServer(port, seed, name)) for name, port in well.items()}
        for name, server in servers.items():
            file = folder / f"{name}.yaml"
            broker = f"mqtt: {{host: 127.0.0.1, port: {broker_port}, root: {STREET}/{name}}}\n"
            file.write_text(f"{broker}{ROOMS}{SECTIONS[name].format(port=server.port)}\n")
            services.add(name, file)
        yield Street(services, servers)
