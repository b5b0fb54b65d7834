"""What to do about a radio that has fallen silent: a ladder, one step each time the patience ends again."""

from dataclasses import dataclass, replace
from enum import Enum, auto


class Step(Enum):
    """The rungs, in order."""

    RESTART_SCAN = auto()
    POWER_CYCLE = auto()
    GIVE_UP = auto()


@dataclass(frozen=True, slots=True)
class Watchdog:
    """Seconds of patience; when a known device was heard, or a step taken, last; how many steps were taken since."""

    patience_s: float
    since: float
    taken: int = 0

    def heard(self, at: float) -> "Watchdog":
        """A known device was heard: the radio lives."""
        return replace(self, since=at, taken=0)

    def look(self, at: float) -> tuple["Watchdog", Step | None]:
        """The step that is due, if any."""
        if at - self.since < self.patience_s:
            return self, None
        step = list(Step)[min(self.taken, len(Step) - 1)]
        return replace(self, since=at, taken=self.taken + 1), step

    def paused(self, at: float) -> "Watchdog":
        """There was no radio to be silent: patience begins anew."""
        return replace(self, since=at)
