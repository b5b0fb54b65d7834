"""What was heard on the broker: the newest message of each topic. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from house import messages, topics
from house.errors import PayloadError
from house.mqtt import Received

M = TypeVar("M", bound=messages.Message)


@dataclass(frozen=True, slots=True)
class RetainedMessages:
    """By path the messages of ours, and by topic those that devices say in topics of their own."""

    by_path: Mapping[str, messages.Message]
    foreign: Mapping[str, bytes]

    def last(self, topic: topics.Topic[M], *ids: str) -> M | None:
        """What was said last on a topic, if anything."""
        message = self.by_path.get(topic.path(*ids))
        return message if isinstance(message, topic.message) else None

    @property
    def tick_at(self) -> datetime | None:
        """The last tick that the regulator took in."""
        memory = self.last(topics.HOUSE_MEMORY)
        return memory.tick_at if memory else None


def hearing(arrived: Iterable[Received]) -> RetainedMessages:
    """What remains of by_path in the order of their arrival."""
    by_path: dict[str, messages.Message] = {}
    foreign: dict[str, bytes] = {}
    for received in arrived:
        if received.foreign:
            foreign[received.path] = received.payload
        elif (message := _understood(received)) is not None:
            by_path[received.path] = message
    return RetainedMessages(by_path, foreign)


def _understood(received: Received) -> messages.Message | None:
    try:
        understood = topics.read(received.path, received.payload)
    except PayloadError:
        return None  # whoever it was meant for refuses it aloud
    return understood.message if understood else None
