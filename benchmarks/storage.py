"""How much room a year of a house takes, and how fast its charts are read.

`python -m benchmarks.storage --rows 5000000` fills a Postgres of its own with the messages of a simulated house.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import islice

from benchmarks.gas import MONDAY, live
from bridges.simulated import protocol
from haard.settings_file import example
from house import messages as m
from house import topics as t
from house.settings import Radiator, Room, Sensor, Settings, parse
from recorder import partitions
from recorder.database import open_database
from recorder.rollup import Rollup

ROOT = t.Root("home")
COPIED_AT_ONCE = 50_000

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
        self._days: list[list[tuple[timedelta, t.Name, bytes]]] = [[] for _ in range(days)]
        begin = datetime.combine(MONDAY, datetime.min.time(), UTC)
        for one in live(protocol.house_plan(house), house, days=days + 1, seed=3).records:
            number, at = divmod(one.received_at - begin, timedelta(days=1))
            if 0 <= number < days:
                self._days[number].append((at, one.name, one.message.encode()))

    def said(self, first: date, days: int) -> Iterator[Said]:
        """All messages of some days, in order."""
        for number in range(days):
            yield from self._day(first + timedelta(days=number), number)

    def _day(self, day: date, number: int) -> Iterator[Said]:
        template = self._days[number % len(self._days)]
        was = MONDAY + timedelta(days=number % len(self._days))
        dates = [(f"{was + step}".encode(), f"{day + step}".encode()) for step in map(timedelta, (-1, 0, 1))]
        begin = datetime.combine(day, datetime.min.time(), UTC)
        yield from self._told_by_the_analyst(begin, day, number)
        for at, name, payload in template:
            if name.topic is t.METER_GAS:
                payload = _reading(begin + at, number)
            else:
                for old, new in dates:
                    payload = payload.replace(old, b"~" + new[1:])
                payload = payload.replace(b"~", b"2")
            yield begin + at, ROOT.full(name.topic.path(*name.ids)), payload

    def _told_by_the_analyst(self, begin: datetime, day: date, number: int) -> Iterator[Said]:
        rooms = list(self._house.rooms)
        yesterday = {room: m.RoomDay(gas=1 + index / 8, gas_error=0.1, moves=9) for index, room in enumerate(rooms)}
        gas = sum(one.gas for one in yesterday.values()) + 1.5
        came_to = m.Day(day=day - timedelta(days=1), gas=gas, rooms=yesterday, hot_water=1, other=0.5, starts=20)
        yield begin, ROOT.full(t.DAY.path()), came_to.encode()
        for minute in range(0, 1440, 5):
            at = begin + timedelta(minutes=minute)
            for room in rooms:
                today = round(yesterday[room].gas * minute / 1440, 3)
                total = round(100 + number * yesterday[room].gas + today, 3)
                said = m.RoomGas(value=total, today=today, yesterday=yesterday[room].gas, measured_at=at)
                yield at, ROOT.full(t.ROOM_GAS.path(room)), said.encode()


def _reading(at: datetime, number: int) -> bytes:
    cubic_metres = 4711 + 12 * (number + (at.hour * 60 + at.minute) / 1440)
    return m.GasReading(value=round(cubic_metres, 3), measured_at=at, equipment="G1").encode()


def fill(url: str, said: Iterable[Said], now: datetime) -> None:
    """Put messages into a Postgres whose tables are up to date, as the recorder would have, and roll them up."""
    database = open_database(url)
    waiting = iter(said)
    topics: dict[str, int] = {}
    while batch := list(islice(waiting, COPIED_AT_ONCE)):
        partitions.make(database, {partitions.month(at) for at, _, _ in batch})
        with database.transaction() as transaction:
            for topic in {topic for _, topic, _ in batch} - topics.keys():
                transaction.execute("INSERT INTO topic (name) VALUES (%s) ON CONFLICT (name) DO NOTHING", topic)
                [(topics[topic],)] = transaction.query("SELECT id FROM topic WHERE name = %s", topic)
            transaction.store([(at, topics[topic], 1, False, payload) for at, topic, payload in batch])
    rollup = Rollup(database)
    while rollup.turn(now):
        pass
    with database.transaction() as transaction:
        for table in ("message", "hourly", "topic", "traffic"):
            transaction.execute(f"ANALYZE {table}")
    database.close()
