"""The bench of this folder's tests."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from devtools.servers import Mosquitto
from tests.bridges.bluetooth.bench import Bench, address_of
from tests.fake_bluez import FakeBluez, private_bus
from tests.observer import Observer
from tests.virtual_eq3 import VirtualEq3


@pytest.fixture
def start_bench(mosquitto: Mosquitto, tmp_path: Path) -> Iterator[Callable[..., Bench]]:
    """`start_bench(10)`: a bench with so many valves."""
    with ExitStack() as stack:

        def start(count: int = 1, **options: Any) -> Bench:
            valves = [VirtualEq3(address_of(number), **options) for number in range(1, count + 1)]
            bluez = stack.enter_context(FakeBluez(stack.enter_context(private_bus(tmp_path)), valves))
            return Bench(bluez, mosquitto, valves, stack.enter_context(Observer(mosquitto.settings())))

        yield start
