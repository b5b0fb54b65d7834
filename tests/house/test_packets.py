import socket
import struct
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, suppress
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from house import packets
from house.errors import PayloadError
from house.packet_properties import (
    MAXIMUM_PACKET_SIZE,
    REASON_STRING,
    RECEIVE_MAXIMUM,
    SERVER_KEEP_ALIVE,
    in_words,
)
from house.packets import (
    LARGEST_PACKET,
    MQTT_3,
    MQTT_5,
    Connected,
    Disconnected,
    PacketReader,
    Pong,
    Publish,
    Published,
    Subscribed,
    Word,
)

levels = st.sampled_from([MQTT_3, MQTT_5])
texts = st.text(st.characters(codec="utf-8", exclude_characters="\0+#", exclude_categories=["Cs", "Cc"]), max_size=12)
topics = texts.map("home/{}".format)
payloads = st.binary(max_size=20) | st.integers(0, 300).map(lambda size: b"x" * size)
ids = st.integers(1, 65_535)
CONNACK = bytes.fromhex("20 03 00 00 00")


def read(level: int, *pieces: bytes) -> tuple[list[Publish], list[Word]]:
    reader, messages, words = PacketReader(level), list[Publish](), list[Word]()
    for piece in pieces:
        some, others = reader.feed(piece)
        messages += some
        words += others
    return messages, words


# --- against paho -----------------------------------------------------------------------------------------------------


class Wire:
    """paho's client, connected to this test as its broker."""

    def __init__(self, level: int) -> None:
        self.heard: list[MQTTMessage] = []
        self.client = Client(
            CallbackAPIVersion.VERSION2,
            protocol=MQTTProtocolVersion.MQTTv5 if level == MQTT_5 else MQTTProtocolVersion.MQTTv311,
        )
        self.client.on_message = lambda _client, _data, message: self.heard.append(message)
        self.client.max_inflight_messages_set(0)
        with socket.create_server(("127.0.0.1", 0)) as listener:
            self.client.connect("127.0.0.1", listener.getsockname()[1])
            self.broker, _ = listener.accept()
        self.greeting = self.broker.recv(1000)
        self.say(CONNACK if level == MQTT_5 else bytes.fromhex("20 02 00 00"), self.client.is_connected)

    def say(self, data: bytes, until: Callable[[], bool]) -> None:
        """As the broker; until paho has taken it up."""
        self.broker.sendall(data)
        for _ in range(1000):
            if until():
                return
            self.client.loop(0.1)
        raise AssertionError(f"paho does not understand {data.hex(' ')}")

    def close(self) -> None:
        self.broker.close()
        sock = self.client.socket()
        if sock is not None:
            sock.close()


@pytest.fixture(scope="module", params=[MQTT_3, MQTT_5])
def wire(request: pytest.FixtureRequest) -> Iterator[tuple[int, Wire]]:
    with closing(Wire(request.param)) as wire:
        yield request.param, wire


@st.composite
def message_properties(draw: st.DrawFn) -> Properties:
    properties = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]
    for name, values in {
        "UserProperty": st.lists(st.tuples(texts, texts), min_size=1, max_size=9),
        "ContentType": texts,
        "CorrelationData": st.binary(max_size=200),
        "MessageExpiryInterval": st.integers(0, 2**32 - 1),
    }.items():
        if draw(st.booleans()):
            setattr(properties, name, draw(values))
    return properties


@given(topic=topics, payload=payloads, qos=st.integers(0, 1), retain=st.booleans(), properties=message_properties())
def test_what_paho_says_is_read(
    wire: tuple[int, Wire], topic: str, payload: bytes, qos: int, retain: bool, properties: Properties
) -> None:
    level, paho = wire
    sent = paho.client.publish(topic, payload, qos, retain, properties if level == MQTT_5 else None)
    reader, messages = PacketReader(level), list[Publish]()
    while not messages:
        messages, _ = reader.feed(paho.broker.recv(7))
    assert messages == [Publish(topic, payload, sent.mid if qos else 0, qos, retain, duplicate=False)]
    if qos:
        paho.say(packets.acknowledge([sent.mid]), sent.is_published)


@given(topic=topics, payload=payloads, packet_id=ids, retain=st.booleans())
def test_what_we_say_paho_reads(
    wire: tuple[int, Wire], topic: str, payload: bytes, packet_id: int, retain: bool
) -> None:
    level, paho = wire
    paho.say(packets.publish(topic, payload, packet_id, level, retain=retain), lambda: bool(paho.heard))
    message = paho.heard.pop()
    assert (message.topic, message.payload, message.qos, message.retain) == (topic, payload, 1, retain)
    assert paho.broker.recv(100)[2:4] == struct.pack(">H", packet_id)


