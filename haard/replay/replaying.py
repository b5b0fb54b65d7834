"""One replay from its source to its report."""

from collections.abc import Callable
from datetime import datetime

from haard.replay.replayed_regulator import Change, unchanged
from haard.replay.report import Report
from haard.replay.span import Source, play
from house.settings import Settings

Tell = Callable[[datetime | None], None]
"""Hears which instant has been reached."""

EVERY = 1_000  # messages


def replay(
    source: Source,
    since: datetime | None,
    until: datetime | None,
    wiring: Settings,
    change: Change = unchanged,
    tell: Tell = lambda _at: None,
) -> Report:
    """Play a span, beside it a regulator with other numbers if there is a change."""
    changes = (unchanged,) if change is unchanged else (unchanged, change)
    played, moments = play(source, since, until, wiring, changes)
    report, told = Report(played), 0
    for moment, differences in moments:
        report.differences += differences
        if len(changes) > 1:
            report.decisions += report.divergence.tell(moment, played.last)
        if played.heard - told >= EVERY:
            tell(played.last)
            told = played.heard
    return report
