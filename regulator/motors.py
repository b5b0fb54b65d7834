"""Valves that took what they were told and whose motors did not follow: by what they say of themselves, and by rooms
that get warmer in burns for others.

A valve that has not taken its target at all is told of elsewhere: it does not confirm.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from house.messages import ShutMemory, ValveMemory, ValveSet, ValveStatus
from house.messages.devices import SHUT_BELOW
from regulator.room import HouseState, RoomState
from regulator.valves import REPORT_AGE, answered_at

SETTLED = timedelta(minutes=15)  # after its target a motor has moved, and a battery valve has told so
OPEN_FROM, SHUT_UP_TO = 5.0, 10.0  # %

COLD_AFTER = timedelta(minutes=30)  # so long after it was shut a radiator warms no more
BURN, WATCHED = timedelta(minutes=10), timedelta(minutes=40)
RISE_K, RISE_BY_DAY_K = 0.3, 0.5  # by day the sun may warm a room as well
DARK_FROM, DARK_UNTIL = 19, 7
RISES = 3  # in a row; one or two may have other causes
UNWATCHED = ShutMemory()

Told = Mapping[str, tuple[ValveSet | None, ValveMemory]]


def watched(told: Told, view: RoomState, house: HouseState, *, call: bool) -> ShutMemory | None:
    """What is remembered of a room that is shut while the boiler burns, or is called and tells no flame."""
    memory, value = view.memory.shut or UNWATCHED, view.temperature
    burns = house.boiler.flame if house.boiler.flame is not None else call
    burns = burns and not house.makes_hot_water
    if value is None or not (burns or memory.since) or not _is_shut(told, view, house.now):
        return _between(memory)
    if memory.since is None or memory.value is None or memory.since > house.now:
        return ShutMemory(rises=memory.rises, since=house.now, value=value) if burns else _between(memory)
    lasted = house.now - memory.since
    if not burns and (memory.judged or lasted < BURN):
        return _between(memory)
    if memory.judged or lasted < WATCHED:
        return memory
    has_risen = value - memory.value >= (RISE_K if _is_dark(house) else RISE_BY_DAY_K)
    return ShutMemory(rises=memory.rises + 1 if has_risen else 0, since=memory.since, value=memory.value, judged=True)


def _between(memory: ShutMemory) -> ShutMemory | None:
    """What is left of it between two burns."""
    return ShutMemory(rises=memory.rises) if memory.rises else None


def _is_shut(told: Told, view: RoomState, now: datetime) -> bool:
    """Whether none of its radiators should be warm any more, nor opens by itself at its own lowest setpoint."""
    if not view.may_be_regulated or view.is_open_by_nature or not told or view.temperature is None:
        return False
    return all(
        command is not None
        and command.opening == 0
        and command.setpoint < view.temperature - 1
        and memory.told_at is not None
        and now - memory.told_at >= COLD_AFTER
        for command, memory in told.values()
    )


def _is_dark(house: HouseState) -> bool:
    hour = house.now.astimezone(house.zone).hour
    return hour >= DARK_FROM or hour < DARK_UNTIL


def complaints(
    told: Told, reports: Mapping[str, ValveStatus | None], shut: ShutMemory | None, now: datetime
) -> Iterator[str]:
    """What a person should see to."""
    if shut is not None and shut.rises >= RISES:
        yield f"gets warmer when the boiler burns for others: the motor of valve {' or '.join(told)} may be stuck open"
    for address, (command, memory) in told.items():
        report = reports[address]
        if command is None or report is None or report.opening is None:
            continue
        stays_shut = command.opening == 100 and report.opening < OPEN_FROM
        stays_open = command.opening == 0 and report.opening > SHUT_UP_TO and (report.setpoint or 0) <= SHUT_BELOW
        if not (stays_shut or stays_open) or not _has_settled(report, memory, now) or not command.is_obeyed_by(report):
            continue
        says = f"and says that it is {report.opening:g} % open"
        if stays_shut:
            yield f"valve {address} was told to open {says}: its own sensor may be too warm, or its motor stuck"
        else:
            yield f"valve {address} was told to shut {says}: its motor may be stuck open"


def _has_settled(report: ValveStatus, memory: ValveMemory, now: datetime) -> bool:
    if memory.told_at is None:
        return False
    at = answered_at(report, memory.told_at + SETTLED, now)
    return at is not None and now - at <= REPORT_AGE
