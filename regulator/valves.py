"""What a valve is told, and what counts as its confirmation.

A `set` is a level: the same target is said again while it holds, before it expires, and at once when the valve's
report contradicts it, since radio loses commands. A valve that three times did not confirm is given up on until it
speaks: it is told again every quarter of an hour, and its power does not count.
"""

from datetime import datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from house.messages import ValveMemory, ValveSet, ValveStatus
from house.settings import Radiator
from house.wall_time import day_began
from regulator.snapshot import AHEAD, elapsed

OPEN_LIFT, OPEN_LIMIT = 6.0, 28.0  # °C: a valve's own sensor bounds the worst case if nobody ever closes it again
CLOSED_SETPOINT = 5.0  # 4.5 would switch off the valve's own frost guard as well
TICK = timedelta(minutes=1)  # a command is dated by the last tick: a report up to so much younger may be older
CONFIRM_WITHIN = (timedelta(minutes=2), timedelta(minutes=3), timedelta(minutes=4))
"""How long each try may take: a lost command is soon said again, a busy radio is given more and more time."""
TRIES = len(CONFIRM_WITHIN)
RETRY_AFTER = timedelta(minutes=15)
DISPUTES, DISPUTED_WITHIN = 6, timedelta(hours=1)
"""A valve that contradicts so often after it had obeyed is commanded by somebody else too."""
MOVED_WITHIN = timedelta(minutes=5)  # until then a report may still show where the motor was
REPORT_AGE = timedelta(hours=3)  # valves are polled every 30-60 min
REPEATS_IN_LIFETIME = 3


class Range(NamedTuple):
    """The setpoints that a valve knows, °C."""

    lowest: float = 5
    highest: float = 30
    step: float = 0.5


def range_of(radiator: Radiator, status: ValveStatus | None) -> Range:
    """What the settings say of a valve, and what it says itself where that leaves anything."""
    lowest, highest = radiator.lowest, radiator.highest
    if status is not None and (status.lowest is not None or status.highest is not None):
        own = max(lowest, status.lowest or lowest), min(highest, status.highest or highest)
        lowest, highest = own if own[0] < own[1] else (lowest, highest)
    return _range(lowest, highest, radiator.step)


@lru_cache(maxsize=256)
def _range(lowest: float, highest: float, step: float) -> Range:
    return Range(lowest, highest, step)


class ValveTarget(NamedTuple):
    """How a valve should be: `opening` 100, 0, or None where it regulates itself to `setpoint`, °C."""

    opening: int | None
    setpoint: float
    fallback: float

    def within(self, known: Range) -> "ValveTarget":
        """As a valve can be told that knows these setpoints only."""
        return _within(self, known)


@lru_cache(maxsize=1024)  # asked of every valve at every decision, as what follows below is
def _within(target: ValveTarget, known: Range) -> ValveTarget:
    nearest = round(min(max(round(target.setpoint / known.step) * known.step, known.lowest), known.highest), 2)
    return target if nearest == target.setpoint else target._replace(setpoint=nearest)


@lru_cache(maxsize=256)
def open_fully(fallback: float) -> ValveTarget:
    limit = OPEN_LIMIT if fallback + 1 < OPEN_LIMIT else 30.0
    return ValveTarget(100, min(_half(fallback) + OPEN_LIFT, limit), _half(fallback))


@lru_cache(maxsize=256)
def shut(fallback: float) -> ValveTarget:
    return ValveTarget(0, CLOSED_SETPOINT, _half(fallback))


@lru_cache(maxsize=256)
def regulate_itself(setpoint: float) -> ValveTarget:
    return ValveTarget(None, _half(setpoint), _half(setpoint))


def _half(setpoint: float) -> float:
    """To the half degrees that valves know."""
    return round(setpoint * 2) / 2


def at_setpoint(command: ValveSet, setpoint: float, radiator: Radiator, status: ValveStatus | None) -> ValveSet:
    """The target as it would be said for a room's setpoint, °C; one to be shut as it is."""
    if command.opening == 0:
        return command
    asked = open_fully(setpoint) if command.opening == 100 else regulate_itself(setpoint)
    target = asked.within(range_of(radiator, status))
    if (command.setpoint, command.fallback) == (target.setpoint, target.fallback):
        return command
    return command.but(setpoint=target.setpoint, fallback=target.fallback)


