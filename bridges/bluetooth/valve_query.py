"""Asks valves how they are, one after the other and without the broker: for a person who looks for what is wrong.

Nothing is set but the valve's clock, which comes with every question. Only while no bridge has the adapter: two
programs on one lock it up.
"""

import asyncio
import time
from contextlib import AsyncExitStack
from datetime import datetime
from types import TracebackType
from typing import Self

from bleak import BleakScanner
from bleak.args.bluez import BlueZScannerArgs
from bleak.backends.device import BLEDevice

from bridges.bluetooth.bluez import Bluez
from bridges.bluetooth.gatt import ContactError, GattSession
from bridges.bluetooth.scanner import plain
from bridges.bluetooth.timing import Timing
from bridges.eq3.protocol import Status, ask_status
from house.errors import DeviceError

LOOK_S = 0.1


class ValveQuery:
    """The adapter (None: the first there is), scanning, and the way to a valve; a context manager.

    Raises DeviceError where the adapter cannot be used.
    """

    def __init__(self, adapter: str | None, timing: Timing) -> None:
        self._adapter, self._timing = adapter, timing
        self._devices: dict[str, BLEDevice] = {}
        self._runner = asyncio.Runner()
        self._opened = AsyncExitStack()
        self._bluez = Bluez()
        self._began = time.monotonic()

    def ask(self, address: str, now: datetime, pin: str | None = None) -> Status:
        """A valve's status; `now` is aware, in the zone of the house. Raises DeviceError when it does not answer."""
        return self._runner.run(self._ask(address, now, pin))

    async def _ask(self, address: str, now: datetime, pin: str | None) -> Status:
        while address not in self._devices:
            if time.monotonic() - self._began > self._timing.grace_s:
                raise DeviceError(f"not heard in {self._timing.grace_s:g} s", temporary=True)
            await asyncio.sleep(LOOK_S)
        caller = GattSession(self._bluez, self._timing)
        try:
            [answer] = await caller.contact(self._devices[address], (ask_status(now),), pin)
        except ContactError as error:
            raise DeviceError(f"heard, but {error}", temporary=True) from error
        if not isinstance(answer, Status):
            raise DeviceError(f"answers with {answer} instead of its status", temporary=True)
        return answer

    async def _open(self) -> None:
        await self._opened.enter_async_context(self._bluez)
        name = (await self._bluez.adapter_path(self._adapter)).rpartition("/")[2]
        scanner = BleakScanner(lambda device, _: self._hear(device), bluez=BlueZScannerArgs(adapter=name))
        try:
            await self._opened.enter_async_context(scanner)
        except Exception as error:  # bleak and dbus-fast do not declare all that they raise
            raise DeviceError(f"adapter {name} does not scan: {error}", temporary=True) from error
        self._began = time.monotonic()

    def _hear(self, device: BLEDevice) -> None:
        self._devices[plain(device.address)] = device

    def __enter__(self) -> Self:
        try:
            self._runner.run(self._open())
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._runner:
            self._runner.run(self._opened.aclose())
