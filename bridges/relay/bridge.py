"""The bridge to a boiler with a relay on its thermostat contact."""

import threading

from bridges.boiler.bridge import Clock, serve, wall_clock
from bridges.relay.protocol import relay
from house.settings import Settings


def run(settings: Settings, stop: threading.Event, clock: Clock = wall_clock) -> None:
    """Serve `home/boiler/set` until `stop` is set."""
    serve("relay", relay(settings.boiler.relay), settings, stop, clock)
