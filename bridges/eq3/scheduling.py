"""Whose turn it is: one valve at a time, wishes before polls, and whoever fails goes to the back."""

from collections.abc import Iterable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bridges.eq3.valve import Task, Valve, next_task

FIRST_CREDIBLE = datetime(2025, 1, 1, tzinfo=UTC)
"""A clock before this has not been set yet, and would be written into every valve."""


def next_up(valves: Iterable[Valve], now: datetime, zone: ZoneInfo) -> Task | None:
    """The most urgent task of all; None if nothing is due. `now` in UTC, `zone` the house's."""
    if now < FIRST_CREDIBLE:
        return None
    due = [(valve, task) for valve in valves if (task := next_task(valve, now, zone)) is not None]
    if not due:
        return None
    return min(due, key=lambda one: _urgency(*one))[1]


def _urgency(valve: Valve, task: Task) -> tuple[int, int, datetime, str]:
    return valve.failures, task.kind.value, valve.reported_at or FIRST_CREDIBLE, valve.address
