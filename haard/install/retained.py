"""What the broker has retained of a house: read as a person who may hear all, and said again by each topic's writer.

Each topic has one user who may write it, and that holds for a restore too: it logs in as each of them in turn.
"""

import os
import secrets
import threading
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from haard.client import SERVICE
from haard.install.archive import Retained
from haard.install.layout import Layout
from haard.install.rights import Rights, rights, writers
from house import topics
from house.errors import DeviceError
from house.messages import Echo
from house.mqtt import Link
from house.settings import Settings

PATIENCE_S = 30.0
TURN_S = 0.1
OTHERS_OWN = "service/"
"""Who is online is said by the services themselves."""


def read(settings: Settings, patience_s: float = PATIENCE_S, *, with_services: bool = False) -> Retained:
    """All that is retained, as a rule without who is online; raises DeviceError where the broker does not answer."""
    found: dict[str, bytes] = {}
    echo = Echo(nonce=secrets.token_hex(8))
    with Link(settings.mqtt, SERVICE, ["#"], stop=threading.Event(), announce=False) as link:
        deadline = time.monotonic() + patience_s
        link.flush(patience_s)
        link.publish(topics.publication(topics.SERVICE_ECHO, SERVICE, message=echo))
        while time.monotonic() < deadline:
            for received in link.receive(TURN_S):
                if received.payload == echo.encode():
                    return {path: payload for path, payload in found.items() if payload}
                if _is_level(received.path, with_services=with_services):
                    found[received.path] = received.payload
    raise DeviceError("the broker does not tell what it keeps; may this user read everything?", temporary=True)


def _is_level(path: str, *, with_services: bool) -> bool:
    """What comes live meanwhile is newer than what was kept."""
    name = topics.parse(path)
    return name is not None and name.topic.retained and (with_services or not path.startswith(OTHERS_OWN))


def say(settings: Settings, retained: Retained, layout: Layout) -> list[str]:
    """Have the broker retain it; returns the paths that nobody may write in this house, which are left out."""
    users = rights(settings)
    by_writer: dict[str | None, dict[str, bytes]] = defaultdict(dict)
    for path, payload in retained.items():
        by_writer[_writer(users, settings, path)][path] = payload
    left_out = list(by_writer.pop(None, {}))
    for user, messages in by_writer.items():
        with _logged_in(str(user), layout):
            _say_as(str(user), settings, messages)
    return left_out


def _writer(users: Rights, settings: Settings, path: str) -> str | None:
    """The one user who may write a level of the house."""
    name = topics.parse(path)
    found = writers(users, f"{settings.mqtt.root}/{path}")
    return found[0] if name is not None and name.topic.retained and found else None


def _say_as(user: str, settings: Settings, messages: Mapping[str, bytes]) -> None:
    with Link(settings.mqtt, user.replace("-", "_"), stop=threading.Event(), announce=False) as link:
        link.flush(PATIENCE_S)
        for path, payload in messages.items():
            link.publish_retained(path, payload)
        link.flush(PATIENCE_S)


@contextmanager
def _logged_in(user: str, layout: Layout) -> Iterator[None]:
    """With this user's password where there is one; a broker without users lets everybody in."""
    file = layout.password_of(user)
    if not file.exists():
        yield
        return
    names = ("HAARD_MQTT_USER", "HAARD_MQTT_PASSWORD", "HAARD_MQTT_PASSWORD_FILE")
    before = {name: os.environ.pop(name, None) for name in names}
    os.environ["HAARD_MQTT_USER"], os.environ["HAARD_MQTT_PASSWORD_FILE"] = user, str(file)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
