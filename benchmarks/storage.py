"""How much room a year of a house takes in Postgres, and how fast its charts are read.

`python -m benchmarks.storage --rows 5000000` starts a Postgres of its own, fills it with the messages of a simulated
house of seven rooms, and prints bytes and milliseconds beside those of what people build first: one table with the
topic as text and the payload as jsonb, indexed by topic and time. Both hold the same messages in the same server.
"""

import argparse
import statistics
import time
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from heapq import merge
from itertools import islice
from operator import itemgetter

from benchmarks.gas_houses import MONDAY, live
from bridges.simulated import protocol
from devtools import servers
from haard.settings_file import example
from house import messages, topics
from house.settings import Radiator, Room, Sensor, Settings, parse
from house.topics import TOPICS
from recorder import migrations, partitions
from recorder.database import Database
from recorder.open import open_database
from recorder.rollup import Rollup

ROOT = topics.Root("home")
FIRST_DAY = date(2026, 1, 1)
COPIED_AT_ONCE = 50_000
RUNS = 9

Said = tuple[datetime, str, bytes]
"""When it was received, the topic, the payload."""


def house_of_seven_rooms() -> Settings:
    """The example house with an attic."""
    house = parse(example())
    attic = Room(
        name="Attic",
        sensors=(Sensor(address="a4:c1:38:00:00:07"),),
        radiators=(Radiator(valve="00:1A:22:00:00:08", power_w=900),),
        schedule=house.rooms["study"].schedule,
    )
    return house.model_copy(update={"rooms": {**house.rooms, "attic": attic}})


class Year:
    """A year of a house, made of a few simulated days over and over, each with its own date and meter reading."""

    def __init__(self, house: Settings, days: int = 3) -> None:
        self._house = house
        self._days: list[list[tuple[timedelta, topics.Name, bytes]]] = [[] for _ in range(days)]
        begin = datetime.combine(MONDAY, datetime.min.time(), UTC)
        for one in live(protocol.house_plan(house), house, days=days + 1, seed=3, every_min=None, kept=TOPICS).records:
            number, at = divmod(one.received_at - begin, timedelta(days=1))
            if 0 <= number < days:
                self._days[number].append((at, one.name, one.message.encode()))

    def said(self, first: date, days: int) -> Iterator[Said]:
        """All messages of some days, in order."""
        for number in range(days):
            day = first + timedelta(days=number)
            begin = datetime.combine(day, datetime.min.time(), UTC)
            by_devices, by_the_analyst = self._day(begin, day, number), self._told_by_the_analyst(begin, day, number)
            yield from merge(by_devices, by_the_analyst, key=itemgetter(0))

    def _day(self, begin: datetime, day: date, number: int) -> Iterator[Said]:
        template = self._days[number % len(self._days)]
        was = MONDAY + timedelta(days=number % len(self._days))
        dates = [(f"{was + step}".encode(), f"{day + step}".encode()) for step in map(timedelta, (-1, 0, 1))]
        for at, name, payload in template:
            if name.topic is topics.METER_GAS:
                payload = _reading(begin + at, number)
            else:
                for old, new in dates:
                    payload = payload.replace(old, b"~" + new[1:])
                payload = payload.replace(b"~", b"2")
            yield begin + at, ROOT.full(name.topic.path(*name.ids)), payload

    def _told_by_the_analyst(self, begin: datetime, day: date, number: int) -> Iterator[Said]:
        rooms = list(self._house.rooms)
        yesterday = {
            room: messages.RoomDay(gas=1 + index / 8, gas_error=0.1, moves=9) for index, room in enumerate(rooms)
        }
        gas = sum(one.gas for one in yesterday.values()) + 1.5
        came_to = messages.Day(day=day - timedelta(days=1), gas=gas, rooms=yesterday, hot_water=1, other=0.5, starts=20)
        yield begin, ROOT.full(topics.DAY.path()), came_to.encode()
        for minute in range(0, 1440, 5):
            at = begin + timedelta(minutes=minute)
            for room in rooms:
                today = round(yesterday[room].gas * minute / 1440, 3)
                total = round(100 + number * yesterday[room].gas + today, 3)
                said = messages.RoomGas(value=total, today=today, yesterday=yesterday[room].gas, measured_at=at)
                yield at, ROOT.full(topics.ROOM_GAS.path(room)), said.encode()


