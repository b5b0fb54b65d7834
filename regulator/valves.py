"""What a valve is told, and what counts as its confirmation.

A `set` is a level: the same target is said again while it holds, before it expires, and at once when the valve's
report contradicts it, since radio loses commands. A valve that three times did not confirm is given up on until it
speaks: it is told again every quarter of an hour, and its power does not count.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from house.messages import ValveMemory, ValveSet, ValveStatus
from regulator.snapshot import elapsed

OPEN_LIFT, OPEN_LIMIT = 6.0, 28.0  # °C: a valve's own sensor bounds the worst case if nobody ever closes it again
CLOSED_SETPOINT = 5.0  # 4.5 would switch off the valve's own frost guard as well
CLOSED_BELOW = 8.0  # a reported setpoint up to here counts as closed
CONFIRM_WITHIN = timedelta(minutes=3)
TRIES = 3
RETRY_AFTER = timedelta(minutes=15)
MOVED_WITHIN = timedelta(minutes=5)  # until then a report may still show where the motor was
REPORT_AGE = timedelta(hours=3)  # valves are polled every 30-60 min
REPEATS_IN_LIFETIME = 3


@dataclass(frozen=True, slots=True)
class Target:
    """How a valve should be: `opening` 100, 0, or None where it regulates itself to `setpoint`, °C."""

    opening: int | None
    setpoint: float
    fallback: float


def open_fully(fallback: float) -> Target:
    limit = OPEN_LIMIT if fallback + 1 < OPEN_LIMIT else 30.0
    return Target(100, min(_half(fallback) + OPEN_LIFT, limit), _half(fallback))


def shut(fallback: float) -> Target:
    return Target(0, CLOSED_SETPOINT, _half(fallback))


def regulate_itself(setpoint: float) -> Target:
    return Target(None, _half(setpoint), _half(setpoint))


def _half(setpoint: float) -> float:
    """To the half degrees that valves know."""
    return round(setpoint * 2) / 2


def reports_open(command: ValveSet, status: ValveStatus) -> bool:
    """Whether the report says open: by its opening, or by having taken a setpoint well above the room's."""
    if status.opening is not None and status.opening >= 20:
        return True
    return status.setpoint is not None and status.setpoint >= command.fallback + 1.5


def is_confirmed_open(
    command: ValveSet | None, status: ValveStatus | None, memory: ValveMemory | None, now: datetime
) -> bool:
    """Whether a valve that is told to be open has said so since then, and not too long ago."""
    if command is None or command.opening != 100 or status is None or memory is None or memory.told_at is None:
        return False
    if status.reported_at is None or status.reported_at < memory.told_at or status.reachable is False:
        return False
    if elapsed(status.reported_at, now) > REPORT_AGE and status.reported_at <= now:
        return False
    if status.opening is not None and status.reported_at >= memory.told_at + MOVED_WITHIN:
        return status.opening >= 5
    return reports_open(command, status)


def agrees(command: ValveSet, status: ValveStatus) -> bool:
    """Whether the report fits the command."""
    if command.opening is None:
        return status.setpoint is None or abs(status.setpoint - command.setpoint) <= 0.5
    if command.opening == 100:
        return reports_open(command, status)
    if status.setpoint is not None:
        return status.setpoint <= CLOSED_BELOW
    return status.opening is None or status.opening <= 10


def tell(
    target: Target,
    before: ValveSet | None,
    status: ValveStatus | None,
    memory: ValveMemory,
    now: datetime,
    lifetime: timedelta,
    reason: str,
) -> tuple[ValveSet, ValveMemory]:
    """The command in force from now on: the one before while that will do, else a new one; and what to remember."""
    new = ValveSet(
        opening=target.opening,
        setpoint=target.setpoint,
        issued_at=now,
        expires_at=now + lifetime,
        fallback=target.fallback,
        reason=reason,
    )
    if before is None or before.opening != target.opening:
        return new, ValveMemory(told_at=now)
    memory = memory if memory.told_at is not None else ValveMemory(told_at=now)
    if (before.setpoint, before.fallback) != (target.setpoint, target.fallback):
        return new, memory
    if _has_confirmed(before, status, memory):
        memory = memory.model_copy(update={"tries": 0})
        return (new if elapsed(before.issued_at, now) >= lifetime / REPEATS_IN_LIFETIME else before), memory
    if _wait_for_answer(before, status, memory.tries) > elapsed(before.issued_at, now):
        return before, memory
    return new, memory.model_copy(update={"tries": min(memory.tries + 1, TRIES)})


def _has_confirmed(command: ValveSet, status: ValveStatus | None, memory: ValveMemory) -> bool:
    if status is None or status.reported_at is None or memory.told_at is None:
        return False
    return status.reported_at >= memory.told_at and status.reachable is not False and agrees(command, status)


def _wait_for_answer(command: ValveSet, status: ValveStatus | None, tries: int) -> timedelta:
    """How long after a command it is said again if nothing has confirmed it."""
    if tries >= TRIES:
        return RETRY_AFTER
    contradicted = (
        status is not None
        and status.reported_at is not None
        and status.reported_at > command.issued_at
        and status.reachable is not False
        and not agrees(command, status)
    )
    return timedelta(0) if contradicted else CONFIRM_WITHIN
