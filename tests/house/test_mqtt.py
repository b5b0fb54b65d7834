import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
import structlog

from devtools.servers import Mosquitto
from house import topics
from house.messages import Availability, Rejected, Temperature, Tick
from house.mqtt import Link, Received, rejection
from house.settings import Mqtt

DEADLINE_S = 20.0


class Party:
    """A link, and all that it has heard so far."""

    def __init__(self, link: Link) -> None:
        self.link = link
        self.heard: list[Received] = []

    def turn(self) -> None:
        self.heard += self.link.receive(0.02)

    def said(self, path: str) -> list[bytes]:
        return [received.payload for received in self.heard if received.path == path]


Join = Callable[..., Party]


@pytest.fixture
def join() -> Iterator[Join]:
    """Connect a service: `join(broker, "clock", ["tick"])`; all leave at the end of the test."""
    with ExitStack() as links:

        def joined(broker: Mqtt, service: str, filters: tuple[str, ...] = (), **options: Any) -> Party:
            link = links.enter_context(Link(broker, service, filters, stop=threading.Event(), **options))
            party = Party(link)
            until(lambda: link.connected, party)
            link.flush(DEADLINE_S)
            return party

        yield joined


def until(condition: Callable[[], bool], *parties: Party) -> None:
    """Turn the network of everybody until the condition holds."""
    deadline = time.monotonic() + DEADLINE_S
    while not condition():
        assert time.monotonic() < deadline, "it did not come about in time"
        for party in parties:
            party.turn()


def warm(value: float, room: str = "living") -> topics.Publication:
    return topics.publication(topics.ROOM_TEMPERATURE, room, message=Temperature(value=value))


LIVING = "room/living/temperature"
TICK = topics.publication(topics.TICK, message=Tick.model_validate({"at": "2026-01-12T06:30:00Z"}))

# --- saying and hearing ---------------------------------------------------------------------------------------------


def test_what_one_service_says_another_hears(mosquitto: Mosquitto, join: Join) -> None:
    regulator = join(mosquitto.settings(), "regulator", ("room/#", "tick"))
    bridge = join(mosquitto.settings(), "xiaomi")
    bridge.link.publish(warm(20.4))
    bridge.link.publish(TICK)
    until(lambda: len(regulator.heard) == 2, regulator, bridge)
    assert [received.path for received in regulator.heard] == [LIVING, "tick"]
    assert regulator.heard[0].payload == warm(20.4).payload
    assert not any(received.retained for received in regulator.heard)


def test_who_comes_later_hears_what_is_retained_and_nothing_else(mosquitto: Mosquitto, join: Join) -> None:
    bridge = join(mosquitto.settings(), "xiaomi")
    bridge.link.publish(TICK)
    bridge.link.publish(warm(20.4))
    bridge.link.flush(DEADLINE_S)
    late = join(mosquitto.settings(), "late", ("tick", "room/#"))
    until(lambda: bool(late.heard), late)
    assert [(received.path, received.retained) for received in late.heard] == [(LIVING, True)]


def test_houses_on_one_broker_do_not_hear_each_other(mosquitto: Mosquitto, join: Join) -> None:
    ours = join(mosquitto.settings(root="sites/12/home"), "regulator", ("#",))
    theirs = join(mosquitto.settings(root="sites/13/home"), "xiaomi")
    same = join(mosquitto.settings(root="sites/12/home"), "xiaomi")
    theirs.link.publish(warm(99))
    theirs.link.flush(DEADLINE_S)
    same.link.publish(warm(20.4))
    until(lambda: bool(ours.said(LIVING)), ours, same)
    assert ours.said(LIVING) == [warm(20.4).payload]


def test_after_a_flush_the_broker_has_everything_and_nothing_heard_is_lost(mosquitto: Mosquitto, join: Join) -> None:
    party = join(mosquitto.settings(), "mirror", ("room/#",))
    for degrees in range(10, 20):
        party.link.publish(warm(degrees))
    party.link.flush(DEADLINE_S)
    until(lambda: len(party.heard) == 10, party)
    assert party.said(LIVING) == [warm(degrees).payload for degrees in range(10, 20)]


