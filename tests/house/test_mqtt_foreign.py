import threading
from collections.abc import Iterator

import pytest

from devtools.servers import Mosquitto
from house import topics
from house.messages import Rejected, Tick
from house.mqtt import Link, Received
from tests.bridges.running import say_raw
from tests.observer import Observer


@pytest.fixture
def link(mosquitto: Mosquitto) -> Iterator[Link]:
    """A service that hears the house's tick, Tasmota, and a device that speaks below the house's own root."""
    foreign = ("stat/+/POWER", "home/shelly/#")
    with Link(mosquitto.settings(), "relay", ["tick"], stop=threading.Event(), foreign=foreign) as link:
        link.flush(20)
        yield link


def hear(link: Link) -> Received:
    for _ in range(200):
        for received in link.receive(0.1):
            return received
    raise AssertionError("nothing was heard")


def test_a_device_is_heard_in_its_own_whole_topic(link: Link, mosquitto: Mosquitto) -> None:
    say_raw(mosquitto, "stat/boiler/POWER", b"ON")
    received = hear(link)
    assert (received.path, received.payload, received.foreign) == ("stat/boiler/POWER", b"ON", True)
    say_raw(mosquitto, "home/tick", b'{"at":"2026-01-12T06:30:00Z"}')
    received = hear(link)
    assert (received.path, received.foreign) == ("tick", False)


def test_a_device_below_our_root_is_still_a_device(link: Link, mosquitto: Mosquitto) -> None:
    say_raw(mosquitto, "home/shelly/online", b"true")
    received = hear(link)
    assert (received.path, received.foreign) == ("home/shelly/online", True)


def test_what_a_device_said_is_refused_under_its_own_topic(link: Link, mosquitto: Mosquitto) -> None:
    with Observer(mosquitto.settings()) as observer:
        say_raw(mosquitto, "stat/boiler/POWER", b"?")
        link.reject(hear(link), "neither on nor off")
        link.flush(20)
        assert Rejected.decode(observer.wait_for("rejected").payload).topic == "stat/boiler/POWER"


def test_a_command_to_a_device_is_never_kept_nor_said_late(link: Link, mosquitto: Mosquitto) -> None:
    link.publish_foreign("stat/heard/POWER", b"ON")
    assert hear(link).retained is False
    mosquitto.stop()
    while link.connected:
        link.receive(0.1)
    link.publish_foreign("stat/lost/POWER", b"ON")
    mosquitto.start()
    link.flush(20)
    link.publish_foreign("stat/late/POWER", b"OFF")
    assert hear(link).path == "stat/late/POWER"


def test_only_its_own_filters_are_foreign(link: Link, mosquitto: Mosquitto) -> None:
    say_raw(mosquitto, "stat/boiler/RESULT", b"{}")
    link.publish(topics.publication(topics.TICK, message=Tick.decode(b'"2026-01-12T06:30:00Z"')))
    assert hear(link).path == "tick"
