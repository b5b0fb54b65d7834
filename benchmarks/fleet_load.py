"""The devices and people of many houses, from one process: what is due is said, and how soon it is answered measured.

Behind each reading and each wish that is measured goes a word that nobody can use, which the regulator refuses aloud.
Messages of one house are heard in their order, so once the refusal comes all that the reading or wish led to has been
said; what comes before it is its answer, and a reading that led to nothing is not taken for one answered late. The
packets are read by house.connection, so that this process does not wait for itself.
"""

import heapq
import json
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random
from types import TracebackType
from typing import Self

from house.connection import WINDOW, Connection, Said
from house.packets import Publish
from house.settings import Mqtt

COLD, WARM = 19.2, 20.9
HEARD = ("valve/+/set", "boiler/set", "room/+/status", "room/+/settings", "rejected", "service/regulator/began")
FENCE = "fence"
TICK, TEMPERATURE, WISH = -1, 0, 1  # a house's tick; the rooms whose reading and whose wish are measured

Seconds = dict[str, list[float]]


@dataclass
class Asked:
    """What was said to a house, and when; `answers` come before its fence does."""

    kind: str
    said_at: float
    answers: dict[str, float] = field(default_factory=dict)


@dataclass
class Load:
    """All the houses' devices; `roots` are theirs. With `together` all ticks come at once, as at the full minute."""

    port: int
    roots: Sequence[str]
    rooms: int
    together: bool
    random: Random = field(default_factory=lambda: Random(1))
    took: Seconds = field(default_factory=dict)
    asked: dict[str, Asked] = field(default_factory=dict)
    heard: int = 0
    said: int = 0
    measures: bool = False

    def __post_init__(self) -> None:
        self._due: list[tuple[float, int, int]] = []
        self._cold: set[int] = set()
        self._wanted: set[int] = set()
        self._ready: set[str] = set()
        self._levels = self.roots[0].count("/") + 1
        pattern = "/".join(["sites", *"+" * (self._levels - 2), "home"])
        heard = [f"{pattern}/{path}" for path in HEARD]
        broker = Mqtt(host="127.0.0.1", port=self.port, root="load")
        self._link = Connection(broker, "load", heard, threading.Event(), session_outlives=False, in_flight=WINDOW)

    def __enter__(self) -> Self:
        self._link.__enter__()
        while not self._link.connections:
            self.turn(1.0)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._link.__exit__(kind, error, trace)

    def turn(self, timeout: float) -> None:
        """Hear what comes within this time, s."""
        arrived = self._link.receive(timeout)
        self._link.acknowledge([message.packet_id for message in arrived])
        for message in arrived:
            self._hear(message)

    @property
    def all_ready(self) -> bool:
        return len(self._ready) == len(self.roots)

    def live(self, seconds: float) -> None:
        """At the pace of the clock; what has fallen behind is said at once, so that an overload shows."""
        began = time.monotonic()
        if not self._due:
            self._due = [one for number in range(len(self.roots)) for one in self._first_of(number, began)]
            heapq.heapify(self._due)
        while self._due[0][0] < began + seconds:
            due_at, number, what = heapq.heappop(self._due)
            self.turn(0)
            while (early_s := due_at - time.monotonic()) > 0:
                self.turn(early_s)
            self._speak(number, what)
            heapq.heappush(self._due, (due_at + 60, number, what))

    def _first_of(self, number: int, began: float) -> list[tuple[float, int, int]]:
        due = [(began + self.random.uniform(0, 60), number, what) for what in range(TICK, self.rooms)]
        return [(began + 20, number, TICK), *due[1:]] if self.together else due

    def _speak(self, number: int, what: int) -> None:
        if what == TICK:
            self._say(number, "tick", {"at": _now()})
        elif what == WISH and self.measures:
            self._wanted ^= {number}
            wanted: dict[str, object] = {"value": 24 if number in self._wanted else 16}
            self._ask(number, "wish", f"room/r{WISH}/setpoint/set", wanted)
        elif what == TEMPERATURE:
            self._cold ^= {number}
            self._ask(number, "reading", *self._reading(what, COLD if number in self._cold else WARM))
        else:
            self._say(number, *self._reading(what, 20.4 + self.random.choice((-0.1, 0.0, 0.1))))

    def _reading(self, room: int, value: float) -> tuple[str, dict[str, object]]:
        return f"room/r{room}/temperature/s{room}", {"value": value, "measured_at": _now()}

    def _ask(self, number: int, kind: str, path: str, payload: dict[str, object]) -> None:
        root = self.roots[number]
        if root in self.asked:  # it has not even answered the last one: that one's time goes on
            self._say(number, path, payload)
            return
        self.asked[root] = Asked(kind, time.monotonic())
        self._say(number, path, payload)
        self._publish(f"{root}/room/r{WISH}/setpoint/set", FENCE)

    def _say(self, number: int, path: str, payload: dict[str, object]) -> None:
        self.said += 1
        self._publish(f"{self.roots[number]}/{path}", json.dumps(payload))

    def _publish(self, topic: str, payload: str) -> None:
        self._link.say([Said(topic, payload.encode(), retain=False)])

    def _hear(self, message: Publish) -> None:
        now, levels = time.monotonic(), message.topic.split("/")
        root, path = "/".join(levels[: self._levels]), levels[self._levels :]
        self.heard += 1
        asked = self.asked.get(root)
        match path:
            case ["service", "regulator", "began"]:
                self._ready.add(root)
            case ["rejected"] if asked is not None and json.loads(message.payload)["payload"] == FENCE:
                self._answered(root, asked, now)
            case ["room", room, "settings" | "status" as what] if asked is not None:
                if room == _room_of(asked):
                    asked.answers.setdefault(what, now)
            case ["valve", valve, "set"]:
                if asked is not None and f"r{valve.rpartition('_')[2]}" == _room_of(asked):
                    asked.answers.setdefault("command", now)
                self._obey(root, valve, message.payload)

    def _obey(self, root: str, valve: str, payload: bytes) -> None:
        told = json.loads(payload)
        status = {"opening": told["opening"], "setpoint": told["setpoint"], "reported_at": _now()}
        self.said += 1
        self._publish(f"{root}/valve/{valve}/status", json.dumps(status))

    def _answered(self, root: str, asked: Asked, now: float) -> None:
        del self.asked[root]
        if self.measures:
            for what, at in {**asked.answers, "done": now}.items():
                self.took.setdefault(f"{asked.kind} to {what}", []).append(at - asked.said_at)


def _room_of(asked: Asked) -> str:
    return f"r{WISH if asked.kind == 'wish' else TEMPERATURE}"


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
