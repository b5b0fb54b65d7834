"""A broker that misbehaves, falls silent or takes little, to the reader of packets."""

import select
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing

import pytest
import structlog

from house import packets
from house.packets import MQTT_5, Publish
from house.settings import Mqtt
from tests.house.test_connection import DEADLINE_S, Party, connection, no_connection


class FakeBroker:
    """Answers each CONNECT with the same bytes; what it then hears is at hand. It ends when it is told to."""

    def __init__(self, answer: bytes) -> None:
        self.answer, self.heard = answer, b""
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    @property
    def settings(self) -> Mqtt:
        return Mqtt(host="127.0.0.1", port=self._listener.getsockname()[1])

    def _serve(self) -> None:
        with ExitStack() as clients:
            sockets: list[socket.socket] = [self._listener]
            while not self._ended.is_set():
                for sock in select.select(sockets, [], [], 0.05)[0]:
                    if sock is self._listener:
                        sockets.append(clients.enter_context(sock.accept()[0]))
                    elif not (data := sock.recv(10_000)) or data.endswith(packets.LEAVE):
                        sockets.remove(sock)
                        sock.close()
                    elif data[0] == 0x10:
                        sock.sendall(self.answer)
                    else:
                        self.heard += data

    def hears(self, data: bytes, times: int, meanwhile: Callable[[], None] = lambda: None) -> None:
        deadline = time.monotonic() + DEADLINE_S
        while self.heard.count(data) < times:
            assert time.monotonic() < deadline, self.heard
            meanwhile()

    def close(self) -> None:
        self._ended.set()
        self._thread.join()
        self._listener.close()


CONNACK = bytes.fromhex("20 03 00 00 00")
IMPATIENT = bytes.fromhex("20 06 00 00 03 13 00 01")  # wants a word each second


@pytest.fixture
def fake_broker() -> Iterator[Callable[[bytes], FakeBroker]]:
    with ExitStack() as stack:
        yield lambda answer: stack.enter_context(closing(FakeBroker(answer)))


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (b"HTTP/1.1 400 Bad Request\r\n" + bytes(100), "the broker sent 0x0"),
        (b"\xd0\x00", "answered CONNECT with something else"),
        (CONNACK + b"\x00\x00", "the broker sent 0x0"),
        (CONNACK + bytes.fromhex("e0 01 8b"), "the broker says: server shutting down"),
        (CONNACK + bytes.fromhex("e0 01 8e"), "the broker says: session taken over"),
        (bytes.fromhex("20 03 00 85 00"), "client identifier not valid"),
    ],
)
def test_a_broker_that_misbehaves_is_told_and_tried_again(
    fake_broker: Callable[[bytes], FakeBroker], answer: bytes, reason: str
) -> None:
    broker = fake_broker(answer)
    with structlog.testing.capture_logs() as logs, connection(broker.settings) as one:
        party = Party(one)
        party.until(lambda: len(no_connection(logs)) == 2)
        assert reason in no_connection(logs)[-1]["reason"]
        broker.answer = CONNACK
        before = one.connections
        party.until(lambda: one.connections > before and not no_connection(logs[-1:]))


def test_what_comes_with_the_answer_to_connect_is_heard(fake_broker: Callable[[bytes], FakeBroker]) -> None:
    early = packets.publish("home/tick", b"1", 7, MQTT_5, retain=False)
    with connection(fake_broker(CONNACK + early).settings) as one:
        [message] = Party(one).hears("tick")
    assert message.packet_id == 7


def test_a_broker_that_falls_silent_is_left(fake_broker: Callable[[bytes], FakeBroker]) -> None:
    broker = fake_broker(IMPATIENT)
    with structlog.testing.capture_logs() as logs, connection(broker.settings) as one:
        Party(one).until(lambda: bool(no_connection(logs)))
    assert no_connection(logs)[0]["reason"] == "the broker does not answer any more"
    broker.hears(packets.PING, 2)


def test_who_rests_says_now_and_then_that_it_is_there(fake_broker: Callable[[bytes], FakeBroker]) -> None:
    broker = fake_broker(IMPATIENT)
    with connection(broker.settings) as one:
        Party(one).until(lambda: one.connections == 1)
        broker.hears(packets.PING, 3, meanwhile=lambda: one.rest(0.1))


def test_a_ping_that_finds_the_connection_lost_leads_to_the_next_try(
    fake_broker: Callable[[bytes], FakeBroker],
) -> None:
    broker = fake_broker(IMPATIENT)
    with structlog.testing.capture_logs() as logs, connection(broker.settings) as one:
        Party(one).until(lambda: one.connections == 1)
        broker.close()
        for _ in range(2):
            one.rest(0.6)  # longer than until the next ping: the first is answered with a reset, the second fails
        assert one.receive(0) == []
    assert no_connection(logs)


def test_no_more_is_said_at_once_than_the_broker_takes(fake_broker: Callable[[bytes], FakeBroker]) -> None:
    broker = fake_broker(bytes.fromhex("20 06 00 00 03 21 00 01"))  # one at a time, and it acknowledges nothing
    with connection(broker.settings) as one:
        party = Party(one)
        party.until(lambda: b"online" in broker.heard)
        one.reject(Publish("home/tick", b"?", 1, 1, retained=False, duplicate=False), "no number")
        for _ in range(10):
            party.turn()
        assert b"no number" not in broker.heard
