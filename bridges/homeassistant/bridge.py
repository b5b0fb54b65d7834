"""The bridge to Home Assistant: announces the house, again when Home Assistant starts, and takes back what is gone.

It carries no states and no wishes: Home Assistant hears and says those itself, on the house's own topics.
"""

import random
import threading
import time
from collections.abc import Callable
from importlib.metadata import version

import structlog

from bridges.homeassistant import protocol
from house import topics
from house.mqtt import Link, Received
from house.settings import Settings

TURN_S = 0.5
SERVICE = "ha_discovery"  # "homeassistant" is the broker's user for Home Assistant itself

log = structlog.get_logger()


def run(
    settings: Settings,
    stop: threading.Event,
    clock: Callable[[], float] = time.monotonic,
    chance: Callable[[], float] = random.random,
) -> None:
    """Announce until `stop` is set; what was announced stays, since the house does."""
    house = protocol.house_of(settings, version("haard"))
    foreign = [house.birth(), house.found_by()]
    with Link(settings.mqtt, SERVICE, [topics.ALERT.filter()], stop=stop, foreign=foreign) as link:
        announcer = _Announcer(link, settings, house.birth())
        while not stop.is_set():
            for received in link.receive(TURN_S):
                announcer.take(received, clock() + protocol.delay(chance()))
            announcer.announce(clock())


class _Announcer:
    """What is wanted, and when it is said next."""

    def __init__(self, link: Link, settings: Settings, birth: str) -> None:
        self._link, self._settings, self._birth = link, settings, birth
        self._version = version("haard")
        self._wanted = dict(protocol.announcements(settings, self._version))
        self._connections = 0
        self._due: float | None = None

    def take(self, received: Received, later: float) -> None:
        if received.path == self._birth:
            if received.payload == b"online" and not received.retained:
                self._due = later
        elif received.foreign:
            self._take_back(received)
        else:
            self._alert(received)

    def announce(self, now: float) -> None:
        """Say everything on each new connection, and when it is due."""
        is_new = self._link.connected and self._link.connections != self._connections
        if not is_new and (self._due is None or now < self._due):
            return
        self._connections, self._due = self._link.connections, None
        for topic, payload in self._wanted.items():
            self._link.publish_foreign(topic, payload, retain=True)
        log.info("announced to Home Assistant", entities=len(self._wanted))

    def _take_back(self, received: Received) -> None:
        if received.payload and protocol.outdated([received.path], self._wanted):
            log.info("taken back from Home Assistant", topic=received.path)
            self._link.publish_foreign(received.path, b"", retain=True)

    def _alert(self, received: Received) -> None:
        name = topics.parse(received.path)
        if name is None or name.topic is not topics.ALERT:
            return
        topic, payload = protocol.alert_announcement(self._settings, self._version, name.ids[0])
        if received.payload:
            self._wanted[topic] = payload
        elif self._wanted.pop(topic, None) is None:
            return
        self._link.publish_foreign(topic, payload if received.payload else b"", retain=True)
