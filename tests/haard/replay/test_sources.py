"""What a replay reads is found without reading the rest of the record."""

from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from haard.replay.sources import DatabaseRecord
from house import topics
from house.messages import Tick
from house.topics import Root
from recorder import migrations
from recorder.database import Database
from recorder.sqlite import Sqlite

BEGIN, HOUR = datetime(2026, 1, 12, tzinfo=UTC), timedelta(hours=1)
ROOMS = [f"room_{number}" for number in range(8)]
PATHS = [topics.TICK.path(), *(topics.ROOM_STATUS.path(room) for room in ROOMS)]
OPERATIONS = 100


class Counting(Sqlite):
    """SQLite that counts hundreds of operations of its machine."""

    operations = 0

    def connect(self) -> Any:
        connection = super().connect()
        connection.set_progress_handler(self._count, OPERATIONS)
        return connection

    def _count(self) -> int:
        self.operations += 1
        return 0


def operations_to_read(folder: Path, hours: int) -> int:
    """How much SQLite does for the first two hundred messages of a record that never was analysed."""
    driver = Counting(f"sqlite:///{folder}/{hours}.db")
    migrations.upgrade(driver)
    with closing(Database(driver)) as database:
        with database.transaction() as transaction:
            for number, path in enumerate(PATHS, 1):
                transaction.execute("INSERT INTO topic (id, name) VALUES (%s, %s)", number, f"home/{path}")
            instants = [BEGIN + number * HOUR / 60 for number in range(60 * hours)]
            ids = range(1, len(PATHS) + 1)
            transaction.store([(at, id_, 1, False, Tick(at=at).encode()) for at in instants for id_ in ids])
        driver.operations = 0
        read = DatabaseRecord(database, Root("home")).messages(BEGIN, BEGIN + HOUR, lambda _path: True)
        assert len(list(islice(read, 200))) == 200
    return driver.operations


def test_a_longer_record_costs_no_more_where_many_topics_are_read(tmp_path: Path) -> None:
    day, four_days = operations_to_read(tmp_path, 24), operations_to_read(tmp_path, 96)
    assert day > 0
    assert four_days <= 2 * day
