"""A regulator that hears a record: its snapshot, what it has said last, and the last words that a kill takes away."""

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple

from haard.replay.recorded import is_heard, is_own
from house import topics
from house.settings import Settings
from regulator.catching_up import Word, catch_up
from regulator.snapshot import Snapshot, empty
from regulator.step import handle_bytes

Said = tuple[topics.Publication, ...]
Change = Callable[[Settings], Settings]
"""What is otherwise for a regulator than it was in the house."""
LAST_WORDS = 2_000  # of a regulator that was killed, some of which may never have come to the broker


def unchanged(wiring: Settings) -> Settings:
    """For a regulator that decides as the recorded one did."""
    return wiring


_LastWord = tuple[int, str, bytes | None]
"""To the message with this number a regulator said something on this path, where this was kept before."""


class LostWords(NamedTuple):
    """What a regulator said to the message with this number on these topics, and all that it said later."""

    heard: int
    paths: frozenset[str]


@dataclass
class ReplayedRegulator:
    """A regulator that hears the record."""

    change: Change
    snapshot: Snapshot
    said: dict[str, bytes] = field(default_factory=dict)
    """What it has said last on each retained topic."""
    _has_own_weeks: bool = False
    _heard: int = 0
    _last_words: deque[_LastWord] = field(default_factory=lambda: deque(maxlen=LAST_WORDS))

    def hear(self, word: Word) -> Said:
        self._heard += 1
        self.snapshot, publications = handle_bytes(self.snapshot, word.path, word.payload, retained=word.retained)
        if publications:
            self._remember(publications)
        return publications

    def begin(self, wiring: Settings, kept: Mapping[str, bytes], *, fresh: bool) -> Said:
        """As the regulator does after its echo; what waited it hears then."""
        snapshot = empty(self.change(wiring)) if fresh else self.snapshot
        self._forget_schedules(wiring, snapshot.wiring)
        if self.change is unchanged:
            self.said = {path: payload for path, payload in kept.items() if is_own(path)}
        else:
            kept = {path: one for path, one in kept.items() if not is_own(path)} | self.said
        after = catch_up(snapshot, [Word(path, one, retained=True) for path, one in kept.items() if is_heard(path)])
        self.snapshot = after.snapshot
        self._remember(after.missing)
        return after.missing

    def _forget_schedules(self, recorded: Settings, own: Settings) -> None:
        """Where other settings say another week, it counts from the beginning in place of the one that was accepted."""
        if not self._has_own_weeks:
            for room, wiring in own.rooms.items():
                if room not in recorded.rooms or recorded.rooms[room].schedule != wiring.schedule:
                    self.said.pop(topics.ROOM_SCHEDULE.path(room), None)
        self._has_own_weeks = True

    def _remember(self, publications: Said) -> None:
        heard, said, last_words = self._heard, self.said, self._last_words
        for one in publications:
            if one.retained:
                path = one.path
                last_words.append((heard, path, said.get(path)))
                said[path] = one.payload

    def lost_words(self, kept: Mapping[str, bytes]) -> LostWords | None:
        """Which of what it said has not come to the broker, which keeps `kept`; None if all has.

        It said its words in their order, so where the broker keeps an earlier word than the last all behind it is lost.
        """
        unsettled = {path for path, payload in self.said.items() if kept.get(path) != payload}
        first: int | None = None
        for index in range(len(self._last_words) - 1, -1, -1):
            if not unsettled:
                break
            _, path, before = self._last_words[index]
            if path in unsettled and before == kept.get(path):
                unsettled.discard(path)
                first = index
        if first is None:
            return None
        heard, _, _ = self._last_words[first]
        behind = [path for to, path, _ in islice(self._last_words, first, None) if to == heard]
        return LostWords(heard, frozenset(behind))

    def lose(self, lost: LostWords) -> None:
        """None of these words has come to the broker."""
        settled = []
        while self._last_words and self._last_words[-1][0] >= lost.heard:
            word = heard, path, before = self._last_words.pop()
            if heard == lost.heard and path not in lost.paths:
                settled.append(word)
                continue
            self.said.pop(path, None)
            if before is not None:
                self.said[path] = before
        self._last_words.extend(reversed(settled))
