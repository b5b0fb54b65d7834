"""A record of a few hours that all tests of replays look at."""

import pytest

from haard.replay.recorded import Recorded
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
