"""The virtual valve is checked against captures, so that a bridge that pleases it would please a real one."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.virtual_eq3 import VirtualEq3

CAPTURES = json.loads((Path(__file__).parent / "captures/eq3.json").read_text())
COMMANDS = [one for one in CAPTURES["commands"] if one.get("valid", True) and one["command"] != "factory_reset"]
SAID = {one["id"]: one["notify"] for one in CAPTURES["notifications"]}


@pytest.mark.parametrize("capture", COMMANDS, ids=lambda capture: str(capture["id"]))
def test_every_captured_command_is_answered(capture: dict[str, Any]) -> None:
    valve = VirtualEq3("00:1A:22:00:00:01")
    assert valve.write(bytes.fromhex(capture["write"])) is not None
    assert valve.faults == []


def test_its_status_is_the_captured_one() -> None:
    window, presets, offset = (0x18, 0x03), (0x2A, 0x22), 0x07
    valve = VirtualEq3("00:1A:22:00:00:01", window=window, comfort=presets[0], eco=presets[1], offset=offset)
    valve.manual, valve.opening = True, 0x50
    without_summer_time = SAID["full"].replace("020109", "020101")
    assert valve.write(bytes.fromhex("411e")) == bytes.fromhex(without_summer_time)


def test_its_identity_and_its_receipt_for_a_program_are_the_captured_ones() -> None:
    valve = VirtualEq3("00:1A:22:00:00:01")
    assert valve.write(b"\x00") == bytes.fromhex(SAID["id-120"])
    program = next(one for one in COMMANDS if one["id"] == "write-day")
    assert valve.write(bytes.fromhex(program["write"])) == bytes.fromhex(SAID["prog-ack"])


def test_program_is_read_as_it_was_written() -> None:
    valve = VirtualEq3("00:1A:22:00:00:01")
    written = bytes.fromhex(next(one for one in COMMANDS if one["id"] == "write-day")["write"])
    valve.write(written)
    assert valve.write(bytes([0x20, written[1]])) == b"\x21" + written[1:]


def test_motor_moves_after_the_link_is_closed() -> None:
    valve = VirtualEq3("00:1A:22:00:00:01")
    answer = valve.write(bytes.fromhex("407c"))
    assert answer is not None
    assert answer[3] == 0
    valve.link_closed()
    assert valve.opening == 100


@pytest.mark.parametrize("request_", ["03", "03181202151f05"])
def test_clock_that_makes_no_sense_is_noted(request_: str) -> None:
    valve = VirtualEq3("00:1A:22:00:00:01")
    valve.write(bytes.fromhex(request_))
    assert len(valve.faults) == 1
