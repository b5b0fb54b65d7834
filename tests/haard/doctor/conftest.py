"""The real house of this folder's tests."""

import pytest

from house.settings import Settings, parse
from tests.haard.doctor.real import real_house


@pytest.fixture(scope="session")
def real() -> Settings:
    return parse(real_house())
