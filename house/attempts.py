"""The life-cycle that both connections to the broker share: when to try, with which version of MQTT, how long to wait.

house.mqtt.Link is one of them, the recorder's own reader of packets (house.connection) is the other. They tell an
`Attempts` what became of each try; it decides on the next one, and tells the log why there is no connection and what a
person should look at.
"""

import random
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from typing import Literal

import structlog

from house.errors import SettingsError
from house.settings import Mqtt

KEEPALIVE_S = 30
CONNECT_TIMEOUT_S = 5
LEAVE_TIMEOUT_S = 1
CONNACK_TIMEOUT_S = 2  # amqtt says nothing at all to a CONNECT of MQTT 5
FIRST_BACKOFF_S, LONGEST_BACKOFF_S = 0.2, 5.0  # a broker that is back has its house back within ten seconds
SETTLED_S = 0.5  # a connection that lasted so long was a success: the next waits begin anew

CHECK_USER = "check HAARD_MQTT_USER and HAARD_MQTT_PASSWORD"
SAME_NAME = "does another recorder run under this name? Those that share a group need an --instance each"
HINTS = {
    "certificate": "check mqtt.ca_file and the broker's certificate",
    "authori": CHECK_USER,
    "user name or password": CHECK_USER,
    "taken over": SAME_NAME,
    "ended the connection": f"if it is running: {SAME_NAME}",
}

log = structlog.get_logger()


def waits(between: Callable[[float, float], float]) -> Iterator[float]:
    """How long to wait before each next try, s: a value between a half and the whole of a time that doubles."""
    longest = FIRST_BACKOFF_S
    while True:
        yield between(longest / 2, longest)
        longest = min(2 * longest, LONGEST_BACKOFF_S)


class Attempts:
    """One connection's tries. The first is due at once."""

    def __init__(self, broker: Mqtt, stop: threading.Event) -> None:
        self.where = f"broker at {broker.host}:{broker.port}"
        self.version: Literal["5", "3.1.1"] = "5"
        """The version of MQTT that is spoken, or tried next."""
        self.connections = 0
        """How often a connection was made."""
        self.trouble: str | None = None
        """Why the last try failed; None before the first and while there is a connection."""
        self._stop = stop
        self._waits, self._next_try, self._connected_at = waits(random.uniform), 0.0, 0.0

    def is_due(self, timeout: float) -> bool:
        """Whether to try now; if not, some of the time until then has been waited, at most `timeout` seconds."""
        wait = self._next_try - time.monotonic()
        if wait > 0:
            self._stop.wait(min(wait, timeout))
        return wait <= 0

    def succeeded(self) -> None:
        """There is a connection."""
        self.connections += 1
        self.trouble, self._connected_at = None, time.monotonic()
        log.info("connected", broker=self.where.removeprefix("broker at "), mqtt=self.version)

    def unreachable(self, reason: str) -> None:
        """Nobody listens there."""
        self._later(reason)

    def refused(self, reason: str, *, is_understood: bool) -> None:
        """No connection came about; the next try speaks the other version, unless this one is understood or was."""
        if is_understood or self.connections:
            self._later(reason)
            return
        fell_back = self.version == "5"
        self.version = "3.1.1" if fell_back else "5"
        if not fell_back or hint(reason) == CHECK_USER:
            self._later(reason)

    def lost(self, reason: str) -> None:
        """The connection has ended."""
        # Of two under one name each throws the other out: they must slow down.
        if "taken over" not in reason and time.monotonic() - self._connected_at > SETTLED_S:
            self._waits = waits(random.uniform)
        self._later(reason)

    def left_early(self, unsaid: int) -> None:
        """We leave before the broker has acknowledged `offline`: the last will says it; `unsaid` is all else."""
        if unsaid:
            log.warning("left before the broker had everything", broker=self.where, unacknowledged=unsaid)
        else:
            log.info("left before offline was acknowledged; the last will says it", broker=self.where)

    def _later(self, reason: str) -> None:
        self.trouble = reason
        wait = next(self._waits)
        self._next_try = time.monotonic() + wait
        log.warning("no connection", to=self.where, reason=reason, hint=hint(reason), next_try_s=round(wait, 1))


def hint(reason: str) -> str:
    """What a person should look at when the broker cannot be reached for this reason."""
    return next((hint for word, hint in HINTS.items() if word in reason.lower()), "is it running?")


def encryption(broker: Mqtt) -> ssl.SSLContext | None:
    """How to encrypt, if the settings want it; raises SettingsError for a file without certificates."""
    if not broker.tls and broker.ca_file is None:
        return None
    try:
        return ssl.create_default_context(cafile=broker.ca_file)
    except OSError as error:
        text = f"mqtt.ca_file: {broker.ca_file} holds no certificates that can be used ({error})"
        raise SettingsError(text) from error
