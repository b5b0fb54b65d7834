"""Plays captured advertisements onto the broker, through the same code as those that the radio hears.

The radio itself belongs to `python -m bridges bluetooth`, which hears thermometers and drives valves in one process.
"""

import argparse
import threading
from datetime import UTC, datetime
from pathlib import Path

import structlog

from bridges.xiaomi.capture import dated
from bridges.xiaomi.capture import read as read_capture
from bridges.xiaomi.thermometers import Thermometers
from house.mqtt import Link
from house.secrets import read_bindkeys
from house.settings import Settings

BROKER_TIMEOUT_S = 15.0

log = structlog.get_logger()


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--capture",
        type=Path,
        required=True,
        metavar="FILE",
        help="play this file once, as if the last line were heard now, and end. A line is "
        '{"address": "A4:C1:38:00:00:01", "service_data": {"181a": "f48302..."}, "rssi": -71}; uuid and bytes in '
        'hexadecimal; "rssi" and "at" (when it was captured) may be missing',
    )


def run(settings: Settings, stop: threading.Event, *, capture: Path, patience_s: float = BROKER_TIMEOUT_S) -> None:
    """Play the file once; raises DeviceError when the broker does not take it within `patience_s`."""
    lines = read_capture(capture)
    thermometers = Thermometers(settings, read_bindkeys())
    with Link(settings.mqtt, "xiaomi", stop=stop) as link:
        link.flush(patience_s)
        said = 0
        for line, at in dated(lines, datetime.now(UTC)):
            if stop.is_set():
                return
            for publication in thermometers.hear(line.heard(at)):
                link.publish(publication)
                said += 1
            link.receive(0)
        link.flush(patience_s)
    log.info("capture played", advertisements=len(lines), published=said)
