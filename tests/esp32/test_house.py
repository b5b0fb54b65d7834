"""A whole house on nodes: regulator, broker with its real acl, two nodes, eight valves; one node dies."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from devtools.servers import Mosquitto
from haard.__main__ import main
from haard.install.acl import acl
from haard.install.rights import rights
from haard.node import flash
from house.settings import Settings, load
from tests.esp32.air import Air
from tests.esp32.board import Board
from tests.esp32.conftest import FAST, House, eventually
from tests.observer import Observer
from tests.virtual_eq3 import VirtualEq3

NUMBERS = range(1, 9)
VALVES = {number: f"001a220000{number:02x}" for number in NUMBERS}
SENSORS = {number: f"a4c1380000{number:02x}" for number in NUMBERS}
NODES = {"east": range(1, 5), "west": range(5, 9)}
PASSWORD = "house-with-nodes"


def _house_yaml(port: int) -> str:
    lines = [f"mqtt: {{host: 127.0.0.1, port: {port}}}", "boiler: {driver: nefit}", "rooms:"]
    for number in NUMBERS:
        radiator = f'{{valve: "{VALVES[number]}", power_w: 1000}}'
        lines.append(f'  room{number}: {{sensors: ["{SENSORS[number]}"], radiators: [{radiator}]}}')
    lines.append("nodes:")
    for node, numbers in NODES.items():
        carried = {"valves": [VALVES[one] for one in numbers]}
        if node == "west":
            carried |= {"sensors": list(SENSORS.values()), "alternative_for": ["east"]}
        lines.append(f"  {node}: {json.dumps(carried)}")
    return "\n".join(lines) + "\n"


@pytest.fixture
def eight() -> list[VirtualEq3]:
    return [VirtualEq3(address) for address in VALVES.values()]


@pytest.fixture
def air(eight: list[VirtualEq3]) -> Iterator[Air]:
    with Air(eight) as one:
        yield one


@pytest.fixture
def settings(tmp_path: Path, start_mosquitto: Callable[..., Mosquitto]) -> Settings:
    """The house's settings, and its broker with the acl that follows from them."""
    file = tmp_path / "house.yaml"
    file.write_text(_house_yaml(1883))
    users = rights(load(file))
    broker = start_mosquitto(users=dict.fromkeys(users, PASSWORD), acl=acl(users))
    file.write_text(_house_yaml(broker.port))
    return load(file)


@pytest.fixture
def house(settings: Settings, air: Air, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    """Speaks as the clock; it may hear all."""
    monkeypatch.setenv("HAARD_MQTT_PASSWORD", PASSWORD)
    monkeypatch.setenv("HAARD_MQTT_USER", "clock")
    with Observer(settings.mqtt) as observer:
        yield House(observer, air)


@pytest.fixture
def regulator(tmp_path: Path, house: House) -> Iterator[None]:
    command = [sys.executable, "-m", "regulator", "--settings", str(tmp_path / "house.yaml")]
    process = subprocess.Popen(command, env={**os.environ, "HAARD_MQTT_USER": "regulator"})
    yield
    process.terminate()
    process.wait(20)


class Rooms:
    """How warm each room is, as its thermometer says it."""

    def __init__(self, house: House) -> None:
        self.house, self.counter = house, 0
        self.celsius = dict.fromkeys(NUMBERS, 16.0)

    def minute(self) -> None:
        """A minute passes: every thermometer speaks, then the clock."""
        self.counter = (self.counter + 1) & 0xFF
        for number, celsius in self.celsius.items():
            tenths = round(celsius * 10).to_bytes(2, "big", signed=True)
            data = bytes.fromhex(SENSORS[number]) + tenths + bytes([47, 95, 0x0B, 0xF8, self.counter])
            self.house.air.advertise(SENSORS[number], 0x181A, data)
        self.house.tick(1)
        self.house.observer.listen(0.15)

    def warm(self, numbers: range) -> None:
        """Some rooms become warm, as fast as rooms can."""
        while min(self.celsius[number] for number in numbers) < 23:
            for number in numbers:
                self.celsius[number] += 0.4
            self.minute()

    def wanted(self) -> dict[str, float]:
        """What the regulator last told each valve."""
        found = {}
        for one in self.house.observer.heard:
            parts = one.path.split("/")
            if parts[0] == "valve" and parts[2] == "set" and one.payload:
                found[parts[1]] = float(json.loads(one.payload)["setpoint"])
        return found


def _settle(rooms: Rooms, valves: list[VirtualEq3], shut: Sequence[int], about: str) -> None:
    """Minutes pass until every valve is where the regulator wants it: shut for these, open for the others."""

    def settled() -> bool:
        rooms.minute()
        wanted = rooms.wanted()
        is_obeyed = all(valve.celsius == wanted.get(valve.address) for valve in valves)
        are_shut = [number for number, valve in zip(NUMBERS, valves, strict=True) if valve.celsius == 5]
        are_open = [number for number, valve in zip(NUMBERS, valves, strict=True) if valve.celsius > 20]
        return is_obeyed and are_shut == list(shut) and len(are_open) == len(valves) - len(shut)

    eventually(settled, about, patience_s=60)


@pytest.mark.timeout(180)
def test_when_a_node_dies_the_other_drives_its_valves_and_each_ends_where_the_regulator_wants_it(
    settings: Settings,
    house: House,
    regulator: None,
    eight: list[VirtualEq3],
    start_node: Callable[..., Board],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    boards = {}
    for number, node in enumerate(NODES):
        access = flash.Access("house", "secret-secret", "127.0.0.1", settings.mqtt.port, f"node_{node}", PASSWORD, "")
        config = {**flash.settings_of(node, access), "pace": {**FAST, "take_over_s": 2}}
        boards[node] = start_node(config, unique_id=f"246f2800000{number}")
        house.wait_online(node=node)
    with monkeypatch.context() as patched:
        patched.setenv("HAARD_MQTT_USER", "person")
        assert main(["node", "config", "--settings", str(tmp_path / "house.yaml")]) == 0

    rooms = Rooms(house)
    _settle(rooms, eight, (), "every valve as the regulator wants it")

    mark = house.mark
    boards["east"].cut_power()
    house.wait_offline(mark, node="east")
    rooms.warm(NUMBERS[1::2])
    _settle(rooms, eight, NUMBERS[1::2], "every valve as the regulator wants it, though its node is gone")
    assert all(not valve.faults for valve in eight)
