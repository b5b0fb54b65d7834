"""MQTT packets as bytes, for the paths where microseconds count: a recorder's, and that of many houses in one process.

Pure: `Reader` turns whatever a socket has into values, the functions turn values into bytes. MQTT 5 is the language
(OASIS standard of 7 March 2019; the numbers in brackets are its sections); level 4 is MQTT 3.1.1, whose packets are the
same without properties. Messages come with QoS 1 at most, as they are subscribed to, and without topic aliases, as none
are offered. A message that is too large is read past, not kept.
"""

import struct
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from house.errors import PayloadError
from house.packet_properties import RECEIVE_MAXIMUM, SESSION_EXPIRY, properties, variable, whole_variable

MQTT_3, MQTT_5 = 4, 5
"""Protocol levels [3.1.2.2]."""

PING, LEAVE = b"\xc0\x00", b"\xe0\x00"
"""PINGREQ [3.12] and DISCONNECT [3.14], the same in both levels."""

LARGEST_PACKET = 2**19
"""Bytes: room for a message of house.messages.MAXIMUM_PAYLOAD with the longest topic and many properties."""

FAILURE = 0x80
"""Reason codes from here on say that something was refused [2.4]."""

_CONNECT, _CONNACK, _PUBLISH, _PUBACK, _SUBSCRIBE, _SUBACK, _PINGRESP, _DISCONNECT = 1, 2, 3, 4, 8, 9, 13, 14
_LONGEST_BEFORE_PROPERTIES = 2 + 65_535 + 2  # bytes of a PUBLISH: its topic and its packet identifier
_REASONS_OF_MQTT_3 = {1: 0x84, 2: 0x85, 3: 0x88, 4: 0x86, 5: 0x87}  # CONNACK's, in the numbers of MQTT 5
_WORD = struct.Struct(">H")


class Publish(NamedTuple):
    """A message. `packet_id` is 0 with QoS 0; `retained`: told again at subscription; `duplicate`: perhaps delivered
    before; `too_large`: the bytes of a packet that was not kept, so that the payload is missing.
    """

    topic: str
    payload: bytes
    packet_id: int
    qos: int
    retained: bool
    duplicate: bool
    too_large: int = 0


class Connected(NamedTuple):
    """CONNACK [3.2]: the broker's answer to CONNECT."""

    session_present: bool
    reason: int
    properties: Mapping[int, Any]


class Published(NamedTuple):
    """PUBACK [3.4]: the broker has what was published, or refuses it."""

    packet_id: int
    reason: int


class Subscribed(NamedTuple):
    """SUBACK [3.9]: a reason for each filter."""

    packet_id: int
    reasons: bytes


class Pong(NamedTuple):
    """PINGRESP [3.13]."""


class Disconnected(NamedTuple):
    """DISCONNECT [3.14]: the broker ends the connection and says why; only in MQTT 5."""

    reason: int
    properties: Mapping[int, Any]


Word = Connected | Published | Subscribed | Pong | Disconnected
"""Whatever a broker says that is not a message."""


class PacketReader:
    """Cuts a stream of bytes into packets, wherever its pieces end."""

    def __init__(self, level: int) -> None:
        self._level = level
        self._rest = b""
        self._to_skip = 0  # bytes of a message that is too large

    def feed(self, data: bytes) -> tuple[list[Publish], list[Word]]:
        """The messages and the words that are complete now; raises PayloadError for what is not MQTT."""
        if self._to_skip:
            skipped = min(self._to_skip, len(data))
            self._to_skip -= skipped
            data = data[skipped:]
        messages: list[Publish] = []
        words: list[Word] = []
        try:
            self._rest = self._read(self._rest + data, messages, words)
        except (IndexError, struct.error, UnicodeDecodeError) as error:
            raise PayloadError(f"the broker sent a packet that cannot be read ({error})") from error
        return messages, words

    def _read(self, data: bytes, messages: list[Publish], words: list[Word]) -> bytes:
        """Read whole packets and return the rest; one loop of local names: the speed is made here."""
        take, has_properties = messages.append, self._level >= MQTT_5
        at, size = 0, len(data)
        while size - at >= 2:
            first, length, start = data[at], data[at + 1], at + 2
            if length & 0x80:
                found = variable(data, at + 1)
                if found is None:
                    break
                length, start = found
            end = start + length
            if length > LARGEST_PACKET:
                if size - start < _LONGEST_BEFORE_PROPERTIES:
                    break
                take(_without_payload(first, length, data[start : start + _LONGEST_BEFORE_PROPERTIES]))
                self._to_skip = max(end - size, 0)
                at = min(end, size)
                continue
            if end > size:
                break
            if first >> 4 != _PUBLISH:
                words.append(_word(first, data[start:end], self._level))
                at = end
                continue
            after_topic = payload_at = start + 2 + (data[start] << 8 | data[start + 1])
            topic, packet_id, qos = data[start + 2 : after_topic].decode(), 0, first >> 1 & 3
            if qos:
                packet_id = data[after_topic] << 8 | data[after_topic + 1]
                payload_at += 2
            if has_properties:
                length = data[payload_at]
                if length & 0x80:
                    length, payload_at = whole_variable(data, payload_at)
                else:
                    payload_at += 1
                payload_at += length
            if payload_at > end or not topic or qos > 1 or (qos and not packet_id):
                raise PayloadError(f"the broker sent a malformed PUBLISH: {data[at : at + 16].hex(' ')} ...")
            take(Publish(topic, data[payload_at:end], packet_id, qos, first & 1 == 1, first & 8 == 8))
            at = end
        return data[at:]


