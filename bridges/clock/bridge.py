"""The house's clock: `home/tick` at each full minute of wall time."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime

import structlog

from bridges.clock import protocol
from house import topics
from house.messages import Tick
from house.mqtt import Link
from house.settings import Settings

LONGEST_WAIT_S = 1.0  # a wait does not notice a suspend or a clock that is set, so it is kept short

log = structlog.get_logger()


def _wall_clock() -> datetime:
    return datetime.now(UTC)


def run(settings: Settings, stop: threading.Event, clock: Callable[[], datetime] = _wall_clock) -> None:
    """Say the time until `stop` is set."""
    said = protocol.minute_of(clock())
    if said < protocol.FIRST_CREDIBLE:
        log.warning("the time is not known yet", now=said.isoformat(), hint="is time synchronisation running?")
    with Link(settings.mqtt, "clock", stop=stop) as link:
        while not stop.is_set():
            now = clock()
            if protocol.is_due(said, now):
                said = protocol.minute_of(now)
                link.publish(topics.publication(topics.TICK, message=Tick(at=protocol.known(said))))
            link.receive(min(protocol.wait(now).total_seconds(), LONGEST_WAIT_S))