@settings(max_examples=20)
@given(level=levels, name=texts, user=texts.filter(bool) | st.none(), password=texts | st.none(), will=payloads)
def test_our_greeting_is_pahos_to_the_byte(
    level: int, name: str, user: str | None, password: str | None, will: bytes
) -> None:
    is_five = level == MQTT_5
    client = Client(
        CallbackAPIVersion.VERSION2,
        f"haard-{name}",
        None if is_five else False,
        protocol=MQTTProtocolVersion.MQTTv5 if is_five else MQTTProtocolVersion.MQTTv311,
    )
    password = password if user is not None else None
    client.username_pw_set(user, password)
    client.will_set("home/service/recorder/availability", will, qos=1, retain=True)
    properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
    properties.SessionExpiryInterval, properties.ReceiveMaximum = 3600, 1000
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        if is_five:
            client.connect("127.0.0.1", port, 30, clean_start=False, properties=properties)
        else:
            client.connect("127.0.0.1", port, 30)
        broker, _ = listener.accept()
    with broker:
        expected = broker.recv(10_000)
    client.socket().close()  # type: ignore[union-attr]
    assert expected == packets.connect(
        f"haard-{name}",
        level,
        keep_alive_s=30,
        will=("home/service/recorder/availability", will),
        session_expiry_s=3600,
        receive_maximum=1000,
        user=user,
        password=password,
    )


# --- pieces and garbage -----------------------------------------------------------------------------------------------

said = st.builds(Publish, topics, payloads, ids, st.just(1), st.booleans(), st.just(value=False), st.just(0))
words: st.SearchStrategy[tuple[bytes, Word]] = st.sampled_from(
    [
        (b"\xd0\x00", Pong()),
        (b"\x40\x02\x12\x34", Published(0x1234, 0)),
        (b"\x20\x02\x01\x00", Connected(session_present=True, reason=0, properties={})),
    ]
)


def stream_of(level: int, story: Sequence[Publish | tuple[bytes, Word]]) -> bytes:
    return b"".join(
        packets.publish(one.topic, one.payload, one.packet_id, level, retain=one.retained)
        if isinstance(one, Publish)
        else one[0]
        for one in story
    )


@given(level=levels, story=st.lists(said | words, max_size=8), cuts=st.lists(st.integers(0, 2000), max_size=8))
def test_wherever_the_stream_is_cut_the_same_is_read(
    level: int, story: list[Publish | tuple[bytes, Word]], cuts: list[int]
) -> None:
    stream = stream_of(level, story)
    edges = [0, *sorted(min(cut, len(stream)) for cut in cuts), len(stream)]
    pieces = [stream[begin:end] for begin, end in pairwise(edges)]
    expected = [one for one in story if isinstance(one, Publish)], [one[1] for one in story if type(one) is tuple]
    assert read(level, *pieces) == read(level, *(bytes([byte]) for byte in stream)) == expected


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    stream = bytearray(stream_of(MQTT_5, draw(st.lists(said | words, min_size=1, max_size=4))))
    for at in draw(st.lists(st.integers(0, len(stream) - 1), max_size=4)):
        stream[at] = draw(st.integers(0, 255))
    return bytes(stream)


@pytest.mark.slow
@settings(max_examples=300)
@given(level=levels, stream=st.binary(max_size=60) | damaged(), cut=st.integers(0, 60))
def test_garbage_is_read_or_raises_what_is_declared(level: int, stream: bytes, cut: int) -> None:
    with suppress(PayloadError):
        messages, _ = read(level, stream[:cut], stream[cut:])
        assert all(message.topic and message.qos in (0, 1) for message in messages)


