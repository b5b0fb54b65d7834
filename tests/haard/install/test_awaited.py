"""The wait for services that come up, on a real broker."""

import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from devtools.servers import Mosquitto
from haard.install.awaited import missing
from haard.settings_file import example
from house.mqtt import Link
from house.settings import Settings, parse

LONG_S = 60.0


@pytest.fixture
def settings(mosquitto: Mosquitto) -> Settings:
    return Settings(mqtt=mosquitto.settings(), rooms=parse(example()).rooms)


@pytest.fixture
def online(settings: Settings) -> Iterator[ExitStack]:
    """Two services that are there."""
    with ExitStack() as stack:
        for name in ("regulator", "recorder"):
            link = stack.enter_context(Link(settings.mqtt, name, stop=threading.Event()))
            link.flush(20)
        yield stack


@pytest.mark.usefixtures("online")
def test_the_wait_ends_when_all_are_there_and_not_with_the_time(settings: Settings) -> None:
    began = time.monotonic()
    assert missing(settings, {"regulator", "recorder"}, LONG_S) == []
    assert time.monotonic() - began < LONG_S / 2


@pytest.mark.usefixtures("online")
def test_who_does_not_come_in_time_is_named(settings: Settings) -> None:
    assert missing(settings, {"regulator", "bluetooth", "analyst"}, 5.0) == ["analyst", "bluetooth"]


def test_who_has_left_is_not_there(settings: Settings, online: ExitStack) -> None:
    online.close()
    assert missing(settings, {"regulator"}, 0.5) == ["regulator"]
