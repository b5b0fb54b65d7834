"""Recognises a redelivery by its packet identifier, not by its content: two equal readings are two messages.

A message is delivered again only with the flag DUP and under the same packet identifier. Identifiers are reused, at
the latest after 65,535 messages; therefore only the last 60,000 messages count, and the content has to agree.
"""

from array import array
from collections.abc import Iterable, Iterator
from hashlib import blake2b

LENGTH = 60_000  # messages; less than there are identifiers, more than any broker keeps in flight
MARK_BYTES = 10
_IDENTIFIERS = 65_536
_CHECKSUM_BYTES = 8

Mark = bytes
"""By which a redelivery is recognised: two bytes of packet identifier, then a checksum; identifier 0 (QoS 0) is never
delivered again.
"""


def mark(packet_id: int, topic: str, payload: bytes) -> Mark:
    checksum = blake2b(b"%b\0%b" % (topic.encode(), payload), digest_size=_CHECKSUM_BYTES).digest()
    return packet_id.to_bytes(2) + checksum


def pack(marks: Iterable[Mark]) -> bytes:
    """Ten bytes a mark."""
    return b"".join(marks)


def unpack(packed: bytes) -> Iterator[Mark]:
    return (packed[start : start + MARK_BYTES] for start in range(0, len(packed), MARK_BYTES))


class Journal:
    """For each packet identifier: the mark of the last message that it stood for, and how long ago that was."""

    def __init__(self) -> None:
        self._count = 0
        self._marks: list[Mark] = [b""] * _IDENTIFIERS
        self.forget()

    def note(self, one: Mark) -> None:
        """Remember a message in the order of receipt."""
        packet_id = one[0] << 8 | one[1]
        self._marks[packet_id] = one
        self._noted_at[packet_id] = self._count
        self._count += 1

    def knows(self, one: Mark) -> bool:
        """Whether a message with the flag DUP was noted before."""
        packet_id = one[0] << 8 | one[1]
        return self._count - self._noted_at[packet_id] <= LENGTH and self._marks[packet_id] == one

    def forget(self) -> None:
        """A new session began, in which packet identifiers start anew."""
        self._noted_at = array("q", [self._count - LENGTH - 1]) * _IDENTIFIERS
