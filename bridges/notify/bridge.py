"""The bridge to people: alerts of the house by ntfy, e-mail, webhook or any other way that apprise knows.

To whom stands in the file that HAARD_NOTIFY_FILE names. What was told is retained on `notified`, so that a restart
tells nothing twice.
"""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import apprise
import structlog

from bridges.background_request import BackgroundRequest
from bridges.notify import problems
from bridges.notify.protocol import Teller, Text
from house import topics
from house.errors import PayloadError, SettingsError
from house.messages import Notified
from house.mqtt import Link, Received
from house.secrets import read_notify_addresses
from house.settings import Notify, Settings

SERVICE = "notify"
TURN_S = 1.0

SENDING_S = 120.0  # an e-mail server may take its time

log = structlog.get_logger()

Send = Callable[[Text], bool]
"""Whether everybody was reached."""


def _wall_clock() -> datetime:
    return datetime.now(UTC)


def run(settings: Settings, stop: threading.Event, clock: Callable[[], datetime] = _wall_clock) -> None:
    """Tell people until `stop` is set; raises SettingsError for an address that no way is known to."""
    send = sender(read_notify_addresses())
    filters = [*(topic.filter() for topic in problems.FILTERS), topics.NOTIFIED.path()]
    with Link(settings.mqtt, SERVICE, filters, stop=stop) as link:
        bridge = _Bridge(settings, link, send)
        while not stop.is_set():
            for received in link.receive(TURN_S):
                bridge.take(received, clock())
            if link.connected:
                bridge.tell(clock())


def sender(addresses: tuple[str, ...]) -> Send:
    """What sends a text to all of these addresses."""
    if not addresses:
        raise SettingsError("to whom? Put an address a line into the file that HAARD_NOTIFY_FILE names")
    everybody = apprise.Apprise()
    for number, address in enumerate(addresses, start=1):
        if not everybody.add(address):
            kind = address.partition(":")[0]
            raise SettingsError(f"HAARD_NOTIFY_FILE: address {number} ({kind}:...) is none that apprise knows")
    return lambda text: bool(everybody.notify(title=text.title, body=text.body))


class _Bridge:
    """The house as heard, what was told, and the message on its way."""

    def __init__(self, settings: Settings, link: Link, send: Send) -> None:
        self._link, self._send = link, send
        self._house = problems.House(settings)
        zone = ZoneInfo(settings.home.timezone)
        self._teller = Teller(settings.home.name, zone, settings.notify or Notify())
        self._after = self._teller
        self._sending = BackgroundRequest(SENDING_S, too_late=False)

    def take(self, received: Received, now: datetime) -> None:
        if received.path != topics.NOTIFIED.path():
            self._house = problems.read(self._house, received.path, received.payload, now)
        elif received.retained and received.payload:
            try:
                self._teller = replace(self._teller, told=Notified.decode(received.payload).told)
            except PayloadError as error:
                self._link.reject(received, str(error))

    def tell(self, now: datetime) -> None:
        """One message at a time; one that did not arrive is told in the log, and tried again after a pause."""
        if self._sending.busy:
            self._hear_of_the_last(now)
            return
        after, text = self._teller.next(self._house.problems(now), now)
        if text is None:
            self._teller = after
            return
        log.info("tells people", title=text.title)
        self._after = after
        self._sending.start(lambda: self._send(text))

    def _hear_of_the_last(self, now: datetime) -> None:
        arrived = self._sending.pick_up()
        if arrived:
            self._teller = self._after
            self._link.publish(topics.publication(topics.NOTIFIED, message=Notified(told=dict(self._teller.told))))
        elif arrived is False:
            self._teller = replace(self._teller, last=now)
            log.error("nobody was told", hint="are the addresses right, and is there a way to the internet?")
