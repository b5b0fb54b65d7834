"""The zigbee2mqtt bridge with a real broker and a fake zigbee2mqtt."""

import json
import signal
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bridges.zigbee2mqtt import bridge
from devtools.servers import Mosquitto
from house import topics
from house.messages import Rejected, SetpointWish, Temperature, ValveSet, ValveStatus, Window
from house.topics import Publication
from tests.bridges.fake_boilers import Message
from tests.bridges.running import MovableClock, Wire, process, running, say_raw
from tests.observer import Observer

SECTION = """zigbee2mqtt:
  devices:
    t1: {name: Thermometer}
    w1: {}
    v1: {name: TRV}
"""
KEY = "occupied_heating_setpoint"


@dataclass
class FakeZigbee2mqtt:
    """One valve that obeys at once, a thermometer and a contact."""

    listens: tuple[str, ...] = ("zigbee2mqtt/TRV/set",)
    will: tuple[str, bytes] = ("zigbee2mqtt/bridge/state", b'{"state":"offline"}')
    commands: list[tuple[str, bytes]] = field(default_factory=list)
    setpoint: float = 20.0

    def hear(self, topic: str, payload: bytes, at: datetime) -> None:
        self.commands.append((topic, payload))
        self.setpoint = json.loads(payload)[KEY]

    def says(self, at: datetime) -> list[Message]:
        trv = {KEY: self.setpoint, "system_mode": "heat", "local_temperature": 20.1, "position": 30}
        return [
            ("zigbee2mqtt/bridge/state", b'{"state":"online"}', True),
            ("zigbee2mqtt/TRV", json.dumps(trv).encode(), False),
            ("zigbee2mqtt/Thermometer", b'{"temperature":20.4,"humidity":51,"battery":90}', False),
            ("zigbee2mqtt/w1", b'{"contact":false,"battery":100}', False),
        ]

    def heats(self, at: datetime) -> bool:
        return self.setpoint > 21


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
def wire(mosquitto: Mosquitto, clock: MovableClock) -> Iterator[Wire]:
    with Wire(mosquitto, FakeZigbee2mqtt(), clock) as wire:
        yield wire


@pytest.fixture
def observer(mosquitto: Mosquitto) -> Iterator[Observer]:
    with Observer(mosquitto.settings()) as observer:
        yield observer


def valve_set(now: datetime, setpoint: float, minutes: float = 90) -> Publication:
    expires_at = now + timedelta(minutes=minutes)
    level = ValveSet(setpoint=setpoint, opening=100, issued_at=now, expires_at=expires_at, fallback=19)
    return topics.publication(topics.VALVE_SET, "v1", message=level)


def setpoint_is(wire: Wire, setpoint: float) -> bool:
    return isinstance(wire.device, FakeZigbee2mqtt) and wire.device.setpoint == setpoint


def test_readings_and_the_valve_travel_both_ways(
    mosquitto: Mosquitto, wire: Wire, clock: MovableClock, observer: Observer
) -> None:
    with running(bridge.run, mosquitto, SECTION, clock=clock):
        observer.say(valve_set(clock(), 26.5))
        wire.wait_for(lambda: setpoint_is(wire, 26.5))
        status = observer.wait_for("valve/v1/status", lambda it: ValveStatus.decode(it).setpoint == 26.5)
        assert ValveStatus.decode(status.payload).opening == 30
        assert Temperature.decode(observer.wait_for("room/living/temperature/t1").payload).value == 20.4
        assert Window.decode(observer.wait_for("room/living/window/w1").payload).value == "open"
        observer.wait_for("sensor/t1/status")
        observer.wait_for("room/living/humidity/t1")


def test_an_expired_level_leaves_the_fallback(
    mosquitto: Mosquitto, wire: Wire, clock: MovableClock, observer: Observer
) -> None:
    with running(bridge.run, mosquitto, SECTION, clock=clock):
        observer.say(valve_set(clock(), 26.5, minutes=90))
        wire.wait_for(lambda: setpoint_is(wire, 26.5))
        clock.ahead += timedelta(minutes=90, seconds=1)
        wire.wait_for(lambda: setpoint_is(wire, 19))


def test_command_for_an_eq3_is_refused_and_not_ignored(mosquitto: Mosquitto, wire: Wire, observer: Observer) -> None:
    with running(bridge.run, mosquitto, SECTION):
        observer.wait_for("service/zigbee2mqtt/availability", lambda payload: payload == b"online")
        say_raw(mosquitto, "home/valve/v1/command", b"boost")
        told = Rejected.decode(observer.wait_for("rejected").payload)
    assert told.topic == "home/valve/v1/command"
    assert "zigbee2mqtt's own topic" in told.reason


