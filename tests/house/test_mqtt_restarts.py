"""A link whose broker goes and comes back, and how it leaves."""

import threading
import time
from itertools import islice

import pytest
import structlog

from devtools.servers import Mosquitto, free_port
from house import topics
from house.attempts import waits
from house.errors import DeviceError
from house.mqtt import Link
from house.settings import Mqtt
from tests.house.test_mqtt import DEADLINE_S, LIVING, TICK, Join, Party, join, until, warm
from tests.observer import Observer

__all__ = ["join"]


def test_a_broker_that_lost_its_file_hears_everything_retained_again(mosquitto: Mosquitto, join: Join) -> None:
    bridge = join(mosquitto.settings(), "xiaomi")
    bridge.link.publish(warm(20.4))
    bridge.link.publish(warm(21.0, "attic"))
    bridge.link.flush(DEADLINE_S)
    mosquitto.stop()
    mosquitto.forget()
    mosquitto.start()
    until(lambda: bridge.link.connections == 2, bridge)
    bridge.link.flush(DEADLINE_S)
    late = join(mosquitto.settings(), "late", ("room/#", "service/xiaomi/availability"))
    until(lambda: len(late.heard) == 3, late)
    assert late.said(LIVING) == [warm(20.4).payload]
    assert late.said("room/attic/temperature") == [warm(21.0).payload]
    assert late.said("service/xiaomi/availability") == [b"online"]


def test_a_link_that_does_not_announce_leaves_the_broker_as_it_is(mosquitto: Mosquitto, join: Join) -> None:
    visitor = join(mosquitto.settings(), "visitor", announce=False)
    visitor.link.publish(warm(20.4))
    visitor.link.flush(DEADLINE_S)
    mosquitto.stop()
    mosquitto.forget()
    mosquitto.start()
    until(lambda: visitor.link.connections == 2, visitor)
    visitor.link.publish(warm(21.0, "attic"))
    visitor.link.flush(DEADLINE_S)
    late = join(mosquitto.settings(), "late", ("room/#",))
    until(lambda: bool(late.heard), late)
    assert [received.path for received in late.heard] == ["room/attic/temperature"]


def test_said_while_the_broker_is_away_the_newest_level_arrives_and_no_old_event(
    mosquitto: Mosquitto, join: Join
) -> None:
    observer = join(mosquitto.settings(), "observer", ("room/#", "tick"))
    bridge = join(mosquitto.settings(), "xiaomi")
    mosquitto.kill()
    until(lambda: not (bridge.link.connected or observer.link.connected), bridge, observer)
    for degrees in (18, 19, 20):
        bridge.link.publish(warm(degrees))
        bridge.link.publish(TICK)
    mosquitto.start()
    until(lambda: bridge.link.connected and observer.link.connected, bridge, observer)
    observer.link.flush(DEADLINE_S)  # it has heard what is retained, before the attic comes
    bridge.link.publish(warm(5, "attic"))
    until(lambda: bool(observer.said("room/attic/temperature")), bridge, observer)
    assert set(observer.said(LIVING)) == {warm(20).payload}
    assert observer.said("tick") == []


def test_speaking_into_a_connection_that_just_died_is_no_error(mosquitto: Mosquitto, join: Join) -> None:
    bridge = join(mosquitto.settings(), "xiaomi")
    mosquitto.kill()
    for degrees in range(10, 30):
        bridge.link.publish(warm(degrees))
    mosquitto.start()
    until(lambda: bridge.link.connections == 2, bridge)
    bridge.link.flush(DEADLINE_S)
    late = join(mosquitto.settings(), "late", ("room/#",))
    until(lambda: bool(late.heard), late)
    assert late.said(LIVING) == [warm(29).payload]


def test_the_waits_between_tries_double_up_to_five_seconds() -> None:
    longest = list(islice(waits(max), 12))
    shortest = list(islice(waits(min), 12))
    assert longest == [0.2, 0.4, 0.8, 1.6, 3.2, 5, 5, 5, 5, 5, 5, 5]
    assert shortest == [wait / 2 for wait in longest]


def test_without_a_broker_a_flush_ends_with_a_temporary_error_that_says_where() -> None:
    nobody = Mqtt(host="127.0.0.1", port=free_port())
    with Link(nobody, "cli", stop=threading.Event()) as link:
        with pytest.raises(DeviceError, match=f"127.0.0.1:{nobody.port} does not answer; is it running") as refusal:
            link.flush(0.3)
        assert refusal.value.temporary


def test_a_stop_ends_the_wait_for_a_broker_at_once() -> None:
    stop = threading.Event()
    stop.set()
    with Link(Mqtt(host="127.0.0.1", port=free_port()), "clock", stop=stop) as link:
        began = time.monotonic()
        for _ in range(3):
            assert link.receive(30.0) == []
        assert time.monotonic() - began < 10


def test_leaving_does_not_wait_for_a_broker_that_is_gone(mosquitto: Mosquitto) -> None:
    with (
        structlog.testing.capture_logs() as logs,
        Link(mosquitto.settings(), "clock", stop=threading.Event(), leave_s=3600) as link,
    ):
        until(lambda: link.connected, Party(link))
        link.flush(DEADLINE_S)
        mosquitto.kill()
    assert logs[-1]["event"] == "left before offline was acknowledged; the last will says it"


def test_leaving_a_slow_broker_is_no_alarm_since_the_last_will_says_offline(mosquitto: Mosquitto) -> None:
    with structlog.testing.capture_logs() as logs:
        with Link(mosquitto.settings(), "clock", stop=threading.Event()) as link:
            until(lambda: link.connected, Party(link))
            link.flush(DEADLINE_S)
            mosquitto.freeze()
        mosquitto.thaw()
    assert not [one for one in logs if one["log_level"] == "warning"]
    availability = topics.SERVICE_AVAILABILITY.path("clock")
    with Observer(mosquitto.settings(), (availability,)) as observer:
        observer.wait_for(availability, lambda payload: payload == b"offline")


def test_what_a_slow_broker_did_not_acknowledge_is_told_as_one_leaves(mosquitto: Mosquitto) -> None:
    with structlog.testing.capture_logs() as logs:
        with Link(mosquitto.settings(), "clock", stop=threading.Event()) as link:
            until(lambda: link.connected, Party(link))
            link.flush(DEADLINE_S)
            mosquitto.freeze()
            link.publish(warm(20.4))
        mosquitto.thaw()
    (told,) = [one for one in logs if one["log_level"] == "warning"]
    assert (told["event"], told["unacknowledged"]) == ("left before the broker had everything", 1)


def test_what_is_heard_while_a_flush_is_in_vain_is_not_lost(mosquitto: Mosquitto, join: Join) -> None:
    regulator, other = (join(mosquitto.settings(), name, ("tick",)) for name in ("regulator", "observer"))
    other.link.publish(TICK)
    until(lambda: other.said("tick") != [], other)
    mosquitto.freeze()
    try:
        regulator.link.publish(warm(20.4))
        with pytest.raises(DeviceError, match="does not answer"):
            regulator.link.flush(0.5)
    finally:
        mosquitto.thaw()
    until(lambda: regulator.said("tick") == [TICK.payload], regulator)
