import io
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from haard import gas_table
from haard.__main__ import main
from haard.commands.gas import recorded_days
from haard.settings_file import example
from haard.tryout.data_folder import as_yaml
from house.messages import Day, RoomDay
from house.settings import Database, Gas, Settings, parse
from recorder import migrations
from recorder.daily import m3
from recorder.open import open_database

FIRST = date(2026, 1, 30)


def a_day(number: int, gas: float = 1.0) -> Day:
    rooms = {"living": RoomDay(gas=gas / 2, gas_error=0.01), "bath": RoomDay(gas=gas / 4, gas_error=0.02)}
    return Day(day=FIRST + timedelta(days=number), gas=gas, rooms=rooms, hot_water=gas / 4, degree_days=10)


@pytest.fixture
def settings(house: Settings, tmp_path: Path) -> Settings:
    return house.model_copy(
        update={
            "database": Database(url=f"sqlite:///{tmp_path / 'haard.db'}"),
            "gas": Gas(tariffs={date(2026, 1, 1): 1.0, date(2026, 2, 1): 2.0}),
        }
    )


def record(settings: Settings, *days: Day) -> None:
    database = open_database(settings.database.url)
    migrations.upgrade(database.driver)
    with database.transaction() as transaction:
        transaction.execute("INSERT INTO topic (name) VALUES (%s) ON CONFLICT DO NOTHING", "home/day")
        [(topic,)] = transaction.query("SELECT id FROM topic WHERE name = 'home/day'")
        transaction.store([(datetime(2026, 3, 1, tzinfo=UTC), topic, 1, False, day.encode()) for day in days])
    database.close()


def drawn(settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str], *options: str) -> str:
    file = tmp_path / "house.yaml"
    file.write_text(as_yaml(settings), encoding="utf-8")
    assert main(["gas", "--settings", str(file), *options]) == 0
    return capsys.readouterr().out


def test_of_two_messages_about_a_day_the_later_counts(settings: Settings) -> None:
    record(settings, a_day(1), a_day(0), a_day(1, gas=3.0))
    assert recorded_days(settings) == [a_day(0), a_day(1, gas=3.0)]


def test_days_add_up_to_the_millilitre_and_each_is_priced_by_its_own_tariff(settings: Settings) -> None:
    one = gas_table.sum_of([a_day(0, 1.004), a_day(1, 1.0), a_day(2, 2.0)], settings)
    assert one.gas == 4_004_000 == sum(one.rooms.values()) + sum(one.uses.values())
    assert one.cost == pytest.approx(1.004 + 1.0 + 2 * 2.0)
    assert one.room_costs is not None
    assert one.room_costs["living"] == pytest.approx(0.502 + 0.5 + 2 * 1.0)


def test_without_a_tariff_on_some_day_there_is_no_cost(settings: Settings) -> None:
    late = settings.model_copy(update={"gas": Gas(tariffs={FIRST + timedelta(days=1): 1.0})})
    assert gas_table.sum_of([a_day(0), a_day(1)], late).cost is None


@pytest.mark.parametrize(("currency", "head"), [("EUR", "€"), ("GBP", "£"), ("CHF", "CHF")])
def test_costs_stand_under_the_currency_of_the_settings(settings: Settings, currency: str, head: str) -> None:
    abroad = settings.model_copy(update={"gas": Gas(tariffs={FIRST: 1.0}, currency=currency)})
    for table in (gas_table.by_room([a_day(0)], abroad), gas_table.by_period([a_day(0)], abroad, "day")):
        assert head in [column.header for column in table.columns]


_ml = st.integers(0, 10**8)


@given(st.lists(st.tuples(_ml, _ml, _ml, _ml, _ml), max_size=20))
def test_sums_of_days_are_exact_to_the_millilitre(drawn_days: list[tuple[int, ...]]) -> None:
    days = [
        Day(
            day=FIRST + timedelta(days=number),
            gas=m3(sum(ml)),
            rooms={"living": RoomDay(gas=m3(ml[0])), "bath": RoomDay(gas=m3(ml[1]))},
            hot_water=m3(ml[2]),
            pipes=m3(ml[3]),
            unallocated=m3(ml[4]),
        )
        for number, ml in enumerate(drawn_days)
    ]
    one = gas_table.sum_of(days, parse(example()))
    assert one.gas == sum(map(sum, drawn_days)) == sum(one.rooms.values()) + sum(one.uses.values())


@pytest.mark.slow
def test_the_command_shows_a_row_for_each_day_or_month_and_one_for_each_room(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    record(settings, a_day(0), a_day(1), a_day(2, gas=2.0))
    by_day = drawn(settings, tmp_path, capsys)
    assert [line.split()[0] for line in by_day.splitlines() if "2026" in line] == [
        "2026-01-30",
        "2026-01-31",
        "2026-02-01",
    ]
    by_month = drawn(settings, tmp_path, capsys, "--by", "month")
    assert ["2026-01", "1.00", "0.50", "0.50", "2.00", "2.00", "20.0"] in [
        line.split() for line in by_month.splitlines()
    ]
    assert ["Living", "room", "2.000", "0.030", "3.00", "-", "66.7"] in [line.split() for line in by_month.splitlines()]


def test_a_house_without_records_or_analysed_days_says_what_to_do(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "house.yaml"
    file.write_text(as_yaml(settings), encoding="utf-8")
    assert main(["gas", "--settings", str(file)]) == 1
    assert "start the recorder" in capsys.readouterr().err
    record(settings)
    assert main(["gas", "--settings", str(file)]) == 1
    assert "recorder analyse" in capsys.readouterr().err


def test_a_room_that_is_no_more_keeps_its_row(settings: Settings) -> None:
    gone = Day(day=FIRST, gas=1, rooms={"attic": RoomDay(gas=1)})
    console = Console(record=True, width=120, file=io.StringIO())
    console.print(gas_table.by_room([gone], settings))
    assert "attic (no longer a room)" in console.export_text()


@pytest.mark.parametrize(
    ("driver", "hot_water", "is_said"), [("relay", 0.0, True), ("relay", 0.1, False), ("nefit", 0.0, False)]
)
def test_behind_a_relay_that_nobody_tells_of_hot_water_the_rooms_table_says_that_it_is_missed(
    settings: Settings, driver: str, hot_water: float, *, is_said: bool
) -> None:
    boiler = settings.boiler.model_copy(update={"driver": driver})
    day = Day(day=FIRST, gas=1 + hot_water, rooms={"living": RoomDay(gas=1)}, hot_water=hot_water)
    console = Console(record=True, width=120, file=io.StringIO())
    console.print(gas_table.by_room([day], settings.model_copy(update={"boiler": boiler})))
    assert ("hot water" in console.export_text()) == is_said
