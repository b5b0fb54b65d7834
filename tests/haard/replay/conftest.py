"""A record of a few hours that all tests of replays look at."""

from contextlib import closing
from pathlib import Path

import pytest

from haard.replay.recorded import Recorded
from recorder import migrations, transfer
from recorder.open import open_database
from tests.haard.replay import lived

MINUTES = 210  # wishes, a regulator that dies, a lost connection, a thermometer that falls silent


@pytest.fixture(scope="session")
def house() -> lived.Lived:
    """A house under `doses` that has lived for a few hours."""
    house = lived.Lived("doses")
    house.run(MINUTES)
    return house


@pytest.fixture(scope="session")
def record(house: lived.Lived) -> list[Recorded]:
    """What was recorded of it."""
    return lived.recorded(house.broker.record)


def imported(url: str, file: Path) -> None:
    """Make a database and put the messages of a file into it."""
    migrations.upgrade(open_database(url).driver)
    held = transfer.contents(file)
    assert held is not None
    with closing(open_database(url)) as database:
        transfer.import_(database, file, held, lambda _part: None)
