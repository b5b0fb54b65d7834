"""Plays a record: each message that the regulator heard goes through the same `step` again, for one or several
regulators side by side, and what they say comes out.

Which messages a regulator heard follows from the record alone. From `began` on it heard all that was recorded, in the
order of recording: the broker tells everybody in the same order. What waited while it caught up it counts in `began`,
and so it does what it heard until a connection was lost. A regulator that was gone hears nothing until it begins anew,
from what the broker keeps.

The regulators differ by their settings. One that follows the record finds on the broker what was recorded; one that
goes its own way finds what it has said itself.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple

from haard.replay.recorded import ALIVE, BASIS, BEGAN, ECHO, OF_SERVICE, Recorded, Start, is_heard, is_own, is_retained
from haard.replay.replayed_regulator import Change, ReplayedRegulator, Said, unchanged
from house.errors import PayloadError
from house.messages import Basis, Began
from house.settings import Settings
from regulator.basis import wiring_of
from regulator.catching_up import Word
from regulator.snapshot import empty

LOG = 20_000  # messages that may have come between subscription and beginning


class Moment(NamedTuple):
    """One recorded message, and what each regulator says to it."""

    recorded: Recorded
    said: tuple[Said, ...]
    heard: bool = False
    began: bool = False
    """Whether a regulator begins here: what was not said before it never was."""
    is_gap: bool = False
    """Whether the record lacks something: what was told now to the recorder it had not heard."""


_Logged = tuple[Recorded, bytes | None]
"""A message that a regulator hears if it is connected, and what the broker kept before it."""


@dataclass
class _Run:
    """One connection of the regulator."""

    is_there: bool = False
    heard: int = 0
    skipped: frozenset[int] = frozenset()
    """The numbers of what it did not hear in a flood."""
    limit: int | None = None
    """How much was heard at all until the connection was lost; None where nobody knows."""
    is_first: bool = False
    """Whether the replay began in the midst of it."""
    doubtful: list[Recorded] = field(default_factory=list)
    """Heard by nobody or, if it was another process that left, by the regulator after all."""

    def hears(self) -> bool:
        return self.is_there and (self.limit is None or self.heard < self.limit)


class Player:
    """Feeds regulators with a record. `begins` are all starts in the record, so that the end of each is known."""

    def __init__(
        self, wiring: Settings, changes: Sequence[Change] = (unchanged,), begins: Iterable[Start] = ()
    ) -> None:
        self.wiring = wiring
        self.basis: Basis | None = None
        self.regulators = [ReplayedRegulator(one, empty(one(wiring))) for one in changes]
        self.kept: dict[str, bytes] = {}
        self._silent: tuple[Said, ...] = ((),) * len(changes)
        self._begins = deque(begins)
        self._run = _Run()
        self._log: deque[_Logged] = deque(maxlen=LOG)
        self._since_echo = 0

    def start_from(self, kept: Mapping[str, bytes]) -> None:
        """Begin in the midst, as a regulator would that starts now: with what the broker keeps."""
        self.kept = {path: payload for path, payload in kept.items() if payload}
        self._read_basis(self.kept.get(BASIS, b""))
        for regulator in self.regulators:
            regulator.said = {path: payload for path, payload in self.kept.items() if is_own(path)}
            regulator.begin(self.wiring, self.kept, fresh=True)
        self._run = _Run(is_there=True, is_first=True)

    @property
    def begins_left(self) -> Sequence[Start]:
        """The starts that the record still holds."""
        return tuple(self._begins)

    def play(self, record: Iterable[Recorded]) -> Iterator[Moment]:
        """What happens at each recorded message that concerns a regulator."""
        for recorded in record:
            yield from self.feed(recorded)

    def takes_for_granted(self, expected: Recorded) -> bool:
        """Whether nothing comes of a word that is known to be the regulator's own, as of nearly all; then it has been
        heard.
        """
        if not is_own(expected.path) or not self._run.hears() or not self._have_all_decided():
            return False
        self._run.heard += 1
        self._log_and_keep(expected)
        return True

    def feed(self, recorded: Recorded) -> Iterable[Moment]:
        """What happens at the next recorded message. Of nearly all it is one moment, which is found without detours."""
        _, path, _, retained = recorded
        if retained or path in OF_SERVICE:
            return self._rare(recorded)
        if not self._run.hears():
            return self._while_gone(recorded)
        if not is_heard(path):
            return (Moment(recorded, self._silent),)
        self._log_and_keep(recorded)
        return (self._hear(recorded),)

    def _rare(self, recorded: Recorded) -> Iterator[Moment]:
        path = recorded.path
        if path == ALIVE:
            self._run.is_there &= recorded.retained or recorded.payload != b"offline"
        elif path == BASIS:
            self._read_basis(recorded.payload)
        elif path == ECHO:
            self._since_echo = 0
        elif path == BEGAN:
            yield from self._begin(recorded)
        elif recorded.retained:
            yield from self._told_again(recorded)
        else:
            yield Moment(recorded, self._silent)

    # --- messages -----------------------------------------------------------------------------------------------------

    def _while_gone(self, recorded: Recorded) -> Iterator[Moment]:
        own = is_own(recorded.path)
        if own and self._run.doubtful and self._run.limit is None:
            yield from self._was_there_all_along()
        if not is_heard(recorded.path):
            yield Moment(recorded, self._silent)
            return
        self._log_and_keep(recorded)
        if self._run.hears():
            yield self._hear(recorded)
            return
        if own:
            yield Moment(recorded, self._silent)
        if len(self._run.doubtful) < LOG:
            self._run.doubtful.append(recorded)

    def _hear(self, recorded: Recorded) -> Moment:
        run, path, payload = self._run, recorded.path, recorded.payload
        number, run.heard = run.heard, run.heard + 1
        if number in run.skipped or (is_own(path) and self._is_taken_for_granted(path, payload)):
            return Moment(recorded, self._silent, True)
        word = Word(path, payload, retained=False)
        return Moment(recorded, tuple([one.hear(word) for one in self.regulators]), True)

    def _is_taken_for_granted(self, path: str, payload: bytes) -> bool:
        """Whether it is what a regulator said, so that none refuses it, and all decide, who then take their own word
        for it; to compare is quicker than to read.
        """
        if payload and self.regulators[0].said.get(path) != payload:
            return False
        return self._have_all_decided()

    def _have_all_decided(self) -> bool:
        return all([one.snapshot.decided for one in self.regulators])

    def _told_again(self, recorded: Recorded) -> Iterator[Moment]:
        if self.kept.get(recorded.path, b"") == recorded.payload or not is_retained(recorded.path):
            return
        self.kept[recorded.path] = recorded.payload
        yield Moment(recorded, self._silent, is_gap=self._run.is_there)

    def _log_and_keep(self, recorded: Recorded) -> None:
        _, path, payload, _ = recorded
        self._since_echo += 1
        self._log.append((recorded, self.kept.get(path)))
        if is_retained(path):
            self.kept[path] = payload
            if not payload:
                del self.kept[path]

    # --- beginnings and ends ------------------------------------------------------------------------------------------

    def _read_basis(self, payload: bytes) -> None:
        try:
            self.basis = Basis.decode(payload)
            self.wiring = wiring_of(self.basis)
        except PayloadError:
            return  # of a version that said it otherwise: the settings that were given are used

    def _begin(self, recorded: Recorded) -> Iterator[Moment]:
        try:
            began = Began.decode(recorded.payload)
        except PayloadError:
            return
        skipped = self._begins.popleft().skipped if self._begins else frozenset[int]()
        waited = list(islice(self._log, max(0, len(self._log) - self._since_echo - began.waiting), None))
        kept = dict(self.kept)
        for heard, before in reversed(waited):
            if not is_retained(heard.path):
                continue
            kept.pop(heard.path, None)
            if before:
                kept[heard.path] = before
        # Begun in the midst nobody knows how much was heard before: what is retained brings it to the same knowledge.
        fresh = began.fresh or (self._run.is_first and began.heard > self._run.heard)
        if began.fresh:
            self._lose_last_words(kept)
        missing = tuple(one.begin(self.wiring, kept, fresh=fresh) for one in self.regulators)
        after = self._begins[0].began if self._begins else None
        self._run = _Run(
            is_there=True, skipped=skipped, limit=after.heard if after is not None and not after.fresh else None
        )
        yield Moment(recorded, missing, began=True)
        for heard, _ in waited:
            yield self._hear(heard)

    def _lose_last_words(self, kept: Mapping[str, bytes]) -> None:
        """What the recorded regulator could not say any more when it was killed, the others could not either."""
        lost = self.regulators[0].lost_words(kept) if self.regulators[0].change is unchanged else None
        if lost is not None:
            for regulator in self.regulators[1:]:
                regulator.lose(lost)

    def _was_there_all_along(self) -> Iterator[Moment]:
        """It was another process that left: the regulator has heard all that came since."""
        doubtful, self._run.doubtful, self._run.is_there = self._run.doubtful, [], True
        for recorded in doubtful:
            yield self._hear(recorded)
