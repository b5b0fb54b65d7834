"""Emergency heat for blind rooms: nobody knows how warm they are, so their valves regulate themselves, and the boiler
runs while such a valve says that it is open.

Where valves tell no opening but have taken their setpoint, the boiler runs a part of the time that follows from how
cold it is outside, in burns that are long enough to warm the pipes.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from house.messages import HouseMemory, ValveMemory, ValveSet, ValveStatus
from regulator.snapshot import elapsed
from regulator.valves import REPORT_AGE, answered_at

Valve = tuple[ValveSet | None, ValveStatus | None, ValveMemory | None]

OPEN_FROM, OPEN_WHILE_BURNING = 30.0, 10.0  # %
WARM, COLD = 12.0, -10.0  # °C outside
LARGEST_DUTY = 0.25
UNKNOWN_OUTSIDE = 0.0
BURN = timedelta(minutes=10)


def needs_heat(valves: Iterable[Valve], memory: HouseMemory, outside: float | None, now: datetime) -> bool:
    """Whether a blind room needs the boiler, by what its valves say of themselves."""
    answers = _own_answers(valves, now)
    if any(status.opening is not None for status, _ in answers):
        # A call that began or ended at this instant is this decision's own: deciding twice changes nothing.
        was_called = memory.call is not (memory.call_since == now)
        return _is_open(answers, OPEN_WHILE_BURNING if was_called else OPEN_FROM)
    has_settled = any(now - told_at >= BURN for _, told_at in answers)
    return has_settled and _is_due(memory, outside, now)


def takes_heat(valves: Iterable[Valve], now: datetime) -> bool:
    """Whether a blind room is heated while the boiler runs, for whomever it runs: by what its valves say."""
    answers = _own_answers(valves, now)
    tells_opening = any(status.opening is not None for status, _ in answers)
    return _is_open(answers, OPEN_WHILE_BURNING) if tells_opening else bool(answers)


def _own_answers(valves: Iterable[Valve], now: datetime) -> list[tuple[ValveStatus, datetime]]:
    return [answer for valve in valves if (answer := _own_answer(valve, now)) is not None]


def _is_open(answers: list[tuple[ValveStatus, datetime]], limit: float) -> bool:
    return any(status.opening is not None and status.opening >= limit for status, _ in answers)


def _own_answer(valve: Valve, now: datetime) -> tuple[ValveStatus, datetime] | None:
    """What a valve has reported since it was told to regulate itself, if it does, and when it was told so."""
    command, status, memory = valve
    if command is None or command.opening is not None or memory is None or memory.told_at is None:
        return None
    at = answered_at(status, memory.told_at, now)
    if status is None or at is None or now - at > REPORT_AGE or not command.is_obeyed_by(status):
        return None
    says_nothing = status.opening is None and status.setpoint is None
    return None if says_nothing else (status, memory.told_at)


def _is_due(memory: HouseMemory, outside: float | None, now: datetime) -> bool:
    """Whether a burn belongs here, by how long the boiler has burnt or rested."""
    duty = duty_at(UNKNOWN_OUTSIDE if outside is None else outside)
    if not duty:
        return False
    lasted = elapsed(memory.call_since, now)
    return lasted < BURN if memory.call else lasted >= BURN / duty - BURN


def duty_at(outside: float) -> float:
    """The part of the time that the boiler runs: none at 12 °C outside, a quarter at -10 °C."""
    return LARGEST_DUTY * min(max((WARM - outside) / (WARM - COLD), 0), 1)
