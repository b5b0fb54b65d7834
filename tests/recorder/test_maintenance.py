from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from house import topics
from house.errors import DeviceError
from house.settings import Retention
from recorder import migrations, partitions
from recorder.database import Database
from recorder.maintenance import Maintenance
from recorder.open import open_database
from recorder.partitions import ahead, drop_oldest, due, make, month, month_named, name
from recorder.rollup import Rollup

ROOT = topics.Root("home")
NOW = datetime(2026, 6, 15, 12, 30, tzinfo=UTC)
DAY = timedelta(days=1)
RETENTION = Retention(days=100, topics={"tick": 10, "meter/#": 1000})
TOPICS = {"home/tick": 1, "home/day": 2, "home/meter/gas": 3, "home/boiler/status": 4, "others/tick": 5}


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.system)])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    sqlite = request.param == "sqlite"
    url = f"sqlite:///{tmp_path}/haard.db" if sqlite else request.getfixturevalue("postgres").url
    database = open_database(url)
    migrations.upgrade(database.driver)
    with closing(database):
        yield database


@pytest.fixture
def months(postgres: Any) -> Iterator[Database]:
    """A Postgres with the months around NOW."""
    database = open_database(postgres.url)
    migrations.upgrade(database.driver)
    make(database, set(ahead(NOW)))
    with closing(database):
        yield database


def store(database: Database, *ages: float, topics: dict[str, int] = TOPICS, payload: bytes = b"1") -> None:
    """A message of each topic for each age in days."""
    with database.transaction() as transaction:
        for topic, id_ in TOPICS.items():
            insert = "INSERT INTO topic (id, name) VALUES (%s, %s) ON CONFLICT (id) DO NOTHING"
            transaction.execute(insert, id_, topic)
        transaction.store([(NOW - age * DAY, id_, 1, False, payload) for age in ages for id_ in topics.values()])


def count(database: Database, what: str = "message") -> int:
    with database.transaction() as transaction:
        [(found,)] = transaction.query(f"SELECT count(*) FROM {what}")
    return int(found)


def there(database: Database) -> set[str]:
    with database.transaction() as transaction:
        found = transaction.query("SELECT relname FROM pg_inherits JOIN pg_class ON oid = inhrelid WHERE relkind = 'r'")
    return {partition for (partition,) in found}


def keep(database: Database, now: datetime = NOW, turns: int = 30, retention: Retention = RETENTION) -> None:
    one = Maintenance(database, retention, ROOT, monotonic=lambda: 0.0)
    for _ in range(turns):
        one.turn(now)


def ages(database: Database) -> dict[str, set[float]]:
    with database.transaction() as transaction:
        found = transaction.query("SELECT name, received_at FROM message JOIN topic ON topic.id = topic_id")
    kept: dict[str, set[float]] = {}
    for topic, received_at in found:
        at = received_at if isinstance(received_at, datetime) else datetime.fromisoformat(f"{received_at}+00:00")
        kept.setdefault(topic, set()).add((NOW - at) / DAY)
    return kept


def test_each_topic_is_kept_as_long_as_its_class_says_and_days_for_ever(database: Database) -> None:
    store(database, 5, 50, 500, 5000)
    store(database, 5)
    for day in range(5):
        keep(database, NOW + day * timedelta(seconds=1) + day * DAY)
    assert ages(database) == {
        "home/tick": {5},
        "home/day": {5, 50, 500, 5000},
        "home/meter/gas": {5, 50, 500},
        "home/boiler/status": {5, 50},
        "others/tick": {5, 50},
    }


def test_the_hours_of_what_is_deleted_stay(database: Database) -> None:
    store(database, 500, payload=b'{"flame": true}')
    keep(database)
    assert "home/boiler/status" not in ages(database)
    assert count(database, "hourly") == 1


def test_what_is_not_rolled_up_yet_stays(database: Database) -> None:
    store(database, 0.0, topics={"home/tick": 1})  # of this hour, so that the roll-up stops before it
    store(database, 500, 400, topics={"home/tick": 1})
    store(database, 0.0, topics={"home/tick": 1})
    keep(database)
    assert count(database) == 4


def test_what_one_day_deletes_is_limited(database: Database) -> None:
    store(database, *range(20, 30), topics={"home/tick": 1})
    one = Maintenance(database, RETENTION, ROOT, monotonic=lambda: 0.0, deleted_at_once=2, deleted_a_day=4)
    for now, left in ((NOW, 6), (NOW + DAY, 2)):
        for _ in range(30):
            one.turn(now)
        assert count(database) == left


