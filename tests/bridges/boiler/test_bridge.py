"""What every boiler behind MQTT must do, whichever its driver: each rule against a real broker and its device."""

import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

import bridges.emsesp.bridge
import bridges.otgw.bridge
import bridges.relay.bridge
from devtools.servers import Mosquitto
from house import topics
from house.messages import BoilerStatus, Rejected
from tests.bridges import fake_boilers
from tests.bridges.running import MovableClock, Wire, boiler_set, process, running, say_raw
from tests.observer import Observer


@dataclass(frozen=True)
class Kind:
    name: str
    run: Callable[..., None]
    section: str
    device: Callable[[], fake_boilers.FakeBoiler]
    garbage: tuple[str, bytes]
    """A topic in which the device speaks, and nonsense there."""


KINDS = [
    Kind("emsesp", bridges.emsesp.bridge.run, "", fake_boilers.EmsEsp, ("ems-esp/boiler_data", b"[[[")),
    Kind("otgw", bridges.otgw.bridge.run, "", fake_boilers.Otgw, ("OTGW/value/otgw/relmodlvl", b"\xff\xfe")),
    Kind(
        "relay",
        bridges.relay.bridge.run,
        ", relay: {model: tasmota}",
        fake_boilers.Tasmota,
        ("stat/boiler/POWER", b"\x00"),
    ),
    Kind(
        "relay",
        bridges.relay.bridge.run,
        ", relay: {model: shelly-gen1}",
        fake_boilers.ShellyGen1,
        ("shellies/boiler/relay/0", b"overpower"),
    ),
    Kind("relay", bridges.relay.bridge.run, "", fake_boilers.ShellyGen2, ("boiler/status/switch:0", b'{"output": [')),
]


@pytest.fixture(params=KINDS, ids=lambda kind: kind.device.__name__)
def kind(request: pytest.FixtureRequest) -> Kind:
    found: Kind = request.param
    return found


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
def wire(kind: Kind, mosquitto: Mosquitto, clock: MovableClock) -> Iterator[Wire]:
    with Wire(mosquitto, kind.device(), clock) as wire:
        yield wire


@pytest.fixture
def observer(mosquitto: Mosquitto) -> Iterator[Observer]:
    with Observer(mosquitto.settings()) as observer:
        yield observer


def section(kind: Kind) -> str:
    return f"boiler: {{driver: {kind.name}{kind.section}}}"


def settle(kind: Kind, mosquitto: Mosquitto, observer: Observer, clock: MovableClock) -> None:
    """Let the time pass in which the bridge awaits what the broker had kept."""
    observer.wait_for(topics.SERVICE_AVAILABILITY.path(kind.name), lambda payload: payload == b"online")
    say_raw(mosquitto, "home/boiler/set", b"?")  # refused in a turn after the first
    observer.wait_for("rejected")
    clock.ahead += timedelta(seconds=6)


def test_the_boiler_follows_calls_and_reports(
    kind: Kind, mosquitto: Mosquitto, wire: Wire, clock: MovableClock, observer: Observer
) -> None:
    with running(kind.run, mosquitto, section(kind), clock=clock):
        observer.say(boiler_set(clock(), call=True, flow_setpoint=55))
        wire.wait_for(lambda: wire.device.heats(clock()))
        observer.wait_for("boiler/status", lambda payload: BoilerStatus.decode(payload).reported_at is not None)
        observer.say(boiler_set(clock(), call=False))
        wire.wait_for(lambda: not wire.device.heats(clock()))


def test_a_call_ends_when_it_expires(
    kind: Kind, mosquitto: Mosquitto, wire: Wire, clock: MovableClock, observer: Observer
) -> None:
    with running(kind.run, mosquitto, section(kind), clock=clock):
        observer.say(boiler_set(clock(), call=True, minutes=10))
        wire.wait_for(lambda: wire.device.heats(clock()))
        told = len(wire.device.commands)
        clock.ahead = timedelta(minutes=10, seconds=1)
        wire.wait_for(lambda: len(wire.device.commands) > told and not wire.device.heats(clock()))


