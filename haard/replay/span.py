"""A span of a record, played: where to begin, and what differs in it.

Where the span does not begin with the regulator's own beginning, a regulator begins with what the broker kept then. At
most instants that is what the real one knew; in the midst of a decision it is not, since some of what it says is
recorded only later. So it is tried before each tick of an hour until one has said for ten minutes what was recorded.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import chain
from typing import NamedTuple, Protocol

from haard.replay.comparison import Comparison, Difference
from haard.replay.player import Moment, Player
from haard.replay.recorded import BEGAN, Recorded, Start, is_retained
from haard.replay.replayed_regulator import Change, unchanged
from house import topics
from house.errors import PayloadError
from house.messages import Tick
from house.settings import Settings

WARM_UP = timedelta(hours=1)
AGREES = timedelta(minutes=10)
BEHIND = timedelta(minutes=2)  # what is said to the last messages is recorded a little later
TICK = topics.TICK.path()


class Opened(NamedTuple):
    """A record from some place on: what the broker kept there (None at a record's begin), and what follows."""

    kept: Mapping[str, bytes] | None
    begins: Sequence[Start]
    messages: Iterator[Recorded]


class Source(Protocol):
    """Where a record is read."""

    def open(self, since: datetime | None, until: datetime | None) -> Opened:
        """From an instant of the house's time on, or from the first message."""


class SearchedSource(Source, Protocol):
    """A record of which some topics may be read alone."""

    def messages(self, since: datetime, until: datetime, wanted: Callable[[str], bool]) -> Iterator[Recorded]:
        """What was said on some topics in a span of the house's time, in the order of recording."""


@dataclass
class Played:
    """What came of a span so far."""

    player: Player
    comparison: Comparison = field(default_factory=Comparison)
    agreed: bool = True
    """Whether it was brought to agree before the span; without, the first differences may be of its making."""
    last: datetime | None = None
    has_begun: bool = False
    """Whether the span has been reached."""
    heard: int = 0
    """How many messages of the span the regulators have heard."""


def time_of(tick: bytes) -> datetime | None:
    """What a tick says."""
    try:
        return Tick.decode(tick).at
    except PayloadError:
        return None


def play(
    source: Source,
    since: datetime | None,
    until: datetime | None,
    wiring: Settings,
    changes: Sequence[Change] = (unchanged,),
) -> tuple[Played, Iterator[tuple[Moment, list[Difference]]]]:
    """The span's moments, each with what differs from the record; the first regulator should follow the record.

    Of two messages in three nothing comes, since they are the word of the regulator that is due: of these it is only
    told how many were `heard`.
    """
    opened = source.open(since - WARM_UP if since is not None else None, until)
    messages = opened.messages
    if opened.kept is None:
        played = Played(Player(wiring, changes, opened.begins))
        messages = _told_first(played.player, messages)
    else:
        before, messages = warm_up(messages, since)
        played, rest = begin_in_the_midst(opened, before, wiring, changes)
        messages = chain(rest, messages)
    return played, _moments(played, messages, since, until, changes)


def _moments(
    played: Played,
    messages: Iterator[Recorded],
    since: datetime | None,
    until: datetime | None,
    changes: Sequence[Change],
) -> Iterator[tuple[Moment, list[Difference]]]:
    has_gap, player = False, played.player
    for recorded in _unexpected(played, messages):
        said = time_of(recorded.payload) if recorded.path == TICK and (has_gap or until is not None) else None
        if until is not None and said is not None and said > until + BEHIND:
            break
        if has_gap and said is not None:
            messages, has_gap = _mended(played, recorded, messages, changes), False
            yield from _moments(played, messages, since, until, changes)
            return
        for moment in player.feed(recorded):
            now = player.regulators[0].snapshot.now
            has_gap |= moment.is_gap
            played.last = now or played.last
            found = [one for one in played.comparison.tell(moment, now) if _lies_in(one.at, since, until)]
            played.has_begun = since is None or (now is not None and now >= since)
            if played.has_begun:
                played.heard += moment.heard
                yield moment, found
    at_end = [one for one in played.comparison.end() if _lies_in(one.at, since, until)]
    if at_end and at_end[-1].cause is not None:
        yield Moment(at_end[-1].cause, ((),) * len(player.regulators)), at_end


def _unexpected(played: Played, messages: Iterator[Recorded]) -> Iterator[Recorded]:
    """The messages of which something may come; all others are the word of the regulator that is due."""
    player, comparison = played.player, played.comparison
    for recorded in messages:
        if comparison.expects(recorded) and player.takes_for_granted(recorded):
            comparison.tell_expected()
            played.heard += played.has_begun
        else:
            yield recorded


def _mended(
    played: Played, tick: Recorded, messages: Iterator[Recorded], changes: Sequence[Change]
) -> Iterator[Recorded]:
    """Behind a gap in the record every regulator goes on from what the broker keeps."""
    player = played.player
    at = time_of(tick.payload)
    window, messages = warm_up(chain([tick], messages), at + WARM_UP if at is not None else None)
    opened = Opened(dict(player.kept), player.begins_left, messages)
    after, rest = begin_in_the_midst(opened, window, player.wiring, changes)
    played.player, played.agreed = after.player, played.agreed and after.agreed
    return chain(rest, messages)


def _lies_in(at: datetime | None, since: datetime | None, until: datetime | None) -> bool:
    return at is None or ((since is None or at >= since) and (until is None or at <= until))


def _told_first(player: Player, messages: Iterator[Recorded]) -> Iterator[Recorded]:
    """A record that begins with what the broker told again begins with a regulator that knows it."""
    kept: dict[str, bytes] = {}
    for recorded in messages:
        if not recorded.retained:
            if kept:
                player.start_from(kept)
            return chain([recorded], messages)
        kept[recorded.path] = recorded.payload
    return iter(())


def warm_up(messages: Iterator[Recorded], since: datetime | None) -> tuple[list[Recorded], Iterator[Recorded]]:
    """The messages up to the tick of an instant, and those behind it."""
    before: list[Recorded] = []
    for recorded in messages:
        before.append(recorded)
        at = time_of(recorded.payload) if recorded.path == TICK else None
        if at is not None and since is not None and at >= since:
            break
    return before, messages


def begin_in_the_midst(
    opened: Opened, before: Sequence[Recorded], wiring: Settings, changes: Sequence[Change] = (unchanged,)
) -> tuple[Played, Sequence[Recorded]]:
    """A player before the first of these messages with which it agrees with the record, and the messages from there."""
    kept = dict(opened.kept or {})
    first: tuple[Played, Sequence[Recorded]] | None = None
    passed = 0
    for index, recorded in enumerate(before):
        if recorded.path == TICK:
            rest = before[index:]
            if first is None:
                first = _started(kept, opened.begins[passed:], wiring, changes), rest
                first[0].agreed = False
            if _agrees(_started(kept, opened.begins[passed:], wiring, (unchanged,)), rest):
                return _started(kept, opened.begins[passed:], wiring, changes), rest
        if is_retained(recorded.path):
            kept[recorded.path] = recorded.payload
        passed += recorded.path == BEGAN and not recorded.retained
    return first or (Played(Player(wiring, changes, opened.begins), agreed=False), before)


def _started(kept: Mapping[str, bytes], begins: Sequence[Start], wiring: Settings, changes: Sequence[Change]) -> Played:
    player = Player(wiring, changes, begins)
    player.start_from(kept)
    return Played(player)


def _agrees(played: Played, messages: Sequence[Recorded]) -> bool:
    """Whether it says for some minutes what was recorded, and something at all."""
    begin: datetime | None = None
    for recorded in messages:
        at = time_of(recorded.payload) if recorded.path == TICK else None
        begin = begin or at
        if at is not None and begin is not None and at - begin >= AGREES:
            break
        for moment in played.player.feed(recorded):
            if any(played.comparison.tell(moment, at)):
                return False
    return bool(played.comparison.equal)
