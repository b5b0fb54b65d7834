"""Where the meter's bytes come from: a P1 cable or a TCP port (ser2net, a network dongle). Never written to."""

import socket
from typing import Protocol
from urllib.parse import urlsplit

import serial

from house.errors import DeviceError

READ_S = 0.2
CONNECT_S = 5.0
LINES = ((115_200, serial.EIGHTBITS, serial.PARITY_NONE), (9_600, serial.SEVENBITS, serial.PARITY_EVEN))
"""Speed, data bits and parity of DSMR 4 and 5, and of DSMR 2 and 3."""


class Source(Protocol):
    """An open line; `read` waits at most READ_S and raises DeviceError when the line is gone."""

    def read(self) -> bytes: ...

    def close(self) -> None: ...


def connect(url: str, attempt: int) -> Source:
    """Open `serial:///dev/ttyUSB0` or `tcp://host:port`; a cable is tried at each speed of LINES in turn."""
    parts = urlsplit(url)
    if parts.scheme == "tcp":
        return _Tcp(parts.hostname or "", parts.port or 0)
    return _Cable(parts.path, attempt)


class _Tcp:
    def __init__(self, host: str, port: int) -> None:
        self._where = f"{host}:{port}"
        try:
            self._socket = socket.create_connection((host, port), timeout=CONNECT_S)
        except OSError as error:
            raise DeviceError(f"the meter's port {self._where} does not answer: {error}", temporary=True) from error
        self._socket.settimeout(READ_S)

    def read(self) -> bytes:
        try:
            data = self._socket.recv(4096)
        except TimeoutError:
            return b""
        except OSError as error:
            raise DeviceError(f"the meter's port {self._where} is gone: {error}", temporary=True) from error
        if not data:
            raise DeviceError(f"the meter's port {self._where} has closed", temporary=True)
        return data

    def close(self) -> None:
        self._socket.close()


class _Cable:
    def __init__(self, device: str, attempt: int) -> None:
        speed, bits, parity = LINES[attempt % len(LINES)]
        try:
            self._serial = serial.Serial(device, speed, bits, parity, timeout=READ_S)
        except (OSError, ValueError) as error:
            hint = "is the cable plugged in, and is this user in the group dialout?"
            raise DeviceError(f"the P1 cable {device} cannot be opened: {error}; {hint}", temporary=True) from error
        self._device = device

    def read(self) -> bytes:
        try:
            return bytes(self._serial.read(max(1, self._serial.in_waiting)))
        except OSError as error:
            raise DeviceError(f"the P1 cable {self._device} is gone: {error}", temporary=True) from error

    def close(self) -> None:
        self._serial.close()
