"""Fixtures of the recorder's tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks import gas_houses as gas
from bridges.simulated import protocol
from recorder import migrations
from recorder.sqlite import Sqlite
from tests.recorder.fakes import UnreliableSqlite


@pytest.fixture
def driver(tmp_path: Path) -> Iterator[UnreliableSqlite]:
    """SQLite in a new file, with all tables."""
    url = f"sqlite:///{tmp_path / 'haard.db'}"
    migrations.upgrade(Sqlite(url))
    driver = UnreliableSqlite(url)
    yield driver
    driver.close()


@pytest.fixture(scope="session")
def lived() -> gas.Lived:
    """A winter day of the example house under the real regulator, and the day before them."""
    house = gas.example_house()
    return gas.live(protocol.house_plan(house), house, days=1, seed=2)
