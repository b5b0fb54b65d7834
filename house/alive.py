"""Tell whoever watches over a service that it is alive: systemd's watchdog, or a container's health check.

A service says so with each turn of its loop, so that a loop that hangs is found out. Where nobody watches it costs
nothing.
"""

import os
import socket
import time
from contextlib import suppress
from pathlib import Path

EVERY_S = 10.0


class Pulse:
    """`beat` as often as you like; it is told every few seconds."""

    def __init__(self) -> None:
        address = os.environ.get("NOTIFY_SOCKET", "")
        self._systemd = "\0" + address[1:] if address.startswith("@") else address
        self._file = os.environ.get("HAARD_ALIVE_FILE", "")
        self._next = 0.0

    def beat(self) -> None:
        if (self._systemd or self._file) and time.monotonic() >= self._next:
            self._next = time.monotonic() + EVERY_S
            with suppress(OSError):  # who watches may have gone
                self._tell()

    def _tell(self) -> None:
        if self._file:
            Path(self._file).touch()
        if self._systemd:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notify:
                notify.sendto(b"WATCHDOG=1", self._systemd)
