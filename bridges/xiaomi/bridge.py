"""Plays captured advertisements onto the broker, through the same code as those that the radio hears.

The radio itself belongs to `python -m bridges bluetooth`, which hears thermometers and drives valves in one process.
"""

import threading
from datetime import UTC, datetime
from pathlib import Path

import structlog

from bridges.xiaomi import capture
from bridges.xiaomi.thermometers import Thermometers
from house.mqtt import Link
from house.secrets import read_bindkeys
from house.settings import Settings

BROKER_TIMEOUT_S = 15.0

log = structlog.get_logger()


def play(settings: Settings, stop: threading.Event, file: Path, patience_s: float = BROKER_TIMEOUT_S) -> None:
    """Play the file once; raises DeviceError when the broker does not take it within `patience_s`."""
    lines = capture.read(file)
    thermometers = Thermometers(settings, read_bindkeys())
    with Link(settings.mqtt, "xiaomi", stop=stop) as link:
        link.flush(patience_s)
        said = 0
        for line in lines:
            if stop.is_set():
                return
            for publication in thermometers.hear(line.heard(datetime.now(UTC))):
                link.publish(publication)
                said += 1
            link.receive(0)
        link.flush(patience_s)
    log.info("capture played", advertisements=len(lines), published=said)
