"""What services say of themselves, and of messages that they could not use."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, JsonValue

from house.fields import Count, Instant
from house.messages.base import Message

LONGEST_TOPIC, LONGEST_REASON = 650, 600  # characters of what is refused: the record takes no longer topics


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


class Basis(Message):
    """By what the regulator decides: its version, the settings that decisions hang on, the numbers in force of its law.

    `settings` are those of house.yaml without the place and without whatever is no matter of the regulator.
    """

    version: str
    law: str
    numbers: dict[str, JsonValue] = Field(default_factory=dict)
    settings: dict[str, JsonValue]


class Began(Message):
    """The regulator has caught up with the broker and decides from here on; with the record it can be played again.

    `waiting` is how much it heard live before its echo, and hears now. Where it goes on with what it knew (`fresh` is
    false: a connection that was lost), `heard` is how much it had heard live since it began before.
    """

    nonce: str
    fresh: bool
    waiting: Count
    heard: Count


class Replayed(Message):
    """What came of a span of the record when it was played again: how much of what the regulator said is identical, how
    much differs, the first difference in words; by which version. `gaps` is what the recorder itself had missed.
    """

    since: Instant
    until: Instant
    identical: Count
    differ: Count
    gaps: Count = 0
    first: str | None = None
    version: str


class Skipped(Message):
    """In a flood the regulator hears only the newest of what waits: these it has not heard, by their number among all
    that it was told since it began with this `nonce`, counted from 0.
    """

    nonce: str
    numbers: tuple[Count, ...]


def cut(text: str, longest: int) -> str:
    """Its head, where it is longer: a topic may have 65,535 bytes, and faults repeat it."""
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


class Rejected(Message):
    """A message that a service could not use: its topic, its payload (both cut), and why."""

    topic: Annotated[str, AfterValidator(lambda topic: cut(topic, LONGEST_TOPIC))]
    payload: str
    reason: Annotated[str, AfterValidator(lambda reason: cut(reason, LONGEST_REASON))]
    service: str | None = None


class Notified(Message):
    """Which problems people have been told of, and when; what is over is taken out once they were told that too."""

    told: dict[str, Instant] = Field(default_factory=dict)
