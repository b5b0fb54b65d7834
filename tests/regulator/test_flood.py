"""More than a core can decide upon: what is heard then, and in which state a flood on a real broker ends."""

import json
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from devtools.servers import Mosquitto
from house import messages, topics
from regulator.catching_up import Word
from regulator.flood import CARRIED, superseded
from tests.observer import Observer
from tests.regulator.house import MONDAY_NOON, iso
from tests.regulator.test_service import a_process_of, say_until_heard

ROOMS = [f"room_{number}" for number in range(100)]
ROUNDS = 12
SECOND = timedelta(seconds=1)


def reading(value: float, seconds: float | None = 0, path: str = "room/living/temperature") -> Word:
    said: dict[str, object] = {"value": value}
    if seconds is not None:
        said["measured_at"] = iso(MONDAY_NOON + seconds * SECOND)
    return Word(path, json.dumps(said).encode(), retained=False)


def heard(waiting: list[Word]) -> list[Word]:
    skipped = superseded(waiting)
    return [word for place, word in enumerate(waiting) if place not in skipped]


def test_what_a_core_can_carry_is_heard_one_by_one() -> None:
    assert superseded([reading(20, seconds) for seconds in range(CARRIED)]) == frozenset()


def test_in_a_flood_the_newest_of_each_thermometer_is_heard_in_the_order_of_arrival() -> None:
    paths = [f"room/{room}/temperature" for room in ("living", "bath")]
    waiting = [reading(15 + seconds / 100, seconds, path) for seconds in range(CARRIED) for path in paths]
    assert heard(waiting) == waiting[-2:]


def test_the_newest_is_the_one_that_was_measured_last_however_late_others_arrive() -> None:
    flood = [reading(20, seconds) for seconds in range(CARRIED)]
    newest, late = reading(21, 500), reading(19, 400)
    assert heard([*flood, newest, late]) == [newest, late]
    undated = reading(22, None)
    assert heard([*flood, newest, undated]) == [undated]
    assert heard([*flood, undated, newest]) == [undated, newest]


@pytest.mark.parametrize(
    ("path", "payload"),
    [
        ("tick", b'{"at":"2026-01-12T12:00:00Z"}'),
        ("room/living/setpoint/set", b"warm"),
        ("room/living/window", b"ajar"),
        ("room/living/temperature", b"not a number"),
        ("room/living/temperature", b""),
        ("room/living/memory", b"{}"),
        ("nowhere", b"x"),
    ],
)
def test_the_time_and_what_cannot_be_read_are_heard_each(path: str, payload: bytes) -> None:
    each = [Word(path, payload, retained=False)] * 3
    waiting = [*each, *[reading(20, seconds) for seconds in range(CARRIED)], *each]
    assert heard(waiting) == [*each, reading(20, CARRIED - 1), *each]


@pytest.mark.parametrize(
    ("path", "first", "last"),
    [
        ("room/living/setpoint/set", b"21", b'{"value": 19, "minutes": 30}'),
        ("room/living/mode/set", b"heat", b"auto"),
        ("room/living/preset/set", b"eco", b"none"),
        ("room/living/boost/set", b"30", b"off"),
        ("away/set", b"on", b"off"),
        ("room/living/window", b"open", b"closed"),
    ],
)
def test_the_newest_wish_of_a_kind_in_a_room_and_word_of_a_contact_replace_those_that_wait(
    path: str, first: bytes, last: bytes
) -> None:
    waiting, newest = [Word(path, first, retained=False)] * CARRIED, Word(path, last, retained=False)
    elsewhere = Word("room/bath/setpoint/set", b"20", retained=False)
    assert heard([*waiting, elsewhere, newest]) == [elsewhere, newest]
    unreadable = Word(path, b"\xff", retained=False)
    assert heard([*waiting, newest, unreadable]) == [newest, unreadable]


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Mosquitto]:
    """One that keeps a flood until it is read, and sends so many at once, as mosquitto/mosquitto.conf has it."""
    with Mosquitto(tmp_path / "broker", extra="max_inflight_messages 100") as broker:
        yield broker


