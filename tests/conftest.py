"""Fixtures of every test: real servers, each started for one test and ended with it."""

import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import count
from pathlib import Path

import pytest
import structlog
from hypothesis import settings

from devtools import servers

# A shared machine pauses a test now and then; a slow example says nothing about the code. The examples are the same
# each time, so that what fails has to do with what was changed; `searching` looks for others (docs/adr/0105).
settings.register_profile("searching", deadline=None)
settings.register_profile("haard", deadline=None, derandomize=True, database=None)
settings.register_profile("fast", settings.get_profile("haard"), max_examples=15)
settings.load_profile("haard")


OF_A_TERMINAL = ("COLUMNS", "LINES", "FORCE_COLOR", "NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "PY_COLORS")
OF_CI = ("GITHUB_ACTIONS", "TTY_COMPATIBLE", "TTY_INTERACTIVE")
"""Which some libraries take for a terminal in colours."""


@pytest.fixture(autouse=True)
def _no_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker of pytest-xdist tells the width of the terminal of the whole run; what is tested has none."""
    for name in (*OF_A_TERMINAL, *OF_CI):
        monkeypatch.delenv(name, raising=False)


def pytest_configure() -> None:
    """A run in the background or under nohup ignores these signals; what tests start must not inherit that."""
    for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGHUP):
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, lambda *_: None)


def pytest_report_header() -> list[str]:
    return [servers.version("mosquitto"), servers.version("postgres", servers.postgres_program)]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whoever uses a server is a system test: `-m "not system"` leaves them out.

    Who may take longer than others comes first, then all who use servers: they wait more than they work, and of three
    workers on two cores one waits beside two that work. A long wait that came last would be waited for alone.
    """
    for item in items:
        if {"start_mosquitto", "amqtt", "postgres"} & set(getattr(item, "fixturenames", ())):
            item.add_marker("system")
    items.sort(key=_turn)


def _turn(item: pytest.Item) -> int:
    has_a_month = "month" in getattr(item, "fixturenames", ())  # each worker with one of its tests makes it anew
    if has_a_month or item.get_closest_marker("timeout") is not None:
        return 0
    return 1 if item.get_closest_marker("system") is not None else 2


@pytest.fixture(autouse=True)
def logging_as_it_was() -> Iterator[None]:
    """A command that a test runs sets up the logs of the whole process; the next test must not go without them."""
    yield
    structlog.reset_defaults()


@pytest.fixture
def start_mosquitto(tmp_path: Path) -> Iterator[Callable[..., servers.Mosquitto]]:
    """Start a Mosquitto with options, as `start_mosquitto(users={"haard": "secret"}, acl="...")`."""
    numbers = count()
    with ExitStack() as running:
        yield lambda **options: running.enter_context(
            servers.Mosquitto(tmp_path / f"mosquitto-{next(numbers)}", **options)
        )


@pytest.fixture
def mosquitto(start_mosquitto: Callable[..., servers.Mosquitto]) -> servers.Mosquitto:
    """A running Mosquitto that lets everybody in."""
    return start_mosquitto()


@pytest.fixture
def amqtt(tmp_path: Path) -> Iterator[servers.Amqtt]:
    """A running amqtt."""
    with servers.Amqtt(tmp_path / "amqtt") as broker:
        yield broker


@pytest.fixture(scope="session")
def empty_cluster() -> Iterator[Path]:
    with servers.postgres_folder() as folder:
        servers.initialise(folder)
        yield folder


@pytest.fixture(scope="session")
def postgres_of_all(empty_cluster: Path) -> Iterator[servers.Postgres]:
    """One for many tests: a cluster of its own for each would be a copy of 40 MB."""
    with servers.postgres_folder() as folder:
        servers.copy_cluster(empty_cluster, folder)
        with servers.Postgres(folder) as server:
            yield server


@pytest.fixture
def postgres(postgres_of_all: servers.Postgres) -> servers.Postgres:
    """A running Postgres with an empty database, whatever the test before did to it."""
    if not postgres_of_all.is_running():
        postgres_of_all.start()
    postgres_of_all.empty()
    return postgres_of_all
