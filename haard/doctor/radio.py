"""Whether this computer's Bluetooth can be used: the bus, bluetoothd, an adapter, and its power."""

import asyncio
import importlib.util
from pathlib import Path

from haard.doctor.finding import Finding, failure, well
from house.errors import DeviceError

RFKILL = Path("/sys/class/rfkill")
ANSWER_S = 5.0
IN_CONTAINER = "in a container: give it /run/dbus of the host"
START_BUS = f"sudo systemctl enable --now dbus; {IN_CONTAINER}"
START_BLUEZ = f"sudo systemctl enable --now bluetooth (package bluez); {IN_CONTAINER}"
GROUP = "sudo usermod -aG bluetooth $USER, then log in again"


def radio(adapter: str | None, rfkill: Path = RFKILL) -> Finding:
    """The first thing that is missing of the adapter (None: any), or that all is there."""
    if importlib.util.find_spec("dbus_fast") is None or importlib.util.find_spec("bleak") is None:
        return failure("haard is installed without Bluetooth", "pip install 'haard[bluetooth]'")
    try:
        return asyncio.run(_ask_bluez(adapter, rfkill))
    except TimeoutError:
        return failure("BlueZ does not answer", "sudo systemctl restart bluetooth")


async def _ask_bluez(adapter: str | None, rfkill: Path) -> Finding:
    from bridges.bluetooth.bluez import Bluez

    remedy = START_BUS
    try:
        async with asyncio.timeout(ANSWER_S), Bluez() as bluez:
            if not bluez.running.is_set():
                return failure("bluetoothd is not running", START_BLUEZ)
            remedy = f"{unblock(rfkill)}plug the adapter in, or correct bluetooth.adapter; not allowed? {GROUP}"
            path = await bluez.adapter_path(adapter)
            name = path.rpartition("/")[2]
            if await bluez.is_powered(path):
                return well(f"{name} is on")
            return failure(f"{name} is switched off", f"{unblock(rfkill)}bluetoothctl power on")
    except DeviceError as error:
        return failure(str(error), remedy)


def unblock(rfkill: Path) -> str:
    """What to do first where the kernel holds Bluetooth blocked; empty where it does not."""
    blocks = [
        (_read(one / "soft"), _read(one / "hard")) for one in rfkill.glob("*") if _read(one / "type") == "bluetooth"
    ]
    if any(hard == "1" for _, hard in blocks):
        return "turn on the computer's own switch for radios; "
    return "rfkill unblock bluetooth; " if any(soft == "1" for soft, _ in blocks) else ""


def _read(file: Path) -> str:
    try:
        return file.read_text().strip()
    except OSError:
        return ""
