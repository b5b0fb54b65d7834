"""Properties of MQTT 5 packets [2.2.2], and what its reason codes mean [2.4]."""

from collections.abc import Callable, Mapping
from typing import Any

from house.errors import PayloadError

SESSION_EXPIRY, SERVER_KEEP_ALIVE, REASON_STRING, RECEIVE_MAXIMUM, MAXIMUM_PACKET_SIZE = 0x11, 0x13, 0x1F, 0x21, 0x27

REASONS: Mapping[int, str] = {
    0x80: "unspecified error",
    0x81: "malformed packet",
    0x82: "protocol error",
    0x83: "implementation specific error",
    0x84: "unsupported protocol version",
    0x85: "client identifier not valid",
    0x86: "bad user name or password",
    0x87: "not authorized",
    0x88: "server unavailable",
    0x89: "server busy",
    0x8A: "banned",
    0x8B: "server shutting down",
    0x8D: "keep alive timeout",
    0x8E: "session taken over",
    0x8F: "topic filter invalid",
    0x90: "topic name invalid",
    0x93: "receive maximum exceeded",
    0x95: "packet too large",
    0x97: "quota exceeded",
    0x98: "administrative action",
    0x99: "payload format invalid",
    0x9A: "retain not supported",
    0x9B: "QoS not supported",
    0x9C: "use another server",
    0x9D: "server moved",
    0x9E: "shared subscriptions not supported",
    0x9F: "connection rate exceeded",
    0xA0: "maximum connect time",
    0xA2: "wildcard subscriptions not supported",
}


def in_words(reason: int, found: Mapping[int, Any]) -> str:
    """A reason code with what the broker adds to it."""
    said = REASONS.get(reason, f"reason {reason:#04x}")
    return f"{said} ({found[REASON_STRING]})" if found.get(REASON_STRING) else said


def variable(data: bytes, at: int) -> tuple[int, int] | None:
    """A variable byte integer [1.5.5] and the place after it; None while it is not complete."""
    value = 0
    for shift, byte in enumerate(data[at : at + 4]):
        value |= (byte & 0x7F) << 7 * shift
        if byte < 0x80:
            return value, at + shift + 1
    if len(data) - at < 4:
        return None
    raise PayloadError("the broker sent a length of more than four bytes; is it a broker?")


def whole_variable(data: bytes, at: int) -> tuple[int, int]:
    """The same where it has to be complete."""
    found = variable(data, at)
    if found is None:
        raise PayloadError("the broker sent a packet that ends within a length")
    return found


def properties(body: bytes, at: int) -> tuple[Mapping[int, Any], int]:
    """The properties that begin at `at`, by identifier, and the place after them; of a repeated one the last."""
    if at >= len(body):
        return {}, at
    length, at = whole_variable(body, at)
    end, found = at + length, {}
    if end > len(body):
        raise PayloadError("the broker sent properties that are longer than their packet")
    while at < end:
        identifier = body[at]
        if identifier not in _READERS:
            raise PayloadError(f"the broker sent an unknown property {identifier:#04x}")
        found[identifier], at = _READERS[identifier](body, at + 1)
    if at != end:
        raise PayloadError("the broker sent a property that is longer than all of them")
    return found, at


def _number(size: int) -> Callable[[bytes, int], tuple[int, int]]:
    return lambda body, at: (int.from_bytes(_exactly(body, at, size)), at + size)


def _binary(body: bytes, at: int) -> tuple[bytes, int]:
    length = int.from_bytes(_exactly(body, at, 2))
    return _exactly(body, at + 2, length), at + 2 + length


def _text(body: bytes, at: int) -> tuple[str, int]:
    content, at = _binary(body, at)
    return content.decode(), at


def _pair(body: bytes, at: int) -> tuple[tuple[str, str], int]:
    name, at = _text(body, at)
    value, at = _text(body, at)
    return (name, value), at


def _exactly(body: bytes, at: int, length: int) -> bytes:
    found = body[at : at + length]
    if len(found) < length:
        raise PayloadError("the broker sent a property that is longer than its packet")
    return found


_READERS: Mapping[int, Callable[[bytes, int], tuple[Any, int]]] = {
    SESSION_EXPIRY: _number(4),
    0x12: _text,  # assigned client identifier
    SERVER_KEEP_ALIVE: _number(2),
    0x15: _text,  # authentication method
    0x16: _binary,  # authentication data
    0x1A: _text,  # response information
    0x1C: _text,  # server reference
    REASON_STRING: _text,
    RECEIVE_MAXIMUM: _number(2),
    0x22: _number(2),  # topic alias maximum
    0x24: _number(1),  # maximum QoS
    0x25: _number(1),  # retain available
    0x26: _pair,  # user property
    MAXIMUM_PACKET_SIZE: _number(4),
    0x28: _number(1),  # wildcard subscription available
    0x29: _number(1),  # subscription identifier available
    0x2A: _number(1),  # shared subscription available
}
"""What CONNACK, SUBACK and DISCONNECT may hold; a message's properties are skipped by their length."""
