"""Waiting for the services of a house to say that they are there, for as long as they may take to come up."""

import threading
import time
from collections.abc import Collection, Iterable

from house import topics
from house.errors import PayloadError
from house.messages import Availability
from house.mqtt import Link, Received
from house.settings import Settings

TURN_S = 0.2
ONLINE = Availability(value="online")


def missing(settings: Settings, wanted: Collection[str], patience_s: float) -> list[str]:
    """Which of these services did not come online in time; ends as soon as all have."""
    deadline, left = time.monotonic() + patience_s, set(wanted)
    filters = [topics.SERVICE_AVAILABILITY.filter()]
    with Link(settings.mqtt, "person", filters, stop=threading.Event(), announce=False) as link:
        is_late = False
        while left and not is_late:
            is_late = time.monotonic() > deadline  # after a pause of the machine, what has come is still heard
            for name, is_online in _heard(link.receive(TURN_S)):
                left = left - {name} if is_online else left | ({name} & set(wanted))
    return sorted(left)


def _heard(arrived: Iterable[Received]) -> Iterable[tuple[str, bool]]:
    for received in arrived:
        try:
            heard = topics.read(received.path, received.payload, retained=received.retained)
        except PayloadError:
            continue  # nobody is online by saying nonsense
        if heard is not None and heard.name.topic is topics.SERVICE_AVAILABILITY:
            yield heard.name.ids[0], heard.message == ONLINE
