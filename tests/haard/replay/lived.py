"""A house that lives for tests: a simulated building, the regulator's own service, and a broker in memory that records.

The regulator hears a message a little later than the record does, so that what it says stands behind what came
meanwhile, as on a real broker. It is killed, loses its connection, and starts again; people wish, devices fall silent.
All of it follows from a seed.
"""

import random
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bridges.simulated import protocol
from haard.replay.recorded import Recorded
from haard.settings_file import example
from house import topics
from house.mqtt import Received
from house.settings import Settings, parse
from recorder import archive
from recorder.archive import Message
from regulator.service import Service
from regulator.step import TOPICS
from simulation.house import House
from simulation.weather import winter

BEGIN = datetime(2026, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
ALIVE = topics.SERVICE_AVAILABILITY.path("regulator")
ECHO = topics.SERVICE_ECHO.path("regulator")
FILTERS = [*(topic.filter() for topic in TOPICS), ECHO]

Wish = tuple[int, str, bytes]
"""Minute since the beginning, path, payload."""

WISHES: tuple[Wish, ...] = (
    (30, "room/living/setpoint/set", b"22.5"),
    (45, "room/kitchen/boost/set", b'{"minutes": 30}'),
    (65, "room/bath/mode/set", b"off"),
    (80, "room/bath/mode/set", b"auto"),
    (85, "room/nowhere/setpoint/set", b"21"),
    (90, "room/living/setpoint/set", b"a lot"),
    (110, "away/set", b'{"until": "2026-01-12T02:10:00Z"}'),
    (165, "room/living/window", b"open"),
    (172, "room/living/window", b"closed"),
    (175, "room/bath/temperature", b"not a number"),
)


class Link:
    """What the regulator's service needs of house.mqtt.Link, in memory."""

    def __init__(self, broker: "Broker") -> None:
        self.connections = 0
        self.arrived: deque[Received] = deque()
        self.connected = False
        self.words_left: int | None = None
        """How much it says before its process dies."""
        self._broker = broker

    def connect(self) -> None:
        self.connections += 1
        self.connected = True
        for path, payload in self._broker.kept.items():
            self.hear(path, payload, retained=True)
        self._broker.say(ALIVE, b"online")

    def hear(self, path: str, payload: bytes, *, retained: bool) -> None:
        if any(topics.matches(one, path) for one in FILTERS):
            self.arrived.append(Received(path, payload, retained))

    def receive(self, _timeout: float) -> list[Received]:
        arrived = list(self.arrived)
        self.arrived.clear()
        return arrived

    def publish(self, publication: topics.Publication) -> None:
        if self.words_left is not None:
            self.connected, self.words_left = self.connected and self.words_left > 0, self.words_left - 1
        if self.connected:
            self._broker.say(publication.path, publication.payload)


@dataclass
class Broker:
    """Keeps what is retained, tells the regulator, and records."""

    record: list[Message] = field(default_factory=list)
    kept: dict[str, bytes] = field(default_factory=dict)
    link: Link | None = None
    now: datetime = BEGIN
    on_set: Callable[[str, bytes], None] = lambda _path, _payload: None

    def say(self, path: str, payload: bytes) -> None:
        name = topics.parse(path)
        self.record.append(Message(self.now, f"home/{path}", 1, False, payload))
        if name is not None and name.topic.retained:
            self.kept[path] = payload
            if not payload:
                del self.kept[path]
        if self.link is not None and self.link.connected:
            self.link.hear(path, payload, retained=False)
        if name is not None and name.topic in protocol.COMMANDS:
            self.on_set(path, payload)


class Lived:
    """The example's house under a law, or another one, minute by minute."""

    def __init__(
        self, law: str = "doses", seed: int = 1, other: tuple[Settings, House] | None = None, **regulator: Any
    ) -> None:
        self.wiring, self.house = other or _example(law, seed, regulator)
        self.broker = Broker(on_set=lambda path, payload: protocol.obey(self.house, path, payload))
        self.random = random.Random(seed)
        self.silent: set[str] = set()
        self.start()

    def start(self) -> None:
        """A new process of the regulator."""
        self.link = self.broker.link = Link(self.broker)
        self.service = Service(self.wiring, self.link)
        self.link.connect()
        self.service.turn()

    def kill(self) -> None:
        """The regulator dies; what it had not heard yet it never will."""
        self.broker.link = None
        self.broker.say(ALIVE, b"offline")

    def lose_connection(self) -> None:
        self.link.connected = False
        self.link.arrived.clear()
        self.broker.say(ALIVE, b"offline")

    def reconnect(self) -> None:
        self.link.connect()
        self.service.turn()

    def minute(self, wishes: Iterable[Wish] = ()) -> None:
        """A minute of the house; the regulator hears now and then."""
        for report in self.house.advance(self.house.now + 60):
            for publication in protocol.publications(report):
                if publication.path not in self.silent:
                    self._say(publication.path, publication.payload)
        for _, path, payload in wishes:
            self._say(path, payload)
        tick = protocol.tick(self.house.now)
        self._say(tick.path, tick.payload)

    def _say(self, path: str, payload: bytes) -> None:
        self.broker.now = datetime.fromtimestamp(self.house.now, UTC) + self.random.random() * timedelta(seconds=1)
        self.broker.say(path, payload)
        if self.random.random() < 0.6 and self.broker.link is not None:
            self.service.turn()

    def run(self, minutes: int, wishes: tuple[Wish, ...] = WISHES, *, faults: bool = True) -> list[Message]:
        """The record of so many minutes, with wishes and, if wanted, faults."""
        for number in range(minutes):
            if faults:
                self._faults(number)
            self.minute(wish for wish in wishes if wish[0] == number)
        self.service.turn()
        return self.broker.record

    def _faults(self, number: int) -> None:
        match number % 720:
            case 100:
                self.kill()
            case 103:
                self.start()
            case 110:
                self.silent |= {path for path in self.broker.kept if path.startswith("room/study/temperature")}
            case 160:
                self.silent.clear()
            case 180:
                self.lose_connection()
            case 182:
                self.reconnect()
            case 190:
                self.broker.say(ALIVE, b"offline")  # the last will of a process that was thrown out
                self.broker.say(ALIVE, b"online")


def _example(law: str, seed: int, regulator: dict[str, Any]) -> tuple[Settings, House]:
    house = parse(example())
    changed = house.regulator.model_copy(update={"law": law, **regulator})
    wiring = Settings.model_validate(
        house.model_dump(exclude_unset=True) | {"regulator": changed.model_dump(exclude_unset=True)}
    )
    at = int(BEGIN.timestamp())
    return wiring, House(protocol.house_plan(wiring), winter(seed, at), at, seed=seed)


def write(path: Path, record: list[Message]) -> Path:
    """As `haard export` writes it."""
    with path.open("wb") as file, archive.begin(file) as lines:
        lines.write("".join(f"{archive.encode(one)}\n" for one in record).encode())
    return path


def recorded(record: list[Message]) -> list[Recorded]:
    """As a replay reads it."""
    return [Recorded(one.received_at, one.topic.removeprefix("home/"), one.payload, one.retained) for one in record]


def archived(record: list[Recorded]) -> list[Message]:
    """The other way round."""
    return [Message(one.received_at, f"home/{one.path}", 1, one.retained, one.payload) for one in record]
