import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from typing import Any

import pytest
import structlog
from structlog.typing import EventDict

from devtools.servers import Mosquitto, free_port
from house import packets
from house.connection import Connection, Said
from house.messages import Rejected
from house.packets import LARGEST_PACKET, MQTT_3, Publish
from house.settings import Mqtt
from tests.observer import Observer

DEADLINE_S = 20.0
AVAILABILITY = "service/recorder/availability"


class Party:
    """A connection, and all that it has heard so far; it acknowledges what it is told to."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.heard: list[Publish] = []

    def turn(self) -> None:
        self.heard += self.connection.receive(0.02)

    def said(self, path: str) -> list[Publish]:
        return [message for message in self.heard if message.topic == f"home/{path}"]

    def until(self, condition: Callable[[], bool]) -> None:
        deadline = time.monotonic() + DEADLINE_S
        while not condition():
            assert time.monotonic() < deadline, "it did not come about in time"
            self.turn()

    def hears(self, path: str, number: int = 1) -> list[Publish]:
        self.until(lambda: len(self.said(path)) >= number)
        return self.said(path)


Join = Callable[..., Party]


@pytest.fixture
def join() -> Iterator[Join]:
    """Connect a recorder, which is subscribed when it has heard that it is online; it leaves at the end of the test."""
    with ExitStack() as stack:

        def joined(broker: Mqtt, service: str = "recorder") -> Party:
            party = Party(stack.enter_context(connection(broker, service)))
            party.hears(f"service/{service}/availability")
            return party

        yield joined


def connection(broker: Mqtt, service: str = "recorder", **options: Any) -> Connection:
    return Connection(broker, service, ["home/+/#"], threading.Event(), **options)


def say(broker: Mosquitto, path: str, payload: bytes, *, retain: bool = False) -> None:
    """As any program; returns when the broker has it."""
    sock = socket.create_connection(("127.0.0.1", broker.port))
    will = ("away", b"")
    with closing(sock), sock.makefile("rb") as answers:
        sock.sendall(
            packets.connect("somebody", MQTT_3, keep_alive_s=0, will=will, session_expiry_s=0, receive_maximum=0)
        )
        assert answers.read(4)[3] == 0
        sock.sendall(packets.publish(f"home/{path}", payload, 1, MQTT_3, retain=retain))
        assert answers.read(4) == packets.acknowledge([1])
        sock.sendall(packets.LEAVE)


# --- sessions ---------------------------------------------------------------------------------------------------------


def test_what_was_said_while_it_was_away_is_heard(mosquitto: Mosquitto, join: Join) -> None:
    with connection(mosquitto.settings()) as first:
        Party(first).hears(AVAILABILITY)
    for number in range(10):
        say(mosquitto, "tick", b"%d" % number)
    ticks = join(mosquitto.settings()).hears("tick", 10)
    assert [message.payload for message in ticks] == [b"%d" % number for number in range(10)]
    assert not any(message.duplicate or message.retained for message in ticks)


def test_what_was_not_acknowledged_comes_again_as_a_duplicate(mosquitto: Mosquitto, join: Join) -> None:
    with connection(mosquitto.settings()) as first:
        party = Party(first)
        party.hears(AVAILABILITY)
        for number in range(5):
            say(mosquitto, "tick", b"%d" % number)
        ticks = party.hears("tick", 5)
        first.acknowledge([message.packet_id for message in party.heard[: -len(ticks) + 2]])
    again = join(mosquitto.settings()).hears("tick", 3)
    assert [message.payload for message in again] == [b"2", b"3", b"4"]
    assert [message.packet_id for message in again] == [message.packet_id for message in ticks[2:]]
    assert all(message.duplicate for message in again)


def test_a_session_that_ends_with_its_connection_keeps_nothing_and_throws_nobody_out(mosquitto: Mosquitto) -> None:
    def joined() -> Connection:
        return Connection(mosquitto.settings(), "shard", ["home/+/#"], threading.Event(), session_outlives=False)

    with joined() as one, joined() as other:
        Party(one).hears("service/shard/availability")
        both = Party(other)
        both.hears("service/shard/availability")
        one.receive(0)
        assert (one.connections, other.connections) == (1, 1)
    say(mosquitto, "tick", b"1")
    with joined() as again:
        party = Party(again)
        party.hears("service/shard/availability", 2)
        assert not again.session_present
        assert party.said("tick") == []


def test_all_of_many_words_is_acknowledged_in_the_end(mosquitto: Mosquitto, join: Join) -> None:
    party = join(mosquitto.settings())
    party.connection.say(Said("home/tick", b"%d" % number, retain=False) for number in range(100))
    assert not party.connection.has_said_all  # ten at a time
    party.until(lambda: party.connection.has_said_all)
    assert [one.payload for one in party.hears("tick", 100)] == [b"%d" % number for number in range(100)]


def test_more_than_the_brokers_own_limit_is_in_flight(mosquitto: Mosquitto, join: Join) -> None:
    party = join(mosquitto.settings())
    for number in range(100):
        say(mosquitto, "tick", b"%d" % number)
    assert len(party.hears("tick", 100)) == 100


def test_a_restart_of_the_broker_is_survived(mosquitto: Mosquitto, join: Join) -> None:
    party = join(mosquitto.settings())
    say(mosquitto, "tick", b"1")
    party.hears("tick")
    mosquitto.restart()
    assert party.hears("tick", 2)[1].duplicate
    assert (party.connection.connections, party.connection.session_present) == (2, True)
    party.hears(AVAILABILITY, 3)


def test_a_broker_that_lost_its_file_is_told_again_who_is_there(mosquitto: Mosquitto, join: Join) -> None:
    party = join(mosquitto.settings())
    mosquitto.stop()
    mosquitto.forget()
    mosquitto.start()
    party.until(lambda: party.connection.connections == 2)
    assert not party.connection.session_present
    party.hears(AVAILABILITY, 2)
    with Observer(mosquitto.settings(), (AVAILABILITY,)) as observer:
        assert observer.wait_for(AVAILABILITY).payload == b"online"


# --- coming and going -------------------------------------------------------------------------------------------------

CHILD = """
import sys, threading
from house.settings import Mqtt
from house.connection import Connection
with Connection(Mqtt(host="127.0.0.1", port=int(sys.argv[1])), "recorder", ["home/+/#"], threading.Event()) as child:
    while True:
        child.receive(1.0)
