"""A record that grows, for tests of the analyst."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from house import messages, topics
from recorder.database import Database
from recorder.sqlite import Sqlite

MONDAY = datetime(2026, 1, 11, 23, tzinfo=UTC)  # midnight in Amsterdam
HOUR = timedelta(hours=1)
ROOT = topics.Root("home")


class Recorded:
    """A record that grows; the recorder's clock runs some years behind or ahead of the house's, as in a simulation."""

    def __init__(self, driver: Sqlite, year: int = 2020) -> None:
        self.database = Database(driver)
        self._received_at = datetime(year, 1, 1, tzinfo=UTC)

    def add(self, publications: Iterable[topics.Publication]) -> None:
        with self.database.transaction() as transaction:
            for one in publications:
                self._received_at += timedelta(seconds=1)
                name = ROOT.full(one.path)
                transaction.execute("INSERT INTO topic (name) VALUES (%s) ON CONFLICT (name) DO NOTHING", name)
                [(topic,)] = transaction.query("SELECT id FROM topic WHERE name = %s", name)
                transaction.store([(self._received_at, topic, 1, False, one.payload)])

    def tick(self, at: datetime) -> None:
        self.add([topics.publication(topics.TICK, message=messages.Tick(at=at))])

    def live(self, begin: datetime, hours: int, opened: str, litres: int = 100) -> None:
        """The boiler heats one room; the meter reads each hour `litres` more."""
        for minute in range(60 * hours):
            at = begin + timedelta(minutes=minute)
            status = messages.BoilerStatus(flame=True, flow_temperature=60, reported_at=at)
            self.add([topics.publication(topics.BOILER_STATUS, message=status)])
            if minute % 60 == 0:
                self.tick(at)
                self.add([valve(opened, 100, at), gas(at, litres * (at - MONDAY) / HOUR)])


def valve(room: str, opening: float, at: datetime) -> topics.Publication:
    return topics.publication(
        topics.VALVE_STATUS, f"v_{room}", message=messages.ValveStatus(opening=opening, reported_at=at)
    )


def gas(at: datetime, litres: float) -> topics.Publication:
    reading = messages.GasReading(value=(50_000 + litres) / 1000, measured_at=at, equipment="m")
    return topics.publication(topics.METER_GAS, message=reading)
