"""Bluetooth on a private D-Bus: whatever is missing is named, and a valve is asked where nobody has the radio."""

import io
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from rich.console import Console

from haard.doctor import valves
from haard.doctor.radio import radio, unblock
from haard.doctor.report import Report
from house.settings import parse
from tests.bridges.bluetooth.bench import ADVERTISE_S, SWIFT
from tests.fake_bluez import FakeBluez, private_bus
from tests.virtual_eq3 import VirtualEq3

VALVES = ("00:1A:22:00:00:01", "00:1A:22:00:00:02", "00:1A:22:00:00:03")


@pytest.fixture
def bus(tmp_path: Path) -> Iterator[str]:
    with private_bus(tmp_path) as address:
        yield address


@pytest.fixture
def switch(tmp_path: Path) -> Callable[..., Path]:
    """The kernel's switch of the radio."""

    def make(soft: str = "0", hard: str = "0", kind: str = "bluetooth") -> Path:
        folder = tmp_path / "rfkill"
        (folder / "rfkill0").mkdir(parents=True)
        for name, text in (("type", kind), ("soft", soft), ("hard", hard)):
            (folder / "rfkill0" / name).write_text(f"{text}\n")
        return folder

    return make


def test_bluetoothd_that_does_not_run_is_told_how_to_start(bus: str) -> None:
    finding = radio(None)
    assert finding.what == "bluetoothd is not running"
    assert "systemctl enable --now bluetooth" in finding.remedy


def test_an_adapter_that_is_on_is_well(bus: str) -> None:
    with FakeBluez(bus):
        assert radio(None).what == "hci0 is on"
        assert radio("hci0").verdict == "well"


def test_another_adapter_than_the_settings_name_is_a_failure(bus: str) -> None:
    with FakeBluez(bus):
        finding = radio("hci7")
    assert "no Bluetooth adapter hci7: found hci0" in finding.what
    assert "bluetooth.adapter" in finding.remedy


def test_an_adapter_without_power_comes_with_what_unblocks_it(bus: str, switch: Callable[..., Path]) -> None:
    with FakeBluez(bus) as bluez:
        bluez.switch_off()
        finding = radio(None, rfkill=switch(soft="1"))
    assert finding.what == "hci0 is switched off"
    assert finding.remedy == "rfkill unblock bluetooth; bluetoothctl power on"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"hard": "1", "soft": "1"}, "own switch"),
        ({"soft": "1"}, "rfkill unblock"),
        ({"soft": "1", "kind": "wlan"}, ""),
    ],
)
def test_the_kernels_switch_is_read(options: dict[str, str], words: str, switch: Callable[..., Path]) -> None:
    told = unblock(switch(**options))
    assert words in told
    assert bool(words) == bool(told)


def test_each_valve_is_asked_and_only_its_clock_is_set(bus: str) -> None:
    near, low, away = (VirtualEq3(address) for address in VALVES)
    low.battery_low = True
    radiators = ", ".join(f'{{valve: "{address}", power_w: 900}}' for address in VALVES)
    house = parse(f"rooms: {{bath: {{radiators: [{radiators}]}}}}\nboiler: {{driver: nefit}}")
    said, stop = io.StringIO(), threading.Event()
    with FakeBluez(bus, [near, low]) as bluez:

        def advertise() -> None:
            while not stop.wait(ADVERTISE_S):
                bluez.advertise_valves()

        air = threading.Thread(target=advertise)
        air.start()
        report = Report(Console(file=said, highlight=False, markup=False))
        valves.ask_all(house, report, lambda: datetime.now(UTC), replace(SWIFT, grace_s=5.0))
        stop.set()
        air.join()
        assert not bluez.discovering
        assert bluez.links == 0
    assert report.end() == 1
    told = said.getvalue().splitlines()
    assert told[0] == "checking answer of valve 001a22000001 (bath) ... ok: 0 % open, set to 17 °C"
    assert told[1:3] == [
        "checking answer of valve 001a22000002 (bath) ... DOUBT",
        "    0 % open, set to 17 °C; its batteries are low",
    ]
    assert told[4:6] == ["checking answer of valve 001a22000003 (bath) ... FAILED", "    not heard in 5 s"]
    assert [write[0] for write in (*near.writes, *low.writes)] == [0x03, 0x03]
    assert away.writes == []
