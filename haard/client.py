"""Talk with a running house over MQTT: hear what it is like, say a wish, and wait for the regulator's answer.

All that is heard goes into a snapshot, the regulator's own picture of the house, so a wish can be explained by the
rules that will be applied to it.
"""

import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from house import attempts, messages, topics
from house.errors import DeviceError, PayloadError
from house.mqtt import Link, Received
from house.settings import Settings
from regulator.hearing import apply
from regulator.snapshot import Snapshot, empty, is_known

SERVICE = "person"
PATIENCE_S = 10.0
QUIET_S = 1.0  # the regulator says nothing where a wish changes nothing
TURN_S = 0.1
LEVELS = (
    *(topics.ROOM_SETTINGS, topics.ROOM_SCHEDULE, topics.ROOM_STATUS, topics.ROOM_MEMORY, topics.ROOM_LEARNED),
    *(topics.HOUSE_SETTINGS, topics.HOUSE_MEMORY, topics.HOUSE_LEARNED, topics.BOILER_SET, topics.BOILER_STATUS),
    topics.ROOM_POWER,
)
ANSWERS = (topics.ROOM_SETTINGS, topics.ROOM_SCHEDULE, topics.HOUSE_SETTINGS)
FILTERS = (
    *(topic.filter() for topic in (*LEVELS, topics.SERVICE_AVAILABILITY, topics.REJECTED)),
    topics.SERVICE_ECHO.path(SERVICE),
)


class HouseClient:
    """What was heard of the house so far, and the way to say something to it."""

    def __init__(self, link: Link, house: Settings, patience_s: float = PATIENCE_S) -> None:
        self.snapshot = empty(house)
        self._link, self._house, self._patience_s = link, house, patience_s
        self._online: dict[str, bool] = {}

    @property
    def now(self) -> datetime:
        """The time in the house, which in a simulated one is not ours."""
        return self.snapshot.now or datetime.now(UTC)

    @property
    def time(self) -> str:
        """`Mon 2026-01-12 20:00`: the time in the house as a person reads it."""
        return f"{self.now.astimezone(self.snapshot.zone):%a %Y-%m-%d %H:%M}"

    @property
    def regulator_is_there(self) -> bool:
        return self._online.get("regulator", False)

    def catch_up(self) -> None:
        """Hear all that is retained; raises DeviceError if the broker does not answer."""
        nonce, connections = messages.Echo(nonce=secrets.token_hex(8)), 0
        deadline, is_late = time.monotonic() + self._patience_s, False
        while not is_late:
            is_late = time.monotonic() > deadline  # after a pause of the machine, what has come is still heard
            heard = self._hear()
            if any(one.message == nonce for one in heard):
                return
            if self._link.trouble is not None and not self._link.connected:
                raise DeviceError(self._no_connection(self._link.trouble), temporary=True)
            if self._link.connections != connections:
                connections = self._link.connections
                self._link.publish(topics.publication(topics.SERVICE_ECHO, SERVICE, message=nonce))
        where = f"{self._house.mqtt.host}:{self._house.mqtt.port}"
        if self._link.connected:
            raise DeviceError(
                f"the broker at {where} repeats nothing to us; may we read and write there?", temporary=False
            )
        raise DeviceError(self._no_connection("no answer"), temporary=True)

    def _no_connection(self, trouble: str) -> str:
        where, hint = f"{self._house.mqtt.host}:{self._house.mqtt.port}", attempts.hint(trouble)
        if hint == attempts.CHECK_USER:
            return f"the broker at {where} does not let us in: {trouble}\nhint: {hint}"
        return (
            f"no broker answers at {where}: {trouble}\n"
            "hint: `haard up` starts a house here; --settings FILE names another one, such as .haard/house.yaml"
        )

    def ask(self, wish: topics.Publication, is_fulfilled: Callable[[Snapshot], bool]) -> None:
        """Say a wish and wait until it is accepted; raises DeviceError if it is refused, or if nobody answers."""
        self._link.publish(wish)
        started, answered, was_there = time.monotonic(), False, self.regulator_is_there
        is_late = False
        while not is_late:
            is_late = time.monotonic() > started + self._patience_s
            for heard in self._hear():
                is_same_room = heard.name.ids == wish.name.ids
                answered |= heard.name.topic in ANSWERS and is_same_room and not heard.retained
                self._raise_if_refused(heard, wish)
            if self.regulator_is_there and not was_there:
                self._link.publish(wish)  # it has just started, and may not have heard it
            was_there = self.regulator_is_there
            is_quiet = self.regulator_is_there and time.monotonic() > started + QUIET_S
            if is_fulfilled(self.snapshot) and (answered or is_quiet):
                return
        raise DeviceError(self._who_is_missing(), temporary=True)

    def _hear(self) -> list[topics.Heard]:
        heard = [one for received in self._link.receive(TURN_S) if (one := _understood(received)) is not None]
        for one in heard:
            if one.name.topic is topics.SERVICE_AVAILABILITY:
                self._online[one.name.ids[0]] = one.message == messages.Availability(value="online")
            elif one.name.topic in LEVELS and is_known(self._house, one.name):
                self.snapshot = apply(self.snapshot, one)
        return heard

    def _raise_if_refused(self, heard: topics.Heard, wish: topics.Publication) -> None:
        refused = heard.message
        if not isinstance(refused, messages.Rejected) or refused.topic != self._link.root.full(wish.path):
            return
        if refused.payload == wish.payload.decode():
            raise DeviceError(f"{refused.service or 'a service'} refuses it: {refused.reason}", temporary=False)

    def _who_is_missing(self) -> str:
        if self.regulator_is_there:
            return (
                f"the regulator is there, but has not answered in {self._patience_s:g} s\n"
                "hint: does it run with the same house.yaml? Its log tells what it heard"
            )
        return (
            f"no answer in {self._patience_s:g} s: the regulator is not running\n"
            "hint: start it with `python -m regulator --settings FILE`, or a whole simulated house with `haard up`"
        )


def _understood(received: Received) -> topics.Heard | None:
    try:
        return topics.read(received.path, received.payload, retained=received.retained)
    except PayloadError:
        return None  # whoever it was meant for refuses it aloud


@contextmanager
def conversation(house: Settings, patience_s: float = PATIENCE_S) -> Iterator[HouseClient]:
    """Connect to the house's broker and hear what it knows; raises DeviceError if it does not answer."""
    with Link(house.mqtt, SERVICE, FILTERS, stop=threading.Event(), announce=False) as link:
        talk = HouseClient(link, house, patience_s)
        talk.catch_up()
        yield talk
