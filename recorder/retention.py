"""How long which topic is kept: the house's setting against the topics that were recorded.

What a day came to (`day`) is kept for ever: it is little, and the only memory of rooms' gas over the years.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from house import topics
from house.settings import Retention

FOR_EVER = timedelta.max


@dataclass(frozen=True, slots=True)
class Periods:
    """How long messages are kept: in general, and of the topics (ids) that differ."""

    general: timedelta
    topics: Mapping[int, timedelta]

    @property
    def kept_longer(self) -> list[int]:
        return [id_ for id_, period in self.topics.items() if period > self.general]


def periods(retention: Retention, root: topics.Root, names: Mapping[int, str]) -> Periods:
    """What the setting means for these topics, ids with their full names; of several filters the first counts."""
    classes = [(_pattern(one), timedelta(days=days)) for one, days in retention.topics.items()]
    general = timedelta(days=retention.days)
    found: dict[int, timedelta] = {}
    for id_, name in names.items():
        path = root.relative(name)
        if path is None:
            continue
        period = FOR_EVER if path == topics.DAY.path() else _period(classes, path)
        if period is not None and period != general:
            found[id_] = period
    return Periods(general, found)


def _period(classes: list[tuple[re.Pattern[str], timedelta]], path: str) -> timedelta | None:
    return next((period for pattern, period in classes if pattern.fullmatch(path)), None)


def _pattern(topic_filter: str) -> re.Pattern[str]:
    """An MQTT filter: `+` is one level, `#` at the end all that follow, and the level above too."""
    parts = [
        ".*" if level == "#" else "[^/]*" if level == "+" else re.escape(level) for level in topic_filter.split("/")
    ]
    pattern = "/".join(parts)
    return re.compile(f"{pattern[:-3]}(/.*)?" if pattern.endswith("/.*") else pattern)
