"""The broker is gone for a minute and comes back without its file, under every bridge at once.

Each bridge is a process of its own beside the fake of its device. A house has one boiler and these have four, so each
bridge lives in a house of its own: a street of them on one broker.
"""

import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from bridges.boiler.bridge import wall_clock
from bridges.boiler.protocol import REPEAT
from devtools.servers import Mosquitto
from tests.bridges import fake_boilers
from tests.bridges.bluetooth.bench import address_of, topic_id, wish
from tests.bridges.dsmr.fake_meter import capture, meter_port
from tests.bridges.nefit import fake_easy
from tests.bridges.openmeteo import test_bridge as openmeteo
from tests.bridges.running import PATIENCE_S, ROOMS, Wire, boiler_set, process, say_raw
from tests.bridges.zigbee2mqtt import test_bridge as zigbee2mqtt
from tests.ending import end
from tests.fake_bluez import FakeBluez, private_bus
from tests.observer import Observer
from tests.virtual_eq3 import VirtualEq3

AWAY_S = 60
ENDS_WITHIN_S = 5.0
BACK_S = 60
"""A bridge tries each five seconds; the machine may be busy."""
STREET = "street"
VALVE = f"valve/{topic_id(1)}"
RADIATOR = f'rooms: {{living: {{radiators: [{{valve: "{address_of(1)}", power_w: 1000}}]}}}}\n'


@dataclass(frozen=True)
class House:
    """A bridge, what it needs in its settings, and what it keeps said on the broker."""

    bridge: str
    keeps: tuple[str, ...] = ()
    sections: str = ""
    rooms: str = ROOMS

    @property
    def online(self) -> str:
        return f"{self.bridge}/service/{self.bridge}/availability"

    @property
    def kept(self) -> set[str]:
        return {f"{self.bridge}/{path}" for path in self.keeps} | {self.online}


@contextmanager
def meter() -> Iterator[str]:
    """A smart meter that repeats itself to whoever listens, until the test ends."""
    ended = threading.Event()

    def talk(client: socket.socket) -> None:
        with suppress(ConnectionError):  # the bridge may leave first
            while not ended.wait(0.2):
                client.sendall(capture("v5"))

    with meter_port(talk) as url:
        try:
            yield url
        finally:
            ended.set()


@contextmanager
def radio(folder: Path) -> Iterator[None]:
    """A Bluetooth adapter that hears one valve."""
    ended = threading.Event()
    with private_bus(folder) as bus, FakeBluez(bus, [VirtualEq3(address_of(1))]) as bluez:

        def advertise() -> None:
            while not ended.wait(0.2):
                bluez.advertise_valves()

        thread = threading.Thread(target=advertise)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join(10)


@pytest.fixture
def devices(mosquitto: Mosquitto) -> Iterator[list[Wire]]:
    """The devices that speak MQTT themselves: three boilers, then zigbee2mqtt."""
    kinds = (fake_boilers.EmsEsp, fake_boilers.Otgw, fake_boilers.Tasmota, zigbee2mqtt.FakeZigbee2mqtt)
    with ExitStack() as stack:
        yield [stack.enter_context(Wire(mosquitto, kind(), wall_clock)) for kind in kinds]


@pytest.fixture
def street(tmp_path: Path) -> Iterator[list[House]]:
    """The houses, and the devices that do not speak MQTT."""
    easy, weather = fake_easy.FakeEasy(), openmeteo.FakeOpenMeteo()
    (tmp_path / "bus").mkdir()
    with meter() as p1, fake_easy.serving(easy) as nefit, openmeteo.serving(weather), radio(tmp_path / "bus"):
        yield [
            House("clock"),
            House("dsmr", ("meter/gas", "meter/electricity"), f"meter: {{driver: dsmr, url: '{p1}'}}"),
            House("nefit", ("boiler/status",), f"boiler: {{driver: nefit, url: '{nefit.url}'}}"),
            House(
                "openmeteo",
                ("forecast", "outside/temperature"),
                f"weather: {{driver: openmeteo, url: '{weather.url}'}}",
            ),
            House("emsesp", ("boiler/status",), "boiler: {driver: emsesp}"),
            House("otgw", ("boiler/status",), "boiler: {driver: otgw}"),
            House("relay", ("boiler/status",), "boiler: {driver: relay, relay: {model: tasmota}}"),
            House("zigbee2mqtt", ("valve/v1/status", "room/living/temperature/t1"), sections=zigbee2mqtt.SECTION),
            House("bluetooth", (f"{VALVE}/status",), rooms=RADIATOR),
        ]


