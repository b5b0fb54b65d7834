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
    """The wall clock, moved by `ahead`."""

    def __init__(self) -> None:
        self.ahead = timedelta(0)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


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
        self._listening = threading.Event()
        self._client.on_subscribe = lambda *_: self._listening.set()

    def wait_for(self, holds: Callable[[], bool], within_s: float = PATIENCE_S) -> None:
        """Wait until something is so, looking after each command; an AssertionError if it never is."""
        with self._changed:
            assert self._changed.wait_for(holds, within_s), self.device.commands[-5:]

    def is_connected(self) -> bool:
        return self._client.is_connected()

    def speak(self) -> None:
        for topic, payload, retain in self.device.says(self._clock()):
            self._client.publish(topic, payload, qos=1, retain=retain)

    def _on_connect(self, client: Client, *_: Any) -> None:
        client.subscribe([(topic, 1) for topic in self.device.listens])
        self.speak()
        with self._changed:
            self._changed.notify_all()

    def _on_message(self, _client: Client, _data: Any, message: MQTTMessage) -> None:
        assert not message.retain, "a device would obey a retained command at each start"
        with self._changed:
            self.device.hear(message.topic, bytes(message.payload), self._clock())
            self._changed.notify_all()
        self.speak()

    def __enter__(self) -> Self:
        self._client.connect("127.0.0.1", self._broker.port)
        self._client.loop_start()
        assert self._listening.wait(PATIENCE_S), "the broker does not take the device's subscriptions"
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.disconnect()
        self._client.loop_stop()