@pytest.mark.parametrize(
    "packet",
    [
        "32 06 00 00 00 01 00 78",  # no topic: an alias, which was not offered
        "34 08 00 01 61 00 01 00 78 78",  # QoS 2
        "36 08 00 01 61 00 01 00 78 78",  # QoS 3
        "32 07 00 01 61 00 00 00 78",  # QoS 1 without an identifier
        "32 07 00 01 61 00 01 05 78",  # properties beyond the end
        "32 07 00 09 61 00 01 00 78",  # a topic beyond the end
        "32 07 00 01 ff 00 01 00 78",  # not UTF-8
        "20 05 00 00 02 21 00",  # a property that is cut
        "20 05 00 00 02 7f 00",  # an unknown property
        "20 08 00 00 05 21 00 01 13 00",  # the last property reaches beyond all of them
        "30 ff ff ff ff 01",  # a length of five bytes
        "10 00",  # a packet of clients
        "00 00",
        "20 00",
        "90 ff ff 7f",  # no message, and far too large
    ],
)
def test_what_is_not_mqtt_5_is_told(packet: str) -> None:
    with pytest.raises(PayloadError, match="the broker sent"):
        read(MQTT_5, bytes.fromhex(packet) + bytes(70_000))


# --- sizes ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [0, 100, 127, 128, 16_383, 16_384, 300_000])
@pytest.mark.parametrize("level", [MQTT_3, MQTT_5])
def test_a_message_of_every_size_is_read(level: int, size: int) -> None:
    [message], _ = read(level, packets.publish("home/a", bytes(size), 7, level, retain=False))
    assert message == Publish("home/a", bytes(size), 7, 1, retained=False, duplicate=False)


@pytest.mark.parametrize("piece", [1_000, 65_536, 10**9])
@pytest.mark.parametrize("level", [MQTT_3, MQTT_5])
def test_what_is_too_large_is_told_and_read_past(level: int, piece: int) -> None:
    giant = packets.publish("home/giant", bytes(3 * LARGEST_PACKET), 7, level, retain=True)
    after = packets.publish("home/after", b"1", 8, level, retain=False)
    stream = giant + after
    pieces = [stream[at : at + piece] for at in range(0, len(stream), piece)]
    messages, _ = read(level, *pieces)
    assert messages[0] == Publish("home/giant", b"", 7, 1, retained=True, duplicate=False, too_large=len(giant) - 4)
    assert messages[1:] == [Publish("home/after", b"1", 8, 1, retained=False, duplicate=False)]


# --- words ------------------------------------------------------------------------------------------------------------


def packed(kind: int, **values: object) -> bytes:
    properties = Properties(kind)  # type: ignore[no-untyped-call]
    for name, value in values.items():
        setattr(properties, name, value)
    return bytes(properties.pack())  # type: ignore[no-untyped-call]


def test_what_a_broker_grants_is_read() -> None:
    body = b"\x01\x00" + packed(
        PacketTypes.CONNACK,
        ReceiveMaximum=20,
        MaximumPacketSize=4000,
        ServerKeepAlive=60,
        ReasonString="welcome",
        AssignedClientIdentifier="x" * 150,
        AuthenticationData=b"\x00\xff",
        SharedSubscriptionAvailable=1,
        UserProperty=[("a", "b"), ("c", "d")],
    )
    _, [word] = read(MQTT_5, bytes([0x20, len(body) & 0x7F | 0x80, len(body) >> 7]) + body)
    assert isinstance(word, Connected)
    assert word.session_present
    granted = [word.properties[one] for one in (RECEIVE_MAXIMUM, MAXIMUM_PACKET_SIZE, SERVER_KEEP_ALIVE, REASON_STRING)]
    assert granted == [20, 4000, 60, "welcome"]


def test_a_goodbye_is_told_in_words() -> None:
    body = b"\x8e" + packed(PacketTypes.DISCONNECT, ReasonString="somebody else")
    _, [word] = read(MQTT_5, bytes([0xE0, len(body)]) + body)
    assert isinstance(word, Disconnected)
    assert in_words(word.reason, word.properties) == "session taken over (somebody else)"
    assert read(MQTT_5, b"\xe0\x00")[1] == [Disconnected(0, {})]


@pytest.mark.parametrize(
    ("level", "packet", "word"),
    [
        (MQTT_3, "20 02 00 04", Connected(session_present=False, reason=0x86, properties={})),
        (MQTT_3, "90 03 00 01 80", Subscribed(1, b"\x80")),
        (MQTT_5, "90 04 00 01 00 01", Subscribed(1, b"\x01")),
        (MQTT_5, "40 03 00 07 87", Published(7, 0x87)),
        (MQTT_5, "40 04 00 07 10 00", Published(7, 0x10)),
    ],
)
def test_words_are_read(level: int, packet: str, word: Word) -> None:
    assert read(level, bytes.fromhex(packet)) == ([], [word])


def test_acknowledgements_keep_their_order() -> None:
    assert packets.acknowledge([1, 0x1234, 65_535]) == bytes.fromhex("40020001 40021234 4002ffff")
