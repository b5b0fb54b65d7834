"""The radio's event loop in a thread of its own: what is to be done comes as calls, what is to be said in a queue."""

import asyncio
import contextlib
import logging
import threading
import time
from collections.abc import Callable
from queue import SimpleQueue
from types import TracebackType
from typing import Self
from zoneinfo import ZoneInfo

import structlog
from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData

from bridges.bluetooth.bluez import Bluez
from bridges.bluetooth.gatt import GattSession
from bridges.bluetooth.scanner import Radio, is_on_the_air, plain
from bridges.bluetooth.timing import Timing
from bridges.bluetooth.valve_driver import Clock, ValveDriver, valves_of
from bridges.eq3.undeclared import UnknownValves
from bridges.xiaomi.sensors import Advertisement
from bridges.xiaomi.thermometers import Thermometers
from house import topics
from house.errors import DeviceError
from house.messages import Rejected, ValveCommand
from house.secrets import read_bindkeys, read_valve_pins
from house.settings import Settings
from house.topics import Publication

log = structlog.get_logger()


class RadioThread:
    """Everything that needs the radio; a context manager that starts and ends its thread."""

    def __init__(self, settings: Settings, timing: Timing, clock: Clock) -> None:
        self.said: SimpleQueue[Publication] = SimpleQueue()
        """What is to be said on the broker."""
        self.valves = valves_of(settings)
        self._thermometers = Thermometers(settings, read_bindkeys())
        self._unknown_valves = UnknownValves()
        self._clock = clock
        self._root = topics.Root(settings.mqtt.root)
        self._failure: DeviceError | None = None
        self._bluez = Bluez()
        zone, caller = ZoneInfo(settings.home.timezone), GattSession(self._bluez, timing)
        pins = read_valve_pins()
        self._caretaker = ValveDriver(self.valves, zone, caller, pins, self.said.put, self._refuse, clock)
        known = {*filter(is_on_the_air, self._thermometers.known), *self.valves}
        self._radio = Radio(self._bluez, settings.bluetooth, known, timing, self._hear)
        self._stopped = asyncio.Event()
        self._runner = asyncio.Runner(loop_factory=asyncio.new_event_loop)
        self._loop = self._runner.get_loop()
        self._thread = threading.Thread(target=self._serve, name="radio")

    def is_alive(self) -> bool:
        """Whether the radio is being served."""
        return self._thread.is_alive()

    def do(self, action: Callable[[ValveDriver], None]) -> None:
        """Let the radio's thread do something with its valves."""
        with contextlib.suppress(RuntimeError):  # the loop has ended meanwhile; `check` tells why
            self._loop.call_soon_threadsafe(action, self._caretaker)

    def check(self) -> None:
        """Raise DeviceError if the thread ended for another reason than that it should."""
        if self._failure is not None:
            raise self._failure
        if not self._stopped.is_set():
            raise DeviceError("the radio's thread broke; its traceback is above", temporary=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End a contact that is under way in order, and the scan."""
        with contextlib.suppress(RuntimeError):  # it has ended by itself
            self._loop.call_soon_threadsafe(self._stopped.set)
        self._thread.join()

    def _serve(self) -> None:
        for library in ("bleak", "bleak_retry_connector", "dbus_fast"):
            logging.getLogger(library).setLevel(logging.CRITICAL)  # what matters of it is told here
        with self._runner:
            self._runner.run(self._work())

    async def _work(self) -> None:
        try:
            async with self._bluez, asyncio.TaskGroup() as group:
                tasks = [group.create_task(self._radio.run()), group.create_task(self._caretaker.run(self._radio))]
                await self._stopped.wait()
                for task in tasks:
                    task.cancel()
        except* DeviceError as errors:
            self._failure = next(error for error in errors.exceptions if isinstance(error, DeviceError))

    def _refuse(self, address: str, wish: ValveCommand, reason: str) -> None:
        topic = self._root.full(topics.VALVE_COMMAND.path(address))
        log.warning("command refused", address=address, command=wish.do, reason=reason)
        message = Rejected(topic=topic, payload=wish.encode().decode(), reason=reason, service="bluetooth")
        self.said.put(topics.publication(topics.REJECTED, message=message))

    def _hear(self, device: BLEDevice, advertisement: AdvertisementData) -> None:
        address = plain(device.address)
        if address in self.valves:
            self._caretaker.devices[address] = (device, time.monotonic())
            return
        if self._unknown_valves.hear(address, advertisement.local_name, advertisement.rssi):
            return
        rssi = None if advertisement.rssi == -127 else advertisement.rssi
        heard = Advertisement(address, advertisement.service_data, self._clock(), rssi)
        for publication in self._thermometers.hear(heard):
            self.said.put(publication)
