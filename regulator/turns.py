"""Whose turn it is in a fleet: what waits for each house, in the order in which the houses are served.

What somebody or something waits for comes first: a wish, a reading, a window. Ticks, which come for all houses at the
full minute, wait meanwhile, and so do the reports of devices, which follow from what these were told, and what the
regulator hears of itself. Within a house the order is that of arrival, always: a wish takes its house's tick along.
A turn is a few messages of one house, so that a flooded house delays the others by no more than that; where so much
waits that a regulator thins it (regulator.flood), it gets all.
"""

from collections import deque
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from house import topics
from regulator.flood import CARRIED

AT_ONCE = 8  # messages of one turn: some 20 ms
PASSED_OVER = 8  # after so many turns of the urgent one that is not comes too, so that no house is forgotten
_PATIENT = frozenset(
    (
        *(topics.TICK, topics.VALVE_STATUS, topics.BOILER_STATUS, topics.SENSOR_STATUS),
        *(topics.ROOM_HUMIDITY, topics.FORECAST, topics.SERVICE_ECHO),
    )
)


class Message(Protocol):
    """What must be known of a message; its path is relative to the house's root."""

    @property
    def path(self) -> str: ...
    @property
    def retained(self) -> bool: ...


M = TypeVar("M", bound=Message)


@dataclass(frozen=True, slots=True)
class Turn(Generic[M]):
    """The messages that a house hears next."""

    root: str
    messages: list[M]


class Turns(Generic[M]):
    """Filled as messages arrive, emptied a turn at a time."""

    def __init__(self) -> None:
        self._waiting: dict[str, deque[M]] = {}
        self._urgent: dict[str, None] = {}  # both in the order in which the houses came to wait
        self._patient: dict[str, None] = {}
        self._passed_over = 0

    def __bool__(self) -> bool:
        return bool(self._waiting)

    def add(self, root: str, received: M) -> None:
        self._waiting.setdefault(root, deque()).append(received)
        self._line_up(root, is_urgent=is_urgent(received))

    def next(self) -> Turn[M]:
        """The turn that is due; only where something waits."""
        root = next(iter(self._line()))
        self._urgent.pop(root, None)
        self._patient.pop(root, None)
        waiting = self._waiting.pop(root)
        count = len(waiting) if len(waiting) > CARRIED else min(len(waiting), AT_ONCE)
        turn = Turn(root, [waiting.popleft() for _ in range(count)])
        if waiting:
            self._waiting[root] = waiting
            self._line_up(root, is_urgent=any(is_urgent(one) for one in waiting))
        return turn

    def _line_up(self, root: str, *, is_urgent: bool) -> None:
        if is_urgent:
            self._patient.pop(root, None)
            self._urgent.setdefault(root)
        elif root not in self._urgent:
            self._patient.setdefault(root)

    def _line(self) -> dict[str, None]:
        self._passed_over = self._passed_over + 1 if self._urgent and self._patient else 0
        if self._passed_over > PASSED_OVER:
            self._passed_over = 0
            return self._patient
        return self._urgent or self._patient


def is_urgent(received: Message) -> bool:
    """Whether somebody waits for what it leads to."""
    name = topics.parse(received.path)
    if received.retained or name is None or name.topic in _PATIENT:
        return False
    return name.topic.writer != "regulator"
