"""What was heard on the broker: the newest message of each topic. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from house import messages as m
from house import topics as t
from house.errors import PayloadError
from house.mqtt import Received

M = TypeVar("M", bound=m.Message)


@dataclass(frozen=True, slots=True)
class Hearing:
    """By path the messages of ours, and by topic those that devices say in topics of their own."""

    messages: Mapping[str, m.Message]
    foreign: Mapping[str, bytes]

    def last(self, topic: t.Topic[M], *ids: str) -> M | None:
        """What was said last on a topic, if anything."""
        message = self.messages.get(topic.path(*ids))
        return message if isinstance(message, topic.message) else None

    @property
    def tick_at(self) -> datetime | None:
        """The last tick that the regulator took in."""
        memory = self.last(t.HOUSE_MEMORY)
        return memory.tick_at if memory else None


def hearing(arrived: Iterable[Received]) -> Hearing:
    """What remains of messages in the order of their arrival."""
    messages: dict[str, m.Message] = {}
    foreign: dict[str, bytes] = {}
    for received in arrived:
        if received.foreign:
            foreign[received.path] = received.payload
        elif (message := _understood(received)) is not None:
            messages[received.path] = message
    return Hearing(messages, foreign)


def _understood(received: Received) -> m.Message | None:
    try:
        understood = t.read(received.path, received.payload)
    except PayloadError:
        return None  # whoever it was meant for refuses it aloud
    return understood.message if understood else None
