"""A second regulator that only watches: it hears the house, decides with other numbers, and speaks below
`shadow/<name>/` alone.

It is the regulator's own service with another way onto the broker. What it said itself it finds below its name; until
it has said something it begins with what the real one remembers. The house answers the real one, so what it decides
shows where the two would part, not what would come of it.
"""

from collections.abc import Iterator, Mapping

from haard.replay.divergence import in_words, target_of
from haard.replay.recorded import ECHO, is_own
from house import topics
from house.errors import PayloadError
from house.messages import Message
from house.mqtt import Link, Received
from house.settings import Settings
from house.topics import Name, Publication
from regulator.step import TOPICS

SERVICE = "person"  # of whom the shadow has the rights


def filters(name: str) -> list[str]:
    """What a shadow listens to: all that the regulator does, and what the shadow itself said."""
    return [*(topic.filter() for topic in TOPICS), f"{topics.shadow(name)}/#"]


class ShadowLink:
    """The link of a regulator whose words all stand below its name."""

    def __init__(self, link: Link, name: str) -> None:
        self._link, self._below = link, topics.shadow(name)
        self._has_spoken = False

    @property
    def connections(self) -> int:
        return self._link.connections

    def receive(self, timeout: float) -> list[Received]:
        """What the regulator would hear if the shadow's words were its own."""
        arrived = self._link.receive(timeout)
        below = {path for one in arrived if (path := self._path_below(one.path)) is not None}
        self._has_spoken |= any(is_own(path) for path in below)
        return [mapped for one in arrived if (mapped := self._mapped(one)) is not None]

    def _path_below(self, path: str) -> str | None:
        return path.removeprefix(f"{self._below}/") if path.startswith(f"{self._below}/") else None

    def _mapped(self, one: Received) -> Received | None:
        path = self._path_below(one.path)
        if path is not None:
            return Received(path, one.payload, one.retained)
        if is_own(one.path) and (self._has_spoken or not one.retained):
            return None  # the real regulator's
        return None if one.path == ECHO else one

    def publish(self, publication: Publication) -> None:
        """Below the shadow's name; that it refuses something is nobody's business."""
        if publication.name.topic is not topics.REJECTED:
            topic = self._link.root.full(f"{self._below}/{publication.path}")
            self._link.publish_foreign(topic, publication.payload, retain=publication.retained)


def words_below(name: str, kept: Mapping[str, bytes]) -> dict[str, bytes]:
    """What a shadow keeps on the broker, by the regulator's own paths."""
    below = f"{topics.shadow(name)}/"
    return {path.removeprefix(below): payload for path, payload in kept.items() if path.startswith(below)}


def beside(name: str, kept: Mapping[str, bytes], wiring: Settings) -> Iterator[tuple[str, str, str, bool]]:
    """For each device: what it is, what it is told, what the shadow would tell it, whether that is the same."""
    shadow = words_below(name, kept)
    for path, name_ in _devices(wiring):
        real, other = _message(path, kept.get(path)), _message(path, shadow.get(path))
        yield name_, in_words(real), in_words(other), target_of(real) == target_of(other)


def _devices(wiring: Settings) -> Iterator[tuple[str, str]]:
    for address, room in wiring.rooms_by_valve.items():
        yield topics.VALVE_SET.path(address), f"{wiring.rooms[room].name or room}, valve {address}"
    yield topics.BOILER_SET.path(), "boiler"


def _message(path: str, payload: bytes | None) -> Message | None:
    name: Name | None = topics.parse(path)
    if name is None or not payload:
        return None
    try:
        message: Message = name.topic.message.decode(payload)
    except PayloadError:
        return None
    return message
