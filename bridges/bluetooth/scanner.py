"""The scanner's life on one adapter: it listens, is watched, and is brought back when it dies without a word.

Scanners die silently: after a restart of bluetoothd, or when an adapter locks up, nothing is heard and no error comes.
So the watchdog counts what is heard, and the owner of BlueZ's name on D-Bus is watched.
"""

import asyncio
import re
import time
from collections.abc import Callable, Collection

import structlog
from bleak import BleakScanner
from bleak.args.bluez import BlueZScannerArgs, OrPattern
from bleak.assigned_numbers import AdvertisementDataType
from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData

from bridges.bluetooth.bluez import Bluez
from bridges.bluetooth.timing import Timing
from bridges.bluetooth.watchdog import Step, Watchdog
from bridges.xiaomi.protocol import SERVICE_UUIDS
from house.errors import DeviceError
from house.settings.radio import Bluetooth

_SERVICE_DATA = AdvertisementDataType.SERVICE_DATA_UUID16
_PATTERNS = (
    *(OrPattern(0, _SERVICE_DATA, bytes.fromhex(uuid[4:8])[::-1]) for uuid in SERVICE_UUIDS),
    # A valve's name comes only in the answer to an active scan; what it sends unasked is nine zero bytes of nobody.
    OrPattern(0, AdvertisementDataType.MANUFACTURER_SPECIFIC_DATA, bytes(2)),
)

Heard = Callable[[BLEDevice, AdvertisementData], None]

log = structlog.get_logger()


class Radio:
    """One adapter, scanning; `listening` is set while it does. Known devices are addresses of 12 hex digits."""

    def __init__(self, bluez: Bluez, options: Bluetooth, known: Collection[str], timing: Timing, tell: Heard) -> None:
        self.listening = asyncio.Event()
        self.listening_since = 0.0
        self._bluez, self._options, self._known, self._timing, self._tell = bluez, options, known, timing, tell
        self._watchdog = Watchdog(options.silence_s, time.monotonic())
        self._disturbed = asyncio.Event()
        bluez.on_change(self._disturbed.set)

    async def run(self) -> None:
        """Scan until cancelled; raises DeviceError when every step of the ladder was taken in vain."""
        while True:
            if not self._bluez.running.is_set():
                log.error("BlueZ is not running", hint="systemctl start bluetooth; waiting for it")
                await self._bluez.running.wait()
                log.info("BlueZ is back")
                self._watchdog = self._watchdog.paused(time.monotonic())
            self._disturbed.clear()
            step = await self._scan()
            if step is Step.POWER_CYCLE:
                await self._power_cycle()
            elif step is Step.GIVE_UP:
                raise DeviceError(
                    f"no known device heard, though the scan was restarted and the adapter switched off and on "
                    f"({self._options.silence_s:g} s each): are the addresses in house.yaml right, the batteries good "
                    f"and the adapter near? Leaving, so that the supervisor starts this bridge anew",
                    temporary=True,
                )

    async def _scan(self) -> Step | None:
        """Scan until the watchdog wants something else, or BlueZ goes."""
        bluez = BlueZScannerArgs(or_patterns=list(_PATTERNS)) if self._options.scanning == "passive" else {}
        if self._options.adapter:
            bluez["adapter"] = self._options.adapter
        scanner = BleakScanner(self._hear, scanning_mode=self._options.scanning, bluez=bluez)
        try:
            async with asyncio.timeout(self._timing.bluez_s):
                await scanner.start()
        except Exception as error:  # bleak and dbus-fast do not declare all that they raise
            log.warning("scan does not start", reason=str(error) or repr(error))
            return await self._watch(self._timing.scan_retry_s)
        log.info("scanning", adapter=self._options.adapter or "default", mode=self._options.scanning)
        self.listening_since = time.monotonic()
        self.listening.set()
        try:
            return await self._watch()
        finally:
            self.listening.clear()
            await self._stop(scanner)

    async def _stop(self, scanner: BleakScanner) -> None:
        try:
            async with asyncio.timeout(self._timing.bluez_s):
                await scanner.stop()
        except Exception as error:  # a bluetoothd that was restarted knows of no scan
            log.info("scan was over already", reason=str(error) or repr(error))

    async def _watch(self, at_most_s: float | None = None) -> Step | None:
        """Wait for the next step of the ladder; None when BlueZ came or went, or the time is over."""
        end = None if at_most_s is None else time.monotonic() + at_most_s
        while end is None or time.monotonic() < end:
            try:
                async with asyncio.timeout(min(self._timing.idle_s, at_most_s or self._timing.idle_s)):
                    await self._disturbed.wait()
                return None
            except TimeoutError:
                pass  # nothing disturbs the scan
            if not self._known:
                continue
            self._watchdog, step = self._watchdog.look(time.monotonic())
            if step is not None:
                log.warning("no known device heard", for_s=self._options.silence_s, so=step.name.lower())
                return step
        return None

    async def _power_cycle(self) -> None:
        try:
            async with asyncio.timeout(self._timing.power_off_s + self._timing.bluez_s):
                await self._bluez.power_cycle(self._options.adapter, self._timing.power_off_s)
        except (DeviceError, TimeoutError) as error:
            log.warning("adapter was not switched off and on", reason=str(error) or "no answer")

    def _hear(self, device: BLEDevice, advertisement: AdvertisementData) -> None:
        if plain(device.address) in self._known:
            self._watchdog = self._watchdog.heard(time.monotonic())
        self._tell(device, advertisement)


def is_on_the_air(address: str) -> bool:
    """Whether an address of house.yaml is one of Bluetooth; others are names of devices behind something else."""
    return re.fullmatch(r"[0-9a-f]{12}", address) is not None


def plain(address: str) -> str:
    """An address as topics spell it: 12 hex digits."""
    return address.replace(":", "").lower()
