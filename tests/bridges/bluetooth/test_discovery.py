"""`haard discover` with the real bleak on a fake BlueZ, and on machines that lack something."""

import threading
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from bridges.bluetooth import discovery
from haard.commands import discover
from house import settings
from house.errors import DeviceError
from tests.bridges.bluetooth.bench import Bench, eventually
from tests.fake_bluez import FakeBluez, private_bus

ENVIRONMENT = "0000181a-0000-1000-8000-00805f9b34fb"
PVVX = bytes.fromhex("f4830238c1a4a9066911b60b58f70d")
ENCRYPTED = bytes.fromhex("11d603fbfa7b6dfb1e26fd")


def test_thermometers_and_valves_on_the_air_come_with_their_lines(start_bench: Callable[..., Bench]) -> None:
    bench = start_bench()
    found: list[discovery.Found] = []
    listener = threading.Thread(target=lambda: found.extend(discovery.listen(1.0)))
    listener.start()
    eventually(lambda: bench.bluez.discovering, "a scan")
    bench.bluez.advertise_valves()
    bench.bluez.advertise("A4:C1:38:02:83:F4", ENVIRONMENT, PVVX, rssi=-50)
    bench.bluez.advertise("A4:C1:38:8D:18:B2", ENVIRONMENT, ENCRYPTED, rssi=-80)
    bench.bluez.advertise("00:00:00:00:00:99", "0000feaa-0000-1000-8000-00805f9b34fb", b"\x00")
    listener.join(20)
    assert [(one.kind, one.says, one.rssi) for one in found] == [
        ("pvvx", "17.05 °C, 44.57 %, battery 88 %", -50),
        ("valve", "CC-RT-BLE", -60),
        ("pvvx", "encrypted: needs its key (bindkey)", -80),
    ]
    assert found[0].line == 'sensors: ["A4:C1:38:02:83:F4"]'
    assert found[1].line == 'radiators: [{valve: "00:1A:22:00:00:01", power_w: 1000}]'
    assert not bench.bluez.discovering


def test_what_is_found_can_be_pasted_however_narrow_the_terminal(start_bench: Callable[..., Bench]) -> None:
    bench, said = start_bench(), StringIO()
    out = Console(file=said, width=40)
    listener = threading.Thread(target=lambda: discover.show(discovery.listen(1.0), out))
    listener.start()
    eventually(lambda: bench.bluez.discovering, "a scan")
    bench.bluez.advertise_valves()
    bench.bluez.advertise("A4:C1:38:02:83:F4", ENVIRONMENT, PVVX, rssi=-50)
    listener.join(20)
    thermometer, valve = [line for line in said.getvalue().splitlines() if line.startswith("    ")]
    house = settings.parse(f"rooms:\n  living:\n{thermometer}\n{valve}\n")
    assert house.rooms["living"].thermometers == ("a4c1380283f4",)
    assert house.rooms_by_valve == {"001a22000001": "living"}
    assert "17.05 °C" in thermometer
    assert "-50 dBm" in thermometer


def test_machine_without_bluez_adapter_or_power_is_told_what_it_lacks(tmp_path: Path) -> None:
    with private_bus(tmp_path) as address:
        with pytest.raises(DeviceError, match="BlueZ is not running: systemctl start bluetooth"):
            discovery.listen(0.1)
        with FakeBluez(address) as bluez:
            with pytest.raises(DeviceError, match="no Bluetooth adapter hci7: found hci0"):
                discovery.listen(0.1, "hci7")
            bluez.scan_faults = ["NotReady"]
            with pytest.raises(DeviceError, match=r"adapter hci0 does not scan .*NotReady"):
                discovery.listen(0.1)
