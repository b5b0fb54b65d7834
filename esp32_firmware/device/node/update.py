"""New firmware over the broker: a manifest that only who knows the node's key can sign, then the files piece by piece.

They go into the slot that does not run. When every file has the hash of the manifest, two trial boots are armed
(slots.py), and the node starts anew.
"""

import binascii
import hashlib

import slots

from node import words

_BLOCK = 64
_MOST_FILE = 40000


def sign(key, text):
    """HMAC-SHA256."""
    key = (key if len(key) <= _BLOCK else hashlib.sha256(key).digest()) + bytes(_BLOCK - min(len(key), _BLOCK))
    inner = hashlib.sha256(bytes([one ^ 0x36 for one in key]) + text).digest()
    return hashlib.sha256(bytes([one ^ 0x5C for one in key]) + inner).digest()


def manifest_text(node, version, files):
    """What is signed: whose, which version, and each file with its length and hash, by name."""
    lines = [node, version]
    for name in sorted(files):
        lines.append(name + " " + str(files[name]["size"]) + " " + files[name]["sha256"])
    return "\n".join(lines).encode()


class Update:
    """Takes in one update at a time; `state` is what the node's status says of it."""

    def __init__(self, board, node, key):
        self._board, self._node, self._key = board, node, key
        self._files, self._version, self._slot = {}, "", ""
        self._name, self._file, self._at, self._hash = "", None, 0, None
        self.state = None

    def hear(self, payload):
        """One message of an update; whether the node should start anew. Raises ValueError."""
        said = words.decode(payload)
        if "files" in said:
            self._begin(said)
            return False
        if not self._files:
            raise ValueError("update: a piece without a manifest before it")
        return self._piece(said)

    def _begin(self, said):
        files, version = said["files"], str(said.get("version"))
        expected = binascii.hexlify(sign(self._key, manifest_text(self._node, version, files)))
        self._files = {}
        if not self._key or _differ(expected, str(said.get("hmac")).encode()):
            self.state = "refused: not signed with this node's key"
            raise ValueError("update: " + self.state)
        if any("/" in name or not name.endswith(".mpy") or files[name]["size"] > _MOST_FILE for name in files):
            self.state = "refused: it holds a file that is none of the firmware's"
            raise ValueError("update: " + self.state)
        self._files, self._version, self._slot = dict(files), version, slots.other()
        slots.empty(self._slot)
        self._name, self.state = "", "receiving " + version

    def _piece(self, said):
        name, at, data = said["file"], said["offset"], binascii.a2b_base64(said["data"].encode())
        if name not in self._files:
            raise ValueError("update: a piece of a file that the manifest does not name, or that is complete")
        if name != self._name:
            self._close()
            self._name, self._at, self._hash = name, 0, hashlib.sha256()
            self._file = open(slots.path(self._slot, name), "wb")
        if at < self._at:
            return False
        if at > self._at:
            self._fail("a piece is missing")
        self._file.write(data)
        self._hash.update(data)
        self._at += len(data)
        if self._at >= self._files[name]["size"]:
            self._finish(name)
        return not self._files

    def _finish(self, name):
        self._close()
        if self._at != self._files[name]["size"] or _hex(self._hash) != self._files[name]["sha256"]:
            self._fail(name + " arrived damaged")
        del self._files[name]
        self._name = ""
        if not self._files:
            slots.arm(self._slot, self._version)
            self.state = "trying " + self._version

    def _fail(self, reason):
        self._close()
        self._files, self.state = {}, "refused: " + reason
        raise ValueError("update: " + reason)

    def _close(self):
        if self._file is not None:
            self._file.close()
            self._file = None


def _hex(digest):
    return str(binascii.hexlify(digest.digest()), "utf-8")


def _differ(one, other):
    """Compared in the same time wherever they differ."""
    if len(one) != len(other):
        return True
    difference = 0
    for place in range(len(one)):
        difference |= one[place] ^ other[place]
    return difference != 0
