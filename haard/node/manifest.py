"""New firmware as messages: a manifest that is signed with the node's key, then each file in pieces. Pure.

A node takes pieces in their order only, and acknowledges one when it is on its flash, so the broker's queue is the only
buffer. What is signed is text that both sides write alike: the node's name, the version, each file's length and hash.
"""

import base64
import hmac
from collections.abc import Iterator, Mapping
from hashlib import sha256

from house.messages import NodeFile, NodeUpdate

PIECE = 768
"""Bytes; as base64 in its message it fits into the node's buffer of 4 kB several times."""


def messages(node: str, version: str, files: Mapping[str, bytes], key: bytes) -> Iterator[NodeUpdate]:
    """All that has to be said, in order."""
    yield manifest(node, version, {name: described(data) for name, data in sorted(files.items())}, key)
    for name, data in sorted(files.items()):
        for offset in range(0, len(data), PIECE):
            piece = base64.b64encode(data[offset : offset + PIECE]).decode()
            yield NodeUpdate(file=name, offset=offset, data=piece)


def described(data: bytes) -> NodeFile:
    """A file as the manifest names it."""
    return NodeFile(size=len(data), sha256=sha256(data).hexdigest())


def manifest(node: str, version: str, files: Mapping[str, NodeFile], key: bytes) -> NodeUpdate:
    """The first message."""
    lines = [node, version, *(f"{name} {one.size} {one.sha256}" for name, one in sorted(files.items()))]
    signature = hmac.new(key, "\n".join(lines).encode(), "sha256").hexdigest()
    return NodeUpdate(version=version, files=dict(files), hmac=signature)
