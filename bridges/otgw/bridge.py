"""The bridge to a boiler behind an OpenTherm Gateway."""

import threading

from bridges.boiler.bridge import Clock, serve, wall_clock
from bridges.otgw.protocol import Otgw
from house.settings import Settings


def run(settings: Settings, stop: threading.Event, clock: Clock = wall_clock) -> None:
    """Serve `home/boiler/set` until `stop` is set."""
    serve("otgw", Otgw(settings.boiler.otgw), settings, stop, clock)
