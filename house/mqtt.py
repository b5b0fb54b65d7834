"""The one way onto the broker: a `Link` per service.

A link is driven by its owner: each `receive` is one turn of the network and returns what arrived, so a service is a
plain loop in one thread. It connects with MQTT 5 and falls back to 3.1.1, says `online` (and `offline` by last will),
reconnects for ever with back-off and jitter, and then says again every retained message that it has ever published,
which heals a broker that lost its file. While the broker is away nothing is queued: what was retained is said again
with its newest value, the rest would be too old to be of use. The recorder, which must not miss a word, has a
connection of its own (house.connection).
"""

import random
import re
import socket
import threading
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from types import TracebackType
from typing import Any, Self

import structlog
from paho.mqtt.client import (
    Client,
    ConnectFlags,
    DisconnectFlags,
    MQTTMessage,
    MQTTMessageInfo,
    topic_matches_sub,
)
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode, MQTTProtocolVersion
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from house import topics
from house.alive import Pulse
from house.attempts import (
    CHECK_USER,
    CONNACK_TIMEOUT_S,
    CONNECT_TIMEOUT_S,
    KEEPALIVE_S,
    LEAVE_TIMEOUT_S,
    Attempts,
    encryption,
    hint,
)
from house.errors import DeviceError
from house.messages import About, Availability, Rejected
from house.messages.services import cut
from house.secrets import read_secret
from house.settings import Mqtt

VERSIONS = {"5": MQTTProtocolVersion.MQTTv5, "3.1.1": MQTTProtocolVersion.MQTTv311}
TOPIC_LOGGED, REASON_LOGGED = 120, 300
ONLINE = Availability(value="online").encode()
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Received:
    """A message as it arrived; `path` is relative to the root, or the whole topic of a `foreign` message."""

    path: str
    payload: bytes
    retained: bool
    foreign: bool = False


