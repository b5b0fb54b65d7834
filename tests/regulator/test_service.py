"""The regulator on a real broker: restarts, brokers that forget, a second regulator, and how it leaves."""

import json
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import cast

from devtools.servers import Mosquitto
from house import messages, settings, topics
from house.mqtt import Link, Received
from regulator.service import SERVICE, Service
from tests.observer import Observer
from tests.regulator.house import HOUSE, LIVING_VALVE, MONDAY_NOON, iso

PATIENCE_S = 20
MINUTE = timedelta(minutes=1)
ALIVE = f"service/{SERVICE}/availability"


def house_yaml(broker: Mosquitto) -> str:
    return f"{HOUSE}mqtt: {{host: 127.0.0.1, port: {broker.port}}}\n"


@contextmanager
def a_process(broker: Mosquitto, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """`python -m regulator`, ended with the test."""
    path = folder / "house.yaml"
    path.write_text(house_yaml(broker))
    with a_process_of(path) as process:
        yield process


@contextmanager
def a_process_of(path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """The same for settings that are written already."""
    with subprocess.Popen(
        [sys.executable, "-m", "regulator", "--settings", str(path)], stderr=subprocess.PIPE
    ) as process:
        try:
            yield process
        finally:
            process.kill()


class InThisProcess:
    """A service that a test turns by hand."""

    def __init__(self, broker: Mosquitto) -> None:
        wiring = settings.parse(house_yaml(broker))
        self.link = Link(wiring.mqtt, SERVICE, ("#",), stop=threading.Event(), announce=False)
        self.service = Service(wiring, self.link)

    def turn_until(self, observer: Observer, path: str, matches: Callable[[bytes], bool] = lambda _: True) -> bytes:
        """Turn until the observer has heard it since now."""
        start, deadline = len(observer.heard), time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            self.service.turn()
            observer.listen(0.02)
            for received in observer.heard[start:]:
                if received.path == path and matches(received.payload):
                    self.link.flush(PATIENCE_S)  # the broker has what was said with it, too
                    return received.payload
        raise AssertionError(f"nothing on {path}; heard {[one.path for one in observer.heard[start:]]}")

    def start(self, observer: Observer) -> None:
        """Connect, catch up, and decide at noon."""
        self.turn_until(observer, f"service/{SERVICE}/echo")
        self.service.turn()
        tick(observer)
        self.turn_until(observer, "memory", is_memory_of(0))


def tick(observer: Observer, minutes: float = 0) -> None:
    observer.say(topics.publication(topics.TICK, message=messages.Tick(at=MONDAY_NOON + minutes * MINUTE)))


def is_memory_of(minutes: float) -> Callable[[bytes], bool]:
    return lambda payload: messages.HouseMemory.decode(payload).tick_at == MONDAY_NOON + minutes * MINUTE


def say_until_heard(observer: Observer, minutes: float) -> None:
    """Say the tick until the regulator, which may still be starting, has decided on it."""
    for _ in range(100):
        tick(observer, minutes)
        observer.listen(0.2)
        if any(one.path == "memory" and is_memory_of(minutes)(one.payload) for one in observer.heard):
            return
    raise AssertionError("the regulator does not answer to ticks")


def retained(broker: Mosquitto) -> dict[str, bytes]:
    """What the broker keeps now."""
    with Observer(broker.settings()) as observer:
        return observer.kept()


def test_a_regulator_that_was_killed_goes_on_from_what_is_retained(mosquitto: Mosquitto, tmp_path: Path) -> None:
    with Observer(mosquitto.settings()) as observer:
        with a_process(mosquitto, tmp_path) as process:
            say_until_heard(observer, 0)
            wish = messages.SetpointWish(value=23.5)
            observer.say(topics.publication(topics.ROOM_SETPOINT_WISH, "living", message=wish))
            said = observer.wait_for("room/living/settings", lambda payload: b"23.5" in payload)
            process.kill()
            assert observer.wait_for(ALIVE, lambda payload: payload == b"offline").path == ALIVE
        before = retained(mosquitto)
        with a_process(mosquitto, tmp_path):
            say_until_heard(observer, 1)
            after = retained(mosquitto)
    assert after["room/living/settings"] == before["room/living/settings"] == said.payload
    assert after[f"valve/{LIVING_VALVE}/set"] == before[f"valve/{LIVING_VALVE}/set"]
    assert json.loads(after["room/living/status"])["rule"] == json.loads(before["room/living/status"])["rule"]


def test_a_broker_that_lost_its_file_is_mended(mosquitto: Mosquitto) -> None:
    this = InThisProcess(mosquitto)
    with this.link, Observer(mosquitto.settings()) as observer:
        this.start(observer)
        before = own(retained(mosquitto))
        mosquitto.stop()
        mosquitto.forget()
        mosquitto.start()
        this.turn_until(observer, "memory", is_memory_of(0))
        assert own(retained(mosquitto)) == before


def own(kept: dict[str, bytes]) -> dict[str, bytes]:
    """What the regulator has written of it."""
    return {path: payload for path, payload in kept.items() if (name := topics.parse(path)) and is_own(name)}


def is_own(name: topics.Name) -> bool:
    return name.topic.writer == "regulator"


def test_a_command_taken_back_while_the_broker_was_away_is_taken_back_afterwards(mosquitto: Mosquitto) -> None:
    this = InThisProcess(mosquitto)
    with this.link, Observer(mosquitto.settings()) as observer:
        this.start(observer)
        left_over = retained(mosquitto)[f"valve/{LIVING_VALVE}/set"]
        observer.say(topics.publication(topics.ROOM_MODE_WISH, "living", message=messages.ModeWish(value="bypass")))
        report = messages.ValveStatus(reported_at=MONDAY_NOON + MINUTE)
        observer.say(topics.publication(topics.VALVE_STATUS, LIVING_VALVE, message=report))
        this.turn_until(observer, f"valve/{LIVING_VALVE}/set", lambda payload: payload == b"")
        # The broker comes back with an older file, in which the command still stands.
        mosquitto.stop()
        mosquitto.forget()
        mosquitto.start()
        observer.say(topics.publication(topics.VALVE_SET, LIVING_VALVE, message=messages.ValveSet.decode(left_over)))
        this.turn_until(observer, f"valve/{LIVING_VALVE}/set", lambda payload: payload == b"")
    assert f"valve/{LIVING_VALVE}/set" not in retained(mosquitto)


def test_the_memory_of_a_newer_second_regulator_is_taken_over_after_a_reconnect(mosquitto: Mosquitto) -> None:
    this = InThisProcess(mosquitto)
    with this.link, Observer(mosquitto.settings()) as observer:
        this.start(observer)
        mosquitto.restart()
        # While this regulator was cut off, a second one has gone on and accepted a wish.
        override = messages.Override(setpoint=23.5)
        observer.say(
            topics.publication(topics.ROOM_SETTINGS, "living", message=messages.RoomSettings(override=override))
        )
        observer.say(
            topics.publication(topics.HOUSE_MEMORY, message=messages.HouseMemory(tick_at=MONDAY_NOON + 5 * MINUTE))
        )
        this.turn_until(observer, f"service/{SERVICE}/echo")
        this.service.turn()
        tick(observer, 6)
        this.turn_until(observer, "memory", is_memory_of(6))
    kept = retained(mosquitto)
    assert messages.RoomStatus.decode(kept["room/living/status"]).setpoint == 23.5
    assert messages.RoomSettings.decode(kept["room/living/settings"]).override == override


class ScriptedLink:
    """A link whose turns are written down beforehand; it says back an echo in the turn after it."""

    def __init__(self, turns: list[list[Received]]) -> None:
        self.connections = 1
        self.published: list[topics.Publication] = []
        self._turns = turns
        self._echo: Received | None = None

    def receive(self, _timeout: float) -> list[Received]:
        echo, self._echo = self._echo, None
        arrived = self._turns.pop(0) if self._turns else []
        return arrived if echo is None else [*arrived, echo]

    def publish(self, publication: topics.Publication) -> None:
        self.published.append(publication)
        if publication.name.topic is topics.SERVICE_ECHO:
            self._echo = received(publication)


def received(publication: topics.Publication, *, retained: bool = False) -> Received:
    return Received(publication.path, publication.payload, retained)


def test_nothing_is_decided_on_half_of_what_is_retained() -> None:
    """The tick arrives among the retained messages, and is heard after them."""
    reading = messages.Temperature(value=12.5, measured_at=MONDAY_NOON)
    noon = received(topics.publication(topics.TICK, message=messages.Tick(at=MONDAY_NOON)))
    kept = received(topics.publication(topics.ROOM_TEMPERATURE, "bath", message=reading), retained=True)
    link = ScriptedLink([[noon], [kept]])
    service = Service(settings.parse(HOUSE), cast(Link, link))
    service.turn()
    assert [one.name.topic for one in link.published] == [topics.SERVICE_ECHO]
    service.turn()
    statuses = [one.message for one in link.published if one.path == "room/bath/status"]
    assert [one.temperature for one in statuses if isinstance(one, messages.RoomStatus)] == [12.5]


def test_a_secret_that_cannot_be_read_ends_with_2_and_names_the_file(tmp_path: Path) -> None:
    (tmp_path / "house.yaml").write_text(HOUSE)
    command = [sys.executable, "-m", "regulator", "--settings", str(tmp_path / "house.yaml")]
    ended = subprocess.run(
        command, env={"HAARD_MQTT_USER_FILE": "/no/such/file"}, stderr=subprocess.PIPE, text=True, check=False
    )
    assert ended.returncode == 2
    assert ended.stderr.startswith("HAARD_MQTT_USER_FILE=/no/such/file: cannot read a secret from it")


def test_sigterm_ends_with_0_and_says_offline(mosquitto: Mosquitto, tmp_path: Path) -> None:
    with Observer(mosquitto.settings()) as observer, a_process(mosquitto, tmp_path) as process:
        observer.wait_for(ALIVE, lambda payload: payload == b"online")
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE_S) == 0
        observer.wait_for(ALIVE, lambda payload: payload == b"offline")
        assert process.stderr is not None
        assert b"Traceback" not in process.stderr.read()


def test_two_processes_say_the_same(mosquitto: Mosquitto, tmp_path: Path) -> None:
    with Observer(mosquitto.settings()) as observer, a_process(mosquitto, tmp_path):
        say_until_heard(observer, 0)
        with a_process(mosquitto, tmp_path):
            starting = 1
            while not any(said(observer, "memory", is_memory_of(one)) == 2 for one in range(2, starting + 1)):
                starting += 1
                assert starting < 100, "the second regulator does not answer to ticks"
                tick(observer, starting)
                observer.listen(0.2)
            reading = messages.Temperature(value=18, measured_at=MONDAY_NOON + 200 * MINUTE)
            observer.say(topics.publication(topics.ROOM_TEMPERATURE, "living", message=reading))
            tick(observer, 200)
            observer.wait_for("memory", is_memory_of(200))
            first = len(observer.heard)
            if said(observer, "memory", is_memory_of(200)) < 2:
                observer.wait_for("memory", is_memory_of(200), since=first)  # the last word of the other
    answers = [one for one in observer.heard if iso(MONDAY_NOON + 200 * MINUTE).encode() in one.payload]
    for path in ("memory", "room/living/status", f"valve/{LIVING_VALVE}/set", "boiler/set"):
        payloads = [one.payload for one in answers if one.path == path]
        assert len(payloads) == 2, path
        assert payloads[0] == payloads[1]


def said(observer: Observer, path: str, matches: Callable[[bytes], bool]) -> int:
    return sum(one.path == path and matches(one.payload) and not one.retained for one in observer.heard)