def _without_payload(first: int, length: int, beginning: bytes) -> Publish:
    """Of a message that is too large: where it was said, and by which identifier it is acknowledged."""
    kind, qos = first >> 4, first >> 1 & 3
    after_topic = 2 + _WORD.unpack_from(beginning)[0]
    packet_id = _WORD.unpack_from(beginning, after_topic)[0] if qos else 0
    if kind != _PUBLISH or qos > 1 or after_topic == 2 or (qos and not packet_id):
        raise PayloadError(f"the broker sent a packet of type {kind} and {length} bytes")
    return Publish(beginning[2:after_topic].decode(), b"", packet_id, qos, first & 1 == 1, first & 8 == 8, length)


def _word(first: int, body: bytes, level: int) -> Word:
    kind, has_properties = first >> 4, level >= MQTT_5
    if kind == _CONNACK and len(body) >= 2:
        reason = body[1] if has_properties else _REASONS_OF_MQTT_3.get(body[1], body[1])
        return Connected(body[0] & 1 == 1, reason, properties(body, 2)[0])
    if kind == _PUBACK and len(body) >= 2:
        return Published(_WORD.unpack_from(body)[0], body[2] if len(body) > 2 else 0)
    if kind == _SUBACK and len(body) >= 3:
        reasons_at = properties(body, 2)[1] if has_properties else 2
        return Subscribed(_WORD.unpack_from(body)[0], body[reasons_at:])
    if kind == _PINGRESP and not body:
        return Pong()
    if kind == _DISCONNECT and has_properties:
        return Disconnected(body[0] if body else 0, properties(body, 1)[0])
    raise PayloadError(f"the broker sent {first:#04x} and {len(body)} bytes, which is no packet for a client")


def connect(
    client_id: str,
    level: int,
    *,
    keep_alive_s: int,
    will: tuple[str, bytes],
    session_expiry_s: int,
    receive_maximum: int,
    user: str | None = None,
    password: str | None = None,
    clean: bool = False,
) -> bytes:
    """CONNECT [3.1] to a session that outlives the connection, or to a new one where `clean`; `will` is a topic and
    what is retained there, QoS 1.
    """
    flags, credentials = 0x20 | 0x08 | 0x04 | clean << 1, b""  # a will that is retained, with QoS 1
    for flag, secret in ((0x80, user), (0x40, password)):
        if secret is not None:
            flags |= flag
            credentials += _prefixed(secret.encode())
    about_session = about_will = b""
    if level >= MQTT_5:
        about_session = struct.pack(">BBIBH", 8, SESSION_EXPIRY, session_expiry_s, RECEIVE_MAXIMUM, receive_maximum)
        about_will = b"\0"
    head = _prefixed(b"MQTT") + struct.pack(">BBH", level, flags, keep_alive_s) + about_session
    topic, payload = will
    last_words = about_will + _prefixed(topic.encode()) + _prefixed(payload)
    return _packet(_CONNECT << 4, head + _prefixed(client_id.encode()) + last_words + credentials)


def subscribe(filters: Iterable[str], packet_id: int, level: int) -> bytes:
    """SUBSCRIBE [3.8] with QoS 1."""
    wanted = b"".join([_prefixed(one.encode()) + b"\x01" for one in filters])
    return _packet(_SUBSCRIBE << 4 | 2, _WORD.pack(packet_id) + _no_properties(level) + wanted)


def publish(topic: str, payload: bytes, packet_id: int, level: int, *, retain: bool) -> bytes:
    """PUBLISH [3.3] with QoS 1."""
    body = _prefixed(topic.encode()) + _WORD.pack(packet_id) + _no_properties(level) + payload
    return _packet(_PUBLISH << 4 | 2 | retain, body)


def acknowledge(packet_ids: Iterable[int]) -> bytes:
    """A PUBACK [3.4] for each, in this order."""
    return b"".join([b"\x40\x02" + _WORD.pack(one) for one in packet_ids])


def _no_properties(level: int) -> bytes:
    return b"\0" if level >= MQTT_5 else b""


def _packet(first: int, body: bytes) -> bytes:
    return bytes([first]) + _variable_of(len(body)) + body


def _prefixed(content: bytes) -> bytes:
    return _WORD.pack(len(content)) + content


def _variable_of(value: int) -> bytes:
    """A variable byte integer [1.5.5]."""
    encoded = bytearray()
    while value >= 0x80:
        encoded.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*encoded, value])