def is_confirmed_open(
    command: ValveSet | None, status: ValveStatus | None, memory: ValveMemory | None, now: datetime
) -> bool:
    """Whether a valve that is told to be open has said so since then, and not too long ago."""
    if command is None or command.opening != 100 or memory is None or memory.told_at is None:
        return False
    reported_at = answered_at(status, memory.told_at, now)
    if status is None or reported_at is None or now - reported_at > REPORT_AGE:
        return False
    if status.opening is not None and reported_at >= memory.told_at + MOVED_WITHIN:
        return status.opening >= 5
    return command.is_open_in(status)


def is_given_up(
    command: ValveSet | None, status: ValveStatus | None, memory: ValveMemory | None, now: datetime
) -> bool:
    """Whether a valve that is told to be open has failed in all its tries."""
    if command is None or command.opening != 100 or memory is None:
        return False
    memory = _of_this_clock(memory, now)
    return not _has_confirmed(command, status, memory, now) and _failed_tries(command, status, memory, now) >= TRIES


def contradicts(command: ValveSet, status: ValveStatus | None, now: datetime) -> bool:
    """Whether the valve has reported something else, so long after the command that it must have known better.

    One that tells of its battery only contradicts nothing.
    """
    return (
        status is not None
        and (status.setpoint is not None or status.opening is not None)
        and answered_at(status, command.issued_at + TICK, now) is not None
        and not command.is_obeyed_by(status)
    )


def judged(command: ValveSet, status: ValveStatus | None, memory: ValveMemory, now: datetime) -> tuple[bool, ...]:
    """All that is made of a report: whether it contradicts a command, confirms it, and lets heat flow."""
    return (
        contradicts(command, status, now),
        _has_confirmed(command, status, memory, now),
        is_confirmed_open(command, status, memory, now),
    )


def tell(
    target: ValveTarget,
    before: ValveSet | None,
    status: ValveStatus | None,
    memory: ValveMemory,
    now: datetime,
    lifetime: timedelta,
    zone: ZoneInfo,
    reason: str,
) -> tuple[ValveSet, ValveMemory]:
    """The command in force from now on: the one before while that will do, else a new one; and what to remember.

    Moves are counted from the midnight on before it is told.
    """
    if before is None or before.opening != target.opening:
        told_at, disputes = _after_reports(status, now), _recent(memory, now)
        moves = moves_since(day_began(zone, told_at), memory) + 1
        return _command(target, now, lifetime, reason), ValveMemory(told_at=told_at, moves=moves, contradicted=disputes)
    memory = _of_this_clock(memory, now)
    is_same = (before.setpoint, before.fallback) == (target.setpoint, target.fallback)
    has_confirmed = is_same and _has_confirmed(before, status, memory, now)
    repeats_after = lifetime / REPEATS_IN_LIFETIME if has_confirmed else _tries_after(before, status, memory, now)
    holds = is_same and elapsed(before.issued_at, now) < repeats_after
    command = before if holds else _command(target, now, lifetime, reason)
    asked = before if is_same else command
    has_confirmed = has_confirmed if is_same else _has_confirmed(asked, status, memory, now)
    memory = _disputed(asked, status, memory, now, has_confirmed=has_confirmed)
    tries = 0 if has_confirmed else _failed_tries(asked, status, memory, now)
    return command, memory if tries == memory.tries else memory.but(tries=tries)


def let_go(
    before: ValveSet | None,
    status: ValveStatus | None,
    memory: ValveMemory,
    target: ValveTarget,
    now: datetime,
    lifetime: timedelta,
    zone: ZoneInfo,
) -> tuple[ValveSet | None, ValveMemory]:
    """Before a valve is left alone it is told to regulate itself, no warmer than the room should be, until it does or
    is given up.
    """
    reason = f"bypass: regulates itself to {target.setpoint:g} °C from now on"
    if before is None:
        return None, ValveMemory()
    if before.opening is not None or before.setpoint > target.setpoint:
        told_at = _after_reports(status, now)
        return _command(target, now, lifetime, reason), ValveMemory(told_at=told_at)
    known = _of_this_clock(memory, now)
    if _has_confirmed(before, status, known, now) or known.tries >= TRIES or now >= before.expires_at:
        return None, ValveMemory()
    as_it_was = ValveTarget(None, before.setpoint, before.fallback)
    command, remembered = tell(as_it_was, before, status, known, now, lifetime, zone, before.reason)
    return (None, ValveMemory()) if remembered.tries >= TRIES else (command, remembered)


