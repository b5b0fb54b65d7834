"""One regulator for many houses: what a house costs, how soon it decides and commands, on a real Mosquitto.

    python -m benchmarks.fleet --houses 1000 --rooms 8 --minutes 3

The houses live at the pace of the clock: each room's thermometer speaks once a minute, spread over it, valves answer
what they are told, each house has a tick a minute. In each house one room's reading goes up and down each minute, which
leads to a decision (the room's status), and somebody wishes now for more, now for less in another, which leads to a
command for its valve. The load comes from another process; the regulator's processor time and memory are those that the
kernel tells.
"""

import argparse
import heapq
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import yaml
from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

from devtools.servers import Mosquitto

READY_S = 300.0
WARM_UP_MIN = 1.0
BROKER = "max_queued_messages 1000000\nset_tcp_nodelay true\nmax_inflight_messages 1000"
COLD, WARM = 19.2, 20.9
TICKS_PER_S = os.sysconf("SC_CLK_TCK")


def house(number: int, rooms: int, port: int, law: str) -> dict[str, object]:
    """The settings of one house."""
    built = {
        f"r{n}": {
            "sensors": [f"s{n}"],
            "radiators": [{"valve": f"v{number}_{n}", "power_w": 1500}],
            "schedule": {"daily": {"06:00": 20, "22:00": 19}},
        }
        for n in range(rooms)
    }
    return {
        "mqtt": {"host": "127.0.0.1", "port": port, "root": f"sites/{number}/home"},
        "rooms": built,
        "regulator": {"law": law},
    }


@dataclass
class Load:
    """All the houses' devices: says readings and ticks when they are due, answers valves, measures."""

    port: int
    houses: int
    rooms: int
    random: Random = field(default_factory=lambda: Random(1))
    read_at: dict[str, float] = field(default_factory=dict)
    wished_at: dict[str, float] = field(default_factory=dict)
    to_status: list[float] = field(default_factory=list)
    to_command: list[float] = field(default_factory=list)
    heard: int = 0
    said: int = 0
    measures: bool = False

    def __post_init__(self) -> None:
        self._due: list[tuple[float, int, int]] = []
        self._cold: set[int] = set()
        self._wanted: set[int] = set()
        self._ready: set[int] = set()
        self._client = Client(CallbackAPIVersion.VERSION2, "load", protocol=MQTTProtocolVersion.MQTTv5)
        self._client.max_inflight_messages_set(2_000)
        self._client.on_message = self._hear

    def join(self) -> None:
        self._client.connect("127.0.0.1", self.port)
        paths = ("valve/+/set", "boiler/set", "room/+/status", "service/regulator/began")
        self._client.subscribe([(f"sites/+/home/{path}", 1) for path in paths])
        self._client.loop_start()

    def leave(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    @property
    def all_ready(self) -> bool:
        return len(self._ready) == self.houses

    def live(self, seconds: float) -> None:
        """At the pace of the clock; what has fallen behind is said at once, so that an overload shows."""
        began = time.monotonic()
        if not self._due:
            for number in range(self.houses):
                self._due += [(began + self.random.uniform(0, 60), number, room) for room in range(-1, self.rooms)]
            heapq.heapify(self._due)
        while self._due[0][0] < began + seconds:
            due_at, number, room = heapq.heappop(self._due)
            time.sleep(max(0.0, due_at - time.monotonic()))
            self._speak(number, room)
            heapq.heappush(self._due, (due_at + 60, number, room))

    def _speak(self, number: int, room: int) -> None:
        if room < 0:
            self._say(number, "tick", {"at": _now()})
            return
        value = 20.4 + self.random.choice((-0.1, 0.0, 0.1))
        if room == 0:
            self._cold ^= {number}
            value = COLD if number in self._cold else WARM
            self.read_at[f"{number}"] = time.monotonic()
        if room == 1 and self.measures:
            self._wanted ^= {number}
            self.wished_at[f"{number}"] = time.monotonic()
            self._say(number, "room/r1/setpoint/set", {"value": 24 if number in self._wanted else 16})
            return
        self._say(number, f"room/r{room}/temperature/s{room}", {"value": value, "measured_at": _now()})

    def _say(self, number: int, path: str, payload: dict[str, object]) -> None:
        self.said += 1
        self._client.publish(f"sites/{number}/home/{path}", json.dumps(payload), 1)

    def _hear(self, _client: Client, _data: object, message: MQTTMessage) -> None:
        now, (_, site, _, *path) = time.monotonic(), message.topic.split("/")
        self.heard += 1
        match path:
            case ["service", "regulator", "began"]:
                self._ready.add(int(site))
            case ["room", "r0", "status"]:
                self._measured(self.to_status, self.read_at, site, now)
            case ["valve", valve, "set"]:
                if valve.endswith("_1"):
                    self._measured(self.to_command, self.wished_at, site, now)
                told = json.loads(message.payload)
                status = {"opening": told["opening"], "setpoint": told["setpoint"], "reported_at": _now()}
                self._say(int(site), f"valve/{valve}/status", status)

    def _measured(self, into: list[float], since: dict[str, float], site: str, now: float) -> None:
        began = since.pop(site, None)
        if began is not None and self.measures:
            into.append(now - began)


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@contextmanager
def fleet(folder: Path, houses: int, rooms: int, port: int, law: str) -> Iterator[subprocess.Popen[bytes]]:
    """The regulator's process over so many houses."""
    folder.mkdir()
    for number in range(houses):
        (folder / f"{number:06}.yaml").write_text(yaml.safe_dump(house(number, rooms, port, law)))
    with (folder / "log.txt").open("wb") as log:
        process = subprocess.Popen([sys.executable, "-m", "regulator", "--fleet", str(folder)], stderr=log)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(60)


def cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS_PER_S


def memory_kb(pid: int) -> int:
    return int(Path(f"/proc/{pid}/status").read_text().partition("VmRSS:")[2].split()[0])


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(share * len(values)))] if values else float("nan")


