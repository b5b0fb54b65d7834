"""A flood: more waits than a core can decide upon one by one.

Of what waits then, only the newest needs to be heard that each thermometer, contact, valve, boiler and forecast says,
and of each kind of wish the newest in a room. The time is heard each, whatever waits; so is what cannot be read, lest
nobody is told.
"""

from collections.abc import Sequence
from datetime import datetime

from house import topics
from house.errors import PayloadError
from regulator.catching_up import Word
from regulator.snapshot import instant_of
from regulator.wishes import is_wish

CARRIED = 100  # so many waiting messages are heard one by one: a core needs less than half a second for them
_SKIPPABLE = frozenset(
    (
        *(topics.ROOM_TEMPERATURE, topics.ROOM_HUMIDITY, topics.OUTSIDE_TEMPERATURE, topics.FORECAST),
        *(topics.VALVE_STATUS, topics.BOILER_STATUS, topics.SENSOR_STATUS, topics.ROOM_WINDOW),
        *(one for one in topics.TOPICS if is_wish(one)),
    )
)


def superseded(waiting: Sequence[Word]) -> frozenset[int]:
    """The places of what need not be heard, since something at least as new waits behind it on the same topic."""
    if len(waiting) <= CARRIED:
        return frozenset()
    newest: dict[str, datetime | None] = {}
    skipped: set[int] = set()
    for place in range(len(waiting) - 1, -1, -1):
        word = waiting[place]
        heard = _read(word)
        if heard is None:
            continue
        at = instant_of(heard.message)
        if word.path in newest and _is_as_new(newest[word.path], at):
            skipped.add(place)
        else:
            newest[word.path] = at
    return frozenset(skipped)


def _read(word: Word) -> topics.Heard | None:
    """What may be skipped; None for what may not."""
    name = topics.parse(word.path)
    if name is None or name.topic not in _SKIPPABLE or not word.payload:
        return None
    try:
        return topics.read(word.path, word.payload)
    except PayloadError:
        return None


def _is_as_new(later: datetime | None, earlier: datetime | None) -> bool:
    """Whether what was said later was measured no earlier; without a date it was measured when it was said."""
    return later is None or (earlier is not None and later >= earlier)
