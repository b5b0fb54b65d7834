"""What is not believed of a record: instants that lie ahead of the house's time, numbers of no house, lone ticks.

Such poison is set aside and the rest goes on: one reading dated into the next month, a tick of the next century or a
meter that reads 1e308 must not end what is computed of all others. Pure.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from house.messages import Message
from recorder.history import Record

AHEAD_S = 3600  # a device's clock may be so far ahead of the house's
LARGEST = 1e8  # no temperature, percentage, power or dial of a house is larger
FIRST_YEAR, LAST_YEAR = 2015, 2100  # before it no haard ran; a tick behind it is a clock that was never set
FIRST_CREDIBLE = int(datetime(FIRST_YEAR, 1, 1, tzinfo=UTC).timestamp())
AGREE = timedelta(minutes=15)  # ticks that follow one another so closely agree
LONE_S = 86_400


def fault(record: Record, now: int) -> str | None:
    """Why a message is not believed at `now`, seconds since 1970; None if it is."""
    said_at = record.said_at
    if said_at is not None and said_at > now + AHEAD_S:
        return f"is dated {datetime.fromtimestamp(said_at, UTC):%Y-%m-%d %H:%M}, ahead of the house's time"
    if said_at is not None and said_at < FIRST_CREDIBLE:
        return f"is dated {datetime.fromtimestamp(said_at, UTC):%Y-%m-%d}, before there was such a house"
    return "holds a number of no house" if is_absurd(record.message) else None


def is_absurd(message: Message) -> bool:
    """Whether a number in it is larger than any in a house."""
    return any(_is_large(value) for _, value in message)


def _is_large(value: object) -> bool:
    if isinstance(value, float | int):
        return not -LARGEST < value < LARGEST
    if isinstance(value, Message):
        return is_absurd(value)
    if isinstance(value, dict):
        return any(map(_is_large, value.values()))
    return isinstance(value, tuple | list) and any(map(_is_large, value))


def without_lone(instants: Sequence[int]) -> list[bool]:
    """Which of the ticks, in the order of recording, stay: not one that is a day off two neighbours that agree."""
    stay = [True] * len(instants)
    for place in range(1, len(instants) - 1):
        before, at, after = instants[place - 1 : place + 2]
        if abs(after - before) < LONE_S:
            stay[place] = min(before, after) - LONE_S <= at <= max(before, after) + LONE_S
    return stay


@dataclass(frozen=True, slots=True)
class HouseClock:
    """The house's time by its ticks: a jump is believed when two further ticks agree, the first when one does."""

    now: datetime | None = None
    _jump: datetime | None = None
    _agreeing: int = 0

    def hear(self, at: datetime) -> "HouseClock":
        """The clock after a tick."""
        if not FIRST_YEAR <= at.year <= LAST_YEAR:
            return self
        if self.now is not None and abs(at - self.now) <= AGREE:
            return HouseClock(at)
        agreeing = self._agreeing + 1 if self._jump is not None and abs(at - self._jump) <= AGREE else 0
        return HouseClock(at) if agreeing >= (1 if self.now is None else 2) else HouseClock(self.now, at, agreeing)


def listed(found: Iterable[str], most: int = 3) -> str:
    """Some of them by name, and how many more there are."""
    names = sorted(set(found))
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return "; ".join(names[:most]) + more
