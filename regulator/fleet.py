"""Many houses in one process: one connection to the broker, and a regulator of its own for each house.

The topic roots have the same number of levels, such as `sites/12/home`; one filter for each kind of topic, with `+`
where the roots differ, hears all of them. A shard of a fleet is such a process over some of the houses; with roots such
as `sites/7/12/home` it hears only the houses of group 7. What arrives for a house that is not ours is left alone.

The network is looked at between any two houses' turns, so that what comes meanwhile is served by its urgency
(regulator.turns) and not behind a thousand ticks. What a turn says goes out in one piece.
"""

import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Protocol

import structlog

from house import topics
from house.connection import WINDOW, Connection, Said
from house.errors import SettingsError
from house.messages import MAXIMUM_PAYLOAD, Availability
from house.mqtt import Received
from house.packets import Publish
from house.settings import Mqtt, Settings
from house.settings import load as load_house
from regulator.service import MOST_AT_ONCE, SERVICE, TURN_S, Service
from regulator.step import TOPICS
from regulator.turns import Turns

Houses = Mapping[str, Settings]
"""Settings by topic root."""
FAREWELL_S = 2.0
logger = structlog.get_logger()


class Wire(Protocol):
    """What a fleet needs of house.connection.Connection."""

    @property
    def connections(self) -> int: ...
    @property
    def has_said_all(self) -> bool: ...
    def receive(self, timeout: float) -> list[Publish]: ...
    def acknowledge(self, packet_ids: Iterable[int]) -> None: ...
    def say(self, words: Iterable[Said]) -> None: ...
    def reject(self, message: Publish, reason: str) -> None: ...


class HouseVoice:
    """The connection as one house's regulator sees it: `arrived` is filled by the fleet, which sends what is `said`."""

    def __init__(self, wire: Wire, root: str, said: list[Said]) -> None:
        self.arrived: list[Received] = []
        self._wire, self._root, self._said = wire, topics.Root(root), said

    @property
    def connections(self) -> int:
        return self._wire.connections

    def receive(self, _timeout: float) -> list[Received]:
        arrived, self.arrived = self.arrived, []
        return arrived

    def publish(self, publication: topics.Publication) -> None:
        self._said.append(Said(self._root.full(publication.path), publication.payload, publication.retained))


class Fleet:
    """Drives the regulators of all its houses."""

    def __init__(self, houses: Houses, wire: Wire) -> None:
        self._wire, self._connections = wire, 0
        self._levels = _levels(houses)
        self._said: list[Said] = []
        self._voices = {root: HouseVoice(wire, root, self._said) for root in houses}
        self._services = {root: Service(wiring, self._voices[root]) for root, wiring in houses.items()}
        self._turns: Turns[Received] = Turns()

    def turn(self) -> None:
        """One turn of the network, and of the house that is due."""
        self._take_in()
        if self._wire.connections != self._connections:
            self._connect()
        elif self._turns:
            due = self._turns.next()
            self._voices[due.root].arrived += due.messages
            self._serve(due.root)
        self._speak()

    def _speak(self) -> None:
        if self._said:
            self._wire.say(self._said)
            self._said.clear()

    def _take_in(self) -> None:
        """All that the network has for us already, since what is urgent may come behind a thousand ticks."""
        arrived = more = self._hear(0 if self._turns else TURN_S)
        while more and len(arrived) < MOST_AT_ONCE:
            more = self._hear(0)
            arrived += more
        for message in arrived:
            self._put_in_line(message)

    def _hear(self, timeout: float) -> list[Publish]:
        arrived = self._wire.receive(timeout)
        if arrived:
            self._wire.acknowledge([message.packet_id for message in arrived if message.qos])
        return arrived

    def _put_in_line(self, message: Publish) -> None:
        if message.too_large:
            self._wire.reject(message, f"{message.too_large} bytes are more than {MAXIMUM_PAYLOAD}")
            return
        *levels, path = message.topic.split("/", self._levels)
        root = "/".join(levels)
        if root in self._voices:
            self._turns.add(root, Received(path, message.payload, message.retained))

    def _connect(self) -> None:
        """Every house says that it is regulated and asks for its echo, behind which all has been heard."""
        self._connections = self._wire.connections
        self._say("online")
        for root in self._services:
            self._serve(root)

    def _serve(self, root: str) -> None:
        with structlog.contextvars.bound_contextvars(house=root):  # whose log line it is
            self._services[root].turn()

    def leave(self) -> None:
        """Every house is told that nobody regulates it any more."""
        self._say("offline")
        self._speak()
        deadline = time.monotonic() + FAREWELL_S
        while not self._wire.has_said_all and time.monotonic() < deadline:
            self._wire.receive(0.1)

    def _say(self, word: str) -> None:
        said = Availability.decode(word.encode())
        for voice in self._voices.values():
            voice.publish(topics.publication(topics.SERVICE_AVAILABILITY, SERVICE, message=said))


def load(folder: Path) -> Houses:
    """Every house of a folder; one that cannot be read is told of and left out, so that it costs only itself."""
    houses: dict[str, Settings] = {}
    for file in sorted(folder.glob("*.yaml")):
        try:
            wiring = load_house(file)
        except SettingsError as error:
            logger.error("house left out", file=str(file), reason=str(error))
            continue
        if wiring.mqtt.root in houses:
            raise SettingsError(f"{file}: mqtt.root: {wiring.mqtt.root} is that of another house too")
        houses[wiring.mqtt.root] = wiring
    if not houses:
        raise SettingsError(f"{folder}: holds no house that can be read (*.yaml)")
    if len({root.count("/") for root in houses}) > 1:
        raise SettingsError(f"{folder}: the roots of its houses should have the same number of levels")
    return houses


def broker_of(houses: Houses) -> Mqtt:
    """The one broker of all the houses; its root is where they begin to differ."""
    brokers = {wiring.mqtt.model_copy(update={"root": ""}) for wiring in houses.values()}
    if len(brokers) > 1:
        raise SettingsError("the houses of a fleet should have one broker: mqtt differs in more than its root")
    levels = _pattern(houses).split("/")
    common = levels[: levels.index("+")] if "+" in levels else levels
    return next(iter(brokers)).model_copy(update={"root": "/".join(common) or "fleet"})


def connection(houses: Houses, shard: str, stop: threading.Event) -> Connection:
    """To that broker, under the shard's name. What was said while it was away is told by what is retained."""
    broker = broker_of(houses)
    presence = topics.Root(broker.root).full(topics.SERVICE_AVAILABILITY.path(shard))
    heard = [*filters(houses), presence]
    return Connection(broker, shard, heard, stop, session_outlives=False, in_flight=WINDOW)


def filters(houses: Houses) -> Sequence[str]:
    """What hears all that the regulators of these houses need."""
    heard = [*(topic.filter() for topic in TOPICS), topics.SERVICE_ECHO.path(SERVICE)]
    return [f"{_pattern(houses)}/{one}" for one in heard]


def _pattern(houses: Houses) -> str:
    """The roots as one filter: the levels that all have in common, and `+` where they differ."""
    columns = zip(*(root.split("/") for root in houses), strict=True)
    return "/".join(column[0] if len(set(column)) == 1 else "+" for column in columns)


def _levels(houses: Houses) -> int:
    return next(iter(houses)).count("/") + 1
