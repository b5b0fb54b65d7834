"""Random streams through the regulator: whatever is heard, its promises hold. A seed tells each stream again.

    python -m benchmarks.streams --streams 200000

Each stream is some minutes or hours of anything plausible (readings, contacts, reports, wishes, clocks that leap,
messages that arrive late, twice or not at all) in a house of three rooms under one of the laws. What is broken is
printed with its seed; the exit status is 1 then.
"""

import argparse
import gc
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from benchmarks.promises import MOST_STARTS, older_kept, out_of_limits, too_often, unsafe, wish_broken
from devtools.untrue_reasons import untrue
from house import messages, settings, topics
from house.settings import Settings
from regulator.snapshot import Snapshot, empty
from regulator.step import handle_bytes

BEGIN = datetime(2026, 1, 12, 4, tzinfo=UTC)
LAWS = ("doses", "hysteresis", "timeprop", "tpi")
ROOMS = ("living", "bath", "hall")
VALVES = ("001a22000001", "001a22000002", "001a22000003")
LATE_S = (0, 0, 0, 0, 5, 90, 400, -20, -200, -4000, 100_000)
TOLD_EVERY_S = 20.0

HOUSE = """
rooms:
  living:
    name: Living room
    sensors: [A4:C1:38:00:00:01, A4:C1:38:00:00:02]
    windows: [A4:C1:38:00:00:11]
    radiators: [{valve: 00:1A:22:00:00:01, power_w: 2000}]
    schedule: {daily: {"06:30": 20, "08:00": 17, "17:00": 21, "22:30": 17}}
  bath:
    sensors: [A4:C1:38:00:00:03]
    radiators: [{valve: 00:1A:22:00:00:02, power_w: 1000}]
    schedule: {mon-fri: {"06:00": 21, "07:00": 16}, sat-sun: {"08:00": 21, "22:00": 16}}
  hall:
    radiators: [{valve: 00:1A:22:00:00:03, power_w: 500}]
"""


def houses() -> Mapping[str, Settings]:
    """The house under each law."""
    limits = {"maximum_starts_per_hour": MOST_STARTS}
    return {law: settings.parse(f"{HOUSE}regulator: {{law: {law}}}\nsafety: {json.dumps(limits)}\n") for law in LAWS}


@dataclass
class Stream:
    """One stream: what happens is drawn from `dice`, and `broken` tells what does not hold."""

    wiring: Settings
    dice: random.Random
    now: datetime = BEGIN
    air: dict[str, float] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)
    starts: list[datetime] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.snapshot: Snapshot = empty(self.wiring)
        self.now += timedelta(minutes=self.dice.randrange(7 * 24 * 60))
        self.air = {room: self.dice.choice([4.0, 15.0, 17.6, 19.9, 20.3, 23.0]) for room in ROOMS}

    def run(self, events: int) -> list[str]:
        """So many events, and what was broken by then."""
        self._say("tick", {"at": _iso(self.now)})
        for _ in range(events):
            for path, payload in self._event():
                self._say(path, payload)
                if self.broken:
                    return self.broken
        return self.broken

    def _say(self, path: str, payload: Any) -> None:
        data = payload.encode() if isinstance(payload, str) else json.dumps(payload).encode()
        before = self.snapshot
        self.snapshot, said = handle_bytes(before, path, data, retained=False)
        called = [one.message.call for one in said if isinstance(one.message, messages.BoilerSet)]
        was = before.last(topics.BOILER_SET)
        if called and called[-1] and not (was and was.call) and self.snapshot.now is not None:
            self.starts.append(self.snapshot.now)
        found = [fault for one in said for fault in out_of_limits(one)]
        found += wish_broken(before, self.snapshot, path, payload)
        found += older_kept(before, self.snapshot, path)
        if self.snapshot.now is not None and (path == "tick" or path.endswith("/set")):
            found += [*untrue(self.snapshot), *unsafe(self.snapshot), *too_often(self.starts)]
        self.broken += [f"{fault} (after {path} {data.decode()} at {_iso(self.now)})" for fault in found]

    def _event(self) -> Iterator[tuple[str, Any]]:
        kind = self.dice.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
        if kind == "minute":
            yield from self._minute()
            return
        self.now += timedelta(seconds=self.dice.choice([0.0, 0.5, 7.0, 31.0]))
        yield getattr(self, f"_{kind}")()

    def _minute(self) -> Iterator[tuple[str, Any]]:
        """An ordinary minute: rooms report, time passes, valves answer or do not."""
        self.now += timedelta(minutes=1)
        for room in ROOMS[:2]:
            self.air[room] += self.dice.choice([-0.1, 0.0, 0.0, 0.1])
            yield f"room/{room}/temperature", {"value": round(self.air[room], 2), "measured_at": _iso(self.now)}
        yield "tick", {"at": _iso(self.now)}
        for valve in VALVES:
            told = self.snapshot.last(topics.VALVE_SET, valve)
            if told is not None and self.dice.random() < 0.8:
                at = _iso(self.now + timedelta(seconds=10))
                yield f"valve/{valve}/status", {"opening": told.opening, "setpoint": told.setpoint, "reported_at": at}

    def _tick(self) -> tuple[str, Any]:
        self.now += timedelta(seconds=self.dice.choice([60, 60, 180, 1000, 8000]))
        late = self.dice.choice([0, 0, 0, 30, 120, -3600, 7200])
        return "tick", {"at": _iso(self.now - timedelta(seconds=late))}

    def _reading(self) -> tuple[str, Any]:
        room, sensor = self.dice.choice(ROOMS), self.dice.choice(["", "/a4c138000001", "/a4c138000002"])
        value = self.dice.choice([85.0, -40.0, 5.0, 6.5, 15.0, 17.0, 19.75, 19.9, 20.0, 20.05, 23.0])
        return f"room/{room}/temperature{sensor}", {"value": value, "measured_at": self._late()}

    def _report(self) -> tuple[str, Any]:
        said = {
            "opening": self.dice.choice([None, 0, 3, 15, 45, 100]),
            "setpoint": self.dice.choice([None, 5, 7, 17, 20, 20.5, 26, 26.5, 30]),
            "reachable": self.dice.choice([None, True, True, False]),
            "reported_at": self._late(),
        }
        return f"valve/{self.dice.choice(VALVES)}/status", said

    def _window(self) -> tuple[str, Any]:
        value = {"value": self.dice.choice(["open", "closed"]), "measured_at": self._late()}
        return f"room/{self.dice.choice(ROOMS)}/window/a4c138000011", value

    def _boiler(self) -> tuple[str, Any]:
        return "boiler/status", {
            "flame": self.dice.choice([None, True, False]),
            "hot_water": self.dice.choice([None, True, False, False]),
            "flow_temperature": self.dice.choice([None, 30, 60]),
            "reported_at": self._late(),
        }

    def _empty(self) -> tuple[str, Any]:
        return self.dice.choice(["room/living/temperature", f"valve/{VALVES[0]}/status", "boiler/status"]), ""

    def _wish(self) -> tuple[str, Any]:
        if self.dice.random() < 0.2:
            return "away/set", self.dice.choice(ABSENCES)
        room, kind = self.dice.choice(ROOMS), self.dice.choice(list(WISHES))
        said = self.dice.choice(WISHES[kind])
        if kind == "setpoint" and self.dice.random() < 0.3:
            ends = _iso(self.now + timedelta(minutes=self.dice.choice([-10, 1, 10, 300])))
            said = json.dumps({"value": self.dice.choice([18, 24.5]), "until": ends})
        return f"room/{room}/{kind}/set", said

    def _late(self) -> str:
        return _iso(self.now - timedelta(seconds=self.dice.choice(LATE_S)))