def test_a_message_that_cannot_be_used_is_refused_aloud(mosquitto: Mosquitto, join: Join) -> None:
    observer = join(mosquitto.settings(root="my/house"), "observer", ("rejected",))
    regulator = join(mosquitto.settings(root="my/house"), "regulator")
    nonsense = Received(LIVING, b"\xff" * 300, retained=False)
    with structlog.testing.capture_logs() as logs:
        regulator.link.reject(nonsense, "neither JSON nor a single word")
    until(lambda: bool(observer.heard), observer, regulator)
    rejected = Rejected.decode(observer.heard[0].payload)
    assert rejected.topic == "my/house/" + LIVING
    assert rejected.reason == "neither JSON nor a single word"
    assert rejected.service == "regulator"
    assert len(rejected.payload) == 200
    assert [(log["event"], len(log["payload"])) for log in logs] == [("message refused", 40)]


def test_a_refused_topic_of_any_length_is_cut_on_the_broker_and_in_the_log() -> None:
    long = "room/" + "x" * 60_000
    with structlog.testing.capture_logs() as logs:
        said = rejection(long, b"1", f"{long} is no topic", "regulator")
    assert len(said.payload) < 2_000
    assert len(str(logs)) < 1_000
    assert Rejected.decode(said.payload).topic.startswith("room/xxx")


# --- availability ---------------------------------------------------------------------------------------------------

CHILD = """
import sys, threading
from house.mqtt import Link
from house.settings import Mqtt
with Link(Mqtt(host="127.0.0.1", port=int(sys.argv[1])), "child", stop=threading.Event()) as link:
    while True:
        link.receive(1.0)
"""


def test_a_killed_process_is_offline_by_its_last_will(mosquitto: Mosquitto, join: Join) -> None:
    observer = join(mosquitto.settings(), "observer", ("service/child/availability",))
    child = subprocess.Popen([sys.executable, "-c", CHILD, str(mosquitto.port)])
    try:
        until(lambda: observer.said("service/child/availability") == [b"online"], observer)
    finally:
        child.send_signal(signal.SIGKILL)
        child.wait()
    until(lambda: observer.said("service/child/availability") == [b"online", b"offline"], observer)


def test_who_leaves_in_peace_says_offline(mosquitto: Mosquitto, join: Join) -> None:
    observer = join(mosquitto.settings(), "observer", ("service/clock/availability",))
    with Link(mosquitto.settings(), "clock", stop=threading.Event(), leave_s=DEADLINE_S) as clock:
        until(lambda: bool(observer.heard), observer, Party(clock))
    until(lambda: len(observer.heard) >= 2, observer)
    assert [Availability.decode(one.payload).value for one in observer.heard] == ["online", "offline"]


def test_of_two_with_the_same_name_one_may_leave_and_the_service_stays_online(mosquitto: Mosquitto, join: Join) -> None:
    observer = join(mosquitto.settings(), "observer", ("service/regulator/availability",))
    stays = join(mosquitto.settings(), "regulator")
    with Link(mosquitto.settings(), "regulator", stop=threading.Event()) as leaves:
        until(lambda: leaves.connected, Party(leaves))
    until(lambda: b"offline" in observer.said("service/regulator/availability"), observer, stays)
    until(lambda: observer.said("service/regulator/availability")[-1] == b"online", observer, stays)
    late = join(mosquitto.settings(), "late", ("service/regulator/availability",))
    until(lambda: bool(late.heard), late)
    assert late.heard[-1].payload == b"online"


@pytest.mark.parametrize("nonsense", [b"{nonsense", b""])
def test_nonsense_about_its_presence_is_corrected(mosquitto: Mosquitto, join: Join, nonsense: bytes) -> None:
    own = "service/clock/availability"
    clock, observer = join(mosquitto.settings(), "clock"), join(mosquitto.settings(), "observer", (own,))
    observer.link.publish_retained(own, nonsense)
    until(lambda: observer.said(own)[-2:] == [nonsense, b"online"], clock, observer)
