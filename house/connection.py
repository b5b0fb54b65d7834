"""The way to the broker for those who hear a great many messages, a recorder and a fleet's regulator: little CPU, one
thread.

`receive` is one turn of the network, as house.mqtt.Link's is; the bytes are read by house.packets. Nothing blocks
but connecting: what the socket does not take at once waits in memory. Anything wrong, by the broker's fault or the
network's, ends in a new connection after a while. The recorder's session outlives it, so that the broker then delivers
again what was not acknowledged. MQTT 5, or 3.1.1 where a broker does not know it.
"""

import random
import select
import socket
import ssl
import threading
import time
from collections import deque
from collections.abc import Iterable, Sequence
from types import TracebackType
from typing import NamedTuple, Self

import structlog

from house import packets, topics
from house.alive import Pulse
from house.attempts import (
    CONNACK_TIMEOUT_S,
    CONNECT_TIMEOUT_S,
    KEEPALIVE_S,
    LEAVE_TIMEOUT_S,
    Attempts,
    encryption,
)
from house.errors import PayloadError
from house.messages import Availability
from house.mqtt import own_version, rejection
from house.packet_properties import MAXIMUM_PACKET_SIZE, RECEIVE_MAXIMUM, SERVER_KEEP_ALIVE, in_words
from house.packets import MQTT_3, MQTT_5, Connected, Disconnected, PacketReader, Publish, Published, Subscribed, Word
from house.secrets import read_secret
from house.settings import Mqtt

SESSION_EXPIRY_S = 14 * 86_400
WINDOW = 1_000  # messages; Mosquitto's own limit of 20 in flight would throttle batches to a tenth
MQTT_3_WINDOW = 20  # which holds for MQTT 3.1.1, where a client cannot ask for more
PIECE = 2**17  # bytes read at once; more than a record of TLS, so that none stays behind in it
WORDS_IN_FLIGHT = 10  # of our own, until the broker has acknowledged them; a fleet has a whole window
LARGEST_PACKET = 2**28  # bytes, where the broker names no limit
OTHER_VERSION = (0x01, 0x84)  # the reasons why a broker of MQTT 3.1.1 or 5 refuses the other

log = structlog.get_logger()


class Said(NamedTuple):
    """What is to be published, by its whole topic."""

    topic: str
    payload: bytes
    retain: bool


