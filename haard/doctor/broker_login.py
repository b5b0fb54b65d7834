"""The doctor's connection to the broker: whether it answers, lets us in, and lets us write and read."""

import secrets
import time

from haard.client import SERVICE
from haard.doctor.finding import Finding, failure, well
from haard.doctor.retained import RetainedMessages, hearing
from house import attempts, topics
from house.messages import Echo
from house.mqtt import Link, Received
from house.secrets import read_secret
from house.settings import Mqtt

LOGIN_S = 10.0  # both versions of MQTT are tried
ECHO_S = 3.0
TURN_S = 0.1


class Ear:
    """Connects through `link` and keeps what it hears."""

    def __init__(self, link: Link, broker: Mqtt) -> None:
        self._link, self._broker = link, broker
        self._arrived: list[Received] = []

    def log_in(self) -> Finding:
        """Whether the broker lets us in, and with which version of MQTT."""
        deadline = time.monotonic() + LOGIN_S
        while not self._link.connected and self._link.trouble is None and time.monotonic() < deadline:
            self._listen()
        if self._link.connected:
            return well(f"{_who()}, MQTT {self._link.version}")
        reason = self._link.trouble or "no answer to CONNECT"
        return failure(f"it does not let us in {_who()}: {reason}", _login_remedy(reason, self._broker))

    def try_rights(self) -> Finding:
        """Whether we may write and read: our own word should come back to us, after all that the broker has kept."""
        echo = Echo(nonce=secrets.token_hex(8))
        path = topics.SERVICE_ECHO.path(SERVICE)
        self._link.publish(topics.publication(topics.SERVICE_ECHO, SERVICE, message=echo))
        deadline = time.monotonic() + ECHO_S
        while time.monotonic() < deadline:
            if any(one.path == path and one.payload == echo.encode() for one in self._listen()):
                return well("we may write and read")
        topic, everything = self._link.root.full(path), self._link.root.full("#")
        return failure(
            f"what we say on {topic} does not come back to us {_who()}",
            f"give this user the right to it in the broker's acl, such as `topic readwrite {everything}`",
        )

    def heard(self) -> RetainedMessages:
        return hearing(self._arrived)

    def _listen(self) -> list[Received]:
        arrived = self._link.receive(TURN_S)
        self._arrived += arrived
        return arrived


def _who() -> str:
    user = read_secret("MQTT_USER")
    return f"as {user}" if user else "without a user"


def _login_remedy(reason: str, broker: Mqtt) -> str:
    hint = attempts.hint(reason)
    if hint == attempts.CHECK_USER:
        return f"{hint}; mosquitto_passwd sets the broker's"
    return f"does the broker at {broker.host}:{broker.port} speak MQTT, and mqtt.tls agree with it? {hint}"
