"""What a regulator with other numbers decides otherwise, message by message, beside the one that follows the record.

Both hear the same; the house answered the recorded one. A decision is what a device is told: how far a valve opens,
whether the boiler is called. What else they say otherwise (words, memory) is counted.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from haard.replay.comparison import kind_of
from haard.replay.player import Moment
from haard.replay.recorded import Recorded
from house import topics
from house.messages import BoilerSet, Message, ValveSet

Target = tuple[Any, ...]


class Otherwise(NamedTuple):
    """A decision that differs: what a device was told and why, and what it would have been told and why."""

    at: datetime | None
    name: topics.Name
    recorded: Message | None
    changed: Message | None
    cause: Recorded


def target_of(message: Message | None) -> Target | None:
    """What of a command makes a device do something else."""
    match message:
        case ValveSet():
            return (message.opening, message.setpoint)
        case BoilerSet():
            return (message.call, message.flow_setpoint if message.call else None)
    return None


def in_words(message: Message | None) -> str:
    """What a device is told, and why."""
    match message:
        case ValveSet(opening=None):
            return f"regulates itself to {message.setpoint:g} °C ({message.reason})"
        case ValveSet():
            return f"{message.opening:g} % ({message.reason})"
        case BoilerSet():
            return f"{'called' if message.call else 'not called'} ({message.reason})"
    return "told nothing"


@dataclass
class Divergence:
    """Told each moment of two regulators, it yields the decisions that differ; `words` counts what else does."""

    decisions: Counter[str] = field(default_factory=Counter)
    words: Counter[str] = field(default_factory=Counter)
    _last: tuple[dict[topics.Name, Message | None], dict[topics.Name, Message | None]] = field(
        default_factory=lambda: ({}, {})
    )
    _pairs: dict[topics.Name, tuple[Any, Any]] = field(default_factory=dict)

    def tell(self, moment: Moment, at: datetime | None) -> Iterator[Otherwise]:
        """`at` is the time of the house."""
        touched: dict[topics.Name, None] = {}
        for last, said in zip(self._last, moment.said, strict=True):
            for one in said:
                last[one.name] = one.message
                touched[one.name] = None
        for name in touched:
            was, would = self._last[0].get(name), self._last[1].get(name)
            if target_of(was or would) is None:
                self._count(name, was, would)
            elif self._is_new(name, target_of(was), target_of(would)):
                self.decisions[kind_of(name.topic.path(*name.ids))] += 1
                yield Otherwise(at, name, was, would, moment.recorded)

    def _count(self, name: topics.Name, one: Message | None, other: Message | None) -> None:
        if one != other and (one, other) != self._pairs.get(name):
            self.words[kind_of(name.topic.path(*name.ids))] += 1
        self._pairs[name] = (one, other)

    def _is_new(self, name: topics.Name, one: Target | None, other: Target | None) -> bool:
        before, self._pairs[name] = self._pairs.get(name), (one, other)
        return one != other and before != (one, other)