class Connection:
    """A context manager; `service` is the name under which it is online, the filters are whole.

    With `session_outlives` the broker keeps what is said while nobody is connected, for two weeks; without it each
    connection begins anew, under an identifier that no other has, and `in_flight` may be many.
    """

    def __init__(
        self,
        broker: Mqtt,
        service: str,
        filters: Sequence[str],
        stop: threading.Event,
        *,
        session_outlives: bool = True,
        in_flight: int = WORDS_IN_FLIGHT,
        leave_s: float = LEAVE_TIMEOUT_S,
    ) -> None:
        name = broker.root.replace("/", "-") if session_outlives else random.randbytes(6).hex()
        self.client_id = f"haard-{name}-{service}"
        self.session_present = False
        """Whether the broker still had the session at the last connection; if not, packet identifiers start anew."""
        self._root = topics.Root(broker.root)
        self._broker, self._service, self._filters, self._stop = broker, service, tuple(filters), stop
        self._session_expiry_s = SESSION_EXPIRY_S if session_outlives else 0
        self._in_flight_limit, self._leave_s = in_flight, leave_s
        self._attempts = Attempts(broker, stop)
        self._about = own_version(service)
        self._online = self._availability("online")
        self._own_topic = self._root.full(self._online.path)
        self._socket: socket.socket | None = None
        self._pulse = Pulse()
        self._renew()

    def _renew(self) -> None:
        """What belongs to one connection."""
        self._reader = PacketReader(self._level)
        self._early: list[Publish] = []
        self._outgoing = bytearray()
        self._unsaid: deque[Said] = deque()
        self._in_flight, self._most_in_flight, self._last_id = 0, self._in_flight_limit, 0
        self._largest = LARGEST_PACKET
        self._ping_every_s, self._pinged_at, self._unanswered = KEEPALIVE_S / 2, time.monotonic(), 0

    @property
    def _level(self) -> int:
        return MQTT_5 if self._attempts.version == "5" else MQTT_3

    # --- what the service uses ----------------------------------------------------------------------------------------

    @property
    def connections(self) -> int:
        """How often a connection was made; messages of the one before must no longer be acknowledged."""
        return self._attempts.connections

    @property
    def window(self) -> int:
        """How many messages the broker sends ahead of their acknowledgement."""
        return WINDOW if self._level == MQTT_5 else MQTT_3_WINDOW

    def receive(self, timeout: float) -> list[Publish]:
        """One turn of the network, of at most `timeout` seconds; reconnects when it is time to."""
        self._pulse.beat()
        if self._socket is None:
            self._try_to_connect(timeout)
            early, self._early = self._early, []
            return early
        try:
            return self._turn(self._socket, timeout)
        except (OSError, PayloadError) as error:
            self._lost(str(error))
            return []

    def rest(self, timeout: float) -> None:
        """Take nothing for a while, and stay connected; ends at once when the service should stop."""
        self._pulse.beat()
        if self._socket is not None:
            self._stay()
        self._stop.wait(timeout)

    def acknowledge(self, packet_ids: Iterable[int]) -> None:
        """Tell the broker that these messages are safe; in the order of receipt."""
        self._send(packets.acknowledge(packet_ids))

    @property
    def has_said_all(self) -> bool:
        """Whether the broker has acknowledged everything that was said since it is connected."""
        return not self._unsaid and not self._in_flight

    def say(self, words: Iterable[Said]) -> None:
        """Publish them with QoS 1, in one piece; while there is no connection they are dropped."""
        if self._socket is not None:
            self._unsaid += words
            self._say_next()

    def reject(self, message: Publish, reason: str) -> None:
        """Refuse a message aloud: on the topic for it and in the log."""
        self._say(rejection(message.topic, message.payload, reason, self._service))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Say `offline`, since a clean disconnect cancels the last will, and leave."""
        before = len(self._unsaid) + self._in_flight
        if self._socket is not None:
            self._say(self._availability("offline"))
            self._send(packets.LEAVE)
        if self._socket is not None and not _is_over(self._socket, self._outgoing, self._leave_s):
            self._attempts.left_early(before)
        self._drop()

    # --- one turn -----------------------------------------------------------------------------------------------------

    def _turn(self, sock: socket.socket, timeout: float) -> list[Publish]:
        self._stay()
        if self._socket is not sock:  # the ping found that the connection is lost
            return []
        readable, writable, _ = select.select([sock], [sock] if self._outgoing else [], [], timeout)
        if writable:
            self._send(b"")
        if readable and self._socket is sock:
            return self._read(sock)
        if self._unanswered > 1:
            raise ConnectionError("the broker does not answer any more")
        return []

    def _stay(self) -> None:
        """Tell the broker now and then that there is somebody."""
        now = time.monotonic()
        if now - self._pinged_at >= self._ping_every_s:
            self._pinged_at = now
            self._unanswered += 1  # counted, since a pause of the machine is not the broker's
            self._send(packets.PING)

    def _read(self, sock: socket.socket) -> list[Publish]:
        try:
            data = sock.recv(PIECE)
        except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
            return []
        if not data:
            raise ConnectionError("the broker ended the connection")
        self._unanswered = 0
        messages, words = self._reader.feed(data)
        for word in words:
            self._hear(word)
        if self._unsaid:
            self._say_next()
        if any(message.topic == self._own_topic and message.payload != self._online.payload for message in messages):
            self._say(self._online)  # nobody else knows whether we are here
        return messages

    def _hear(self, word: Word) -> None:
        match word:
            case Published():
                self._in_flight -= 1
                if word.reason >= packets.FAILURE:
                    reason = in_words(word.reason, {})
                    log.error("publication refused", reason=reason, hint="the broker's acl says who may write what")
            case Subscribed():
                if max(word.reasons, default=packets.FAILURE) >= packets.FAILURE:
                    reason = in_words(max(word.reasons, default=packets.FAILURE), {})
                    text = "the broker's acl says who may read what"
                    log.error("subscription refused", filters=self._filters, reason=reason, hint=text)
            case Disconnected():
                raise ConnectionError(f"the broker says: {in_words(word.reason, word.properties)}")

    def _say(self, publication: topics.Publication) -> None:
        self.say([Said(self._root.full(publication.path), publication.payload, publication.retained)])

    def _say_next(self) -> None:
        """Send what is to be said, of which the broker takes only so many at a time, and none beyond its limit."""
        ready = bytearray()
        while self._unsaid and self._in_flight < self._most_in_flight:
            topic, payload, retain = self._unsaid.popleft()
            packet = packets.publish(topic, payload, self._next_id(), self._level, retain=retain)
            if len(packet) <= self._largest:
                self._in_flight += 1
                ready += packet
        if ready:
            self._send(ready)

    def _next_id(self) -> int:
        self._last_id = self._last_id % 65_535 + 1
        return self._last_id

    def _send(self, data: bytes | bytearray) -> None:
        """Send, as far as the socket takes it; a connection that fails at that is lost."""
        if self._socket is None:
            return
        self._outgoing += data
        try:
            while self._outgoing:
                del self._outgoing[: self._socket.send(self._outgoing)]
        except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
            return
        except OSError as error:
            self._lost(str(error))

    # --- connecting ---------------------------------------------------------------------------------------------------

    def _try_to_connect(self, timeout: float) -> None:
        if not self._attempts.is_due(timeout):
            return
        self._renew()
        try:
            self._socket = self._opened()
        except (OSError, ValueError) as error:  # a host name that no resolver takes is a ValueError
            self._attempts.unreachable(str(error))
            return
        try:
            answer, *words = self._introduced(self._socket)
            if not isinstance(answer, Connected):
                raise PayloadError("the broker answered CONNECT with something else")
        except (OSError, PayloadError) as error:
            self._refused(str(error), is_understood=False)
            return
        if answer.reason:
            reason = in_words(answer.reason, answer.properties)
            self._refused(reason, is_understood=answer.reason not in OTHER_VERSION)
            return
        self._arrive(self._socket, answer)
        try:
            for word in words:
                self._hear(word)
        except ConnectionError as error:
            self._lost(str(error))

    def _opened(self) -> socket.socket:
        secure = encryption(self._broker)
        sock = socket.create_connection((self._broker.host, self._broker.port), CONNECT_TIMEOUT_S)
        try:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return secure.wrap_socket(sock, server_hostname=self._broker.host) if secure else sock
        except BaseException:
            sock.close()
            raise

    def _introduced(self, sock: socket.socket) -> list[Word]:
        """Send CONNECT and wait for the answer; messages and more words may follow it at once."""
        will = self._availability("offline")
        sock.settimeout(CONNACK_TIMEOUT_S)
        sock.sendall(
            packets.connect(
                self.client_id,
                self._level,
                keep_alive_s=KEEPALIVE_S,
                will=(self._root.full(will.path), will.payload),
                session_expiry_s=self._session_expiry_s,
                receive_maximum=WINDOW,
                user=(user := read_secret("MQTT_USER")),
                password=read_secret("MQTT_PASSWORD") if user is not None else None,
            )
        )
        words: list[Word] = []
        while not words:
            data = sock.recv(PIECE)
            if not data:
                raise ConnectionError("no answer to CONNECT")
            messages, words = self._reader.feed(data)
            self._early += messages
        return words

    def _arrive(self, sock: socket.socket, answer: Connected) -> None:
        """There is a connection: subscribe, and be online."""
        sock.setblocking(False)
        self._attempts.succeeded()
        self.session_present = answer.session_present
        self._largest = answer.properties.get(MAXIMUM_PACKET_SIZE, LARGEST_PACKET)
        self._most_in_flight = min(answer.properties.get(RECEIVE_MAXIMUM, self._most_in_flight), self._most_in_flight)
        self._ping_every_s = (answer.properties.get(SERVER_KEEP_ALIVE) or KEEPALIVE_S) / 2
        self._send(packets.subscribe(self._filters, self._next_id(), self._level))
        self._say(self._online)
        self._say(self._about)

    def _availability(self, value: str) -> topics.Publication:
        message = Availability.decode(value.encode())
        return topics.publication(topics.SERVICE_AVAILABILITY, self._service, message=message)

    def _refused(self, reason: str, *, is_understood: bool) -> None:
        self._drop()
        self._attempts.refused(reason, is_understood=is_understood)

    def _lost(self, reason: str) -> None:
        self._drop()
        self._attempts.lost(reason)

    def _drop(self) -> None:
        sock, self._socket = self._socket, None
        self._renew()
        if sock is not None:
            sock.close()


def _is_over(sock: socket.socket, outgoing: bytearray, within_s: float) -> bool:
    """Send the rest, and wait until the broker has ended the connection, since closing first may undo what was sent."""
    sock.settimeout(within_s)
    deadline = time.monotonic() + within_s
    try:
        sock.sendall(outgoing)
        while sock.recv(PIECE):
            if time.monotonic() > deadline:
                return False
    except OSError:
        return False
    return True
