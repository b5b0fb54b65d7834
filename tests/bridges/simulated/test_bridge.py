"""The simulated house and the regulator as the processes that a person starts, on a real Mosquitto."""

import argparse
import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from types import TracebackType
from typing import Self

import pytest

from bridges.__main__ import main
from bridges.simulated.bridge import add_options
from devtools.servers import Mosquitto
from house import messages, topics
from tests.observer import Observer

ROOT = Path(__file__).parents[3]
LIVING, BATHROOM = "001a22000001", "001a22000002"
MINUTE = timedelta(minutes=1)
FAST, FASTER = "1200", "2400"


class Service:
    """`python -m ...` as a process of its own."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        self._command = [sys.executable, "-m", *arguments]
        self._log = folder / "services.txt"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(self._command, cwd=ROOT, stdout=log, stderr=log)

    def stop(self, with_signal: signal.Signals = signal.SIGTERM) -> int:
        process, self._process = self._process, None
        if process is None:
            return 0
        process.send_signal(with_signal)
        return process.wait(10)

    def kill(self) -> None:
        self.stop(signal.SIGKILL)

    def said(self) -> str:
        return self._log.read_text()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


@pytest.fixture
def start(tmp_path: Path, mosquitto: Mosquitto) -> Iterator[Callable[..., Service]]:
    """Start a service of a house with two rooms, as `start("bridges", "simulated", "--speed", "600")`."""
    settings = tmp_path / "house.yaml"
    settings.write_text(
        f"mqtt: {{host: 127.0.0.1, port: {mosquitto.port}}}\n"
        "rooms:\n"
        "  living:\n"
        "    sensors: [a4c138000001]\n"
        f"    radiators: [{{valve: {LIVING}, power_w: 2100}}]\n"
        '    schedule: {daily: {"00:00": 19.5}}\n'
        "  bathroom:\n"
        f"    radiators: [{{valve: {BATHROOM}, power_w: 1000}}]\n"
        '    schedule: {daily: {"00:00": 20}}\n'
    )
    with ExitStack() as running:
        yield lambda *arguments: running.enter_context(
            Service(tmp_path, arguments[0], *arguments[1:], "--settings", str(settings))
        )


@pytest.fixture
def observer(mosquitto: Mosquitto) -> Iterator[Observer]:
    with Observer(mosquitto.settings()) as one:
        yield one


def ticks(observer: Observer) -> list[datetime]:
    said = (messages.Tick.decode(one.payload).at for one in observer.heard if one.path == "tick")
    return [at for at in said if at is not None]


def wait_for_ticks(observer: Observer, count: int) -> None:
    """Hear so many more."""
    for _ in range(count):
        observer.wait_for("tick", since=len(observer.heard))


def are_in_order(heard: list[datetime]) -> bool:
    """Each minute once, none left out; a restart may say its first minute again."""
    steps = [later - earlier for earlier, later in pairwise(heard)]
    return all(step == MINUTE for step in steps if step)


def is_warm(payload: bytes) -> bool:
    status = messages.RoomStatus.decode(payload)
    return status.temperature is not None and status.setpoint is not None and status.temperature >= status.setpoint


def says(cls: type[messages.Message], **expected: object) -> Callable[[bytes], bool]:
    return lambda payload: expected.items() <= dict(cls.decode(payload)).items()


def test_rooms_reach_their_setpoints_and_stay_there(start: Callable[..., Service], observer: Observer) -> None:
    """At a speed at which a regulator that is paused for some seconds misses no more than an hour or so."""
    start("regulator")
    start("bridges", "simulated", "--speed", FAST)
    observer.wait_for("room/living/status", is_warm, within_s=60)
    observer.wait_for("room/bathroom/status", is_warm, within_s=60)
    reached = len(observer.heard)
    wait_for_ticks(observer, 60)
    for room_id, setpoint in (("living", 19.5), ("bathroom", 20)):
        payloads = [one.payload for one in observer.heard[reached:] if one.path == f"room/{room_id}/status"]
        temperatures = [messages.RoomStatus.decode(payload).temperature or 0 for payload in payloads]
        assert min(temperatures) > setpoint - 1.0
    assert ticks(observer)[0] == datetime(2026, 1, 12, 6, tzinfo=UTC)
    assert are_in_order(ticks(observer))


def test_a_house_that_was_killed_goes_on_where_it_was(start: Callable[..., Service], observer: Observer) -> None:
    start("regulator")
    house = start("bridges", "simulated", "--speed", FAST)
    observer.wait_for("valve/001a22000001/status", says(messages.ValveStatus, opening=100))
    wait_for_ticks(observer, 45)
    house.kill()
    observer.wait_for("service/simulated/availability", lambda payload: payload == b"offline")
    killed, stood = len(observer.heard), ticks(observer)[-1]
    house.start()
    wait_for_ticks(observer, 15)
    assert "the house goes on" in house.said()
    assert are_in_order(ticks(observer))
    assert ticks(observer)[-1] > stood
    before = readings(observer, "room/living/temperature/a4c138000001", 0, killed)
    after = readings(observer, "room/living/temperature/a4c138000001", killed)
    assert after[0] == pytest.approx(before[-1], abs=0.5)
    gas = readings(observer, "meter/gas")
    assert gas == sorted(gas)
    assert gas[-1] > gas[0]
    assert openings(observer, killed)[0] == openings(observer, 0, killed)[-1]


def readings(observer: Observer, path: str, since: int = 0, until: int | None = None) -> list[float]:
    """The live values on a topic."""
    heard = [one for one in observer.heard[since:until] if one.path == path and not one.retained]
    return [json.loads(one.payload)["value"] for one in heard]


def openings(observer: Observer, since: int, until: int | None = None) -> list[float | None]:
    heard = [one for one in observer.heard[since:until] if one.path == f"valve/{LIVING}/status"]
    return [messages.ValveStatus.decode(one.payload).opening for one in heard]


def test_without_a_regulator_valves_fall_back_and_obey_again_when_it_returns(
    start: Callable[..., Service], observer: Observer
) -> None:
    regulator = start("regulator")
    start("bridges", "simulated", "--speed", FASTER)
    observer.wait_for(f"valve/{LIVING}/status", says(messages.ValveStatus, mode="manual"))
    regulator.kill()
    killed = len(observer.heard)
    observer.wait_for("boiler/status", says(messages.BoilerStatus, flame=False), since=killed)
    observer.wait_for(f"valve/{LIVING}/status", says(messages.ValveStatus, mode="auto", setpoint=19.5), since=killed)
    regulator.start()
    observer.wait_for(f"valve/{LIVING}/status", says(messages.ValveStatus, mode="manual"), since=len(observer.heard))
    assert are_in_order(ticks(observer))


def test_a_broker_that_was_killed_and_lost_all_knows_all_again(
    start: Callable[..., Service], mosquitto: Mosquitto
) -> None:
    start("regulator")
    start("bridges", "simulated", "--speed", FASTER)
    with Observer(mosquitto.settings()) as before:
        before.wait_for(f"valve/{LIVING}/status", says(messages.ValveStatus, opening=100))
    mosquitto.kill()
    mosquitto.forget()
    mosquitto.start()
    with Observer(mosquitto.settings()) as after:
        after.wait_for("room/living/temperature/a4c138000001")
        after.wait_for("forecast")
        after.wait_for("meter/gas")
        after.wait_for(f"valve/{LIVING}/set")
        wait_for_ticks(after, 30)
        assert ticks(after)[0] > max(ticks(before))
        assert are_in_order(ticks(after))
        after.wait_for("room/living/status", is_warm)


class Garbage(messages.Message):
    """Bytes that are no message."""

    content: bytes

    def encode(self) -> bytes:
        return self.content


GARBAGE = (b"open!", b"{}", b'{"opening": 900, "setpoint": "x"}', b"[", bytes(range(256)))


def test_garbage_is_refused_aloud_and_the_house_lives_on(start: Callable[..., Service], observer: Observer) -> None:
    house = start("bridges", "simulated", "--speed", FAST)
    observer.wait_for("tick")
    for topic, ids in ((topics.VALVE_SET, (LIVING,)), (topics.VALVE_SET, ("nobody",)), (topics.BOILER_SET, ())):
        for content in GARBAGE:
            since = len(observer.heard)
            observer.say(topics.publication(topic, *ids, message=Garbage(content=content)))
            refused = messages.Rejected.decode(observer.wait_for("rejected", since=since).payload)
            assert (refused.topic, refused.service) == (f"home/{topic.path(*ids)}", "simulated")
    wait_for_ticks(observer, 3)
    assert house.stop() == 0


def test_a_house_starts_when_it_is_told_to(start: Callable[..., Service], observer: Observer) -> None:
    start("bridges", "simulated", "--start", "2027-02-01T12:34Z", "--seed", "3")
    tick = messages.Tick.decode(observer.wait_for("tick").payload)
    assert tick.at == datetime(2027, 2, 1, 12, 34, tzinfo=UTC)


@pytest.mark.parametrize(
    ("option", "reason"),
    [
        (("--speed", "0"), "0 should be a number above 0"),
        (("--speed", "nan"), "nan should be a number above 0"),
        (("--speed", "fast"), "fast should be a number above 0"),
        (("--start", "yesterday"), "yesterday should be a whole minute"),
        (("--start", "2026-01-12T06:00:30Z"), "should be a whole minute"),
        (("--start", "2026-01-12T06:00"), "should be a whole minute"),
    ],
)
def test_an_option_that_makes_no_sense_is_refused(
    option: tuple[str, str], reason: str, capsys: pytest.CaptureFixture[str]
) -> None:
    parser = argparse.ArgumentParser()
    add_options(parser)
    with pytest.raises(SystemExit) as refused:
        parser.parse_args(option)
    assert refused.value.code == 2
    assert reason in capsys.readouterr().err


def test_only_the_simulated_house_has_a_speed(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as refused:
        main(["clock", "--speed", "60"])
    assert refused.value.code == 2
    assert "--speed" in capsys.readouterr().err
