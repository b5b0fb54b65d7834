"""Valves that took what they were told and whose motors did not follow, by what they say of themselves.

A valve that has not taken its target at all is told of elsewhere: it does not confirm.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from house.messages import ValveMemory, ValveSet, ValveStatus
from house.messages.devices import SHUT_BELOW
from regulator.valves import REPORT_AGE, answered_at

SETTLED = timedelta(minutes=15)  # after its target a motor has moved, and a battery valve has told so
OPEN_FROM, SHUT_UP_TO = 5.0, 10.0  # %


def complaints(
    told: Mapping[str, tuple[ValveSet | None, ValveMemory]], reports: Mapping[str, ValveStatus | None], now: datetime
) -> Iterator[str]:
    """What a person should see to."""
    for address, (command, memory) in told.items():
        report = reports[address]
        if command is None or report is None or report.opening is None or not _has_settled(report, memory, now):
            continue
        if not command.is_obeyed_by(report):
            continue
        says = f"and says that it is {report.opening:g} % open"
        if command.opening == 100 and report.opening < OPEN_FROM:
            yield f"valve {address} was told to open {says}: its own sensor may be too warm, or its motor stuck"
        if command.opening == 0 and report.opening > SHUT_UP_TO and (report.setpoint or 0) <= SHUT_BELOW:
            yield f"valve {address} was told to shut {says}: its motor may be stuck open"


def _has_settled(report: ValveStatus, memory: ValveMemory, now: datetime) -> bool:
    if memory.told_at is None:
        return False
    at = answered_at(report, memory.told_at + SETTLED, now)
    return at is not None and now - at <= REPORT_AGE
