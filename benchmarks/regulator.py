"""What a minute costs the regulator: one tick and the decision after it, for houses of several sizes under two laws.

    python -m benchmarks.regulator

Times are of the processor. Each minute is lived in several runs, a day later each time, and its least counts, so that
other work on the computer hardly shows; what is told is the median of the minutes. Where the cost per room stays the
same, it grows linearly. Beside it stands the floor that no regulator can beat: reading the bytes of the same minute
(each room's reading, the tick) and writing the bytes that were said, with plain json and nothing decided. Last come
messages that lead to no decision, in a house of ten rooms.
"""

import json
import time
from dataclasses import astuple, dataclass
from datetime import UTC, datetime, timedelta
from itertools import product
from statistics import median

from house import messages, settings, topics
from regulator.snapshot import Snapshot, empty
from regulator.step import handle_bytes

START = datetime(2026, 1, 12, 12, 0, tzinfo=UTC)
ROOMS = (1, 10, 100, 1000)
LAWS = ("doses", "hysteresis")
WARM_UP, RUNS, MORE_RUNS = 3, 3, 12
Message = tuple[str, bytes]


def house_of(rooms: int, law: str = "doses") -> settings.Settings:
    """Each room has a thermometer, a valve and four switch points a day of its own."""
    built = {
        f"room_{n}": {"sensors": [f"s{n}"], "radiators": [{"valve": f"v{n}", "power_w": 1500}], "schedule": _week(n)}
        for n in range(rooms)
    }
    return settings.Settings.model_validate({"rooms": built, "regulator": {"law": law}})


def _week(room: int) -> dict[str, dict[str, float]]:
    hour, minute = divmod(room % 120, 60)
    points = ((5, 20.0), (8, 17.0), (15, 20.0), (20, 17.0))
    return {"daily": {f"{first + hour:02}:{minute:02}": setpoint for first, setpoint in points}}


def minute_of(wiring: settings.Settings, number: int, start: datetime = START) -> tuple[list[Message], Message]:
    """The readings of a minute and its tick; each room is cold one minute in ten."""
    at = start + timedelta(minutes=number)
    heard: list[Message] = []
    for n, room in enumerate(wiring.rooms):
        value = 19.5 if (n + number) % 10 == 0 else 20.4
        reading = messages.Temperature(value=value, measured_at=at)
        heard.append((topics.ROOM_TEMPERATURE.path(room), reading.encode()))
    return heard, (topics.TICK.path(), messages.Tick(at=at).encode())


@dataclass(frozen=True)
class Cost:
    """Of one minute, in ms; `said` is the number of messages."""

    readings: float
    tick: float
    floor: float
    said: float


def live_one_minute(
    snapshot: Snapshot, wiring: settings.Settings, number: int, start: datetime = START
) -> tuple[Snapshot, Cost]:
    heard, tick = minute_of(wiring, number, start)
    began = time.process_time()
    for path, payload in heard:
        snapshot, _ = handle_bytes(snapshot, path, payload, retained=False)
    read = time.process_time()
    snapshot, said = handle_bytes(snapshot, *tick, retained=False)
    payloads = [publication.payload for publication in said]
    decided = time.process_time()
    values = [json.loads(payload) for payload in payloads]
    before_floor = time.process_time()
    for _, payload in (*heard, tick):
        json.loads(payload)
    for value in values:
        json.dumps(value).encode()
    floor = time.process_time() - before_floor
    return snapshot, Cost(1000 * (read - began), 1000 * (decided - read), 1000 * floor, len(said))


def measure(rooms: int, law: str, minutes: int) -> Cost:
    """The median minute, of each its least."""
    wiring = house_of(rooms, law)
    count = MORE_RUNS if rooms <= 10 else RUNS
    runs = [_live(wiring, minutes, START + timedelta(days=run)) for run in range(count)]
    least = [Cost(*(min(times) for times in zip(*map(astuple, same), strict=True))) for same in zip(*runs, strict=True)]
    return Cost(*(median(times) for times in zip(*map(astuple, least), strict=True)))


def _live(wiring: settings.Settings, minutes: int, start: datetime) -> list[Cost]:
    snapshot, costs = empty(wiring), []
    for number in range(WARM_UP + minutes):
        snapshot, cost = live_one_minute(snapshot, wiring, number, start)
        costs.append(cost)
    return costs[WARM_UP:]


def idle(rooms: int, law: str, count: int) -> float:
    """What a reading costs that says nothing new, in µs: the median of so many, each a twentieth of a kelvin and a
    second from the one before it.
    """
    wiring = house_of(rooms, law)
    snapshot, costs = empty(wiring), []
    for number in range(WARM_UP):
        snapshot, _ = live_one_minute(snapshot, wiring, number)
    now, (last, _) = START + timedelta(minutes=WARM_UP - 1), minute_of(wiring, WARM_UP - 1)
    values = {path: messages.Temperature.decode(payload).value for path, payload in last}
    for number in range(count):
        path, turn = last[number % rooms][0], 1 + number // rooms
        value, at = values[path] + 0.05 * (turn % 2), now + timedelta(seconds=turn)
        reading = messages.Temperature(value=value, measured_at=at)
        payload = reading.encode()
        began = time.process_time_ns()
        snapshot, said = handle_bytes(snapshot, path, payload, retained=False)
        costs.append((time.process_time_ns() - began) / 1000)
        assert not said
    return median(costs)


def main() -> None:
    print("law        rooms   tick ms   per room   readings ms   per room   said   json floor ms   tick / floor")
    for law, rooms in product(LAWS, ROOMS):
        cost = measure(rooms, law, minutes=max(9, min(100, 1500 // rooms)))
        print(
            f"{law:10} {rooms:5d} {cost.tick:9.3f} {cost.tick / rooms:10.4f} {cost.readings:13.3f} "
            f"{cost.readings / rooms:10.4f} {cost.said:6.0f} {cost.floor:15.3f} {cost.tick / cost.floor:14.1f}"
        )
    for law in LAWS:
        print(f"{law:10} a reading that says nothing new: {min(idle(10, law, 1000) for _ in range(RUNS)):.1f} µs")


if __name__ == "__main__":
    main()
