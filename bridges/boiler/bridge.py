"""The loop of every boiler behind MQTT: wishes in, the device's own topics in; commands and status out."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import structlog

from bridges.boiler.protocol import Control, Driver, Said, accept
from bridges.one_message import one_message
from house import topics
from house.errors import PayloadError
from house.messages import BoilerSet, BoilerStatus
from house.mqtt import Link, Received
from house.settings import Settings

TURN_S = 0.5

Clock = Callable[[], datetime]

log = structlog.get_logger()


def wall_clock() -> datetime:
    return datetime.now(UTC)


def read_wish(link: Link, received: Received, now: datetime) -> BoilerSet | None:
    """The wish in a message; None, and refused aloud, if it cannot be used."""
    try:
        wish = accept(BoilerSet.decode(received.payload), now)
    except PayloadError as error:
        link.reject(received, str(error))
        return None
    return wish


def say(link: Link, said: Said, status: BoilerStatus, now: datetime) -> Said:
    """Publish the status when it is due; a new fault, and its end, are logged."""
    if not said.is_due(status, now):
        return said
    if status.fault and (said.status is None or status.fault != said.status.fault):
        log.warning("boiler", fault=status.fault)
    if said.status and said.status.fault and not status.fault:
        log.info("boiler fault cleared")
    link.publish(topics.publication(topics.BOILER_STATUS, message=status))
    return Said(status, now)


def serve(name: str, driver: Driver, settings: Settings, stop: threading.Event, clock: Clock) -> None:
    """Run the bridge until `stop` is set; then leave the device in good hands."""
    link = Link(settings.mqtt, name, [topics.BOILER_SET.filter()], stop=stop, foreign=driver.filters)
    control, said = Control(settings.boiler.flow_setpoint), Said()
    with link:
        while not stop.is_set():
            for received in link.receive(TURN_S):
                with one_message(link, received):
                    if received.foreign:
                        driver = driver.heard(received.path, received.payload, clock(), live=not received.retained)
                    elif wish := read_wish(link, received, clock()):
                        control = replace(control, wish=wish)
            if link.connected:
                control = _tell(link, driver, control, clock())
            status = driver.status(control.demand, clock())
            if control.is_settled(clock()) or status.fault is None:
                said = say(link, said, status, clock())
        _leave(link, driver)


def _tell(link: Link, driver: Driver, control: Control, now: datetime) -> Control:
    told, demand = control.due(now)
    if demand is None:
        return told
    if demand is not control.demand:
        reason = told.wish.reason if told.wish and demand.call else None
        log.info("boiler target sent", call=demand.call, flow_setpoint=demand.flow_setpoint, reason=reason)
    for write in driver.writes(demand):
        link.publish_foreign(write.topic, write.payload)
    return told


def _leave(link: Link, driver: Driver) -> None:
    if not link.connected:
        log.error("the broker is away, so the boiler was not told that haard stops", then=driver.silence)
        return
    for write in driver.safe():
        link.publish_foreign(write.topic, write.payload)
    log.info("left the boiler", then=driver.silence)
