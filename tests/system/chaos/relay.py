"""What lies between the devices and the house: passes messages on between two roots of one broker, well or badly.

The simulated house speaks below `real`, everybody else below `home`. On the way messages can be repeated, late, out of
order or lost, ticks can be held back, and the house's clock can stand wrong: every instant that the devices say is
moved by the error, every instant that they are told is moved back. The relay's session outlives its connection, so it
loses nothing by itself.
"""

import heapq
import json
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from random import Random
from typing import Any

from tests.system.chaos.client import Client, Message

REAL, HOME = "real", "home"
TO_DEVICES = re.compile(r"valve/\w+/(set|command)|boiler/set|memory")
FROM_DEVICES = re.compile(r"(?!valve/\w+/(set|command)$|boiler/set$|memory$).*")
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?Z")


@dataclass
class Manners:
    """How badly messages are passed on."""

    repeats: float = 0.0
    loses: float = 0.0
    late_s: tuple[float, float] = (0.0, 0.0)
    ticks: bool = True
    clock_error: timedelta = timedelta()


@dataclass(order=True)
class _Waiting:
    due_at: float
    number: int
    topic: str = field(compare=False)
    payload: bytes = field(compare=False)
    retain: bool = field(compare=False)


class Relay:
    """A context manager; `turn` passes on what was late."""

    def __init__(self, port: int, seed: int) -> None:
        self.manners = Manners()
        self.passed = 0
        self._random, self._numbers = Random(seed), count()
        self._waiting: list[_Waiting] = []
        self._lock = threading.Lock()
        filters = [
            f"{REAL}/#",
            f"{HOME}/valve/+/set",
            f"{HOME}/valve/+/command",
            f"{HOME}/boiler/set",
            f"{HOME}/memory",
        ]
        self.client = Client(port, "chaos-relay", filters, self._hear)

    def turn(self) -> None:
        now = time.monotonic()
        with self._lock:
            while self._waiting and self._waiting[0].due_at <= now:
                one = heapq.heappop(self._waiting)
                self.client.say(one.topic, one.payload, retain=one.retain)

    def _hear(self, message: Message) -> None:
        root, _, path = message.topic.partition("/")
        if root == REAL and FROM_DEVICES.fullmatch(path):
            self._pass_on(f"{HOME}/{path}", message, self.manners.clock_error)
        elif root == HOME and TO_DEVICES.fullmatch(path):
            self._pass_on(f"{REAL}/{path}", message, -self.manners.clock_error)

    def _pass_on(self, topic: str, message: Message, error: timedelta) -> None:
        manners = self.manners
        if topic == f"{HOME}/tick" and not manners.ticks:
            return
        if "/service/" not in topic and self._random.random() < manners.loses:
            return
        payload = moved(message.payload, error) if error else message.payload
        self.passed += 1
        copies = 2 if self._random.random() < manners.repeats else 1
        for _ in range(copies):
            self._send(topic, payload, message.retain, self._random.uniform(*manners.late_s))

    def _send(self, topic: str, payload: bytes, retain: bool, late_s: float) -> None:
        with self._lock:
            if late_s:
                due_at = time.monotonic() + late_s
                heapq.heappush(self._waiting, _Waiting(due_at, next(self._numbers), topic, payload, retain))
            else:
                self.client.say(topic, payload, retain=retain)


def moved(payload: bytes, error: timedelta) -> bytes:
    """The same payload with every instant in it moved; what is no JSON stays as it is."""
    try:
        said = json.loads(payload)
        return json.dumps(_each(said, lambda text: _shifted(text, error))).encode()
    except (ValueError, RecursionError):
        return payload


def _each(value: Any, change: Callable[[str], str]) -> Any:
    match value:
        case dict():
            return {name: _each(one, change) for name, one in value.items()}
        case list():
            return [_each(one, change) for one in value]
        case str() if INSTANT.fullmatch(value):
            return change(value)
    return value


def _shifted(text: str, error: timedelta) -> str:
    try:
        at = datetime.fromisoformat(text) + error
    except (ValueError, OverflowError):
        return text
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
