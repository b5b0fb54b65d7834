"""A day in a large house: twenty thermometers, eight valves, one node; its memory stays flat and nothing is lost."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from devtools.servers import Mosquitto
from tests.esp32.air import Air
from tests.esp32.board import SIM, Board
from tests.esp32.conftest import House, eventually, settings
from tests.virtual_eq3 import VirtualEq3

SENSORS = [f"a4c1380000{number:02x}" for number in range(1, 21)]
VALVES = [f"001a220000{number:02x}" for number in range(1, 9)]
WIRING = {
    "sensors": {one: {"room": f"room{number}", "calibration": -0.3} for number, one in enumerate(SENSORS)},
    "valves": {one: {"room": f"room{number}"} for number, one in enumerate(VALVES)},
    "utc_offsets": [{"at": "2025-10-26T01:00:00Z", "minutes": 60}],
}
MOST_LIVE_HEAP = 100 * 1024
MOST_STATE = 40 * 1024  # of it what is not code: what the node knows, hears and has yet to say
MOST_CODE = 64 * 1024
MINUTES, STEP = 24 * 60, 10
PATIENCE_S = 60
LOOKS = 4  # between two of which others leave what is not given back yet


@pytest.fixture
def eight() -> list[VirtualEq3]:
    return [VirtualEq3(address) for address in VALVES]


@pytest.fixture
def air(eight: list[VirtualEq3]) -> Iterator[Air]:
    with Air(eight) as one:
        yield one


@pytest.fixture
def board_heap(tmp_path: Path) -> int:
    """What the interpreter and the board around the firmware take, which on the chip are not Python: bytes."""
    flash = tmp_path / "empty"
    flash.mkdir()
    return _heap_of(flash, "")


@pytest.fixture
def code_heap(tmp_path: Path, firmware: Path, board_heap: int) -> int:
    """What the code of a node that runs takes, before it is told or hears anything: bytes."""
    flash = tmp_path / "code"
    shutil.copytree(firmware, flash)
    return _heap_of(flash, CODE) - board_heap


def _heap_of(flash: Path, first: str) -> int:
    (flash / "main.py").write_text(first + EMPTY)
    options = json.dumps({"flash": str(flash)})
    said = subprocess.run(["node", SIM / "run.mjs", options], capture_output=True, text=True, check=True).stdout
    return int(said)


CODE = """
import sys
sys.path.insert(0, "/app_a")
from node import node, start, wifi
"""


EMPTY = """
import asyncio, gc
import binascii, bluetooth, hashlib, json, machine, network, random, select, socket, ssl
import _sim

async def look():
    for _ in range(3):
        gc.collect()
        await asyncio.sleep_ms(20)
    _sim.exit(0, str(gc.mem_alloc()))

asyncio.run(look())
"""


def test_the_firmware_is_small_enough(firmware: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sizes = {path.name: path.stat().st_size for path in sorted((firmware / "app_a" / "node").iterdir())}
    with capsys.disabled():
        each = ", ".join(f"{name} {size}" for name, size in sizes.items())
        sys.stdout.write(f"\nfirmware: {each}; {sum(sizes.values())} bytes\n")
    assert sum(sizes.values()) < MOST_CODE


@pytest.mark.timeout(300)
def test_a_day_of_advertisements_and_targets_leaves_the_memory_flat_and_nothing_out(
    start_node: Callable[..., Board],
    house: House,
    broker: Mosquitto,
    air: Air,
    eight: list[VirtualEq3],
    board_heap: int,
    code_heap: int,
    capsys: pytest.CaptureFixture[str],
) -> None:
    board = start_node(settings(broker.port, pace={"status_ms": 1000, "linger_ms": 0, "between_ms": 0}), WIRING)
    house.wait_online()
    sent, live = 0, []
    for minute in range(0, MINUTES, STEP):
        for number, sensor in enumerate(SENSORS):
            tenths = 180 + (minute // STEP + number) % 40
            sent += air.advertise(sensor, 0x181A, _data(sensor, tenths, minute // STEP & 0x7F))
        if minute % 120 == 0:
            for number, address in enumerate(VALVES):
                house.tell(26.5 if (minute // 120 + number) % 2 else 5, address=address, minutes=400)
        house.tick(STEP)
        house.observer.listen(0.1)
        if (minute + STEP) % (MINUTES // 3) == 0:
            live.append(_heap_at_rest(house, eight, minute // 120, board_heap))
    with capsys.disabled():
        sys.stdout.write(f"\nlive heap in each third of a day: {live} bytes, of which {code_heap} are code; ")
        sys.stdout.write(f"{sent} advertisements heard\n")
    assert max(live) < MOST_LIVE_HEAP
    assert live[2] < live[1] + 2048
    assert max(live) - code_heap < MOST_STATE
    assert board.exits == []
    assert all(not valve.faults for valve in eight)


def _live_heaps(house: House, board_heap: int) -> list[int]:
    """What each status said of the heap, without what the board itself takes; bytes."""
    said = [json.loads(one.payload)["heap_used"] for one in house.observer.heard if one.path == "node/attic/status"]
    return [one - board_heap for one in said]


def _heap_at_rest(house: House, valves: list[VirtualEq3], told: int, board_heap: int) -> int:
    """Once all that was heard is said and all valves are as they were told: what waits is no part of it."""
    eventually(lambda: _is_heard_and_said(house), "the last value of every thermometer", PATIENCE_S)
    wanted = [26.5 if (told + number) % 2 else 5 for number in range(len(valves))]
    eventually(lambda: [valve.celsius for valve in valves] == wanted, "the last target of every valve", PATIENCE_S)
    since = len(_live_heaps(house, board_heap))
    eventually(lambda: len(_listened(house, board_heap)) >= since + LOOKS, "some looks at the heap", PATIENCE_S)
    return min(_live_heaps(house, board_heap)[since:])


def _listened(house: House, board_heap: int) -> list[int]:
    house.observer.listen(0.2)
    return _live_heaps(house, board_heap)


def _is_heard_and_said(house: House) -> bool:
    """Thermometers go on speaking, as a node that visits a valve does not listen; then the house has their values."""
    for number, sensor in enumerate(SENSORS):
        house.air.advertise(sensor, 0x181A, _data(sensor, 200 + number, 0xFF))
    house.observer.listen(0.2)
    last = {one.path: one.payload for one in house.observer.heard if "/temperature/" in one.path}
    values = [json.loads(last[f"room/room{number}/temperature/{one}"])["value"] for number, one in enumerate(SENSORS)]
    return values == [round((200 + number) / 10 - 0.3, 1) for number in range(len(SENSORS))]


def _data(sensor: str, tenths: int, counter: int) -> bytes:
    return bytes.fromhex(sensor) + tenths.to_bytes(2, "big") + bytes([47, 95, 0x0B, 0xF8, counter])
