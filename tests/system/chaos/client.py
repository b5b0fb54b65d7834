"""A client of the chaos suite's own on the broker, by paho: nothing of haard's stands between it and what is said.

With a session that outlives the connection it misses no message but those that the broker itself loses.
"""

import socket
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from paho.mqtt.client import Client as Paho
from paho.mqtt.client import MQTTMessage, MQTTMessageInfo
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.subscribeoptions import SubscribeOptions

CONNECTED_S = 30.0
ONLY_NEW = 1  # retained messages come with a new subscription only


@dataclass(frozen=True, slots=True)
class Message:
    """As it was said: `retain` is how its sender sent it."""

    topic: str
    payload: bytes
    retain: bool


class Client:
    """Connected by a thread of its own; `hear` is called in it. A context manager."""

    def __init__(
        self, port: int, name: str, filters: Sequence[str] = (), hear: Callable[[Message], None] = print
    ) -> None:
        self.connected = threading.Event()
        self.sessions_lost = 0
        self._port, self._filters, self._hear = port, filters, hear
        self._paho = Paho(CallbackAPIVersion.VERSION2, name, protocol=MQTTProtocolVersion.MQTTv5)
        self._paho.reconnect_delay_set(1, 1)
        self._paho.max_inflight_messages_set(1_000)
        self._paho.on_socket_open = _send_at_once
        self._paho.on_connect, self._paho.on_message = self._on_connect, self._on_message
        self._paho.on_disconnect = lambda *_: self.connected.clear()

    def say(self, topic: str, payload: bytes, *, retain: bool = False, qos: int = 1) -> MQTTMessageInfo:
        return self._paho.publish(topic, payload, qos, retain)

    def __enter__(self) -> Self:
        self._paho.connect("127.0.0.1", self._port, 60, clean_start=False, properties=session_of(3_600))
        self._paho.loop_start()
        assert self.connected.wait(CONNECTED_S)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._paho.disconnect()
        self._paho.loop_stop()

    def _on_connect(self, _client: Any, _data: Any, flags: Any, _reason: Any, _properties: Any) -> None:
        if not flags.session_present:
            self.sessions_lost += 1
            options = SubscribeOptions(qos=1, retainAsPublished=True, retainHandling=ONLY_NEW)
            if self._filters:
                self._paho.subscribe([(one, options) for one in self._filters])
        self.connected.set()

    def _on_message(self, _client: Any, _data: Any, message: MQTTMessage) -> None:
        self._hear(Message(message.topic, bytes(message.payload), bool(message.retain)))


def session_of(seconds: int) -> Properties:
    """A session that outlives its connection by so much."""
    lasting = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
    lasting.SessionExpiryInterval = seconds
    return lasting


def _send_at_once(_client: Any, _data: Any, sock: Any) -> None:
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
