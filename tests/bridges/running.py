"""Running a bridge: in a thread with a clock that can be moved, or as a process of its own; and a device on a wire."""

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from paho.mqtt import publish
from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion

from devtools.servers import Mosquitto
from house import settings, topics
from house.messages import BoilerSet
from tests.bridges.fake_boilers import FakeBoiler

PATIENCE_S = 20.0
ROOMS = "rooms: {living: {sensors: [t1], windows: [w1], radiators: [{valve: v1, power_w: 1000}]}}\n"


class MovableClock:
    """The wall clock, moved by `ahead`; it tells who waits for it how often it was looked at."""

    def __init__(self) -> None:
        self.ahead = timedelta(0)
        self._looks, self._looked = 0, threading.Condition()

    def __call__(self) -> datetime:
        with self._looked:
            self._looks += 1
            self._looked.notify_all()
        return self._now() + self.ahead

    def _now(self) -> datetime:
        return datetime.now(UTC)

    def wait_for_looks(self, count: int) -> None:
        """Until it was looked at so many times more: a bridge has turned."""
        with self._looked:
            until = self._looks + count
            assert self._looked.wait_for(lambda: self._looks >= until, PATIENCE_S)


class StandingClock(MovableClock):
    """A clock that moves by `ahead` only."""

    def __init__(self, begin: datetime) -> None:
        super().__init__()
        self._begin = begin

    def _now(self) -> datetime:
        return self._begin


def house_yaml(broker: Mosquitto, sections: str, rooms: str = ROOMS, root: str = "home") -> str:
    return f"mqtt: {{host: 127.0.0.1, port: {broker.port}, root: {root}}}\n{rooms}{sections}\n"


@contextmanager
def running(run: Callable[..., None], broker: Mosquitto, sections: str, **arguments: Any) -> Iterator[None]:
    """The bridge in a thread; what it raises fails the test."""
    stop, raised = threading.Event(), list[BaseException]()

    def _run() -> None:
        try:
            run(settings.parse(house_yaml(broker, sections)), stop, **arguments)
        except BaseException as error:
            raised.append(error)

    thread = threading.Thread(target=_run)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(PATIENCE_S)
    assert not thread.is_alive()
    assert not raised, raised


@contextmanager
def process(
    name: str, folder: Path, broker: Mosquitto, sections: str, rooms: str = ROOMS, root: str = "home"
) -> Iterator[subprocess.Popen[bytes]]:
    """The bridge as a process, with what it logs in `folder`/log.txt."""
    file = folder / "house.yaml"
    file.write_text(house_yaml(broker, sections, rooms, root))
    command = [sys.executable, "-m", "bridges", name, "--settings", str(file)]
    with (folder / "log.txt").open("wb") as log, subprocess.Popen(command, stdout=log, stderr=log) as child:
        try:
            yield child
        finally:
            if child.poll() is None:
                child.kill()


def boiler_set(
    now: datetime, *, call: bool, flow_setpoint: float | None = None, minutes: float = 10
) -> topics.Publication:
    expires_at = now + timedelta(minutes=minutes)
    wish = BoilerSet(call=call, flow_setpoint=flow_setpoint, issued_at=now, expires_at=expires_at, reason="test")
    return topics.publication(topics.BOILER_SET, message=wish)


def say_raw(broker: Mosquitto, topic: str, payload: bytes, *, retain: bool = False) -> None:
    """Any bytes on any topic."""
    publish.single(topic, payload, qos=1, retain=retain, hostname="127.0.0.1", port=broker.port)


class Wire:
    """A device with an MQTT client of its own, which comes back by itself; a context manager."""

    def __init__(self, broker: Mosquitto, device: FakeBoiler, clock: Callable[[], datetime]) -> None:
        self.device, self._broker, self._clock = device, broker, clock
        self._changed = threading.Condition()
        self._client = Client(CallbackAPIVersion.VERSION2, reconnect_on_failure=True)
        self._client.reconnect_delay_set(min_delay=1, max_delay=1)
        self._client.will_set(*device.will, qos=1, retain=True)
        self._client.on_connect = self._on_connect
        self._client.on_message = self._on_message
        self._is_listening = False
        self._client.on_subscribe = lambda *_: self._now_listens(True)
        self._client.on_disconnect = lambda *_: self._now_listens(False)

    def wait_for(self, holds: Callable[[], bool], within_s: float = PATIENCE_S) -> None:
        """Wait until something is so, looking after each command; an AssertionError if it never is."""
        with self._changed:
            assert self._changed.wait_for(holds, within_s), self.device.commands[-5:]

    def is_listening(self) -> bool:
        """Whether it hears every command from now on."""
        return self._is_listening

    def _now_listens(self, is_so: bool) -> None:
        with self._changed:
            self._is_listening = is_so
            self._changed.notify_all()

    def speak(self) -> None:
        for topic, payload, retain in self.device.says(self._clock()):
            self._client.publish(topic, payload, qos=1, retain=retain)

    def _on_connect(self, client: Client, *_: Any) -> None:
        client.subscribe([(topic, 1) for topic in self.device.listens])
        self.speak()

    def _on_message(self, _client: Client, _data: Any, message: MQTTMessage) -> None:
        assert not message.retain, "a device would obey a retained command at each start"
        with self._changed:
            self.device.hear(message.topic, bytes(message.payload), self._clock())
            self._changed.notify_all()
        self.speak()

    def __enter__(self) -> Self:
        self._client.connect("127.0.0.1", self._broker.port)
        self._client.loop_start()
        self.wait_for(self.is_listening)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.disconnect()
        self._client.loop_stop()
