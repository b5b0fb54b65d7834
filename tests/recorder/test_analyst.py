from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

import pytest

from house import messages as m
from house import topics as t
from house.settings import Settings
from recorder.analyst import Analyst
from recorder.database import Database
from recorder.reader import Reader
from recorder.sqlite import Sqlite

MONDAY = datetime(2026, 1, 11, 23, tzinfo=UTC)  # midnight in Amsterdam
HOUR = timedelta(hours=1)
ROOT = t.Root("home")


@pytest.fixture
def house() -> Settings:
    rooms = {room: {"radiators": [{"valve": f"v_{room}", "power_w": 1000}]} for room in ("living", "bath")}
    return Settings.model_validate({"rooms": rooms, "gas": {"tariffs": {"2026-01-01": 1.5}}})


class Recorded:
    """A record that grows; the recorder's clock runs some years behind the house's, as in a simulation."""

    def __init__(self, driver: Sqlite) -> None:
        self.database = Database(driver)
        self._received_at = datetime(2020, 1, 1, tzinfo=UTC)

    def add(self, publications: Iterable[t.Publication]) -> None:
        with self.database.transaction() as transaction:
            for one in publications:
                self._received_at += timedelta(seconds=1)
                name = ROOT.full(one.path)
                transaction.execute("INSERT INTO topic (name) VALUES (%s) ON CONFLICT (name) DO NOTHING", name)
                [(topic,)] = transaction.query("SELECT id FROM topic WHERE name = %s", name)
                transaction.store([(self._received_at, topic, 1, False, one.payload)])

    def tick(self, at: datetime) -> None:
        self.add([t.publication(t.TICK, message=m.Tick(at=at))])

    def live(self, begin: datetime, hours: int, opened: str, litres: int = 100) -> None:
        """The boiler heats one room; the meter reads each hour `litres` more."""
        for minute in range(60 * hours):
            at = begin + timedelta(minutes=minute)
            status = m.BoilerStatus(flame=True, flow_temperature=60, reported_at=at)
            self.add([t.publication(t.BOILER_STATUS, message=status)])
            if minute % 60 == 0:
                self.tick(at)
                self.add([valve(opened, 100, at), gas(at, litres * (at - MONDAY) / HOUR)])


def valve(room: str, opening: float, at: datetime) -> t.Publication:
    return t.publication(t.VALVE_STATUS, f"v_{room}", message=m.ValveStatus(opening=opening, reported_at=at))


def gas(at: datetime, litres: float) -> t.Publication:
    reading = m.GasReading(value=(50_000 + litres) / 1000, measured_at=at, equipment="m")
    return t.publication(t.METER_GAS, message=reading)


@pytest.fixture
def recorded(driver: Sqlite) -> Recorded:
    return Recorded(driver)


def analyst(recorded: Recorded, house: Settings) -> Analyst:
    """A fresh one, which knows only what was recorded."""
    new = Analyst(Reader(recorded.database, ROOT), house)
    new.recall()
    return new


def said(publications: Iterable[t.Publication]) -> tuple[dict[date, m.Day], dict[str, m.RoomGas]]:
    days = {one.message.day: one.message for one in publications if isinstance(one.message, m.Day)}
    rooms = {one.name.ids[0]: one.message for one in publications if isinstance(one.message, m.RoomGas)}
    return days, rooms


def test_a_room_is_told_its_gas_of_today_and_of_yesterday(recorded: Recorded, house: Settings) -> None:
    recorded.live(MONDAY, 30, "living")
    days, rooms = said(analyst(recorded, house).turn(MONDAY + 30 * HOUR))
    assert rooms["living"] == m.RoomGas(value=2.9, today=0.5, yesterday=2.4, measured_at=MONDAY + 30 * HOUR)
    assert rooms["bath"].value == 0
    assert list(days) == [date(2026, 1, 12)]
    assert days[date(2026, 1, 12)].cost == 3.6


def test_without_anything_new_nothing_is_said(recorded: Recorded, house: Settings) -> None:
    one = analyst(recorded, house)
    assert one.turn(MONDAY) == []
    recorded.live(MONDAY, 2, "living")
    assert one.turn(MONDAY + 2 * HOUR)
    assert one.turn(MONDAY + 2 * HOUR) == []


def test_a_late_reading_has_its_day_said_again_and_the_days_still_sum_to_the_meter(
    recorded: Recorded, house: Settings
) -> None:
    recorded.live(MONDAY, 50, "living")
    one = analyst(recorded, house)
    before, _ = said(one.turn(MONDAY + 50 * HOUR))
    recorded.add([gas(MONDAY + 1.5 * HOUR, 199)])
    recorded.add([valve("living", 0, MONDAY + 1.5 * HOUR), valve("bath", 100, MONDAY + 1.5 * HOUR)])
    after, rooms = said(one.turn(MONDAY + 50 * HOUR))
    assert list(after) == [date(2026, 1, 12)]
    assert after[date(2026, 1, 12)].rooms["bath"].gas > 0 == before[date(2026, 1, 12)].rooms["bath"].gas
    assert after[date(2026, 1, 12)].gas == before[date(2026, 1, 12)].gas == 2.4
    assert rooms["living"].value == 4.9  # a total never falls


def test_a_restarted_analyst_says_what_one_that_never_stopped_says(recorded: Recorded, house: Settings) -> None:
    recorded.live(MONDAY, 26, "living")
    steady = analyst(recorded, house)
    recorded.add(steady.turn(MONDAY + 26 * HOUR))
    recorded.live(MONDAY + 26 * HOUR, 30, "bath")
    restarted = analyst(recorded, house)
    assert restarted.turn(MONDAY + 56 * HOUR) == steady.turn(MONDAY + 56 * HOUR)


def test_a_meter_that_was_silent_for_days_is_shared_out_over_them(recorded: Recorded, house: Settings) -> None:
    recorded.add([gas(MONDAY, 0)])
    recorded.tick(MONDAY)
    one = analyst(recorded, house)
    recorded.add(one.turn(MONDAY))
    for hour in range(24 * 12):
        recorded.tick(MONDAY + hour * HOUR)
    recorded.add([gas(MONDAY + 264 * HOUR, 1100)])
    days, _ = said(one.turn(MONDAY + 264.5 * HOUR))
    assert [day.gas for day in days.values()] == [0.1] * 11
    assert all(day.unallocated == day.gas for day in days.values())
