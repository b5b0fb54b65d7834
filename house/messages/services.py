"""What services say of themselves, and of messages that they could not use."""

from typing import Literal

from pydantic import Field

from house.fields import Instant
from house.messages.base import Message


class Availability(Message):
    """Whether a service is there; `offline` is its last will."""

    bare = "value"
    value: Literal["online", "offline"]

    def encode(self) -> bytes:
        return self.value.encode()


class About(Message):
    """Which version of haard a service is, and since when it runs by its computer's own clock."""

    version: str
    started_at: Instant | None = None


class Echo(Message):
    """A service hears its own word: every retained message has arrived before it."""

    bare = "nonce"
    nonce: str


class Rejected(Message):
    """A message that a service could not use: its topic, its payload (cut), and why."""

    topic: str
    payload: str
    reason: str
    service: str | None = None


class Notified(Message):
    """Which problems people have been told of, and when; what is over is taken out once they were told that too."""

    told: dict[str, Instant] = Field(default_factory=dict)