def is_disputed(memory: ValveMemory, now: datetime) -> bool:
    """Whether somebody else commands the valve too."""
    return len(memory.contradicted) >= DISPUTES and len(_recent(memory, now)) >= DISPUTES


def _recent(memory: ValveMemory, now: datetime) -> tuple[datetime, ...]:
    if not memory.contradicted:
        return ()
    return tuple(at for at in memory.contradicted if timedelta(0) <= now - at < DISPUTED_WITHIN)


def _disputed(
    command: ValveSet, status: ValveStatus | None, memory: ValveMemory, now: datetime, *, has_confirmed: bool
) -> ValveMemory:
    """The memory with one more contradiction by a valve that had obeyed."""
    recent, obeyed = _recent(memory, now), memory.obeyed
    if has_confirmed:
        obeyed = True
    elif obeyed and contradicts(command, status, now):
        recent, obeyed = (*recent, now)[-DISPUTES:], False
    if (recent, obeyed) == (memory.contradicted, memory.obeyed):
        return memory
    return memory.but(contradicted=recent, obeyed=obeyed)


def moves_since(midnight: datetime, memory: ValveMemory) -> int:
    """How often a valve was told another opening today."""
    return memory.moves if memory.told_at is not None and memory.told_at >= midnight else 0


def _command(target: ValveTarget, now: datetime, lifetime: timedelta, reason: str) -> ValveSet:
    return ValveSet(
        opening=target.opening,
        setpoint=target.setpoint,
        issued_at=now,
        expires_at=now + lifetime,
        fallback=target.fallback,
        reason=reason,
    )


def _of_this_clock(memory: ValveMemory, now: datetime) -> ValveMemory:
    """What is remembered, or a new beginning if that is of a time still to come: the clock was set back."""
    is_past = memory.told_at is not None and memory.told_at <= now + AHEAD
    return memory if is_past else ValveMemory(told_at=now, moves=memory.moves)


def _failed_tries(command: ValveSet, status: ValveStatus | None, memory: ValveMemory, now: datetime) -> int:
    """The tries of a target that has not been confirmed."""
    has_failed = elapsed(command.issued_at, now) >= _waits_for_answer(command, status, memory.tries, now)
    has_spoken = memory.tries == TRIES and contradicts(command, status, now)
    return min(memory.tries + has_failed, TRIES + has_spoken) if memory.tries <= TRIES else memory.tries


def _tries_after(command: ValveSet, status: ValveStatus | None, memory: ValveMemory, now: datetime) -> timedelta:
    """How long after a command that nothing has confirmed it is said again."""
    if is_disputed(memory, now):
        return RETRY_AFTER
    return _waits_for_answer(command, status, memory.tries, now)


def _has_confirmed(command: ValveSet, status: ValveStatus | None, memory: ValveMemory, now: datetime) -> bool:
    if status is None or memory.told_at is None:
        return False
    return answered_at(status, memory.told_at, now) is not None and command.is_obeyed_by(status)


def _waits_for_answer(command: ValveSet, status: ValveStatus | None, tries: int, now: datetime) -> timedelta:
    """How long after a command it is said again if nothing has confirmed it; never twice at one instant."""
    if tries > TRIES:
        return RETRY_AFTER
    if contradicts(command, status, now):
        return timedelta.resolution  # at once, also where it had been given up: it speaks again
    return RETRY_AFTER if tries == TRIES else CONFIRM_WITHIN[tries]


def answered_at(status: ValveStatus | None, since: datetime, now: datetime) -> datetime | None:
    """When the valve has reported, if it could be reached and that was not before `since` nor by a wrong clock."""
    if status is None or status.reported_at is None or status.reachable is False:
        return None
    return status.reported_at if since <= status.reported_at <= now + AHEAD else None


def _after_reports(status: ValveStatus | None, now: datetime) -> datetime:
    """The time of a command: as late as the last tick, and later than every report that was heard before it."""
    heard_at = answered_at(status, now, now)
    return heard_at + timedelta.resolution if heard_at is not None else now
