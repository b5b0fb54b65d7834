"""`python -m bridges NAME --settings house.yaml`: run one bridge until SIGTERM.

A bridge is a module with `run(settings, stop)` that returns soon after `stop` is set. Only the chosen one is imported,
so that a boiler's bridge does not need Bluetooth. Exit status: 0 stopped, 1 failed, 2 wrong usage or settings.
"""

import argparse
import importlib
import sys
import threading
from pathlib import Path
from typing import Protocol, cast

import structlog

from house import log as house_log
from house import settings as house_settings
from house.errors import HaardError, SettingsError
from house.stopping import stop_on_signals

BRIDGES = {
    "clock": ("bridges.clock.bridge", "the time, each full minute"),
    "dsmr": ("bridges.dsmr.bridge", "the smart meter's P1 port"),
    "xiaomi": ("bridges.xiaomi.bridge", "thermometers, from a file of captured advertisements"),
}
"""name: (module with `run`, what it brings to the topics)"""


class Bridge(Protocol):
    """What a module in the table offers."""

    def run(self, settings: house_settings.Settings, stop: threading.Event) -> None: ...


class Player(Protocol):
    """What the module offers that plays a capture."""

    def play(self, settings: house_settings.Settings, stop: threading.Event, file: Path) -> None: ...


def _arguments() -> argparse.ArgumentParser:
    table = "\n".join(f"  {name:<14} {about}" for name, (_, about) in sorted(BRIDGES.items()))
    parser = argparse.ArgumentParser(
        prog="python -m bridges",
        description="Run one bridge between a device and the broker.",
        epilog=f"bridges:\n{table}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("name", metavar="NAME", choices=sorted(BRIDGES), help="one of the bridges below")
    parser.add_argument("--settings", type=Path, default=Path("house.yaml"), help="default: %(default)s")
    parser.add_argument(
        "--capture",
        type=Path,
        metavar="FILE",
        help="xiaomi only: play this file once, as if each line were heard now, and end. A line is "
        '{"address": "A4:C1:38:00:00:01", "service_data": {"181a": "f48302..."}, "rssi": -71}; uuid and bytes in '
        'hexadecimal; "rssi" and "at" (when it was captured, for the reader) may be missing',
    )
    return parser


def main(arguments: list[str] | None = None) -> int:
    parser = _arguments()
    options = parser.parse_args(arguments)
    if (options.capture is not None) != (options.name == "xiaomi"):
        parser.error("xiaomi needs --capture FILE, and nothing else takes it")
    house_log.configure(options.name)
    log = structlog.get_logger()
    try:
        settings = house_settings.load(options.settings)
        bridge = importlib.import_module(BRIDGES[options.name][0])
        with stop_on_signals() as stop:
            if options.capture:
                cast(Player, bridge).play(settings, stop, options.capture)
            else:
                cast(Bridge, bridge).run(settings, stop)
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    except HaardError as error:
        log.error("gave up", reason=str(error))
        return 1
    log.info("stopped")
    return 0


if __name__ == "__main__":
    sys.exit(main())
