"""Cuts a span out of a record, so that it can be replayed by itself: what the broker kept at its begin, told again, and
then all that concerns the regulator.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import chain, takewhile
from typing import NamedTuple
from zoneinfo import ZoneInfo

from haard.replay.anonymous import anonymous, fixed_zone, names, rewriter, shift
from haard.replay.recorded import Recorded, begins, concerns
from haard.replay.replaying import replay
from haard.replay.span import BEHIND, TICK, WARM_UP, Opened, Source, begin_in_the_midst, time_of, warm_up
from house.errors import SettingsError
from house.settings import Settings
from house.topics import Root

ROOT = "home"


class Capture(NamedTuple):
    """Messages under the root `home`, and how many of the regulator's words differ when they are replayed."""

    record: Sequence[Recorded]
    differences: int


class _InMemory:
    """A capture as a source."""

    def __init__(self, record: Sequence[Recorded]) -> None:
        self._record = record

    def open(self, _since: datetime | None, _until: datetime | None) -> Opened:
        return Opened(None, begins(self._record), iter(self._record))


def capture(source: Source, since: datetime, until: datetime, wiring: Settings, *, named: bool = False) -> Capture:
    """The span, and up to an hour before it that a replay needs; anonymous unless it may be `named`.

    Raises SettingsError where other names would have the regulator decide otherwise.
    """
    record, of_then = _cut(source, since, until, wiring)
    differences = len(replay(_InMemory(record), None, None, of_then).differences)
    if named:
        return Capture(record, differences)
    first, last = record[0].received_at, record[-1].received_at
    zone = ZoneInfo(of_then.home.timezone)
    by = shift(first, last, zone)
    called = {**names(of_then), zone.key: fixed_zone(first, last, zone)}
    if of_then.mqtt.root != ROOT:
        called[of_then.mqtt.root] = ROOT
    other = list(anonymous(record, rewriter(called, by), by))
    after = len(replay(_InMemory(other), None, None, of_then).differences)
    if after != differences:
        raise SettingsError(
            "with other names and dates this span would not be decided the same, so it would not show what you saw\n"
            "hint: choose another span, or keep the names with --named"
        )
    return Capture(other, differences)


def _cut(source: Source, since: datetime, until: datetime, wiring: Settings) -> tuple[list[Recorded], Settings]:
    opened = source.open(since - WARM_UP, until)
    before, messages = warm_up(opened.messages, since)
    played, rest = begin_in_the_midst(opened, before, wiring)
    if not rest:
        raise SettingsError("nothing was recorded in this time")
    at = rest[0].received_at
    kept = [
        Recorded(at, path, one, retained=True) for path, one in sorted(played.player.kept.items()) if concerns(path)
    ]
    return [*kept, *_until(chain(rest, messages), until)], played.player.wiring


def _until(record: Iterable[Recorded], until: datetime) -> Iterator[Recorded]:
    def is_within(one: Recorded) -> bool:
        at = time_of(one.payload) if one.path == TICK else None
        return at is None or at <= until + BEHIND

    return (one for one in takewhile(is_within, record) if concerns(one.path))


def full(record: Iterable[Recorded]) -> Iterator[tuple[str, Recorded]]:
    """The messages of a capture with their whole topics."""
    root = Root(ROOT)
    return ((root.full(one.path), one) for one in record)
