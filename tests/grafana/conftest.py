"""A month of a small house in a Postgres, once for all tests, as the recorder leaves it and as Grafana reads it."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from benchmarks.grafana import ROLE, lived
from benchmarks.storage import Year, fill, house_of_seven_rooms
from devtools import servers
from recorder import migrations
from recorder.open import open_database

ROOMS = ("living", "bedroom")
FIRST, DAYS = date(2026, 1, 10), 30  # in two months, so in two partitions
UNREAD = ("home/tick", "home/memory")  # by any panel; a third of what is said
END = datetime(FIRST.year, FIRST.month, FIRST.day, tzinfo=UTC) + timedelta(days=DAYS)


@pytest.fixture(scope="session")
def month(empty_cluster: Path) -> Iterator[servers.Postgres]:
    """A simulated day of a house with two rooms, thirty times over, and the role that reads it."""
    house = house_of_seven_rooms()
    small = house.model_copy(update={"rooms": {room: house.rooms[room] for room in ROOMS}})
    with servers.postgres_folder() as folder:
        servers.copy_cluster(empty_cluster, folder)
        with servers.Postgres(folder) as server:
            with closing(open_database(server.url)) as database:
                migrations.upgrade(database.driver)
            said = (one for one in lived(Year(small, days=1), FIRST, DAYS) if one[1] not in UNREAD)
            fill(server.url, said, now=END + timedelta(hours=1))
            with closing(server.connect()) as owner, owner, owner.cursor() as cursor:
                cursor.execute(ROLE.read_text(encoding="utf-8"))
            yield server


@pytest.fixture
def grafana(month: servers.Postgres) -> Iterator[Any]:
    """A cursor of Grafana's own connection."""
    with closing(month.connect("grafana")) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            yield cursor
