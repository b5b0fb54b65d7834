"""The radiators of a room: what their valves were told and have reported, and what can be relied on of that."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import NamedTuple

from house import topics
from house.fields import END_OF_INSTANTS
from house.messages import ValveMemory, ValveSet, ValveStatus
from house.settings import Radiator
from house.settings import Room as Wiring
from regulator.clocks import complaint
from regulator.emergency import Valve
from regulator.reports import newest_report
from regulator.snapshot import AHEAD, Snapshot
from regulator.valves import REPORT_AGE, TRIES, answered_at, at_setpoint, is_confirmed_open, is_given_up, moves_since

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
    reports: dict[str, ValveStatus | None] = {}
    remembered: dict[str, ValveMemory] = {}
    valves: list[Valve] = []
    for address, radiator in wiring.valves.items():
        before = known.get(address)
        report, after = newest_report(snapshot, address, before or _NOTHING)
        reports[address] = report
        if before is not None or after != _NOTHING:
            remembered[address] = after
        valves.append(valve_of(snapshot, address, radiator, report, remembered.get(address), setpoint))
    openings = [command.opening for command, _, _ in valves if command is not None]
    confirmed = [
        one.power_w for one, valve in zip(wiring.valves.values(), valves, strict=True) if is_confirmed_open(*valve, now)
    ]
    return Radiators(
        reports,
        remembered,
        confirmed_w=wiring.open_w + sum(confirmed),
        told_open=100 in openings,
        regulates_itself=None in openings,
        moves=max([moves_since(today, one) for one in remembered.values()], default=0),
        is_given_up=bool(valves) and all([is_given_up(*valve, now) for valve in valves]),
        complaints=tuple(_wrong_clocks(remembered)),
        same_until=min([_same_until(*valve, now) for valve in valves], default=END_OF_INSTANTS),
    )


def _same_until(
    command: ValveSet | None, status: ValveStatus | None, memory: ValveMemory | None, now: datetime
) -> datetime:
    """Until when a valve that neither speaks nor is told anything counts as it does now; `now` where that is not said,
    as of one that has still to confirm that it is open.
    """
    if memory is not None and memory.clock is not None:
        return now
    if command is None or command.opening != 100 or memory is None:
        return END_OF_INSTANTS
    reported_at = status.reported_at if status is not None else None
    if memory.told_at is None or (reported_at is not None and reported_at > now + AHEAD):
        return now
    answered = answered_at(status, memory.told_at, now)
    is_open = status is not None and answered is not None and command.is_open_in(status)
    if not is_open and memory.tries < TRIES:
        return now
    return answered + REPORT_AGE if answered is not None else END_OF_INSTANTS


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