def test_garbage_is_refused_and_an_empty_set_withdraws(
    mosquitto: Mosquitto, wire: Wire, clock: MovableClock, observer: Observer
) -> None:
    with running(bridge.run, mosquitto, SECTION, clock=clock):
        observer.say(valve_set(clock(), 26.5))
        wire.wait_for(lambda: setpoint_is(wire, 26.5))
        for payload in (b"open", b"\xff", b'{"setpoint": 5}', valve_set(clock(), 5, minutes=9999).payload):
            heard = len(observer.heard)
            say_raw(mosquitto, "home/valve/v1/set", payload)
            assert Rejected.decode(observer.wait_for("rejected", since=heard).payload).topic == "home/valve/v1/set"
        for topic, payload in (
            ("zigbee2mqtt/TRV", b"[["),
            ("zigbee2mqtt/t1/availability", b"?"),
            ("zigbee2mqtt/w1", b""),
        ):
            say_raw(mosquitto, topic, payload)
        say_raw(mosquitto, "home/valve/v1/set", b"", retain=True)
        heard = len(observer.heard)
        say_raw(mosquitto, "home/valve/v1/set", b"open")
        observer.wait_for("rejected", since=heard)  # so it has heard what came before
        clock.ahead += timedelta(hours=3)
        observer.listen(1.2)
    assert setpoint_is(wire, 26.5)


def test_a_turn_of_the_knob_becomes_a_wish(
    mosquitto: Mosquitto, wire: Wire, clock: MovableClock, observer: Observer
) -> None:
    with running(bridge.run, mosquitto, SECTION, clock=clock):
        observer.say(valve_set(clock(), 26.5))
        observer.wait_for("valve/v1/status", lambda it: ValveStatus.decode(it).setpoint == 26.5)
        say_raw(mosquitto, "zigbee2mqtt/TRV", b'{"occupied_heating_setpoint":22.5}')
        wish = observer.wait_for("room/living/setpoint/set")
    assert SetpointWish.decode(wish.payload).value == 22.5


def test_a_broker_that_was_gone_and_forgot_everything_is_told_again(
    mosquitto: Mosquitto, wire: Wire, clock: MovableClock, observer: Observer
) -> None:
    with running(bridge.run, mosquitto, SECTION, clock=clock):
        observer.say(valve_set(clock(), 26.5))
        observer.wait_for("valve/v1/status", lambda it: ValveStatus.decode(it).setpoint == 26.5)
        mosquitto.stop()
        mosquitto.forget()
        heard = len(observer.heard)
        mosquitto.start()
        observer.wait_for("valve/v1/status", since=heard)
        wire.wait_for(wire.is_listening)
        clock.ahead += timedelta(minutes=90, seconds=1)
        for _ in range(20):
            if setpoint_is(wire, 19):
                return
            clock.ahead += timedelta(minutes=1)
            clock.wait_for_looks(6)
            observer.listen(0.5)
    raise AssertionError("the fallback was not written")


def test_a_zigbee2mqtt_that_is_gone_makes_its_valves_unreachable(
    mosquitto: Mosquitto, wire: Wire, clock: MovableClock, observer: Observer
) -> None:
    with running(bridge.run, mosquitto, SECTION, clock=clock):
        observer.wait_for("service/zigbee2mqtt/availability", lambda it: it == b"online")
        wire.speak()
        observer.wait_for("valve/v1/status", lambda it: ValveStatus.decode(it).reachable is True)
        say_raw(mosquitto, *wire.device.will, retain=True)
        observer.wait_for("valve/v1/status", lambda it: ValveStatus.decode(it).reachable is False)


def test_sigterm_leaves_the_valve_as_it_is_and_who_comes_back_keeps_its_time(
    mosquitto: Mosquitto, wire: Wire, clock: MovableClock, observer: Observer, tmp_path: Path
) -> None:
    observer.say(valve_set(clock(), 26.5, minutes=90))
    with process("zigbee2mqtt", tmp_path, mosquitto, SECTION) as child:
        wire.wait_for(lambda: setpoint_is(wire, 26.5))
        child.send_signal(signal.SIGTERM)
        assert child.wait(10) == 0
        observer.wait_for("service/zigbee2mqtt/availability", lambda it: it == b"offline")
    assert setpoint_is(wire, 26.5)
    clock.ahead += timedelta(minutes=90, seconds=1)
    with running(bridge.run, mosquitto, SECTION, clock=clock):
        wire.wait_for(lambda: setpoint_is(wire, 19))
