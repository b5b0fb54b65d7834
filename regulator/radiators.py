"""The radiators of a room: what their valves were told and have reported, and what can be relied on of that."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import NamedTuple

from house import topics
from house.fields import END_OF_INSTANTS
from house.messages import ValveMemory, ValveStatus
from house.settings import Radiator
from house.settings import Room as Wiring
from regulator.clocks import complaint
from regulator.emergency import Valve
from regulator.reports import newest_report
from regulator.snapshot import Snapshot
from regulator.valves import at_setpoint, is_confirmed_open, is_given_up, moves_since, same_until

Reports = Mapping[str, ValveStatus | None]

_NOTHING = ValveMemory()


class Radiators(NamedTuple):
    """What the valves of a room come to together; power in W."""

    reports: Reports
    """What each valve has reported."""
    remembered: dict[str, ValveMemory]
    confirmed_w: float
    """Nominal power of the radiators that are told to be open and have confirmed it, and of those without a valve."""
    told_open: bool
    regulates_itself: bool
    """Whether a valve was told to regulate the room by its own sensor."""
    moves: int
    """How often a valve of the room was told another opening today."""
    is_given_up: bool
    """Whether all are told to be open and none has confirmed it in all its tries."""
    complaints: tuple[str, ...]
    same_until: datetime
    """Until when all of this stays so if no valve speaks or is told anything; the day may end before."""


def radiators_of(
    snapshot: Snapshot, wiring: Wiring, known: Mapping[str, ValveMemory], setpoint: float, today: datetime
) -> Radiators:
    """The radiators of a room whose valves were `known` so; reports are judged by the setpoint in force, °C."""
    assert snapshot.now is not None
    now = snapshot.now
    found = {address: newest_report(snapshot, address, known.get(address, _NOTHING)) for address in wiring.valves}
    remembered = {address: one for address, (_, one) in found.items() if address in known or one != _NOTHING}
    valves = {
        address: valve_of(snapshot, address, radiator, found[address][0], remembered.get(address), setpoint)
        for address, radiator in wiring.valves.items()
    }
    openings = [command.opening for command, _, _ in valves.values() if command is not None]
    confirmed = [wiring.valves[one].power_w for one, valve in valves.items() if is_confirmed_open(*valve, now)]
    return Radiators(
        reports={address: report for address, (report, _) in found.items()},
        remembered=remembered,
        confirmed_w=wiring.open_w + sum(confirmed),
        told_open=100 in openings,
        regulates_itself=None in openings,
        moves=max([moves_since(today, one) for one in remembered.values()], default=0),
        is_given_up=bool(valves) and all([is_given_up(*valve, now) for valve in valves.values()]),
        complaints=tuple(_wrong_clocks(remembered)),
        same_until=min([same_until(*valve, now) for valve in valves.values()], default=END_OF_INSTANTS),
    )


def valve_of(
    snapshot: Snapshot,
    address: str,
    radiator: Radiator,
    report: ValveStatus | None,
    remembered: ValveMemory | None,
    setpoint: float,
) -> Valve:
    """What a valve was told, what it has reported, and what is remembered of it.

    It is judged by the setpoint in force now, so that a report counts the same before and after it is told of that.
    """
    told = snapshot.last(topics.VALVE_SET, address)
    command = at_setpoint(told, setpoint, radiator, report) if told is not None else None
    return command, report, remembered


def _wrong_clocks(valves: Mapping[str, ValveMemory]) -> Iterator[str]:
    for address, one in valves.items():
        if one.clock is not None and (words := complaint(f"valve {address}", one.clock)):
            yield words
