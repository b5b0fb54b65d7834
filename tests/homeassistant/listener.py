"""Somebody who listens to the rooms on the broker itself, and so knows when the regulator took a wish."""

import json
import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion

Status = dict[str, Any]


class Listener:
    """A context manager that keeps each room's newest status."""

    def __init__(self, port: int, user: str, password: str) -> None:
        self._newest: dict[str, Status] = {}
        self._news = threading.Condition()
        self._client = Client(CallbackAPIVersion.VERSION2)
        self._client.username_pw_set(user, password)
        self._client.on_connect = lambda client, *_: client.subscribe("home/room/+/status")
        self._client.on_message = self._hear
        self._client.connect("127.0.0.1", port)

    def wait_for(self, room: str, holds: Callable[[Status], bool], within: float) -> float:
        """Wait until a room is so; how long it took, s."""
        began = time.monotonic()
        with self._news:
            if not self._news.wait_for(lambda: room in self._newest and holds(self._newest[room]), within):
                raise AssertionError(f"{room} is {self._newest.get(room)} after {within} s")
        return time.monotonic() - began

    def _hear(self, _client: Client, _data: Any, message: MQTTMessage) -> None:
        with self._news:
            self._newest[message.topic.split("/")[2]] = json.loads(message.payload)
            self._news.notify_all()

    def __enter__(self) -> Self:
        self._client.loop_start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.disconnect()
        self._client.loop_stop()
