"""One regulator or several for many houses: what a house costs, how soon it decides and commands, on a real Mosquitto.

    python -m benchmarks.fleet --houses 1000 --rooms 8 --minutes 3 [--shards 2] [--ticks spread]

The houses live at the pace of the clock: each room's thermometer speaks once a minute, spread over it, valves answer
what they are told, and all the houses' ticks come at the full minute. In each house one room's reading goes up and down
each minute, which leads to a decision (the room's status) and often a command; and somebody wishes now for more, now
for less in another, which is accepted (the room's settings) and leads to a command for its valve. The load comes from
another process, and benchmarks.fleet_load says how it is measured; the regulator's processor time and memory are those
that the kernel tells.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import yaml

from benchmarks.fleet_load import Load
from devtools.servers import Mosquitto

READY_S = 300.0
WARM_UP_MIN = 1.0
BROKER = "max_queued_messages 1000000\nset_tcp_nodelay true\nmax_inflight_messages 1000"
TICKS_PER_S = os.sysconf("SC_CLK_TCK")
SHARES = {"p50": 0.5, "p99": 0.99, "longest": 1.0}


def house(root: str, number: int, rooms: int, port: int, law: str) -> dict[str, object]:
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
        "mqtt": {"host": "127.0.0.1", "port": port, "root": root},
        "rooms": built,
        "regulator": {"law": law},
    }


@contextmanager
def shard(folder: Path, roots: Sequence[str], given: argparse.Namespace, port: int) -> Iterator[int]:
    """A regulator's process over these houses; its id."""
    folder.mkdir()
    for number, root in enumerate(roots):
        (folder / f"{number:06}.yaml").write_text(yaml.safe_dump(house(root, number, given.rooms, port, given.law)))
    command = [sys.executable, "-m", "regulator", "--fleet", str(folder), "--shard", folder.name]
    with (folder / "log.txt").open("wb") as log:
        process = subprocess.Popen(command, stderr=log)
    try:
        yield process.pid
    finally:
        process.terminate()
        process.wait(60)


def cpu_s(pids: Sequence[int]) -> float:
    fields = [Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split() for pid in pids]
    return sum(int(one[11]) + int(one[12]) for one in fields) / TICKS_PER_S


def waited_s(pids: Sequence[int]) -> float:
    """How long they could have run while other programs had the processor."""
    return sum(int(Path(f"/proc/{pid}/schedstat").read_text().split()[1]) for pid in pids) / 1e9


def memory_kb(pids: Sequence[int]) -> int:
    return sum(int(Path(f"/proc/{pid}/status").read_text().partition("VmRSS:")[2].split()[0]) for pid in pids)


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(share * len(values)))] if values else float("nan")


def measure(houses: int, warm_up_min: float, minutes: float, given: argparse.Namespace) -> dict[str, float]:
    shards = min(given.shards, houses)
    roots = [f"sites/{number % shards}/{number}/home" for number in range(houses)]
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="haard-fleet-")))
        broker = stack.enter_context(Mosquitto(folder / "mosquitto", extra=BROKER))
        load = stack.enter_context(Load(broker.port, roots, given.rooms, together=given.ticks == "together"))
        began = time.monotonic()
        pids = [
            stack.enter_context(shard(folder / f"shard{number}", roots[number::shards], given, broker.port))
            for number in range(shards)
        ]
        await_ready(load, began)
        ready_s = time.monotonic() - began
        load.live(60 * warm_up_min)
        return {"ready_s": ready_s, **_lived(load, pids, houses, minutes)}


def await_ready(load: Load, began: float) -> None:
    while not load.all_ready:
        if time.monotonic() > began + READY_S:
            raise RuntimeError("the regulators have not heard all houses: look at their logs")
        load.turn(0.1)


def _lived(load: Load, pids: Sequence[int], houses: int, minutes: float) -> dict[str, float]:
    load.measures, cpu, waited, said, heard = True, cpu_s(pids), waited_s(pids), load.said, load.heard
    wall = time.monotonic()
    load.live(60 * minutes)
    lasted = time.monotonic() - wall
    used = cpu_s(pids) - cpu
    asked = len(load.took.get("reading to done", ())) + len(load.took.get("wish to done", ()))
    return {
        "cpu_share": used / lasted,
        "waited_for_cpu_share": (waited_s(pids) - waited) / lasted,
        "cpu_ms_per_house_minute": 1_000 * used / houses / (lasted / 60),
        "messages_in_per_s": (load.said - said + asked) / lasted,
        "messages_out_per_s": (load.heard - heard) / lasted,
        "memory_mb": memory_kb(pids) / 1_000,
        "never_answered": len(load.asked),
        **{
            f"{what}, {name} ms": 1_000 * percentile(took, share)
            for what, took in sorted(load.took.items())
            for name, share in SHARES.items()
        },
        **{f"{what}, number": len(took) for what, took in sorted(load.took.items())},
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--houses", type=int, default=1_000)
    parser.add_argument("--rooms", type=int, default=8)
    parser.add_argument("--minutes", type=float, default=3.0)
    parser.add_argument("--law", default="doses")
    parser.add_argument("--shards", type=int, default=1, help="regulator processes that share the houses")
    parser.add_argument("--ticks", choices=("together", "spread"), default="together")
    given = parser.parse_args()
    few = measure(given.shards, 0.4, 0.1, given)
    many = measure(given.houses, WARM_UP_MIN, given.minutes, given)
    between = max(1, given.houses - given.shards)
    many["memory_kb_per_house"] = 1_000 * (many["memory_mb"] - few["memory_mb"]) / between
    print(
        f"{given.houses} houses of {given.rooms} rooms in {given.shards} shards, law {given.law}, ticks {given.ticks}"
    )
    print(f"{given.minutes:g} minutes; load of this machine at the end: {os.getloadavg()[0]:.1f}")
    for name, value in many.items():
        print(f"{name:32} {value:10.2f}")


if __name__ == "__main__":
    main()