WEIGHTS = {"minute": 50, "tick": 8, "reading": 10, "report": 8, "window": 5, "wish": 12, "boiler": 5, "empty": 2}
ABSENCES = ("on", "off", "ON", '{"value": "on", "setpoint": 12}', '{"minutes": 30}')
WISHES: Mapping[str, tuple[str, ...]] = {
    "mode": ("auto", "heat", "off", "bypass"),
    "preset": ("none", "comfort", "eco", "away", "boost", '{"value": "eco", "minutes": 30}'),
    "setpoint": ("auto", "5", "20.25", "20,5", "22", "30", "35", '{"value": 21, "minutes": 45}'),
    "boost": ("on", "off", "20", "0"),
    "schedule": ("[]", '[{"day":1,"time":"13:02","setpoint":23},{"day":1,"time":"13:10","setpoint":16}]'),
}


def _iso(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


# --- running them -----------------------------------------------------------------------------------------------------


def broken_by(seed: int, built: Mapping[str, Settings], events: int) -> list[str]:
    """What the stream of a seed breaks; an exception is broken too."""
    dice = random.Random(seed)
    law = dice.choice(LAWS)
    try:
        return [f"seed {seed} ({law}): {one}" for one in Stream(built[law], dice).run(dice.randrange(1, 2 * events))]
    except Exception as error:  # whatever it is: the seed tells it again
        return [f"seed {seed} ({law}): {type(error).__name__}: {error}"]


def main() -> int:
    arguments = _arguments()
    built, began, seed = houses(), time.monotonic(), arguments.first
    kinds: Counter[str] = Counter()
    gc.freeze()
    gc.disable()  # nothing of a stream refers to itself, and to look for it takes a fifth of the time
    told_at = began
    while seed < arguments.first + arguments.streams and time.monotonic() - began < arguments.minutes * 60:
        if time.monotonic() >= told_at:
            print(f"seed {seed} after {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
            told_at += TOLD_EVERY_S
        for fault in broken_by(seed, built, arguments.events):
            kind = fault.partition("): ")[2][:40]
            kinds[kind] += 1
            if kinds[kind] <= arguments.shown:
                print(fault, flush=True)
        seed += 1
    took = time.monotonic() - began
    print(f"{seed - arguments.first} streams in {took:.0f} s: {kinds.total()} broken promises")
    return 1 if kinds else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--streams", type=int, default=200_000)
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument(
        "--minutes", type=float, default=float("inf"), help="stop after so many, and say how far it came"
    )
    parser.add_argument("--events", type=int, default=6, help="how many happen in a stream, about")
    parser.add_argument("--shown", type=int, default=2, help="how many of a kind are told in full")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