def test_what_cannot_be_read_is_refused_and_changes_nothing(
    kind: Kind, mosquitto: Mosquitto, wire: Wire, clock: MovableClock, observer: Observer
) -> None:
    too_far = boiler_set(clock(), call=False, minutes=100 * 1440)
    with running(kind.run, mosquitto, section(kind), clock=clock):
        observer.say(boiler_set(clock(), call=True))
        wire.wait_for(lambda: wire.device.heats(clock()))
        for payload in (b"off", b"\xff", b'{"call": false}', b"", too_far.payload):
            heard = len(observer.heard)
            say_raw(mosquitto, "home/boiler/set", payload)
            refused = Rejected.decode(observer.wait_for("rejected", since=heard).payload)
            assert refused.topic == "home/boiler/set"
        say_raw(mosquitto, *kind.garbage)
        told = len(wire.device.commands)
        clock.ahead += timedelta(seconds=31)
        wire.wait_for(lambda: len(wire.device.commands) > told)
        assert wire.device.heats(clock())


def test_the_boiler_rests_when_no_wish_was_ever_heard(
    kind: Kind, mosquitto: Mosquitto, wire: Wire, clock: MovableClock, observer: Observer
) -> None:
    with running(kind.run, mosquitto, section(kind), clock=clock):
        settle(kind, mosquitto, observer, clock)
        wire.wait_for(lambda: len(wire.device.commands) > 0)
        assert not wire.device.heats(clock())


def test_a_broker_that_was_gone_and_forgot_everything_is_told_again(
    kind: Kind, mosquitto: Mosquitto, wire: Wire, clock: MovableClock, observer: Observer
) -> None:
    with running(kind.run, mosquitto, section(kind), clock=clock):
        observer.say(boiler_set(clock(), call=True))
        wire.wait_for(lambda: wire.device.heats(clock()))
        observer.wait_for("boiler/status")
        mosquitto.stop()
        mosquitto.forget()
        wire.wait_for(lambda: not wire.is_listening())
        clock.ahead += timedelta(minutes=6)
        assert not wire.device.heats(clock()), "every device lets go by itself"
        heard = len(observer.heard)
        mosquitto.start()
        observer.wait_for("boiler/status", since=heard)
        wire.wait_for(wire.is_listening)
        clock.ahead += timedelta(seconds=31)
        wire.wait_for(lambda: wire.device.heats(clock()))
        clock.ahead += timedelta(minutes=6)
        told = len(wire.device.commands)
        wire.wait_for(lambda: len(wire.device.commands) > told and not wire.device.heats(clock()))


def test_a_device_that_is_gone_is_the_fault_and_its_return_ends_it(
    kind: Kind, mosquitto: Mosquitto, clock: MovableClock, observer: Observer
) -> None:
    device = kind.device()
    with running(kind.run, mosquitto, section(kind), clock=clock):
        observer.say(boiler_set(clock(), call=True))
        say_raw(mosquitto, *device.will, retain=True)
        settle(kind, mosquitto, observer, clock)
        observer.wait_for("boiler/status", lambda payload: "offline" in (BoilerStatus.decode(payload).fault or ""))
        heard = len(observer.heard)
        with Wire(mosquitto, device, clock) as wire:
            clock.ahead += timedelta(seconds=31)
            wire.wait_for(lambda: device.heats(clock()))
            observer.wait_for("boiler/status", lambda payload: BoilerStatus.decode(payload).fault is None, since=heard)


def test_sigterm_leaves_the_boiler_at_rest(
    kind: Kind, mosquitto: Mosquitto, wire: Wire, clock: MovableClock, observer: Observer, tmp_path: Path
) -> None:
    observer.say(boiler_set(clock(), call=True))
    with process(kind.name, tmp_path, mosquitto, section(kind)) as child:
        wire.wait_for(lambda: wire.device.heats(clock()))
        child.send_signal(signal.SIGTERM)
        wire.wait_for(lambda: not wire.device.heats(clock()))
        assert child.wait(10) == 0
    offline = topics.SERVICE_AVAILABILITY.path(kind.name)
    observer.wait_for(offline, lambda payload: payload == b"offline")
