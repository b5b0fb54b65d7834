"""The network between one service and the broker: a TCP proxy that can cut, swallow, and lose packets.

To a TCP stream a lost packet is a pause until it is sent again: 0.2 s, then twice as long each time it is lost again.
"""

import asyncio
import threading
from contextlib import suppress
from random import Random
from types import TracebackType
from typing import Literal, Self

Mode = Literal["open", "cut", "swallow", "lossy"]
PIECE = 16_384
LOSS = 0.2
FIRST_RETRANSMISSION_S, LONGEST_RETRANSMISSION_S = 0.2, 3.2


class Proxy:
    """Listens on `port` of loopback and passes on to `upstream`; a context manager with a thread of its own."""

    def __init__(self, upstream: int, seed: int) -> None:
        self.port = 0
        self.mode: Mode = "open"
        self._upstream, self._random = upstream, Random(seed)
        self._writers: set[asyncio.StreamWriter] = set()
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, name="proxy")

    def become(self, mode: Mode) -> None:
        self.mode = mode
        if mode == "cut":
            self._loop.call_soon_threadsafe(self._hang_up)

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._ready.wait(10)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._ended.set)
        self._thread.join(10)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._serve())
        self._loop.close()

    async def _serve(self) -> None:
        self._ended = asyncio.Event()
        server = await asyncio.start_server(self._connect, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._ended.wait()
        server.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            if self.mode == "cut":
                return
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._upstream)
        except OSError:
            return
        else:
            await self._join((reader, far_writer), (far_reader, writer))
        finally:
            writer.close()

    async def _join(self, *pairs: tuple[asyncio.StreamReader, asyncio.StreamWriter]) -> None:
        writers = {writer for _, writer in pairs}
        self._writers |= writers
        try:
            pumps = [asyncio.create_task(self._pump(*pair)) for pair in pairs]
            _, waiting = await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
            for pump in waiting:
                pump.cancel()
        finally:
            self._writers -= writers
            for writer in writers:
                writer.close()

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await reader.read(PIECE):
                await self._obstacle()
                writer.write(data)
                await writer.drain()
            await self._obstacle()  # whoever is swallowed does not hear that the other has left either

    async def _obstacle(self) -> None:
        wait = FIRST_RETRANSMISSION_S
        while self.mode == "swallow" or (self.mode == "lossy" and self._random.random() < LOSS):
            await asyncio.sleep(wait if self.mode == "lossy" else 0.05)
            wait = min(2 * wait, LONGEST_RETRANSMISSION_S)

    def _hang_up(self) -> None:
        for writer in self._writers:
            writer.transport.abort()
