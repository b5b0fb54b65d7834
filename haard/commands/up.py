"""Run a whole simulated house on this computer and watch it: broker, recorder, regulator and the house itself.

Nothing has to be installed or configured. All files are kept in the folder .haard/ here. While it runs, talk to it
from another terminal in the same folder: haard rooms, haard set living 21. Ctrl-C ends it.

examples:
  haard up                        the example house; a day takes 12 minutes
  haard up --for 60 --speed 600   ten hours of heating in a minute, then the summary
  haard up --settings house.yaml  your own house, simulated
"""

import math
import threading
import webbrowser
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from haard.settings_file import DATA_FOLDER, example
from haard.tryout import broker, page
from haard.tryout.dashboard import Dashboard
from haard.tryout.data_folder import DataFolder
from haard.tryout.screen import Surroundings, summary
from haard.tryout.supervisor import Supervisor
from haard.tryout.try_out import SERVICES, START_ORDER, TryOut, faults, programs, recorded, start_broker
from haard.tryout.view import view
from house.mqtt import Link
from house.settings import Settings, load, parse
from house.stopping import stop_on_signals

DEFAULT_SPEED = 120.0
PAGE_BROKER_PORT = 9001
"""Where browsers find Mosquitto's websockets by custom."""


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--settings", type=Path, metavar="FILE", help="the house to simulate (default: the example house)"
    )
    parser.add_argument(
        "--speed",
        type=_positive,
        default=DEFAULT_SPEED,
        metavar="N",
        help="how many times faster than real time (default: %(default)g)",
    )
    parser.add_argument(
        "--for",
        dest="seconds",
        type=_positive,
        default=math.inf,
        metavar="SECONDS",
        help="end after so many real seconds (default: run until Ctrl-C)",
    )
    parser.add_argument(
        "--broker",
        choices=("auto", "mosquitto", "amqtt"),
        default="auto",
        help="auto: Mosquitto if it is installed, else the embedded amqtt",
    )
    parser.add_argument("--open", action="store_true", help="open the page in the browser")


@dataclass(frozen=True, slots=True)
class _Plan:
    house: Settings
    data: DataFolder
    kind: broker.Kind
    speed: float
    seconds: float
    page_port: int | None
    """The broker's port for the page; None where no page is built."""
    opens: bool


def run(options: Namespace, out: Console) -> int:
    house = load(options.settings) if options.settings else parse(example(), "the example house")
    kind, data = broker.choose(options.broker), DataFolder(Path(DATA_FOLDER))
    with data.lock(), stop_on_signals() as stop:
        port = broker.free_port(house.mqtt.port)
        if port != house.mqtt.port:
            out.print(f"port {house.mqtt.port} is taken; this broker has port {port}")
        page_port = broker.free_port(PAGE_BROKER_PORT) if page.is_built() else None
        plan = _Plan(data.effective(house, port), data, kind, options.speed, options.seconds, page_port, options.open)
        data.write_settings(plan.house)
        with _page(plan, out):
            return _run(plan, out, stop)


@contextmanager
def _page(plan: _Plan, out: Console) -> Iterator[None]:
    """The page for as long as the try-out lasts, if it is built."""
    if plan.page_port is None:
        out.print("page: not built (make web, which needs Node.js); everything else goes on")
        yield
        return
    with page.served(broker.free_port(page.PORT), plan.page_port, plan.house.mqtt.root) as address:
        out.print(f"page: {address}")
        if plan.opens:
            webbrowser.open(address)
        yield


def _run(plan: _Plan, out: Console, stop: threading.Event) -> int:
    before = recorded(plan.data.database)
    with Supervisor(plan.data.logs) as supervisor:
        board = _live(plan, out, supervisor, stop)
        # Whoever ends it by hand ends it anywhere, in the middle of warming up as well.
        wrong = [] if stop.is_set() else faults(board, plan.house, SERVICES)
        out.print("ending ...", end=" ")
    out.print(f"killed, since it did not end: {', '.join(supervisor.killed)}" if supervisor.killed else "ended")
    out.print(summary(board, plan.house, max(recorded(plan.data.database) - before, 0), supervisor.restarts))
    for fault in wrong:
        out.print(f"not well: {fault}")
    return 1 if wrong else 0


def _live(plan: _Plan, out: Console, supervisor: Supervisor, stop: threading.Event) -> Dashboard:
    """Start everything, watch it until its end, and give back what was seen of it."""
    port, services = plan.house.mqtt.port, programs(plan.data.settings, plan.speed)
    where = f"{plan.kind} on port {port}"
    with _progress(out, f"broker ({where})"):
        start_broker(supervisor, broker.program(plan.kind, port, plan.data.broker, plan.page_port), port, stop)
    with Link(plan.house.mqtt, "up", ("#",), stop=stop, announce=False) as link:
        try_out = TryOut(supervisor, link, stop)
        for names in START_ORDER:
            with _progress(out, " and ".join(names)):
                try_out.start([services[name] for name in names])
        with view(out, plan.house, Surroundings(where, SERVICES)) as shown:
            try_out.watch(shown, plan.seconds)
        return try_out.board


@contextmanager
def _progress(out: Console, what: str) -> Iterator[None]:
    out.print(f"starting {what} ...", end=" ")
    try:
        yield
    except BaseException:
        out.print("FAILED")
        raise
    out.print("ready")


def _positive(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not (number > 0 and math.isfinite(number)):
        raise ArgumentTypeError(f"{text} should be a number above 0")
    return number
