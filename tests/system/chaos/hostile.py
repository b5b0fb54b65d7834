"""Payloads that no topic's contract allows, on every topic of the house and on some that there are not. Seeded."""

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from random import Random
from typing import Any

from house import topics
from house.errors import PayloadError
from house.settings import Settings

WORDS = ("value", "at", "measured_at", "call", "opening", "setpoint", "expires_at", "until", "minutes", "mode")
STRANGE: tuple[Any, ...] = (
    *(None, True, -1, 1e308, 10**40, "", "on", "\x00", "\u202e", "9999-12-31T23:59:59Z", "0000-00-00", [], {}, [[[]]]),
    *("NaN", "1e999", "2026-13-45T99:99Z", "2026-01-12T06:30:00+99:00", {"value": {"value": 1}}, "x" * 500),
)


def hostile(settings: Settings, seed: int) -> Iterator[tuple[str, bytes]]:
    """Paths below the root with payloads, without end; nothing that the contract would take."""
    random = Random(f"hostile/{seed}")
    ids = [*settings.rooms, *settings.rooms_by_valve, "regulator", "recorder", "nobody", "Ünknown", "a b", "set"]
    while True:
        path = _path(random.choice(topics.TOPICS), ids, random)
        payload = random.choice(MAKERS)(random)
        if payload and not _is_taken(path, payload):
            yield path, payload


def _path(topic: "topics.Topic[Any]", ids: list[str], random: Random) -> str:
    parts = topic.pattern.replace("[", "").replace("]", "").split("/")
    return "/".join(random.choice(ids) if part.startswith("{") else part for part in parts)


def _is_taken(path: str, payload: bytes) -> bool:
    try:
        return topics.read(path, payload) is not None
    except PayloadError:
        return False


def _noise(random: Random) -> bytes:
    return random.randbytes(random.choice((1, 7, 30, 300)))


def _strange_object(random: Random) -> bytes:
    chosen = random.sample(WORDS, random.randint(1, 5))
    return json.dumps({name: random.choice(STRANGE) for name in chosen}).encode("utf-8", "surrogatepass")


def _strange_value(random: Random) -> bytes:
    return json.dumps(random.choice(STRANGE)).encode()


def _broken(random: Random) -> bytes:
    whole = _strange_object(random)
    return whole[: random.randrange(1, len(whole))]


def _deep(random: Random) -> bytes:
    depth = random.choice((10, 40, 900, 4_000))
    return b"[" * depth + b"]" * random.choice((0, depth))


def _not_utf8(random: Random) -> bytes:
    return b'{"value": "' + random.randbytes(8) + b'\xff"}'


def _long_number(random: Random) -> bytes:
    return b"9" * random.choice((30, 60, 400, 5_000))


MAKERS: tuple[Callable[[Random], bytes], ...] = (
    *(_noise, _strange_object, _strange_object, _strange_object),
    *(_strange_value, _broken, _deep, _not_utf8, _long_number),
)


def readings(settings: Settings, seed: int, at: datetime) -> Iterator[tuple[str, bytes]]:
    """Believable readings of a thermometer that is not in any room of the house, of one moment, without end."""
    random, stamp = Random(f"readings/{seed}"), f"{at:%Y-%m-%dT%H:%M:%SZ}"
    while True:
        said = {"value": round(random.uniform(15, 22), 1), "measured_at": stamp}
        yield f"room/{random.choice(list(settings.rooms))}/temperature/stranger", json.dumps(said).encode()
