"""The bridge to devices behind zigbee2mqtt."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import structlog

from bridges.one_message import one_message
from bridges.parse_values import json_object
from bridges.zigbee2mqtt import protocol
from bridges.zigbee2mqtt.protocol import Device
from bridges.zigbee2mqtt.valve import Valve, accept
from house import topics
from house.errors import PayloadError
from house.messages import ValveSet, ValveStatus
from house.mqtt import Link, Received
from house.settings import Settings

TURN_S = 0.5
STATUS_EVERY = timedelta(minutes=5)
COMMANDS_GO_ELSEWHERE = (
    "a valve behind zigbee2mqtt takes no commands here: ask it in zigbee2mqtt's own topic, or boost its room"
)

log = structlog.get_logger()


def _wall_clock() -> datetime:
    return datetime.now(UTC)


def run(settings: Settings, stop: threading.Event, clock: Callable[[], datetime] = _wall_clock) -> None:
    """Carry readings, valve commands and valve reports until `stop` is set; a valve then stays as it was told, and the
    bridge that comes back takes up what the broker keeps for it.
    """
    devices = protocol.devices(settings)
    valves = [device for device in devices if device.is_valve]
    state_of_all = f"{settings.zigbee2mqtt.topic}/bridge/state"
    link = Link(
        settings.mqtt,
        "zigbee2mqtt",
        [topic.path(device.id) for device in valves for topic in (topics.VALVE_SET, topics.VALVE_COMMAND)],
        stop=stop,
        foreign=[state_of_all, *(topic for one in devices for topic in (one.topic, f"{one.topic}/availability"))],
    )
    with link:
        bridge = _Bridge(link, devices, state_of_all)
        while not stop.is_set():
            for received in link.receive(TURN_S):
                with one_message(link, received):
                    bridge.take(received, clock())
            if link.connected:
                bridge.tell(clock())
            bridge.say(clock())


class _Bridge:
    """The devices by topic, the valves by id, and what was last said of each valve."""

    def __init__(self, link: Link, devices: tuple[Device, ...], state_of_all: str) -> None:
        self._link, self._state_of_all = link, state_of_all
        self._devices = {device.topic: device for device in devices}
        self._valves = {device.id: Valve(device) for device in devices if device.is_valve}
        self._said: dict[str, tuple[ValveStatus, datetime]] = {}
        self._not_understood: set[str] = set()

    def take(self, received: Received, now: datetime) -> None:
        if not received.foreign:
            self._take_target(received, now)
        elif received.path in self._devices:
            self._take_report(self._devices[received.path], received, now)
        else:
            self._take_availability(received)

    def _take_target(self, received: Received, now: datetime) -> None:
        _, id_, _ = received.path.split("/")
        if received.path == topics.VALVE_COMMAND.path(id_):
            self._link.reject(received, COMMANDS_GO_ELSEWHERE)
            return
        if not received.payload:
            self._valves[id_] = self._valves[id_].withdrawn()
            return
        try:
            target = accept(ValveSet.decode(received.payload), now)
        except PayloadError as error:
            self._link.reject(received, str(error))
            return
        self._valves[id_] = self._valves[id_].with_target(target)

    def _take_report(self, device: Device, received: Received, now: datetime) -> None:
        said = json_object(received.payload)
        at = protocol.measured_at(said, now, live=not received.retained)
        found = protocol.readings(device, said, at or now)
        for publication in found if at is not None else ():
            self._link.publish(publication)
        if said and not found and not device.is_valve and device.id not in self._not_understood:
            self._not_understood.add(device.id)
            keys = ", ".join(said)[:200]
            log.warning(
                "nothing understood", device=device.id, keys=keys, hint="is it the device that house.yaml says?"
            )
        if device.is_valve:
            self._valves[device.id], turned = self._valves[device.id].heard(said, at)
            if turned is not None:
                log.info("setpoint changed at the valve", valve=device.id, room=device.room)
                self._link.publish(turned)

    def _take_availability(self, received: Received) -> None:
        online = protocol.is_online(received.payload)
        if received.path == self._state_of_all:
            if online is False:
                log.warning("zigbee2mqtt is offline")
                self._valves = {id_: replace(valve, reachable=False) for id_, valve in self._valves.items()}
            return
        device = self._devices[received.path.removesuffix("/availability")]
        if device.is_valve:
            self._valves[device.id] = replace(self._valves[device.id], reachable=online)
        if online is False:
            log.warning("cannot be reached by zigbee2mqtt", device=device.id)

    def tell(self, now: datetime) -> None:
        """Write what is due to each valve."""
        for id_, valve in self._valves.items():
            self._valves[id_], payload = valve.due(now)
            if payload is not None:
                log.info("valve target sent", valve=id_, payload=payload.decode(), tries=self._valves[id_].tries)
                self._link.publish_foreign(f"{valve.device.topic}/set", payload)

    def say(self, now: datetime) -> None:
        """Publish each valve's status when it changes, and every five minutes."""
        for id_, valve in self._valves.items():
            status = valve.status()
            if not valve.is_known or not self._is_news(id_, status, now):
                continue
            self._said[id_] = (status, now)
            self._link.publish(topics.publication(topics.VALVE_STATUS, id_, message=status))

    def _is_news(self, id_: str, status: ValveStatus, now: datetime) -> bool:
        if id_ not in self._said:
            return True
        said, at = self._said[id_]
        return now - at >= STATUS_EVERY or said != status.model_copy(update={"reported_at": said.reported_at})