def test_the_newest_message_stays_so_that_its_number_is_not_given_again(database: Database) -> None:
    store(database, 5000, topics={"home/tick": 1})
    keep(database)
    assert count(database) == 1


def test_without_tables_it_waits_and_then_goes_on(tmp_path: Path) -> None:
    with closing(open_database(f"sqlite:///{tmp_path}/haard.db")) as database:
        clock = iter(range(0, 10_000, 100))
        one = Maintenance(database, RETENTION, ROOT, monotonic=lambda: next(clock))
        one.turn(NOW)
        migrations.upgrade(database.driver)
        store(database, 50, 5, topics={"home/tick": 1})
        for _ in range(9):
            one.turn(NOW)
        assert count(database) == 1


def test_a_row_without_a_month_is_stored_and_moves_when_its_month_is_made(months: Database) -> None:
    store(months, -400)
    assert count(months, partitions.REST) == len(TOPICS)
    assert make(months, due(months, NOW, since=NOW)) == [month(NOW + 400 * DAY)]
    assert (count(months), count(months, partitions.REST)) == (len(TOPICS), 0)


def test_months_are_made_before_they_begin(months: Database) -> None:
    assert make(months, due(months, NOW, since=NOW)) == []
    assert {"message_2026_06", "message_2026_07", "message_2026_08", "message_2026_09"} <= there(months)
    assert make(months, set(ahead(NOW + 30 * DAY))) == [datetime(2026, 10, 1, tzinfo=UTC)]


def test_a_month_is_dropped_when_all_of_it_is_too_old(months: Database) -> None:
    assert drop_oldest(months, datetime(2026, 6, 30, tzinfo=UTC), []) is None
    store(months, 0)
    assert drop_oldest(months, datetime(2026, 7, 1, tzinfo=UTC), [3]) is None  # not rolled up yet
    Rollup(months).turn(NOW + DAY)
    assert drop_oldest(months, datetime(2026, 7, 1, tzinfo=UTC), [3]) == datetime(2026, 6, 1, tzinfo=UTC)
    assert ages(months) == {"home/meter/gas": {0}}
    assert count(months, partitions.REST) == 1


def test_a_month_that_is_over_gets_smaller_indexes_and_keeps_its_messages(months: Database) -> None:
    may, first_of_june = datetime(2026, 5, 1, tzinfo=UTC), datetime(2026, 6, 1, 3, tzinfo=UTC)
    make(months, [may])
    others = {topic: id_ for topic, id_ in TOPICS.items() if topic != "home/tick"}
    store(months, *((NOW - may) / DAY - number / 200 for number in range(6_000)), topics=others)
    before = index_bytes(months, name(may))
    keep(months, first_of_june)
    assert index_bytes(months, name(may)) < 0.8 * before
    assert count(months, name(may)) == 6_000 * len(others)


def index_bytes(database: Database, table: str) -> int:
    with database.transaction() as transaction:
        [(size,)] = transaction.query(f"SELECT pg_indexes_size('{table}')")
    return int(size)


def test_of_two_that_make_months_at_once_the_second_finds_them_made(months: Database) -> None:
    with months.transaction() as transaction:
        for statement in partitions.making(datetime(2028, 1, 1, tzinfo=UTC)):
            transaction.execute(statement)
    later = datetime(2028, 1, 15, tzinfo=UTC)
    assert make(months, set(ahead(later))) == [datetime(2028, number, 1, tzinfo=UTC) for number in (2, 3, 4)]


def test_a_reader_that_does_not_end_holds_up_the_drop_and_not_the_recorder(months: Database, postgres: Any) -> None:
    with closing(open_database(postgres.url)) as reader, reader.transaction() as transaction:
        transaction.query("SELECT count(*) FROM message")
        with pytest.raises(DeviceError, match="lock timeout") as raised:
            drop_oldest(months, NOW + 100 * DAY, [], patience_s=0.05)
        assert raised.value.temporary
        store(months, 0)


@pytest.mark.parametrize("begin", [datetime(2026, 12, 1, tzinfo=UTC), datetime(1970, 1, 1, tzinfo=UTC)])
def test_the_name_of_a_month_says_which(begin: datetime) -> None:
    assert month_named(name(begin)) == begin
