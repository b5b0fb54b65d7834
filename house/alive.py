"""Tell systemd that a service is alive: its watchdog starts again whoever says nothing for too long.

A service says so with each turn of its loop, so that a loop that hangs is found out. Without systemd it costs nothing.
"""

import os
import socket
import time
from contextlib import suppress

EVERY_S = 10.0


class Pulse:
    """`beat` as often as you like; systemd hears it every few seconds."""

    def __init__(self) -> None:
        address = os.environ.get("NOTIFY_SOCKET", "")
        self._address = "\0" + address[1:] if address.startswith("@") else address
        self._next = 0.0

    def beat(self) -> None:
        if self._address and time.monotonic() >= self._next:
            self._next = time.monotonic() + EVERY_S
            with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notify:
                notify.sendto(b"WATCHDOG=1", self._address)