@pytest.fixture
def house_yaml(broker: Mosquitto, tmp_path: Path) -> Path:
    rooms = {room: {"radiators": [{"valve": f"valve_{number}", "power_w": 1000}]} for number, room in enumerate(ROOMS)}
    path = tmp_path / "house.yaml"
    path.write_text(json.dumps({"rooms": rooms, "mqtt": {"host": "127.0.0.1", "port": broker.port}}))
    return path


@pytest.fixture
def observer(broker: Mosquitto) -> Iterator[Observer]:
    with Observer(broker.settings()) as observer:
        yield observer


@pytest.fixture
def regulator(observer: Observer, house_yaml: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Of a hundred rooms; it has decided once."""
    with a_process_of(house_yaml) as process:
        say_until_heard(observer, 0)
        yield process


@contextmanager
def standing_still(regulator: subprocess.Popen[bytes], observer: Observer) -> Iterator[None]:
    """So that all that is said meanwhile waits for it at once, however fast the computer is."""
    regulator.send_signal(signal.SIGSTOP)
    try:
        yield
        observer.flush()
    finally:
        regulator.send_signal(signal.SIGCONT)


def say_reading(observer: Observer, room: str, value: float, seconds: float) -> None:
    message = messages.Temperature(value=value, measured_at=MONDAY_NOON + seconds * SECOND)
    observer.send(topics.publication(topics.ROOM_TEMPERATURE, room, message=message))


@pytest.mark.system
@pytest.mark.usefixtures("regulator")
def test_a_reading_opens_the_valve_without_waiting_for_the_tick(observer: Observer) -> None:
    since = len(observer.heard)
    say_reading(observer, ROOMS[7], 12.0, 1)
    observer.wait_for("valve/valve_7/set", lambda payload: b'"opening":100' in payload, since)
    assert not any(one.path == "tick" for one in observer.heard[since:])


@pytest.mark.system
def test_a_flood_ends_in_the_newest_readings_nobody_is_thrown_out_and_what_was_not_heard_is_told(
    observer: Observer, regulator: subprocess.Popen[bytes]
) -> None:
    with standing_still(regulator, observer):
        for number in range(ROUNDS):
            for room in ROOMS:
                say_reading(observer, room, round(20.0 + number / 5, 1), number)
    last = round(20.0 + (ROUNDS - 1) / 5, 1)
    for room in ROOMS:
        observer.wait_for(f"room/{room}/status", lambda payload: json.loads(payload)["temperature"] == last)
    since = len(observer.heard)
    observer.say(topics.publication(topics.ROOM_SETPOINT_WISH, ROOMS[0], message=messages.SetpointWish(value=26.5)))
    observer.wait_for(f"room/{ROOMS[0]}/settings", lambda payload: b"26.5" in payload, since)
    gone = [one for one in observer.heard if one.path.endswith("availability") and one.payload == b"offline"]
    assert gone == []
    skipped = [messages.Skipped.decode(one.payload) for one in observer.heard if one.path.endswith("/skipped")]
    assert skipped
    numbers = [number for one in skipped for number in one.numbers]
    assert len(numbers) == len(set(numbers))


@pytest.mark.system
def test_a_flood_of_wishes_ends_in_the_newest_of_each_room_and_nobody_is_thrown_out(
    observer: Observer, regulator: subprocess.Popen[bytes]
) -> None:
    with standing_still(regulator, observer):
        for number in range(3000):
            wish = messages.SetpointWish(value=15 + number % 20 / 2)
            observer.send(topics.publication(topics.ROOM_SETPOINT_WISH, ROOMS[number % 7], message=wish))
        last = messages.SetpointWish(value=29.5)
        for room in ROOMS[:7]:
            observer.send(topics.publication(topics.ROOM_SETPOINT_WISH, room, message=last))
    for room in ROOMS[:7]:
        observer.wait_for(f"room/{room}/settings", lambda payload: b"29.5" in payload)
    assert not [one for one in observer.heard if one.path.endswith("availability") and one.payload == b"offline"]
    assert [one for one in observer.heard if one.path.endswith("/skipped")]
