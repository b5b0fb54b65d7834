"""The recorder's loop: hear, commit, and only then acknowledge, in the order of receipt.

Messages gather for `linger_s`, or until the broker waits for acknowledgements. While the database is away the loop
goes on hearing until the writer is full, and leaves the rest with the broker.
"""

import random
import threading
import time
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Protocol

import structlog

from house.errors import DeviceError
from house.messages import MAXIMUM_PAYLOAD
from house.packets import Publish
from house.topics import TOPICS, Root
from recorder.database import BusyError
from recorder.writer import Writer

MAXIMUM_TOPIC = 650  # characters, of four bytes at most; an index of Postgres takes no more than 2,700 bytes
LOST_SESSION = "$session"
"""The topic under which it is rejected that the broker lost our session; the analyst makes an alert of it."""
IDLE_S = 0.5  # at most so long until a signal is noticed
FIRST_WAIT_S, LONGEST_WAIT_S = 0.2, 5.0

log = structlog.get_logger()


class Source(Protocol):
    """What the loop needs of house.connection.Connection."""

    session_present: bool

    @property
    def connections(self) -> int: ...
    @property
    def window(self) -> int: ...
    def receive(self, timeout: float) -> list[Publish]: ...
    def rest(self, timeout: float) -> None: ...
    def acknowledge(self, packet_ids: Iterable[int]) -> None: ...
    def reject(self, message: Publish, reason: str) -> None: ...


FULL = ("disk is full", "no space left")
MAKE_ROOM = "make room on its disk (haard status tells how much there is); "
WAITS = "what arrives meanwhile waits at the broker"


class Outage:
    """The database is away, or busy: how long to wait before the next try; each new reason is told once."""

    def __init__(self) -> None:
        self._reason = ""
        self._wait_s = FIRST_WAIT_S

    def goes_on(self, error: DeviceError) -> float:
        """Seconds to wait."""
        if str(error) != self._reason:
            self._reason = str(error)
            if isinstance(error, BusyError):
                log.info("waiting for another program to commit", reason=self._reason)
            else:
                is_full = any(words in self._reason.lower() for words in FULL)
                log.warning("database is away", reason=self._reason, hint=MAKE_ROOM * is_full + WAITS)
        wait_s = self._wait_s * random.uniform(0.5, 1.0)
        self._wait_s = min(2 * self._wait_s, LONGEST_WAIT_S)
        return wait_s

    def is_over(self) -> None:
        if self._reason:
            log.info("database is there")
        self._reason, self._wait_s = "", FIRST_WAIT_S


class RecordingLoop:
    """Takes from the link, commits through the writer, acknowledges."""

    def __init__(
        self,
        link: Source,
        writer: Writer,
        linger_s: float,
        stop: threading.Event,
        clock: Callable[[], datetime],
        monotonic: Callable[[], float] = time.monotonic,
        unrecorded: tuple[str, ...] = (),
        meanwhile: Callable[[datetime], None] = lambda _now: None,
    ) -> None:
        """What is said below the topics `unrecorded` is acknowledged and forgotten; `meanwhile` is done each turn."""
        self.stored = 0
        """How many messages became rows since the start."""
        self._link, self._writer, self._linger_s, self._stop = link, writer, linger_s, stop
        self._clock, self._monotonic, self._unrecorded, self._meanwhile = clock, monotonic, unrecorded, meanwhile
        self._connections = link.connections
        self._unacknowledged: list[int] = []  # packet identifiers, in the order of receipt
        self._due_at = self._not_before = 0.0  # by the monotonic clock: when to commit, and when to try again
        self._outage = Outage()

    def run(self) -> None:
        """Record until `stop` is set; then commit what is held, if the database is there."""
        while not self._stop.is_set():
            self.turn()
            self._meanwhile(self._clock())
        self._commit()
        if self._writer.held:
            log.warning("stopped without the database", left_with_the_broker=len(self._writer.held))

    def turn(self) -> None:
        """Hear for a while, and commit when it is time to."""
        if self._writer.full:
            self._link.rest(self._patience_s())
        else:
            self._hear()
        if self._waiting and not self._patience_s():
            self._commit()

    @property
    def _waiting(self) -> bool:
        return bool(self._writer.held or self._unacknowledged)

    @property
    def _pressing(self) -> bool:
        """The broker, or the memory, waits for a commit."""
        return self._writer.full or len(self._unacknowledged) >= self._link.window

    def _patience_s(self) -> float:
        if not self._waiting:
            return IDLE_S
        due_at = max(0.0 if self._pressing else self._due_at, self._not_before)
        return min(max(due_at - self._monotonic(), 0.0), IDLE_S)

    def _hear(self) -> None:
        """Take what comes in time, and all that is there already."""
        timeout = self._patience_s()
        while arrived := self._receive(timeout):
            if not self._waiting:
                self._due_at = self._monotonic() + self._linger_s
            self._take(arrived)
            if self._pressing:
                return
            timeout = 0.0

    def _receive(self, timeout: float) -> list[Publish]:
        arrived = self._link.receive(timeout)
        if self._link.connections != self._connections:
            self._connections = self._link.connections
            self._unacknowledged.clear()  # the broker delivers them again, perhaps under other identifiers
            if not self._link.session_present:
                self._session_lost()
        return arrived

    def _session_lost(self) -> None:
        """The broker kept nothing for us while we were away: say so loudly, and since when something may be missing."""
        self._writer.new_session()
        since = self._writer.newest_at
        if since is not None:
            moment = f"{since:%Y-%m-%d %H:%M}Z"
            reason = f"the broker did not keep the recorder's session: messages since {moment} may be missing"
            log.error("messages may be missing", since=moment, reason=reason)
            self._link.reject(Publish(LOST_SESSION, b"", 0, 0, retained=False, duplicate=False), reason)

    def _take(self, arrived: list[Publish]) -> None:
        self._unacknowledged += [message.packet_id for message in arrived if message.qos]
        arrived = [message for message in arrived if not message.topic.startswith(self._unrecorded)]
        refused = [message for message in arrived if _is_unfit(message)]
        for message in refused:
            self._link.reject(message, _refusal(message))
        fit = [message for message in arrived if not _is_unfit(message)] if refused else arrived
        self._writer.take(fit, self._clock())

    def _commit(self) -> None:
        try:
            self.stored += self._writer.commit()
        except DeviceError as error:
            if not error.temporary:
                raise  # nothing was acknowledged: whoever starts us again gets all of it
            self._not_before = self._monotonic() + self._outage.goes_on(error)
            return
        self._outage.is_over()
        if self._unacknowledged:
            self._link.acknowledge(self._unacknowledged)
            self._unacknowledged.clear()


def unrecorded(root: Root) -> tuple[str, ...]:
    """How whole topics begin that nobody needs in the record: what it was asked for itself, and the answers."""
    return tuple(root.full(topic.pattern.partition("{")[0]) for topic in TOPICS if not topic.recorded)


def _is_unfit(message: Publish) -> bool:
    topic = message.topic
    return (
        message.too_large > 0 or len(message.payload) > MAXIMUM_PAYLOAD or len(topic) > MAXIMUM_TOPIC or "\0" in topic
    )


def _refusal(message: Publish) -> str:
    if "\0" in message.topic:
        return "not recorded: its topic holds a zero, which no database takes"
    if len(message.topic) > MAXIMUM_TOPIC:
        return f"not recorded: a topic of {len(message.topic)} characters is longer than {MAXIMUM_TOPIC}"
    return f"not recorded: {message.too_large or len(message.payload)} bytes are more than {MAXIMUM_PAYLOAD}"