def _reading(at: datetime, number: int) -> bytes:
    cubic_metres = 4711 + 12 * (number + (at.hour * 60 + at.minute) / 1440)
    return messages.GasReading(value=round(cubic_metres, 3), measured_at=at, equipment="G1").encode()


def fill(url: str, said: Iterable[Said], now: datetime) -> None:
    """Put messages into a Postgres whose tables are up to date, as the recorder and the analyst would have."""
    database = open_database(url)
    waiting = iter(said)
    ids: dict[str, int] = {}
    months: set[datetime] = set()
    while batch := list(islice(waiting, COPIED_AT_ONCE)):
        months |= {partitions.month(at) for at, _, _ in batch}
        partitions.make(database, months)
        with database.transaction() as transaction:
            for topic in {topic for _, topic, _ in batch} - ids.keys():
                transaction.execute("INSERT INTO topic (name) VALUES (%s) ON CONFLICT (name) DO NOTHING", topic)
                [(ids[topic],)] = transaction.query("SELECT id FROM topic WHERE name = %s", topic)
            transaction.store([(at, ids[topic], 1, False, payload) for at, topic, payload in batch])
    with database.transaction() as transaction:
        transaction.execute(database.driver.optimise)
    rollup = Rollup(database)
    while rollup.turn(now):
        pass
    partitions.sort_hours(database)
    for begin in sorted(months)[:-1]:
        partitions.pack(database, begin)
    with database.transaction() as transaction:
        for table in ("message", "hourly", "topic", "traffic"):
            transaction.execute(f"ANALYZE {table}")
    database.close()


@dataclass(frozen=True, slots=True)
class Chart:
    """A question, as the views answer it and as the plain table does; `{begin}` is so many days before the end."""

    title: str
    days: int
    most_ms: float
    query: str
    plain: str


_PLAIN_STATUS = "FROM plain WHERE topic = 'home/room/living/status' AND time >= '{begin}' AND time < '{end}'"
_IN_TIME = "time >= '{begin}' AND time < '{end}'"

CHARTS = (
    Chart(
        "a room, 24 h",
        1,
        20,
        f"SELECT time, temperature, setpoint, demand FROM views.room_status WHERE room = 'living' AND {_IN_TIME}",
        "SELECT time, (said->>'temperature')::float, (said->>'setpoint')::float, (said->>'demand')::float "
        + _PLAIN_STATUS,
    ),
    Chart(
        "a room, 30 days by hour",
        30,
        10,
        f"SELECT time, temperature, setpoint, demand FROM views.room_hour WHERE room = 'living' AND {_IN_TIME}",
        "SELECT date_trunc('hour', time), avg((said->>'temperature')::float), avg((said->>'setpoint')::float), "
        f"avg((said->>'demand')::float) {_PLAIN_STATUS} GROUP BY 1",
    ),
    Chart(
        "a room, a year by day",
        365,
        20,
        f"SELECT time, temperature, low, high FROM views.room_temperature_day WHERE room = 'living' AND {_IN_TIME}",
        "SELECT date_trunc('day', time), avg((said->>'temperature')::float), min((said->>'temperature')::float), "
        f"max((said->>'temperature')::float) {_PLAIN_STATUS} GROUP BY 1",
    ),
    Chart(
        "gas per room and day",
        365,
        50,
        "SELECT day, room, gas FROM views.room_day",
        "SELECT topic, date_trunc('day', time), max((said->>'value')::float) - min((said->>'value')::float) FROM plain "
        "WHERE topic ~ '^home/room/[a-z0-9_]+/gas$' GROUP BY 1, 2",
    ),
    Chart(
        "the newest of each topic",
        365,
        50,
        "SELECT topic, time, said FROM views.latest",
        "SELECT DISTINCT ON (topic) topic, time, said FROM plain ORDER BY topic, time DESC",
    ),
)