class Link:
    """A service's connection to the broker; use it as a context manager, from one thread.

    `filters` are relative to the root; `foreign` ones are whole, for devices that speak MQTT in topics of their own.
    With `announce` every retained publication is repeated after a reconnect. With `about` (as `announce`, unless said
    otherwise) it tells which version it is: a service does, a command that comes and goes does not.
    """

    def __init__(
        self,
        broker: Mqtt,
        service: str,
        filters: Sequence[str] = (),
        *,
        stop: threading.Event,
        foreign: Sequence[str] = (),
        announce: bool = True,
        about: bool | None = None,
        leave_s: float = LEAVE_TIMEOUT_S,
    ) -> None:
        self.root = topics.Root(broker.root)
        # Of two regulators side by side, one name for both would let each throw the other out.
        self._client_id = f"haard-{random.randbytes(6).hex()}-{service}"
        self._broker, self._service, self._attempts = broker, service, Attempts(broker, stop)
        self._foreign = tuple(foreign)
        patterns = "|".join(topics.pattern_of(one).pattern for one in foreign)
        self._foreign_pattern = re.compile(patterns) if foreign else None
        self._filters = [*(self.root.full(one) for one in filters), *foreign]
        self._announce = announce
        self._about = own_version(service) if (announce if about is None else about) else None
        self._availability = topics.Name(topics.SERVICE_AVAILABILITY, (service,))
        self._own_topic = self.root.full(self._availability.topic.path(service))
        self._arrived: deque[Received] = deque()
        self._said: dict[str, bytes] = {}
        self._pending: deque[MQTTMessageInfo] = deque()
        self._client: Client | None = None
        self._connected = False
        self._pulse = Pulse()
        self._leave_s, self._closing = leave_s, False

    # --- what a service uses ------------------------------------------------------------------------------------------

    @property
    def connected(self) -> bool:
        return self._connected

    @property
    def connections(self) -> int:
        """How often a connection was made; a change means that every retained message arrives again."""
        return self._attempts.connections

    @property
    def trouble(self) -> str | None:
        """Why the last try to connect failed; None before the first and while there is a connection."""
        return self._attempts.trouble

    @property
    def version(self) -> str:
        """The version of MQTT that is spoken, or tried next."""
        return self._attempts.version

    def receive(self, timeout: float) -> list[Received]:
        """One turn of the network, of at most `timeout` seconds; reconnects when it is time to."""
        self._pulse.beat()
        if self._client is None:
            self._try_to_connect(timeout)
        else:
            self._turn(self._client, timeout)
        arrived = list(self._arrived)
        self._arrived.clear()
        return arrived

    def publish(self, publication: topics.Publication) -> None:
        """Say it, QoS 1. While the broker is away a retained message waits for the connection, any other is dropped."""
        self._publish(publication.path, publication.payload, retain=publication.retained)

    def publish_retained(self, path: str, payload: bytes) -> None:
        """Have the broker retain these very bytes, as a backup kept them."""
        self._publish(path, payload, retain=True)

    def publish_foreign(self, topic: str, payload: bytes, *, retain: bool = False) -> None:
        """Tell a device in its own topic, QoS 1. No command is retained: a device would obey an old one at each start.

        Dropped while the broker is away.
        """
        if self._connected:
            self._send(topic, payload, retain=retain)

    def reject(self, received: Received, reason: str) -> None:
        """Refuse a message aloud: on the topic for it and in the log."""
        topic = received.path if received.foreign else self.root.full(received.path)
        self.publish(rejection(topic, received.payload, reason, self._service))

    def flush(self, timeout: float) -> None:
        """Wait until the broker has everything that was published; raises DeviceError if it does not in time, or at
        once if it does not let us in.
        """
        deadline = time.monotonic() + timeout
        kept: list[Received] = []
        try:
            while not self._connected or self._unsaid():
                if not self._connected and self.trouble is not None and hint(self.trouble) == CHECK_USER:
                    raise DeviceError(
                        f"{self._attempts.where} does not let us in: {self.trouble}; {CHECK_USER}", temporary=True
                    )
                remaining = deadline - time.monotonic()
                if remaining <= 0:
                    raise DeviceError(f"{self._attempts.where} does not answer; is it running?", temporary=True)
                kept += self.receive(min(remaining, 0.2))
        finally:
            self._arrived.extendleft(reversed(kept))  # in vain or not, what was heard meanwhile is not lost

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Say `offline`, since a clean disconnect cancels the last will, and leave."""
        self._closing = True
        if self._client is not None and self._connected:
            self._leave(self._client)
        self._drop_client()

    def _leave(self, client: Client) -> None:
        offline = topics.Publication(self._availability, Availability(value="offline"))
        self._publish(offline.path, offline.payload, retain=True)
        deadline, is_late = time.monotonic() + self._leave_s, False
        while client.socket() and self._unsaid() and not is_late:
            is_late = time.monotonic() > deadline  # after a pause of the machine, what has come is still read
            client.loop(0.1)
        unsaid = sum(not sent.is_published() for sent in self._pending)
        if client.socket() is None or unsaid:
            self._attempts.left_early(max(unsaid - 1, 0))
            return
        client.disconnect()
        client.loop(0.1)

    def _unsaid(self) -> bool:
        return any(not sent.is_published() for sent in self._pending)

    # --- connecting ---------------------------------------------------------------------------------------------------

    def _try_to_connect(self, timeout: float) -> None:
        if not self._attempts.is_due(timeout):
            return
        client = self._new_client()
        try:
            client.connect(self._broker.host, self._broker.port, KEEPALIVE_S)
        except (OSError, ValueError) as error:
            self._attempts.unreachable(str(error))
            return
        self._client = client
        deadline = time.monotonic() + CONNACK_TIMEOUT_S
        while self._client is client and not self._connected:
            is_late = time.monotonic() > deadline  # after a pause of the machine, an answer that has come is still read
            failed = client.loop(0.1) != MQTTErrorCode.MQTT_ERR_SUCCESS or is_late
            if failed and self._client is client and not self._connected:
                self._refused("no answer to CONNECT")

    def _turn(self, client: Client, timeout: float) -> None:
        failed = client.loop(timeout) != MQTTErrorCode.MQTT_ERR_SUCCESS
        if failed and self._client is client:
            self._lost("connection lost")

    def _new_client(self) -> Client:
        client = Client(CallbackAPIVersion.VERSION2, self._client_id, protocol=VERSIONS[self.version])
        client.connect_timeout = CONNECT_TIMEOUT_S
        client.max_inflight_messages_set(100)
        user, password = read_secret("MQTT_USER"), read_secret("MQTT_PASSWORD")
        if user is not None:
            client.username_pw_set(user, password)
        if (secure := encryption(self._broker)) is not None:
            client.tls_set_context(secure)
        offline = topics.Publication(self._availability, Availability(value="offline"))
        client.will_set(self.root.full(offline.path), offline.payload, qos=1, retain=True)
        client.on_socket_open = _send_at_once
        client.on_connect = self._on_connect
        client.on_disconnect = self._on_disconnect
        client.on_message = self._on_message
        client.on_subscribe = self._on_subscribe
        client.on_publish = self._on_publish
        return client

    def _on_connect(
        self, client: Client, _data: Any, _flags: ConnectFlags, reason: ReasonCode, _properties: Properties | None
    ) -> None:
        if reason.is_failure:
            self._refused(str(reason))
            return
        self._connected = True
        self._attempts.succeeded()
        client.subscribe([(one, 1) for one in self._subscriptions()])
        for path, payload in self._said.items():
            self._send(self.root.full(path), payload, retain=True)
        if self._about is not None:
            self._send(self.root.full(self._about.path), self._about.payload, retain=True)
        self._say_online()

    def _subscriptions(self) -> list[str]:
        """The filters and the service's own availability, which would arrive twice were it in two of them."""
        covered = any(topic_matches_sub(one, self._own_topic) for one in self._filters if one not in self._foreign)
        return self._filters if covered else [*self._filters, self._own_topic]

    def _on_disconnect(
        self, client: Client, _data: Any, _flags: DisconnectFlags, reason: ReasonCode, _properties: Properties | None
    ) -> None:
        if client is self._client and self._connected and not self._closing:
            self._lost("connection lost" if reason.getName() == "Unspecified error" else str(reason))

    def _lost(self, reason: str) -> None:
        self._drop_client()
        self._attempts.lost(reason)

    def _refused(self, reason: str) -> None:
        self._drop_client()
        self._attempts.refused(reason, is_understood=False)

    def _drop_client(self) -> None:
        client, self._client, self._connected = self._client, None, False
        self._pending.clear()
        sock = client.socket() if client is not None else None
        if sock is not None:
            sock.close()

    # --- messages -----------------------------------------------------------------------------------------------------

    def _on_message(self, _client: Client, _data: Any, message: MQTTMessage) -> None:
        foreign = self._is_foreign(message.topic)
        path = message.topic if foreign else self.root.relative(message.topic)
        if path is None:
            return
        if not foreign and message.topic == self._own_topic:
            if message.payload != ONLINE and not self._closing:
                self._say_online()  # another process of the same name has left, or somebody said nonsense
            return
        if not foreign and not any(topic_matches_sub(one, message.topic) for one in self._filters):
            return  # amqtt hands to a newcomer what others have subscribed to
        self._arrived.append(Received(path, bytes(message.payload), bool(message.retain), foreign))

    def _is_foreign(self, topic: str) -> bool:
        """By one pattern of all the filters: a fleet hears dozens of them, some hundred times a second."""
        return self._foreign_pattern is not None and self._foreign_pattern.fullmatch(topic) is not None

    def _say_online(self) -> None:
        online = topics.Publication(self._availability, Availability(value="online"))
        self._send(self.root.full(online.path), online.payload, retain=True)

    def _publish(self, path: str, payload: bytes, *, retain: bool) -> None:
        if retain and self._announce and path != self._availability.topic.path(self._service):
            self._said[path] = payload
        if self._connected:
            self._send(self.root.full(path), payload, retain=retain)

    def _send(self, topic: str, payload: bytes, *, retain: bool) -> None:
        if self._client is not None:
            sent = self._client.publish(topic, payload, qos=1, retain=retain)
            if sent.rc == MQTTErrorCode.MQTT_ERR_SUCCESS:  # otherwise the connection has just been lost
                self._pending.append(sent)
        while self._pending and self._pending[0].is_published():
            self._pending.popleft()

    def _on_publish(
        self, _client: Client, _data: Any, _packet_id: int, reason: ReasonCode, _properties: Properties | None
    ) -> None:
        if reason.is_failure and reason.getName() != "No matching subscribers":
            log.error("publication refused", reason=str(reason), hint="the broker's acl says who may write what")

    def _on_subscribe(
        self, _client: Client, _data: Any, _packet_id: int, reasons: list[ReasonCode], _properties: Properties | None
    ) -> None:
        if any(reason.is_failure for reason in reasons):
            log.error("subscription refused", filters=self._filters, hint="the broker's acl says who may read what")


def _send_at_once(_client: Client, _data: Any, sock: Any) -> None:
    # Without it Nagle's algorithm turns a reaction of 1 ms into 6 ms.
    if isinstance(sock, socket.socket):
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def rejection(topic: str, payload: bytes, reason: str, service: str) -> topics.Publication:
    """What tells everybody that a service cannot use a message; it is logged at once."""
    message = Rejected(topic=topic, payload=payload[:200].decode(errors="replace"), reason=reason, service=service)
    log_refusal(message)
    return topics.publication(topics.REJECTED, message=message)


def log_refusal(refused: Rejected) -> None:
    """The payload by its head only: what is no text takes five characters a byte and would hide the reason."""
    topic, reason = cut(refused.topic, TOPIC_LOGGED), cut(refused.reason, REASON_LOGGED)
    log.warning("message refused", topic=topic, payload=refused.payload[:40], reason=reason)


def own_version(service: str) -> topics.Publication:
    """What a service says of itself as it starts."""
    message = About(version=version("haard"), started_at=datetime.now(UTC).replace(microsecond=0))
    return topics.publication(topics.SERVICE_ABOUT, service, message=message)
