"""The bridge to a boiler behind EMS-ESP."""

import threading

from bridges.boiler.bridge import Clock, serve, wall_clock
from bridges.emsesp.protocol import EmsEsp
from house.settings import Settings


def run(settings: Settings, stop: threading.Event, clock: Clock = wall_clock) -> None:
    """Serve `home/boiler/set` until `stop` is set."""
    serve("emsesp", EmsEsp(settings.boiler.emsesp.topic), settings, stop, clock)
