"""How fast Grafana's panels are read from a year of a house with seven rooms.

`python -m benchmarks.grafana` fills a Postgres of its own and prints the milliseconds of each panel, as the role
`grafana`, for spans from a day to the year.
"""

import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from typing import Any

from benchmarks.storage import ROOT, Said, Year, fill, house_of_seven_rooms
from devtools import servers
from grafana.macros import Span, sent
from grafana.write_dashboards import DASHBOARDS, FOLDER
from house import messages, topics
from recorder import migrations
from recorder.open import open_database

ROLE = FOLDER.with_name("role.sql")
CONTACTS = ("a4c138000011", "a4c138000012")
CHOSEN = {"house": ROOT.prefix, "room": "living"}
FIRST, DAYS = date(2025, 1, 1), 365
END = datetime(2026, 1, 1, tzinfo=UTC)
LENGTHS = ("1d", "7d", "30d", "365d")
TIMES = 9
LIMIT_MS = 100


def lived(house: Year, first: date, days: int) -> Iterator[Said]:
    """What is said in a house, with what no simulated day has: costs, alerts, restarts, electricity, rubbish."""
    yield from house.said(first, days)
    for number in range(days):
        yield from besides(datetime.combine(first + timedelta(days=number), datetime.min.time(), UTC), number)


def besides(begin: datetime, number: int) -> Iterator[Said]:
    """What is said on a day, the `number`th, besides."""
    for at, path, message in (*_once(begin), *_every_quarter(begin, number)):
        yield at, ROOT.full(path), message.encode() if message else b""


def _once(begin: datetime) -> Iterator[tuple[datetime, str, messages.Message | None]]:
    yesterday, rooms = begin.date() - timedelta(days=1), {"living": messages.RoomDay(gas=3, too_cold_kh=0.5, moves=14)}
    costs = {"cost": 9.1, "degree_days": 14.5, "starts": 31, "burn_min": 420}
    yield (
        begin,
        topics.DAY.path(),
        messages.Day(day=yesterday, gas=6.5, rooms=rooms, hot_water=1, unallocated=2.5, **costs),
    )
    yield begin, topics.HOUSE.path(), _description()
    cold = messages.Alert(about="a radiator does not warm the room", todo="feel it while it is open", since=begin)
    yield begin, topics.ALERT.path("cold_001a22000001"), cold
    yield begin + timedelta(hours=5), topics.ALERT.path("cold_001a22000001"), None
    battery = messages.Alert(about="the battery of a thermometer is at 9 %", todo="put in a new cell", since=begin)
    yield begin, topics.ALERT.path("battery_a4c138000001"), battery
    rubbish = messages.Rejected(topic="home/room/living/temperature", payload="warm", reason="should be a number")
    yield begin + timedelta(hours=6), topics.REJECTED.path(), rubbish
    yield (
        begin + timedelta(hours=3),
        topics.SERVICE_AVAILABILITY.path("regulator"),
        messages.Availability(value="offline"),
    )
    yield (
        begin + timedelta(hours=3, minutes=1),
        topics.SERVICE_AVAILABILITY.path("regulator"),
        messages.Availability(value="online"),
    )


def _description() -> messages.HouseDescription:
    """A house of which one room has a name."""
    presets = messages.PresetTemperatures()
    rooms = (messages.RoomDescription(id="living", name="Living room"),)
    return messages.HouseDescription(
        name="Home", timezone="UTC", boost_min=60, law="burst", comfort="balanced", presets=presets, rooms=rooms
    )


def _every_quarter(begin: datetime, number: int) -> Iterator[tuple[datetime, str, messages.Message]]:
    for minutes in range(0, 1440, 15):
        at = begin + timedelta(minutes=minutes)
        delivered = round(10_000 + 8 * (number + minutes / 1440), 3)
        power = messages.ElectricityReading(value=delivered, returned=100, power_w=minutes - 300, measured_at=at)
        yield at, topics.METER_ELECTRICITY.path(), power
        for contact in CONTACTS:
            yield (
                at,
                topics.SENSOR_STATUS.path(contact),
                messages.SensorStatus(battery=90, voltage=2.9, rssi=-71, measured_at=at),
            )


def main() -> None:
    with servers.postgres_folder() as folder:
        servers.initialise(folder)
        with servers.Postgres(folder) as server:
            with closing(open_database(server.url)) as database:
                migrations.upgrade(database.driver)
            fill(server.url, lived(Year(house_of_seven_rooms()), FIRST, DAYS), now=END + timedelta(hours=1))
            with closing(server.connect()) as owner, owner, owner.cursor() as cursor:
                cursor.execute(ROLE.read_text(encoding="utf-8"))
            with closing(server.connect("grafana")) as reader, reader.cursor() as cursor:
                print_times(cursor)


def print_times(cursor: Any) -> None:
    """A row for each panel, and how many took longer than they should."""
    print(f"{'milliseconds':40}" + "".join(f"{length:>8}" for length in LENGTHS))
    late = 0
    for name, panel in ((name, panel) for name, dashboard in DASHBOARDS.items() for panel in dashboard.panels):
        took = [milliseconds(cursor, sent(panel, Span.last(length, END), CHOSEN)) for length in LENGTHS]
        late += max(took) > LIMIT_MS
        print(f"{name + ': ' + panel.title:40}" + "".join(f"{one:8.1f}" for one in took), flush=True)
    print(f"{late} took longer than {LIMIT_MS} ms")


def milliseconds(cursor: Any, query: str) -> float:
    """Of the query and the fetching of its rows; the best of some times, since others may use the machine too."""
    took = []
    for _ in range(TIMES):
        begin = time.perf_counter()
        cursor.execute(query)
        cursor.fetchall()
        took.append(1000 * (time.perf_counter() - begin))
    return min(took)


if __name__ == "__main__":
    main()
