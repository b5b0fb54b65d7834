"""Listens for a while, and tells which thermometers and valves are on the air; nothing is connected."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from bleak import BleakScanner
from bleak.args.bluez import BlueZScannerArgs
from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData

from bridges.bluetooth.bluez import Bluez
from bridges.bluetooth.scanner import plain
from bridges.eq3.undeclared import is_valve
from bridges.eq3.undeclared import line as valve_line
from bridges.xiaomi.sensors import Advertisement
from bridges.xiaomi.undeclared import recognise
from house.errors import DeviceError

_NEVER = datetime(2000, 1, 1, tzinfo=UTC)  # nobody asks when a discovered device was heard


@dataclass(frozen=True, slots=True)
class Found:
    """A device on the air: what it is, what it says, its signal in dBm, and the line that would place it in a room."""

    address: str
    kind: str
    says: str
    rssi: float | None
    line: str


def listen(seconds: float, adapter: str | None = None, keys: Mapping[str, bytes] | None = None) -> tuple[Found, ...]:
    """The devices heard, the strongest first; raises DeviceError that says what this machine lacks."""
    return asyncio.run(_listen(seconds, adapter, keys or {}))


async def _listen(seconds: float, adapter: str | None, keys: Mapping[str, bytes]) -> tuple[Found, ...]:
    found: dict[str, Found] = {}

    def hear(device: BLEDevice, advertisement: AdvertisementData) -> None:
        one = _recognise(plain(device.address), advertisement, keys)
        if one is not None:
            found[one.address] = one

    async with Bluez() as bluez:
        if not bluez.running.is_set():
            raise DeviceError("BlueZ is not running: systemctl start bluetooth", temporary=True)
        name = (await bluez.adapter_path(adapter)).rpartition("/")[2]
        try:
            async with BleakScanner(hear, bluez=BlueZScannerArgs(adapter=name)):
                await asyncio.sleep(seconds)
        except Exception as error:  # bleak and dbus-fast do not declare all that they raise
            raise DeviceError(f"adapter {name} does not scan ({error}): is it switched on?", temporary=True) from error
    return tuple(sorted(found.values(), key=lambda one: one.rssi or -127, reverse=True))


def _recognise(address: str, advertisement: AdvertisementData, keys: Mapping[str, bytes]) -> Found | None:
    rssi = advertisement.rssi
    if is_valve(address, advertisement.local_name):
        return Found(address, "valve", advertisement.local_name or "", rssi, valve_line(address))
    heard = Advertisement(address, advertisement.service_data, _NEVER, rssi)
    thermometer = recognise(heard, keys.get(address))
    if thermometer is None:
        return None
    return Found(address, thermometer.format, thermometer.says, rssi, thermometer.line)