"""


def test_a_killed_recorder_is_offline_by_its_last_will(mosquitto: Mosquitto) -> None:
    with Observer(mosquitto.settings(), (AVAILABILITY,)) as observer:
        child = subprocess.Popen([sys.executable, "-c", CHILD, str(mosquitto.port)])
        try:
            observer.wait_for(AVAILABILITY, lambda payload: payload == b"online")
        finally:
            child.kill()
            child.wait()
        observer.wait_for(AVAILABILITY, lambda payload: payload == b"offline")


def test_nonsense_about_its_presence_is_corrected(mosquitto: Mosquitto, join: Join) -> None:
    recorder = join(mosquitto.settings())
    say(mosquitto, AVAILABILITY, b"{nonsense", retain=True)
    recorder.until(lambda: [one.payload for one in recorder.said(AVAILABILITY)][-2:] == [b"{nonsense", b"online"])


def test_who_leaves_says_offline(mosquitto: Mosquitto) -> None:
    with structlog.testing.capture_logs() as logs:
        with connection(mosquitto.settings(), leave_s=DEADLINE_S) as party:
            Party(party).hears(AVAILABILITY)
        with Observer(mosquitto.settings(), (AVAILABILITY,)) as observer:
            assert observer.wait_for(AVAILABILITY).payload == b"offline"
    assert not [log for log in logs if log["event"].startswith("left before")]


def test_leaving_does_not_wait_for_a_broker_that_is_gone(mosquitto: Mosquitto) -> None:
    with connection(mosquitto.settings(), leave_s=3600) as party:
        Party(party).hears(AVAILABILITY)
        mosquitto.kill()


def test_a_stop_ends_the_wait_for_a_broker_at_once() -> None:
    stop = threading.Event()
    stop.set()
    nobody = Mqtt(host="127.0.0.1", port=free_port())
    with Connection(nobody, "recorder", ["home/+/#"], stop) as party:
        began = time.monotonic()
        for _ in range(3):
            assert party.receive(30.0) == []
        party.rest(30.0)
    assert time.monotonic() - began < 10


def test_of_two_with_one_name_the_first_is_asked_for_another(mosquitto: Mosquitto, join: Join) -> None:
    first = join(mosquitto.settings())
    with structlog.testing.capture_logs() as logs, connection(mosquitto.settings()) as second:
        Party(second).until(lambda: second.connections == 1)
        first.until(lambda: bool(no_connection(logs)))
    assert "--instance" in no_connection(logs)[0]["hint"]  # Mosquitto 2.0 gives no reason


def no_connection(logs: list[EventDict]) -> list[EventDict]:
    return [log for log in logs if log["event"] == "no connection"]


# --- refusals ---------------------------------------------------------------------------------------------------------


def test_a_message_of_any_size_is_told_and_the_next_is_heard(
    start_mosquitto: Callable[..., Mosquitto], join: Join
) -> None:
    broker = start_mosquitto(extra="max_packet_size 20000000")
    party = join(broker.settings())
    say(broker, "giant", bytes(20 * LARGEST_PACKET))
    say(broker, "tick", b"1")
    party.hears("tick")
    [giant] = party.said("giant")
    assert giant.too_large > 20 * LARGEST_PACKET
    party.connection.reject(giant, "not recorded")
    rejected = Rejected.decode(party.hears("rejected")[0].payload)
    assert (rejected.topic, rejected.reason, rejected.service) == ("home/giant", "not recorded", "recorder")


def test_a_refusal_that_is_too_large_for_the_broker_is_only_logged(
    start_mosquitto: Callable[..., Mosquitto], join: Join
) -> None:
    party = join(start_mosquitto(extra="max_packet_size 300").settings())
    long, short = (Publish(f"home/{'x' * size}", b"", 1, 1, False, False) for size in (300, 10))
    with structlog.testing.capture_logs() as logs:
        party.connection.reject(long, "not recorded")
        party.connection.reject(short, "not recorded")
        [heard] = party.hears("rejected")
    assert Rejected.decode(heard.payload).topic == short.topic
    assert [log["event"] for log in logs] == ["message refused"] * 2
