"""Which claims of the reasons in a house are contradicted by the facts of the same instant.

The facts are the statuses, targets and readings of one snapshot; a reason is any text that the regulator gives for a
room, a valve or the boiler. Used by the tests of the regulator and by `benchmarks.streams`.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime

from house import topics
from house.messages import BoilerSet, RoomStatus, ValveSet
from house.wall_time import wall_time
from regulator.snapshot import Snapshot

HEATS = re.compile("is heated|takes surplus heat|takes heat of|heats because|the boiler runs")
SHUT = re.compile("; shut|not opened")
RESTS = re.compile("the boiler (rests|starts when)|no room needs heat")


def untrue(snapshot: Snapshot) -> Iterator[str]:
    """Each claim that is not so, with the whole reason."""
    boiler = snapshot.last(topics.BOILER_SET)
    if boiler is None:
        return
    statuses = {id_: one for id_ in snapshot.wiring.rooms if (one := snapshot.last(topics.ROOM_STATUS, id_))}
    for id_, status in statuses.items():
        room = snapshot.wiring.rooms[id_]
        valves = {valve: told for valve in room.valves if (told := snapshot.last(topics.VALVE_SET, valve))}
        is_shut = room.open_w == 0 and all(one.opening == 0 for one in valves.values())
        claims = _of_room(status, boiler, snapshot, is_shut=is_shut)
        yield from (f"{id_}: {claim}: {status.reason}" for claim in claims)
        yield from (f"valve {address}: {claim}" for address, one in valves.items() for claim in _of_valve(one))
    yield from (f"boiler: {claim}: {boiler.reason}" for claim in _of_boiler(boiler, statuses, snapshot))


def _of_room(status: RoomStatus, boiler: BoilerSet, snapshot: Snapshot, *, is_shut: bool) -> Iterator[str]:
    said, heated = status.reason, status.action == "heating"
    is_heated = HEATS.search(said) is not None
    claims = {
        "heating without a called boiler": heated and not boiler.call,
        "heating with shut valves": heated and is_shut,
        "waits while it is heated": heated and "waits:" in said,
        "heated while no heat flows": not heated and "waits" not in said and is_heated,
        "shut while it is heated": heated and SHUT.search(said) is not None,
        "a boiler that stands still while it is called": boiler.call and RESTS.search(said) is not None,
        "a window is open": "window is open" in said and status.window != "open",
        "nobody knows how warm it is": "nobody knows" in said and status.staleness == "fresh",
        "nobody regulates here": "nobody regulates" in said and status.mode != "bypass",
        "another setpoint": (by := re.match(r"([\d.]+) °C by", said)) is not None and float(by[1]) != status.setpoint,
        "another end": (end := re.match(r"\S+ °C by [a-z ]+? until ([^,;]+)", said)) is not None
        and (status.until is None or wall_time(status.until, snapshot.zone, _now(snapshot)) != end[1]),
        "two waits": said.count("waits:") > 1,
        "an empty reason": not said,
    }
    yield from (claim for claim, is_so in claims.items() if is_so)
    if status.temperature is not None and status.setpoint is not None:
        yield from _distance(said, status.temperature, status.setpoint)
        yield from _warmth(said, status.temperature)


def _now(snapshot: Snapshot) -> datetime:
    assert snapshot.now is not None
    return snapshot.now


def _distance(said: str, temperature: float, setpoint: float) -> Iterator[str]:
    """How far a room is said to be from its setpoint, where that is not so."""
    for number, side, limit in re.findall(r"([\d.]+) K (above|below) ([\d.]+)", said):
        distance = temperature - setpoint if side == "above" else setpoint - temperature
        if abs(distance - float(number)) > 0.06 or float(limit) != setpoint:
            yield f"{temperature} is not {number} K {side} {limit}"


def _warmth(said: str, temperature: float) -> Iterator[str]:
    """Where a room is said to be warm enough and is not, or to get warm and is so already."""
    shown = round(temperature, 1)
    if (stays := re.search(r"(?:warm enough|minutes) to stay above ([\d.]+)", said)) and shown < float(stays[1]):
        yield f"{shown} is not above {stays[1]}"
    if (gets := re.search(r"(?:to reach|gets above) ([\d.]+)", said)) and shown >= float(gets[1]):
        yield f"{shown} is at {gets[1]} already"
    if (frost := re.search(r"whatever was said: below ([\d.]+)", said)) and temperature >= float(frost[1]):
        yield f"{temperature} is not below {frost[1]}"
    if (above := re.search(r"heats until it is at ([\d.]+)", said)) and temperature > float(above[1]):
        yield f"{temperature} is above {above[1]}"


def _of_valve(told: ValveSet) -> Iterator[str]:
    """A target's reason is of the instant at which it was issued, but never of another target."""
    if told.opening == 0 and HEATS.search(told.reason):
        yield f"told shut, because it {told.reason}"
    if told.opening == 100 and SHUT.search(told.reason):
        yield f"told open, because it is {told.reason}"


def _of_boiler(boiler: BoilerSet, statuses: Mapping[str, RoomStatus], snapshot: Snapshot) -> Iterator[str]:
    said = boiler.reason
    if boiler.call != said.startswith(("heats", "makes hot water, then heats", "called for")):
        yield "called" if boiler.call else "not called"
    makes_hot_water = (status := snapshot.last(topics.BOILER_STATUS)) is not None and status.hot_water is True
    names = {id_: room.name or id_ for id_, room in snapshot.wiring.rooms.items()}
    if boiler.call and not makes_hot_water and not said.startswith("called for"):
        heated = said.removeprefix("heats ").partition(";")[0].partition(" in an emergency")[0].split(", ")
        idle = [id_ for id_, name in names.items() if name in heated and statuses[id_].action != "heating"]
        yield from (f"{id_} is not heated" for id_ in idle)
    if said == "no room needs heat":
        yield from (f"{id_} needs heat" for id_, one in statuses.items() if one.reason.endswith("is heated"))
