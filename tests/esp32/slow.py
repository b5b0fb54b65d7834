"""A way between node and broker on which every byte travels alone, and which can be cut with a reset."""

import socket
import struct
import threading
from types import TracebackType
from typing import Self

NO_LINGER = struct.pack("ii", 1, 0)
"""Closing with it sends RST instead of FIN."""


class Slow:
    """Listens on `port` and passes on to the broker's; a context manager."""

    def __init__(self, broker_port: int) -> None:
        self._broker_port = broker_port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._pairs: list[tuple[socket.socket, socket.socket]] = []
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def _serve(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            far = socket.create_connection(("127.0.0.1", self._broker_port))
            self._pairs.append((near, far))
            for one, other, alone in ((near, far, False), (far, near, True)):
                one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                threading.Thread(target=_pump, args=(one, other, alone), daemon=True).start()

    def reset_all(self) -> None:
        """RST to both sides."""
        pairs, self._pairs = self._pairs, []
        for pair in pairs:
            for one in pair:
                one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_LINGER)
                one.shutdown(socket.SHUT_RD)
                one.close()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()
        for pair in self._pairs:
            for one in pair:
                one.close()


def _pump(one: socket.socket, other: socket.socket, alone: bool) -> None:
    try:
        while data := one.recv(4096):
            for part in (bytes([byte]) for byte in data) if alone else [data]:
                other.sendall(part)
    except OSError:
        return
