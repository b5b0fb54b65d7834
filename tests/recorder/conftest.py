"""Fixtures of the recorder's tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest

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
