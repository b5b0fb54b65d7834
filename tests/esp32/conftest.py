import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from devtools.servers import Mosquitto
from haard.node.build import build
from house import topics
from house.messages import Tick, ValveCommand, ValveSet, ValveStatus
from tests.esp32.air import Air
from tests.esp32.board import Board
from tests.observer import Observer
from tests.virtual_eq3 import VirtualEq3

VALVE = "001a22000001"
FAST = {"linger_ms": 20, "between_ms": 50, "connect_ms": 15_000, "answer_ms": 15_000, "sensor_said_s": 300}
"""The pace of the radio in tests, patient with what comes at once unless the machine pauses; what counts in minutes
goes by the house's time, which tests send.
"""

WIRING = {
    "sensors": {"a4c138000001": {"room": "living", "calibration": 0.2}},
    "valves": {VALVE: {"room": "living"}},
    "utc_offsets": [{"at": "2025-10-26T01:00:00Z", "minutes": 60}],
}
"""A `node.json`."""


@pytest.fixture(scope="session")
def firmware(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The flash of a new node, compiled as for the chip."""
    return build(tmp_path_factory.mktemp("mpy") / "flash")


@pytest.fixture(scope="session")
def firmware_py(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same, not compiled."""
    return build(tmp_path_factory.mktemp("py") / "flash", compiled=False)


@pytest.fixture
def valve() -> VirtualEq3:
    return VirtualEq3(VALVE)


@pytest.fixture
def air(valve: VirtualEq3) -> Iterator[Air]:
    with Air([valve]) as one:
        yield one


def settings(broker_port: int, **more: Any) -> dict[str, Any]:
    """A `config.json`."""
    fast = {**FAST, **more.pop("pace", {})}
    return {
        "id": "attic",
        "ssid": "house",
        "psk": "secret-secret",
        "broker": "127.0.0.1",
        "port": broker_port,
        "pace": fast,
        **more,
    }


@pytest.fixture
def start_node(tmp_path: Path, firmware: Path, air: Air) -> Iterator[Callable[..., Board]]:
    """Switch a node on, as `start_node(settings(port), node_config)`; it is switched off with the test."""
    numbers = count()
    with ExitStack() as running:

        def start(config: Mapping[str, Any], wiring: Mapping[str, Any] | None = None, **options: Any) -> Board:
            tree = options.pop("firmware", firmware)
            board = Board(tmp_path / f"node-{next(numbers)}", tree, air.port, config, **options)
            if wiring is not None:
                (board.flash / "node.json").write_text(json.dumps(wiring))
            return running.enter_context(board)

        yield start


@pytest.fixture
def broker(mosquitto: Mosquitto) -> Mosquitto:
    return mosquitto


class House:
    """What a house says to its nodes, and hears of them; its time goes as the test says."""

    def __init__(self, observer: Observer, air: Air) -> None:
        self.observer, self.air = observer, air
        self.now = datetime(2026, 1, 12, 6, 30, tzinfo=UTC)

    def tick(self, minutes: float = 0) -> None:
        self.now += timedelta(minutes=minutes)
        self.observer.say(topics.publication(topics.TICK, message=Tick(at=self.now)))

    def tell(self, setpoint: float, *, address: str = VALVE, fallback: float = 20.5, minutes: float = 90) -> None:
        """Tell a valve what to hold."""
        opening = 100 if setpoint > fallback else 0
        expires_at = self.now + timedelta(minutes=minutes)
        level = ValveSet(
            opening=opening, setpoint=setpoint, issued_at=self.now, expires_at=expires_at, fallback=fallback
        )
        self.observer.say(topics.publication(topics.VALVE_SET, address, message=level))

    def command(self, message: ValveCommand, address: str = VALVE) -> None:
        self.observer.say(topics.publication(topics.VALVE_COMMAND, address, message=message))

    def wait_online(self, since: int = 0, node: str = "attic") -> None:
        self.observer.wait_for(f"service/node_{node}/availability", lambda said: said == b"online", since)

    def wait_offline(self, since: int = 0, node: str = "attic") -> None:
        self.observer.wait_for(f"service/node_{node}/availability", lambda said: said == b"offline", since)

    def wait_status(self, matches: Callable[[ValveStatus], bool], address: str = VALVE, since: int = 0) -> ValveStatus:
        """The first status of a valve that matches."""
        path = f"valve/{address}/status"
        return ValveStatus.decode(
            self.observer.wait_for(path, lambda said: matches(ValveStatus.decode(said)), since).payload
        )

    def wait_node(
        self, matches: Callable[[dict[str, Any]], bool], since: int = 0, node: str = "attic"
    ) -> dict[str, Any]:
        """The first status of a node that matches."""
        path = f"node/{node}/status"
        said: dict[str, Any] = json.loads(
            self.observer.wait_for(path, lambda payload: matches(json.loads(payload)), since).payload
        )
        return said

    def wait_rejections(self, count: int) -> None:
        mark = 0
        for _ in range(count):
            rejected = self.observer.wait_for("rejected", since=mark)
            mark = self.observer.heard.index(rejected, mark) + 1

    @property
    def mark(self) -> int:
        """To wait for what is said from here on."""
        self.observer.listen(0.05)
        return len(self.observer.heard)


def eventually(happened: Callable[[], bool], about: str, patience_s: float = 20.0) -> None:
    """Wait for something that is in no message, such as the state of a virtual valve."""
    deadline = time.monotonic() + patience_s
    while not happened():
        if time.monotonic() > deadline:
            raise AssertionError(f"it never came about: {about}")
        time.sleep(0.01)


@pytest.fixture
def house(broker: Mosquitto, air: Air) -> Iterator[House]:
    with Observer(broker.settings()) as observer:
        yield House(observer, air)