def all_kept(street: list[House]) -> set[str]:
    return set[str]().union(*(house.kept for house in street))


def hears(observer: Observer, paths: set[str]) -> None:
    """Wait until something was said on each path; of a bridge's presence, that it is online."""
    deadline, missing = time.monotonic() + BACK_S, paths
    while missing:
        assert time.monotonic() < deadline, missing
        observer.listen(0.2)
        missing = paths - {one.path for one in observer.heard if one.payload != b"offline"}


def is_kept(mosquitto: Mosquitto, street: list[House]) -> None:
    """A newcomer is told the same by the broker alone."""
    with Observer(mosquitto.settings(root=STREET)) as newcomer:
        for path in sorted(all_kept(street)):
            assert newcomer.wait_for(path).retained, path


def call(mosquitto: Mosquitto, street: list[House]) -> None:
    """Every boiler should heat and the Bluetooth valve open, for ten minutes and more."""
    for house in street:
        if "boiler/status" in house.keeps:
            wished = boiler_set(wall_clock(), call=True).payload
            say_raw(mosquitto, f"{STREET}/{house.bridge}/boiler/set", wished, retain=True)
    say_raw(mosquitto, f"{STREET}/bluetooth/{VALVE}/set", wish(24).encode(), retain=True)


def is_told(device: Wire, commands: int) -> bool:
    """Whether it heats, and was told something beyond so many commands."""
    return len(device.device.commands) > commands and device.device.heats(wall_clock())


@contextmanager
def bridges(street: list[House], folder: Path, mosquitto: Mosquitto) -> Iterator[dict[str, subprocess.Popen[bytes]]]:
    """A process for each house; each logs in a folder of its name."""
    with ExitStack() as stack:
        started = {}
        for house in street:
            (folder / house.bridge).mkdir()
            root = f"{STREET}/{house.bridge}"
            one = process(house.bridge, folder / house.bridge, mosquitto, house.sections, house.rooms, root)
            started[house.bridge] = stack.enter_context(one)
        yield started


def stop(processes: dict[str, subprocess.Popen[bytes]]) -> dict[str, int]:
    """SIGTERM to all of them; the exit status of each."""
    for child in processes.values():
        child.send_signal(signal.SIGTERM)
    return {name: child.wait(30) for name, child in processes.items()}


def test_every_bridge_ends_within_five_seconds_though_the_broker_has_frozen(
    mosquitto: Mosquitto, street: list[House], tmp_path: Path
) -> None:
    with bridges(street, tmp_path, mosquitto) as processes:
        with Observer(mosquitto.settings(root=STREET)) as observer:
            hears(observer, {house.online for house in street})
            call(mosquitto, street)
            hears(observer, {f"bluetooth/{VALVE}/status", "nefit/boiler/status"})
        mosquitto.freeze()
        ended = {name: end(child) for name, child in processes.items()}
        mosquitto.thaw()
    assert {name: status for name, (status, _) in ended.items()} == dict.fromkeys(processes, 0)
    assert {name: took for name, (_, took) in ended.items() if took > ENDS_WITHIN_S} == {}


@pytest.mark.timeout(300)
def test_every_bridge_is_back_after_a_minute_without_a_broker_that_then_forgot_everything(
    mosquitto: Mosquitto, street: list[House], devices: list[Wire], tmp_path: Path
) -> None:
    *boilers, _ = devices
    with bridges(street, tmp_path, mosquitto) as processes:
        with Observer(mosquitto.settings(root=STREET)) as observer:
            hears(observer, {house.online for house in street})
            call(mosquitto, street)
            for device in devices:
                device.speak()
            hears(observer, all_kept(street))
        for boiler in boilers:
            boiler.wait_for(partial(is_told, boiler, 0))
        mosquitto.stop()
        mosquitto.forget()
        told = [len(boiler.device.commands) for boiler in boilers]
        time.sleep(AWAY_S)  # the minute is what is tested
        assert [name for name, child in processes.items() if child.poll() is not None] == []
        mosquitto.start()
        with Observer(mosquitto.settings(root=STREET)) as observer:
            hears(observer, all_kept(street))
        for boiler, commands in zip(boilers, told, strict=True):
            # A boiler that is back after its bridge hears what it should do with the next repetition.
            boiler.wait_for(partial(is_told, boiler, commands), REPEAT.total_seconds() + PATIENCE_S)
        is_kept(mosquitto, street)
        assert stop(processes) == dict.fromkeys(processes, 0)
    logs = {house.bridge: (tmp_path / house.bridge / "log.txt").read_text() for house in street}
    assert [name for name, log in logs.items() if "Traceback" in log] == []
