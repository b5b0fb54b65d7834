"""The regulator's shell: messages in, messages out.

python -m regulator --settings house.yaml            on the broker
python -m regulator --settings house.yaml --stdio    as a filter, without broker, clock or disk
python -m regulator --fleet houses/                  many houses in one process, a file each
"""

import argparse
import gc
import io
import signal
import sys
from pathlib import Path

import structlog

from house import log, settings, topics
from house.errors import SettingsError
from house.mqtt import Link
from house.settings.doubts import doubts
from house.stopping import stop_on_signals
from regulator import fleet
from regulator.service import SERVICE, Service
from regulator.stdio import filter_lines
from regulator.step import TOPICS

logger = structlog.get_logger()


def _filter(wiring: settings.Settings) -> None:
    """Lines in and out, UTF-8 whatever the locale says; whoever stops reading ends the filter, as in any pipe."""
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    lines = io.TextIOWrapper(sys.stdin.buffer, encoding="utf-8", errors="replace", newline="\n")
    for line in filter_lines(wiring, lines):
        sys.stdout.buffer.write(line.encode() + b"\n")
        if line.startswith('{"end"'):
            sys.stdout.buffer.flush()


def _serve(wiring: settings.Settings) -> None:
    """On the broker until SIGTERM; raises SettingsError for a secret or certificate that cannot be read."""
    log.configure(SERVICE)
    for doubt in doubts(wiring):
        logger.warning("house.yaml may say what was not meant", doubt=doubt)
    filters = [*(topic.filter() for topic in TOPICS), topics.SERVICE_ECHO.path(SERVICE)]
    with stop_on_signals() as stop, Link(wiring.mqtt, SERVICE, filters, stop=stop, announce=False, about=True) as link:
        service = Service(wiring, link)
        while not stop.is_set():
            service.turn()


def _serve_fleet(folder: Path, shard: str) -> int:
    """Many houses over one connection, until SIGTERM."""
    log.configure(shard)
    houses = fleet.load(folder)
    with stop_on_signals() as stop, fleet.connection(houses, shard, stop) as link:
        serving = fleet.Fleet(houses, link)
        gc.disable()  # deciding makes no circles, and with a thousand houses to look for them takes seconds
        while not stop.is_set():
            serving.turn()
        serving.leave()
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m regulator",
        description="Decides which valves open and when the boiler burns, from what the house says over MQTT.",
    )
    parser.add_argument("--settings", type=Path, default=Path("house.yaml"), help="the house (default: house.yaml)")
    parser.add_argument(
        "--stdio",
        action="store_true",
        help='read {"topic": ..., "payload": ..., "retained": false} a line, write publications and {"end": n}',
    )
    parser.add_argument(
        "--fleet",
        type=Path,
        metavar="FOLDER",
        help="every house whose settings lie there (*.yaml)",
    )
    parser.add_argument("--shard", default="fleet", help="with --fleet: this process's name on the broker")
    return parser.parse_args()


def main() -> int:
    arguments = _arguments()
    try:
        if arguments.fleet is not None:
            return _serve_fleet(arguments.fleet, arguments.shard)
        wiring = settings.load(arguments.settings)
        if arguments.stdio:
            _filter(wiring)
        else:
            _serve(wiring)
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
