"""What a room's and the boiler's reason claim is held against the facts of the same instant, under every law."""

import re
from collections.abc import Iterator

import pytest
from hypothesis import given, settings

from tests.regulator.house import House, wiring
from tests.regulator.streams import Event, streams

HEATS = re.compile("is heated|takes surplus heat|heats because|the boiler runs")
SHUT = re.compile("; shut|not opened")
RESTS = re.compile("the boiler (rests|starts when)|no room needs heat")


def untrue(house: House) -> Iterator[str]:
    """The claims of all reasons that the facts contradict."""
    call = house.boiler.call
    for id_, room in house.wiring.rooms.items():
        status = house.status(id_)
        said, heated = status.reason, status.action == "heating"
        opening = [command.opening for one in room.radiators if (command := house.command(one.valve)) is not None]
        claims = {
            "heating without a called boiler": heated and not call,
            "heating with shut valves": heated and all(one == 0 for one in opening),
            "waits while it is heated": heated and "waits" in said,
            "heated while no heat flows": not heated and "waits" not in said and HEATS.search(said),
            "shut while it is heated": heated and SHUT.search(said),
            "a boiler that stands still while it is called": call and RESTS.search(said),
            "an open window": "window open" in said and status.window != "open",
            "another setpoint": (by := re.match(r"([\d.]+) °C by", said)) and float(by[1]) != status.setpoint,
        }
        yield from (f"{id_}: {claim}: {said}" for claim, holds in claims.items() if holds)
        if status.temperature is not None and status.setpoint is not None:
            yield from (f"{id_}: {one}" for one in _wrong_distance(said, status.temperature, status.setpoint))


def _wrong_distance(said: str, temperature: float, setpoint: float) -> Iterator[str]:
    """How far a room is said to be from its setpoint, where that is not so."""
    for number, side, limit in re.findall(r"([\d.]+) K (above|below) ([\d.]+)", said):
        distance = temperature - setpoint if side == "above" else setpoint - temperature
        if abs(distance - float(number)) > 0.06 or float(limit) != setpoint:
            yield f"{temperature} is not {number} K {side} {limit}: {said}"


@pytest.mark.parametrize("law", ["doses", "hysteresis", "timeprop", "tpi"])
@settings(max_examples=60)
@given(stream=streams)
def test_no_reason_contradicts_the_facts_of_its_instant(law: str, stream: list[Event]) -> None:
    house = House(wiring(law))
    house.tick()
    for event in stream:
        event.happen(house)
        if event.path == "tick" or event.path.endswith("/set"):  # a repeated report may wait for the next tick
            assert list(untrue(house)) == []