def asked(query: str, days: int, end: datetime) -> str:
    return query.replace("{begin}", f"{end - timedelta(days=days)}").replace("{end}", f"{end}")


def run_ms(database: Database, query: str, runs: int = RUNS) -> tuple[float, int]:
    """Median of some runs after a first, and how many points the chart has."""
    needed = []
    for _ in range(runs + 1):
        with database.transaction() as transaction:
            begin = time.perf_counter()
            points = len(transaction.query(query))
            needed.append(1000 * (time.perf_counter() - begin))
    return statistics.median(needed[1:]), points


def make_plain(database: Database) -> None:
    """What people build first, with the same messages."""
    with database.transaction() as transaction:
        transaction.execute("CREATE TABLE plain (id bigserial PRIMARY KEY, time timestamptz, topic text, said jsonb)")
        transaction.execute(
            "INSERT INTO plain (time, topic, said) SELECT received_at, name, views.json_of(payload) "
            "FROM message JOIN topic ON topic.id = topic_id ORDER BY message.id"
        )
        transaction.execute("CREATE INDEX ON plain (topic, time)")
        transaction.execute("ANALYZE plain")


def table_bytes(database: Database, pattern: str) -> tuple[int, int]:
    """Of tables with everything, and of their indexes alone."""
    with database.transaction() as transaction:
        query = f"""SELECT sum(total_bytes), sum(index_bytes) FROM views.table_size WHERE "table" ~ '{pattern}'"""
        [(whole, indexes)] = transaction.query(query)
    return int(whole), int(indexes)


def parts(database: Database) -> dict[str, int]:
    """Bytes of all that a record takes, by what takes them."""
    with database.transaction() as transaction:
        [(payloads,)] = transaction.query("SELECT sum(length(payload)) FROM message")
    (rows_bytes, indexes), (hours, _) = table_bytes(database, "^message"), table_bytes(database, "^(hourly|traffic)$")
    rows = rows_bytes - indexes - int(payloads)
    return {"payloads": int(payloads), "rows without them": rows, "indexes": indexes, "hours": hours}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=5_000_000, help="messages; default: %(default)s, about a year")
    rows = parser.parse_args().rows
    with servers.postgres_folder() as folder:
        servers.initialise(folder)
        with servers.Postgres(folder) as server, closing(open_database(server.url)) as database:
            measure(server.url, database, rows)


def measure(url: str, database: Database, rows: int) -> None:
    migrations.upgrade(database.driver)
    begin = time.perf_counter()
    fill(
        url,
        islice(Year(house_of_seven_rooms()).said(FIRST_DAY, 10_000), rows),
        datetime.now(UTC) + timedelta(days=4000),
    )
    print(f"{rows} messages generated, stored and rolled up in {time.perf_counter() - begin:.0f} s")
    make_plain(database)
    with database.transaction() as transaction:
        [(end,)] = transaction.query("SELECT max(received_at) FROM message")
    ours, (plain, _) = parts(database), table_bytes(database, "^plain$")
    print(f"{'bytes a message':40}{sum(ours.values()) / rows:8.1f}   plain {plain / rows:8.1f}")
    for what, size in ours.items():
        print(f"  {what:38}{size / rows:8.1f}")
    for chart in CHARTS:
        ms, points = run_ms(database, asked(chart.query, chart.days, end))
        plain_ms, _ = run_ms(database, asked(chart.plain, chart.days, end), runs=1)
        print(
            f"{chart.title:28}{points:5} points {ms:8.1f} ms plain {plain_ms:8.1f} ms  ratio {plain_ms / ms:6.1f}"
            f"   {'ok' if ms <= chart.most_ms else 'TOO SLOW'} (at most {chart.most_ms:g})"
        )


if __name__ == "__main__":
    main()
