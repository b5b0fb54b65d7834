"""A bridge with everything around it: a private D-Bus with a fake BlueZ, virtual valves, and a real broker."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bridges.bluetooth.bridge import run
from bridges.bluetooth.timing import Timing
from bridges.eq3.pace import Pace
from devtools.servers import Mosquitto
from house import topics
from house.errors import HaardError
from house.messages import Message, ValveSet
from house.settings import Settings
from tests.bridges.running import MovableClock
from tests.fake_bluez import FakeBluez
from tests.observer import Observer
from tests.virtual_eq3 import VirtualEq3

PATIENCE_S = 30.0
ADVERTISE_S = 0.2
SWIFT = Timing(
    pace=Pace(
        poll_first=timedelta(seconds=30),
        poll_last=timedelta(seconds=60),
        look_again=timedelta(seconds=1),
        quiet=timedelta(seconds=0.5),
        settle=timedelta(seconds=1.5),
        backoff=tuple(timedelta(seconds=s) for s in (0.1, 0.3, 0.5)),
        unpaired=timedelta(seconds=30),
    ),
    connect_s=20.0,
    answer_s=10.0,
    bluez_s=10.0,
    pair_s=10.0,
    idle_s=0.05,
    grace_s=2.0,
    scan_retry_s=0.2,
    power_off_s=0.1,
)
"""Patient with an answer, which comes within milliseconds unless the machine pauses."""
IMPATIENT = replace(SWIFT, connect_s=4.0, answer_s=2.0, bluez_s=2.0)
"""Where no answer comes."""


def address_of(number: int) -> str:
    return f"00:1A:22:00:00:{number:02X}"


def topic_id(number: int) -> str:
    return address_of(number).replace(":", "").lower()


def wish(setpoint: float, opening: float | None = 100, minutes: float = 90, fallback: float = 19) -> ValveSet:
    now = datetime.now(UTC)
    ends = now + timedelta(minutes=minutes)
    return ValveSet(opening=opening, setpoint=setpoint, issued_at=now, expires_at=ends, fallback=fallback)


class Garbage(Message):
    """Bytes that are sent as they are."""

    raw: bytes

    def encode(self) -> bytes:
        return self.raw


def eventually(is_so: Callable[[], Any], what: str, within_s: float = PATIENCE_S) -> None:
    deadline = time.monotonic() + within_s
    while not is_so():
        assert time.monotonic() < deadline, f"not within {within_s} s: {what}"
        time.sleep(0.02)


class Bench:
    """The bridge under test and what is around it."""

    def __init__(self, bluez: FakeBluez, broker: Mosquitto, valves: list[VirtualEq3], observer: Observer) -> None:
        self.bluez, self.broker, self.valves, self.observer = bluez, broker, valves, observer
        self.outcome: list[HaardError | None] = []
        self.clock = MovableClock()

    def settings(self, silence_s: float = 60, **bluetooth: Any) -> Settings:
        rooms: dict[str, dict[str, Any]] = {
            f"room{number}": {"radiators": [{"valve": valve.address, "power_w": "1000"}]}
            for number, valve in enumerate(self.valves, 1)
        }
        rooms["room1"]["sensors"] = ["A4:C1:38:02:83:F4"]
        broker = {"host": "127.0.0.1", "port": self.broker.port}
        settings = Settings.model_validate({"mqtt": broker, "rooms": rooms, "bluetooth": bluetooth})
        radio = settings.bluetooth.model_copy(update={"silence_s": silence_s})  # less than a person may set
        return settings.model_copy(update={"bluetooth": radio})

    @contextmanager
    def bridge(self, timing: Timing = SWIFT, **bluetooth: Any) -> Iterator[None]:
        """Run the bridge, while the valves advertise."""
        stop, settings = threading.Event(), self.settings(**bluetooth)

        def serve() -> None:
            try:
                run(settings, stop, timing, self.clock)
                self.outcome.append(None)
            except HaardError as error:  # told by the test
                self.outcome.append(error)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            with self.air():
                yield
        finally:
            stop.set()
            thread.join(PATIENCE_S)
            assert not thread.is_alive()

    @contextmanager
    def air(self) -> Iterator[None]:
        """The valves advertise all the while."""
        stop = threading.Event()

        def advertise() -> None:
            while not stop.wait(ADVERTISE_S):
                self.bluez.advertise_valves()

        thread = threading.Thread(target=advertise)
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join(PATIENCE_S)

    def tell(self, number: int, message: Message | None) -> None:
        self.observer.say(topics.publication(topics.VALVE_SET, topic_id(number), message=message))

    def hears(self, path: str, matches: Callable[[bytes], bool] = lambda _: True, since: int = 0) -> Any:
        return self.observer.wait_for(path, matches, since)