def measure(houses: int, rooms: int, minutes: float, law: str) -> dict[str, float]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="haard-fleet-")))
        broker = stack.enter_context(Mosquitto(folder / "mosquitto", extra=BROKER))
        load = Load(broker.port, houses, rooms)
        load.join()
        stack.callback(load.leave)
        began = time.monotonic()
        process = stack.enter_context(fleet(folder / "houses", houses, rooms, broker.port, law))
        while not load.all_ready:
            if process.poll() is not None or time.monotonic() > began + READY_S:
                raise RuntimeError((folder / "houses" / "log.txt").read_text()[-2_000:])
            time.sleep(0.1)
        ready_s = time.monotonic() - began
        load.live(60 * WARM_UP_MIN)
        load.measures, cpu, said, heard = True, cpu_s(process.pid), load.said, load.heard
        wall = time.monotonic()
        load.live(60 * minutes)
        lasted = time.monotonic() - wall
        used = cpu_s(process.pid) - cpu
        return {
            "ready_s": ready_s,
            "cpu_share": used / lasted,
            "cpu_ms_per_house_minute": 1_000 * used / houses / (lasted / 60),
            "messages_in_per_s": (load.said - said) / lasted,
            "messages_out_per_s": (load.heard - heard) / lasted,
            "memory_mb": memory_kb(process.pid) / 1_000,
            "reading_to_decision_p50_ms": 1_000 * percentile(load.to_status, 0.5),
            "reading_to_decision_p99_ms": 1_000 * percentile(load.to_status, 0.99),
            "wish_to_command_p50_ms": 1_000 * percentile(load.to_command, 0.5),
            "wish_to_command_p99_ms": 1_000 * percentile(load.to_command, 0.99),
            "readings_measured": len(load.to_status),
            "commands_measured": len(load.to_command),
        }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--houses", type=int, default=1_000)
    parser.add_argument("--rooms", type=int, default=8)
    parser.add_argument("--minutes", type=float, default=3.0)
    parser.add_argument("--law", default="doses")
    given = parser.parse_args()
    one = measure(1, given.rooms, 0.1, given.law)
    many = measure(given.houses, given.rooms, given.minutes, given.law)
    many["memory_kb_per_house"] = 1_000 * (many["memory_mb"] - one["memory_mb"]) / max(1, given.houses - 1)
    print(f"{given.houses} houses of {given.rooms} rooms, law {given.law}, {given.minutes:g} minutes")
    for name, value in many.items():
        print(f"{name:26} {value:10.2f}")


if __name__ == "__main__":
    main()
