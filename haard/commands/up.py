"""Run a whole simulated house on this computer and watch it: broker, recorder, regulator and the house itself.

Nothing has to be installed or configured. All files are kept in the folder .haard/ here. While it runs, talk to it
from another terminal in the same folder: haard rooms, haard set living 21. Ctrl-C ends it.

examples:
  haard up                        the example house; a day takes 12 minutes
  haard up --for 60 --speed 600   ten hours of heating in a minute, then the summary
  haard up --settings house.yaml  your own house, simulated
"""

import math
import shutil
import threading
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console

from haard.output import console
from haard.settings_file import DATA_FOLDER, example
from haard.simulation.stand_ins import simulated, told
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


def _positive(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not (number > 0 and math.isfinite(number)):
        raise typer.BadParameter(f"{text} should be a number above 0")
    return number


def command(
    settings: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The house to simulate; default: the example house.")
    ] = None,
    speed: Annotated[
        float | None,
        typer.Option(
            parser=_positive, metavar="N", help=f"How many times faster than real time; default: {DEFAULT_SPEED:g}."
        ),
    ] = None,
    seconds: Annotated[
        float | None,
        typer.Option(
            "--for",
            parser=_positive,
            metavar="SECONDS",
            help="End after so many real seconds; default: run until Ctrl-C.",
        ),
    ] = None,
    broker_kind: Annotated[
        Literal["auto", "mosquitto", "amqtt"],
        typer.Option("--broker", help="auto: Mosquitto if it is installed, else the embedded amqtt."),
    ] = "auto",
    opens: Annotated[bool, typer.Option("--open", help="Open the page in the browser.")] = False,
) -> int:
    given, out = load(settings) if settings else parse(example(), "the example house"), console()
    house, replaced = simulated(given)
    if replaced:
        out.print(told(replaced))
    kind, data = broker.choose(broker_kind), DataFolder(Path(DATA_FOLDER))
    with data.lock(), stop_on_signals() as stop:
        port = broker.free_port(house.mqtt.port)
        if port != house.mqtt.port:
            out.print(f"port {house.mqtt.port} is taken; this broker has port {port}")
        page_port = broker.free_port(PAGE_BROKER_PORT) if page.is_built() else None
        plan = _Plan(
            house=data.effective(house, port),
            data=data,
            kind=kind,
            speed=speed or DEFAULT_SPEED,
            seconds=seconds or math.inf,
            page_port=page_port,
            opens=opens,
        )
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
        wrong = [] if stop.is_set() else faults(board, plan.house, SERVICES, shutil.disk_usage(plan.data.path).free)
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
