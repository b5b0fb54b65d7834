"""One line of the broker's acl, and which topics it matches. Pure."""

from dataclasses import dataclass
from typing import Literal

Access = Literal["read", "write", "readwrite", "deny"]


@dataclass(frozen=True, slots=True)
class Grant:
    """What a user may do with the topics of a filter."""

    access: Access
    filter: str

    def matches(self, topic: str) -> bool:
        return matches(self.filter, topic)


def read(topic_filter: str) -> Grant:
    return Grant("read", topic_filter)


def write(topic_filter: str) -> Grant:
    return Grant("write", topic_filter)


def readwrite(topic_filter: str) -> Grant:
    return Grant("readwrite", topic_filter)


def deny(topic_filter: str) -> Grant:
    return Grant("deny", topic_filter)


def matches(topic_filter: str, topic: str) -> bool:
    """Whether an MQTT filter matches a topic: `+` is one level, `#` all that follow and the level above."""
    wanted, levels = topic_filter.split("/"), topic.split("/")
    if wanted[-1] == "#":
        wanted = wanted[:-1]
        if len(levels) < len(wanted) or (topic.startswith("$") and not wanted):
            return False
        levels = levels[: len(wanted)]
    return len(wanted) == len(levels) and all(want in ("+", level) for want, level in zip(wanted, levels, strict=True))
