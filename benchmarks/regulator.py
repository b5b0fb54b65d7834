"""What a minute costs the regulator: one tick and the decision after it, for houses of several sizes.

    python -m benchmarks.regulator

Beside it stands the floor that no regulator can beat: reading the bytes of the same minute (each room's reading, the
tick) and writing the bytes that were said, with plain json and nothing decided.
"""

import json
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from house import messages as m
from house import settings
from house import topics as t
from regulator.snapshot import Snapshot, empty
from regulator.step import hear

START = datetime(2026, 1, 12, 12, 0, tzinfo=UTC)
ROOMS = (1, 10, 100, 1000)
WARM_UP = 3
Message = tuple[str, bytes]


def house_of(rooms: int) -> settings.Settings:
    """Each room has a thermometer, a valve and four switch points a day."""
    week = {"daily": {"06:30": 20, "08:30": 17, "16:30": 20, "22:30": 17}}
    built = {
        f"room_{n}": {"sensors": [f"s{n}"], "radiators": [{"valve": f"v{n}", "power_w": 1500}], "schedule": week}
        for n in range(rooms)
    }
    return settings.Settings.model_validate({"rooms": built})


def minute_of(wiring: settings.Settings, number: int) -> tuple[list[Message], Message]:
    """The readings of a minute and its tick; each room is cold one minute in ten."""
    at = START + timedelta(minutes=number)
    heard: list[Message] = []
    for n, room in enumerate(wiring.rooms):
        value = 19.5 if (n + number) % 10 == 0 else 20.4
        reading = m.Temperature(value=value, measured_at=at)
        heard.append((t.ROOM_TEMPERATURE.path(room), reading.encode()))
    return heard, (t.TICK.path(), m.Tick(at=at).encode())


@dataclass(frozen=True)
class Cost:
    """Of one minute, in ms; `said` is the number of messages."""

    readings: float
    tick: float
    floor: float
    said: int


def live_one_minute(snapshot: Snapshot, wiring: settings.Settings, number: int) -> tuple[Snapshot, Cost]:
    heard, tick = minute_of(wiring, number)
    began = time.perf_counter()
    for path, payload in heard:
        snapshot, _ = hear(snapshot, path, payload, retained=False)
    read = time.perf_counter()
    snapshot, said = hear(snapshot, *tick, retained=False)
    payloads = [publication.payload for publication in said]
    decided = time.perf_counter()
    values = [json.loads(payload) for payload in payloads]
    before_floor = time.perf_counter()
    for _, payload in (*heard, tick):
        json.loads(payload)
    for value in values:
        json.dumps(value).encode()
    floor = time.perf_counter() - before_floor
    return snapshot, Cost(1000 * (read - began), 1000 * (decided - read), 1000 * floor, len(said))


def measure(rooms: int, minutes: int) -> Cost:
    """The median minute."""
    wiring = house_of(rooms)
    snapshot, costs = empty(wiring), []
    for number in range(WARM_UP + minutes):
        snapshot, cost = live_one_minute(snapshot, wiring, number)
        costs.append(cost)
    return sorted(costs[WARM_UP:], key=lambda cost: cost.tick)[minutes // 2]


def main() -> None:
    print("rooms   tick ms   per room   readings ms   said   json floor ms   tick / floor")
    for rooms in ROOMS:
        cost = measure(rooms, minutes=max(9, min(300, 4000 // rooms)))
        print(
            f"{rooms:5d} {cost.tick:9.3f} {cost.tick / rooms:10.4f} {cost.readings:13.3f} {cost.said:6d} "
            f"{cost.floor:15.3f} {cost.tick / cost.floor:14.1f}"
        )


if __name__ == "__main__":
    main()
