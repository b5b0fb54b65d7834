"""One radio of the house: hears its thermometers and drives its valves, in one process.

Two programs on one adapter lock it up, so scanner and connections share this one. The broker's link, which blocks, has
the caller's thread, the radio a thread of its own; they exchange plain values.
"""

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from queue import Empty

from bridges.bluetooth.radio_thread import RadioThread
from bridges.bluetooth.timing import Timing
from bridges.eq3 import command
from house import topics
from house.errors import PayloadError
from house.messages import Schedule, ValveCommand, ValveSet, ValveStatus
from house.mqtt import Link, Received
from house.settings import Settings

TURN_S = 0.1


def _wall_clock() -> datetime:
    return datetime.now(UTC)


def run(
    settings: Settings,
    stop: threading.Event,
    timing: Timing | None = None,
    clock: Callable[[], datetime] = _wall_clock,
) -> None:
    """Serve the radio until `stop` is set; raises DeviceError when the radio is lost for good."""
    radio = RadioThread(settings, timing or Timing(), clock)
    with Link(settings.mqtt, "bluetooth", list(_filters(radio)), stop=stop) as link:
        with radio:
            while not stop.is_set() and radio.is_alive():
                for received in link.receive(TURN_S):
                    _hand_over(received, radio, link, settings, clock())
                _say_all(radio, link)
        _say_all(radio, link)
    radio.check()


def _filters(radio: RadioThread) -> Iterator[str]:
    yield topics.VALVE_COMMAND.filter()  # of every valve, to refuse what is meant for none
    for address in radio.valves:
        yield topics.VALVE_SET.path(address)
        yield topics.VALVE_STATUS.path(address)  # its own words, from before it was started
    for room in {valve.room for valve in radio.valves.values() if valve.options.profile == "timed"}:
        yield topics.ROOM_SCHEDULE.path(room)


def _hand_over(received: Received, radio: RadioThread, link: Link, settings: Settings, now: datetime) -> None:
    name = topics.parse(received.path)
    if name is None or (name.topic is topics.VALVE_STATUS and not (received.retained and received.payload)):
        return
    (where,) = name.ids
    try:
        if name.topic is topics.VALVE_SET:
            wish = ValveSet.decode(received.payload) if received.payload else None
            radio.do(lambda valves: valves.hear_set(where, wish))
        elif name.topic is topics.VALVE_COMMAND:
            _command(where, received, radio, settings, now)
        elif name.topic is topics.VALVE_STATUS:
            status = ValveStatus.decode(received.payload)
            radio.do(lambda valves: valves.recall(where, status))
        else:
            schedule = Schedule.decode(received.payload)
            radio.do(lambda valves: valves.hear_schedule(where, schedule))
    except PayloadError as error:
        link.reject(received, str(error))


def _command(address: str, received: Received, radio: RadioThread, settings: Settings, now: datetime) -> None:
    """Raise PayloadError for a command that no valve can take; one that another bridge drives is that one's affair."""
    if address not in settings.rooms_by_valve:
        known = ", ".join(settings.rooms_by_valve)
        raise PayloadError(f"{address} is no valve in the settings; known valves are {known}")
    if address not in radio.valves:
        return
    if received.retained:
        raise PayloadError("a command is an event: it should not be retained, since it would come again at each start")
    wish = ValveCommand.decode(received.payload)
    command.check(wish, now)
    radio.do(lambda valves: valves.hear_command(address, wish))


def _say_all(radio: RadioThread, link: Link) -> None:
    try:
        while True:
            link.publish(radio.said.get_nowait())
    except Empty:
        return
