"""The example house, and heard messages as they come from the broker."""

import pytest

from haard.settings_file import example
from house.settings import Settings, parse


@pytest.fixture(scope="session")
def house() -> Settings:
    return parse(example())
