"""What a chaos run does to the house, as a list of scenes that follows from a seed. Pure.

Every kind of disturbance lies once in a deck; a shuffled deck is played through before any kind comes again, so that a
run of a few minutes leaves none out. A scene is one disturbance, or two of different groups at once. After each scene
the house is left alone until it is well again, so scenes have lengths, not times.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby
from random import Random

SERVICES = ("regulator", "recorder", "analyst", "simulated")
BRIDGES = ("dsmr", "nefit", "openmeteo")
"""That ask servers and meters, which may behave badly."""
BOTH_AT_ONCE = 0.3


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of disturbance: to whom it may happen, how long it may last, s. Two of one group never come together."""

    group: str
    targets: tuple[str, ...] = ("",)
    shortest_s: float = 1.0
    longest_s: float = 8.0
    needs: str = ""


KINDS = {
    "kill": Kind("process", SERVICES, 0.1, 0.5),
    "kill and stay away": Kind("process", ("regulator", "regulator", "recorder", "simulated"), 8, 25),
    "stop by SIGTERM": Kind("process", SERVICES, 0.1, 0.5),
    "freeze": Kind("process", SERVICES, 2, 15),
    "freeze beyond the keepalive": Kind("process", SERVICES, 46, 55, needs="long"),
    "regulator dead beyond every expiry": Kind("process", ("regulator",), 100, 105, needs="long"),
    "broker restarts": Kind("broker", longest_s=6),
    "broker is away": Kind("broker", shortest_s=12, longest_s=40),
    "broker is killed": Kind("broker", longest_s=6),
    "broker loses its file": Kind("broker", longest_s=6),
    "broker freezes": Kind("broker", longest_s=10),
    "broker's disk is full": Kind("broker", shortest_s=7, longest_s=12, needs="mount"),
    "postgres restarts": Kind("database"),
    "postgres crashes": Kind("database"),
    "postgres freezes": Kind("database", shortest_s=3, longest_s=15),
    "postgres's disk is full": Kind("database", shortest_s=5, longest_s=12, needs="mount"),
    "network is cut": Kind("network", SERVICES, 1, 20),
    "network swallows all": Kind("network", SERVICES, 2, 20),
    "network swallows all beyond the keepalive": Kind("network", SERVICES, 48, 60, needs="long"),
    "network loses packets": Kind("network", SERVICES, 5, 15),
    "clock is set forward": Kind("devices", longest_s=2),
    "clock is set back": Kind("devices", longest_s=2),
    "no clock": Kind("devices", shortest_s=5, longest_s=20),
    "messages are repeated": Kind("devices", shortest_s=5, longest_s=12),
    "messages are out of order": Kind("devices", shortest_s=5, longest_s=12),
    "messages are late": Kind("devices", shortest_s=5, longest_s=12),
    "messages get lost": Kind("devices", shortest_s=5, longest_s=15),
    # never with a broker that comes back, which tells again what a bridge had said before
    **{f"a server {manner}": Kind("broker", BRIDGES, 4, 12) for manner in ("stalls", "drips", "lies", "pours")},
    "hostile payloads": Kind("flood", longest_s=6),
    "flood of readings": Kind("flood", longest_s=4),
    "somebody takes the recorder's id": Kind("broker", longest_s=4),
    "somebody takes the recorder's session": Kind("broker", longest_s=4),
}


@dataclass(frozen=True, slots=True)
class Disturbance:
    """One disturbance; `seed` makes whatever is random within it."""

    kind: str
    target: str
    seconds: float
    seed: int


Scene = tuple[Disturbance, ...]


def scenes(seed: int, possible: Sequence[str] = tuple(KINDS)) -> Iterator[Scene]:
    """Without end: deck after deck of these kinds."""
    random = Random(f"chaos/{seed}")
    while True:
        deck = list(possible)
        random.shuffle(deck)
        while deck:
            scene = [_drawn(deck.pop(), random)]
            if deck and random.random() < BOTH_AT_ONCE and KINDS[deck[-1]].group != KINDS[scene[0].kind].group:
                scene.append(_drawn(deck.pop(), random))
            yield tuple(scene)


def storm(seed: int, seconds: float = 5.0) -> Iterator[Scene]:
    """Without end: nothing but hostile payloads, some seconds of them, after which the house must be well each time."""
    random = Random(f"storm/{seed}")
    while True:
        yield (Disturbance("hostile payloads", "", seconds, random.randrange(2**31)),)


def possible(*, is_long: bool, may_mount: bool) -> tuple[str, ...]:
    """The kinds that this run has time for and this machine lets us do."""
    offered = {"": True, "long": is_long, "mount": may_mount}
    return tuple(name for name, kind in KINDS.items() if offered[kind.needs])


def written(seed: int, played: Sequence[Scene], said: Sequence[str]) -> str:
    """A run as a file that can be played again, with what was wrong in it."""
    listed = [[asdict(one) for one in scene] for scene in played]
    return json.dumps({"seed": seed, "violations": list(said), "scenes": listed}, indent=1) + "\n"


def read(text: str) -> list[Scene]:
    return [tuple(Disturbance(**one) for one in scene) for scene in json.loads(text)["scenes"]]


def counts(played: Sequence[Scene]) -> dict[str, int]:
    """How often each kind happened to whom."""
    names = sorted(f"{one.kind}: {one.target}" if one.target else one.kind for scene in played for one in scene)
    return {name: len(list(same)) for name, same in groupby(names)}


def _drawn(name: str, random: Random) -> Disturbance:
    kind = KINDS[name]
    seconds = round(random.uniform(kind.shortest_s, kind.longest_s), 2)
    return Disturbance(name, random.choice(kind.targets), seconds, random.randrange(2**31))
