"""A whole house that is not there, on the broker: rooms, valves, boiler, meter and weather, and its own clock.

python -m bridges simulated --settings house.yaml --speed 60

The simulated house is the clock of everybody who listens: it says `home/tick` for each of its minutes, in order, and
never leaves one out. It moves by steps of ten simulated seconds, hears commands between them, and waits for the broker
once a minute, so that it can never run away from a broker that is slower than itself. After a restart it goes on from
what the broker has kept (`past`); `--start` only says when a house begins of which the broker knows nothing.
"""

import argparse
import math
import threading
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from secrets import token_hex

import structlog

from bridges.simulated import protocol
from bridges.simulated.pace import Pace
from bridges.simulated.restore import TOPICS, Past, go_on, past_of
from house import topics
from house.errors import DeviceError, PayloadError
from house.messages import Echo, Tick
from house.mqtt import Link, Received
from house.settings import Settings
from simulation.house import MINUTE_S, STEP_S, House
from simulation.plan import HousePlan
from simulation.weather import InventedHours, Weather

SERVICE = "simulated"
WINTER_MONDAY = datetime(2026, 1, 12, 6, tzinfo=UTC)
LONGEST_TURN_S = 0.5
CONTACTS_SPEAK_S = 3600
BROKER_TURNS = 10  # of the longest turn each

log = structlog.get_logger()


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options of `python -m bridges simulated`; each is an argument of `run`."""
    parser.add_argument("--speed", type=_speed, default=1.0, help="simulated seconds per second (default: %(default)g)")
    parser.add_argument("--seed", type=int, default=0, help="another number, another winter (default: %(default)s)")
    parser.add_argument(
        "--start",
        type=_whole_minute,
        default=WINTER_MONDAY,
        help=f"when a new house begins (default: {WINTER_MONDAY:%Y-%m-%dT%H:%M}Z, a winter Monday)",
    )
    parser.add_argument(
        "--settled",
        action="store_true",
        help="a new house begins as warm as its schedule asks for",
    )


def run(
    settings: Settings,
    stop: threading.Event,
    *,
    speed: float = 1.0,
    seed: int = 0,
    start: datetime = WINTER_MONDAY,
    settled: bool = False,
) -> None:
    """Live until `stop` is set, `speed` simulated seconds in each second."""
    plan, start_at = protocol.house_plan(settings), int(start.timestamp())
    new = Past(start_at, protocol.kept_air(settings, start) if settled else {})
    past = past_of(plan, _recall(settings, stop), new)
    house = go_on(plan, _weather(plan, seed, min(start_at, past.at)), past, seed=seed)
    filters = [topic.filter() for topic in protocol.COMMANDS]
    with Link(settings.mqtt, SERVICE, filters, stop=stop) as link:
        while not link.connected and not stop.is_set():
            link.receive(LONGEST_TURN_S)
        _tell_beginning(past, new, plan, speed)
        link.publish(protocol.tick(house.now))
        _live(house, link, speed, stop)


def _live(house: House, link: Link, speed: float, stop: threading.Event) -> None:
    pace, is_slow = Pace(speed, house.now, time.monotonic()), False
    while not stop.is_set():
        wait = pace.wait(house.now + STEP_S, time.monotonic())
        _obey(house, link, link.receive(min(wait, LONGEST_TURN_S)))
        if wait > 0:
            continue
        _step(house, link, stop)
        reached = pace.speed_if_slow(house.now, time.monotonic())
        if reached is not None and not is_slow:
            is_slow = True
            log.warning(
                "slower than asked for", speed=speed, reached=round(reached, 1), hint="everything still happens"
            )


def _step(house: House, link: Link, stop: threading.Event) -> None:
    """Ten simulated seconds, and what was said in them."""
    if house.now % CONTACTS_SPEAK_S == 0:
        house.contacts_speak()
    for report in house.advance(house.now + STEP_S):
        for publication in protocol.publications(report):
            link.publish(publication)
    if house.now % MINUTE_S == 0:
        link.publish(protocol.tick(house.now))
        _wait_for_broker(link, stop)


def _wait_for_broker(link: Link, stop: threading.Event) -> None:
    reason: DeviceError | None = None
    for _ in range(BROKER_TURNS):
        if not link.connected or stop.is_set():
            return
        try:
            link.flush(LONGEST_TURN_S)
        except DeviceError as error:
            reason = error
        else:
            return
    log.warning("went on without the broker", reason=str(reason))


def _obey(house: House, link: Link, arrived: Sequence[Received]) -> None:
    for received in arrived:
        try:
            protocol.obey(house, received.path, received.payload)
        except PayloadError as error:
            link.reject(received, str(error))


def _recall(settings: Settings, stop: threading.Event) -> list[topics.Heard]:
    """What the broker has kept of the house; waits for the broker, and for its own echo behind all that is retained."""
    echo, nonce = topics.SERVICE_ECHO.path(SERVICE), token_hex(8)
    kept: list[topics.Heard] = []
    with Link(settings.mqtt, SERVICE, [*(topic.filter() for topic in TOPICS), echo], stop=stop, announce=False) as link:
        connections = 0
        while not stop.is_set():
            arrived = link.receive(LONGEST_TURN_S)
            if link.connections != connections:
                connections, kept = link.connections, []
                link.publish(topics.publication(topics.SERVICE_ECHO, SERVICE, message=Echo(nonce=nonce)))
            for received in arrived:
                if received.path == echo:
                    return kept
                kept += _understood(link, received)
    return kept


def _understood(link: Link, received: Received) -> list[topics.Heard]:
    try:
        heard = topics.read(received.path, received.payload, retained=received.retained)
    except PayloadError as error:
        link.reject(received, str(error))
        return []
    return [heard] if heard is not None else []


def _weather(plan: HousePlan, seed: int, start_at: int) -> Weather:
    hours = InventedHours(seed, start_at, latitude=plan.latitude, longitude=plan.longitude)
    return Weather(hours, seed)


def _tell_beginning(past: Past, new: Past, plan: HousePlan, speed: float) -> None:
    event = "the house begins" if past == new else "the house goes on"
    log.info(event, at=f"{protocol.instant(past.at):%Y-%m-%dT%H:%MZ}", rooms=len(plan.rooms), speed=speed)


def _speed(text: str) -> float:
    try:
        speed = float(text)
    except ValueError:
        speed = 0.0
    if not (speed > 0 and math.isfinite(speed)):
        raise argparse.ArgumentTypeError(f"{text} should be a number above 0, such as 60")
    return speed


def _whole_minute(text: str) -> datetime:
    try:
        at = Tick.decode(text.encode()).at
    except PayloadError:
        at = None
    if at is None or at.second or at.microsecond:
        raise argparse.ArgumentTypeError(f"{text} should be a whole minute, such as {WINTER_MONDAY:%Y-%m-%dT%H:%M}Z")
    return at
