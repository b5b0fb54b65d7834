"""The clock on a real broker, its clock moved by hand."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from bridges.clock import bridge
from devtools.servers import Mosquitto
from house.messages import Tick
from tests.bridges.running import StandingClock, running
from tests.observer import Observer


@pytest.fixture
def observer(mosquitto: Mosquitto) -> Iterator[Observer]:
    with Observer(mosquitto.settings()) as observer:
        yield observer


def next_tick(observer: Observer, since: int) -> datetime:
    at = Tick.decode(observer.wait_for("tick", since=since).payload).at
    assert at is not None
    return at


NOON = datetime(2026, 1, 12, 12, 0, tzinfo=UTC)


def test_the_minute_is_said_when_it_begins_and_after_any_jump(mosquitto: Mosquitto, observer: Observer) -> None:
    clock = StandingClock(NOON + timedelta(seconds=59))
    with running(bridge.run, mosquitto, "", clock=clock):
        observer.wait_for("service/clock/availability", lambda payload: payload == b"online")
        clock.ahead += timedelta(seconds=1)
        assert next_tick(observer, 0) == NOON + timedelta(minutes=1)
        for jump in (timedelta(hours=8, seconds=20), timedelta(hours=-3)):
            heard = len(observer.heard)
            clock.ahead += jump
            assert next_tick(observer, heard) == clock().replace(second=0)
    assert not any(one.retained for one in observer.heard if one.path == "tick")


def test_time_goes_on_after_the_broker_was_gone(mosquitto: Mosquitto, observer: Observer) -> None:
    clock = StandingClock(NOON)
    with running(bridge.run, mosquitto, "", clock=clock):
        observer.wait_for("service/clock/availability", lambda payload: payload == b"online")
        mosquitto.stop()
        mosquitto.forget()
        heard = len(observer.heard)
        mosquitto.start()
        observer.wait_for("service/clock/availability", lambda payload: payload == b"online", since=heard)
        clock.ahead += timedelta(minutes=1)
        assert next_tick(observer, heard) == NOON + timedelta(minutes=1)


def test_a_clock_that_was_never_set_tells_minutes_and_no_time(mosquitto: Mosquitto, observer: Observer) -> None:
    never = datetime(1970, 1, 1, tzinfo=UTC)
    clock = StandingClock(never)
    with running(bridge.run, mosquitto, "", clock=clock):
        observer.wait_for("service/clock/availability", lambda payload: payload == b"online")
        clock.ahead += timedelta(minutes=1)
        assert observer.wait_for("tick").payload == b'{"at":null}'
        clock.ahead = NOON + timedelta(seconds=5) - never
        said = observer.wait_for("tick", lambda payload: b"null" not in payload)
        assert Tick.decode(said.payload).at == NOON
    assert sum(one.path == "tick" for one in observer.heard) == 2
