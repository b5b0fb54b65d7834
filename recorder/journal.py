"""Recognises a redelivery by its packet identifier, not by its content: two equal readings are two messages.

A message is delivered again only with the flag DUP and under the same packet identifier. Identifiers are reused, at
the latest after 65,535 messages; therefore only the last 60,000 messages count, and the content has to agree.
"""

import struct
from array import array
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from typing import NamedTuple

LENGTH = 60_000  # messages; less than there are identifiers, more than any broker keeps in flight
_IDENTIFIERS = 65_536
_MARK = struct.Struct(">HQ")


class Mark(NamedTuple):
    """By which a redelivery is recognised; identifier 0 (QoS 0) is never delivered again."""

    packet_id: int
    checksum: int


def mark(packet_id: int, topic: str, payload: bytes) -> Mark:
    digest = blake2b(topic.encode() + b"\0" + payload, digest_size=8).digest()
    return Mark(packet_id, int.from_bytes(digest))


def pack(marks: Iterable[Mark]) -> bytes:
    """Ten bytes a mark."""
    return b"".join(_MARK.pack(*one) for one in marks)


def unpack(packed: bytes) -> Iterator[Mark]:
    return (Mark(*fields) for fields in _MARK.iter_unpack(packed))


class Journal:
    """For each packet identifier: the checksum of the last message that it stood for, and how long ago that was."""

    def __init__(self) -> None:
        self._count = 0
        self._checksums = array("Q", [0]) * _IDENTIFIERS
        self.forget()

    def note(self, one: Mark) -> None:
        """Remember a message in the order of receipt."""
        self._checksums[one.packet_id] = one.checksum
        self._noted_at[one.packet_id] = self._count
        self._count += 1

    def knows(self, one: Mark) -> bool:
        """Whether a message with the flag DUP was noted before."""
        recent = self._count - self._noted_at[one.packet_id] <= LENGTH
        return recent and self._checksums[one.packet_id] == one.checksum

    def forget(self) -> None:
        """A new session began, in which packet identifiers start anew."""
        self._noted_at = array("q", [self._count - LENGTH - 1]) * _IDENTIFIERS
