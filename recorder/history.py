"""What was said in a span of time: for each topic its messages in the order in which they came about.

A message counts from the instant that it tells of itself, so a late one takes its place among the others; one that
tells none counts from its arrival. The order in which records are folded makes no difference.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar, cast

from house.messages import GasReading, Message
from house.topics import METER_GAS, M_co, Name, Topic

_INSTANTS = ("measured_at", "reported_at", "issued_at", "at")

V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Record:
    """A message as recorded; `retained` ones were told again by the broker, and so said before they were received."""

    received_at: datetime
    name: Name
    message: Message
    retained: bool = False

    @property
    def said_at(self) -> int | None:
        """Seconds since 1970; None where nobody knows: told again, and without an instant of its own."""
        own = self._own_instant()
        if own is None and self.retained:
            return None
        return int((own or self.received_at).timestamp())

    @property
    def is_dated(self) -> bool:
        """Whether it tells its instant itself."""
        return self._own_instant() is not None

    def _own_instant(self) -> datetime | None:
        return next((at for field in _INSTANTS if (at := getattr(self.message, field, None)) is not None), None)


@dataclass(frozen=True, slots=True)
class Series(Generic[V]):
    """Values in the order of their instants (seconds since 1970), each of which holds until the next."""

    instants: tuple[int, ...] = ()
    values: tuple[V, ...] = ()

    def at(self, at: int) -> V | None:
        """The value in force; None before the first."""
        index = bisect_right(self.instants, at)
        return self.values[index - 1] if index else None

    def since(self, at: int) -> int | None:
        """Since when the value in force holds."""
        index = bisect_right(self.instants, at)
        return self.instants[index - 1] if index else None

    def fresh(self, at: int, seconds: int) -> V | None:
        """The value in force if it is not older than `seconds`."""
        index = bisect_right(self.instants, at)
        return self.values[index - 1] if index and at - self.instants[index - 1] <= seconds else None

    def between(self, begin: int, end: int) -> Iterator[tuple[int, V]]:
        """Instants and values from `begin` up to, not including, `end`."""
        for index in range(bisect_right(self.instants, begin - 1), bisect_right(self.instants, end - 1)):
            yield self.instants[index], self.values[index]


@dataclass(frozen=True, slots=True)
class History:
    """The courses of all topics, and the gas readings of each meter apart, by its equipment id."""

    courses: Mapping[Name, Series[Message]] = field(default_factory=dict)
    gas: Mapping[str, Series[GasReading]] = field(default_factory=dict)

    def course(self, topic: Topic[M_co], *ids: str) -> Series[M_co]:
        """What was said on this very topic."""
        return cast("Series[M_co]", self.courses.get(Name(topic, ids), Series()))

    def names(self, topic: Topic[Any]) -> list[Name]:
        """The topics of this kind on which something was said, in order."""
        return sorted((name for name in self.courses if name.topic is topic), key=lambda name: name.ids)


def history(records: Iterable[Record]) -> History:
    """Fold records, in any order. Of two messages that tell the same instant the one received last counts."""
    said: dict[tuple[Name, str], dict[int, Record]] = {}
    for record in records:
        at = record.said_at
        if at is None:
            continue
        equipment = record.message.equipment or "" if isinstance(record.message, GasReading) else ""
        kept = said.setdefault((record.name, equipment), {})
        if at not in kept or _precedence(kept[at]) < _precedence(record):
            kept[at] = record
    meters = {
        equipment: _course(kept)
        for (name, equipment), kept in sorted(said.items(), key=_by_equipment)
        if name.topic is METER_GAS
    }
    return History(
        courses={name: _course(kept) for (name, _), kept in said.items() if name.topic is not METER_GAS},
        gas=cast("Mapping[str, Series[GasReading]]", meters),
    )


def _by_equipment(item: tuple[tuple[Name, str], Mapping[int, Record]]) -> str:
    return item[0][1]


def _precedence(record: Record) -> tuple[datetime, bytes]:
    return record.received_at, record.message.encode()


def _course(kept: Mapping[int, Record]) -> Series[Message]:
    instants = tuple(sorted(kept))
    return Series(instants, tuple(kept[at].message for at in instants))
