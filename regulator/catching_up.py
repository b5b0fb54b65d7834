"""What a regulator does when it is connected (again): it takes over what the broker keeps, or says what was lost there.

Pure, and in one order whatever the order of arrival, so that a record can be played again through the same function.
"""

from collections.abc import Sequence
from typing import NamedTuple

from house import topics
from regulator.snapshot import Snapshot, empty, republish_missing
from regulator.step import handle_bytes


class Word(NamedTuple):
    """A message as it came from the broker, relative to the root."""

    path: str
    payload: bytes
    retained: bool


class CaughtUp(NamedTuple):
    """A regulator that has heard all that is retained: what it knows, what the broker lacks, what came live."""

    snapshot: Snapshot
    fresh: bool
    missing: tuple[topics.Publication, ...]
    waiting: tuple[Word, ...]


def catch_up(snapshot: Snapshot, held: Sequence[Word]) -> CaughtUp:
    """All that is retained has arrived: take over from a newer regulator, or say again what was lost."""
    retained = {one.path: one for one in held if one.retained}
    missing: tuple[topics.Publication, ...] = ()
    fresh = not snapshot.decided or _is_newer(snapshot, retained.get(topics.HOUSE_MEMORY.path()))
    if fresh:
        snapshot = empty(snapshot.wiring)
    else:
        missing = tuple(republish_missing(snapshot, {path: one.payload for path, one in retained.items()}))
    for path in sorted(retained):
        snapshot, _ = handle_bytes(snapshot, path, retained[path].payload, retained=True)
    return CaughtUp(snapshot, fresh, missing, tuple(one for one in held if not one.retained))


def _is_newer(snapshot: Snapshot, kept: Word | None) -> bool:
    if kept is None or snapshot.now is None:
        return False
    other, _ = handle_bytes(empty(snapshot.wiring), kept.path, kept.payload, retained=True)
    return other.now is not None and other.now > snapshot.now
