"""What is wrong in the house just now: alerts, rooms that stay cold, services and meters gone. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TypeVar

from house import services, topics
from house.errors import PayloadError
from house.messages import Alert, Availability, GasReading, RoomStatus
from house.settings import Notify, Settings

Value = TypeVar("Value")

GONE_AFTER = timedelta(minutes=5)
"""A service that is started again is not gone."""
METER_SILENT_AFTER = timedelta(hours=3)
FROST = 7.0
FILTERS = (topics.ALERT, topics.ROOM_STATUS, topics.SERVICE_AVAILABILITY, topics.METER_GAS)


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, what to do, and whether it waits for the end of quiet hours."""

    about: str
    todo: str = ""
    is_urgent: bool = False


@dataclass(frozen=True, slots=True)
class House:
    """The house as last heard, as far as it can go wrong."""

    settings: Settings
    alerts: Mapping[str, Alert] = field(default_factory=dict)
    rooms: Mapping[str, RoomStatus] = field(default_factory=dict)
    cold_since: Mapping[str, datetime] = field(default_factory=dict)
    offline_since: Mapping[str, datetime] = field(default_factory=dict)
    meter_heard: datetime | None = None

    def heard(self, path: str, payload: bytes, now: datetime) -> "House":
        """With one message more; raises PayloadError for one that cannot be read."""
        name = topics.parse(path)
        if name is None:
            return self
        message = name.topic.message.decode(payload) if payload else None
        id_ = name.ids[-1] if name.ids else ""
        match message:
            case None | Alert() if name.topic is topics.ALERT:
                return replace(self, alerts=_with(self.alerts, id_, message))
            case RoomStatus() if id_ in self.settings.rooms:
                since = self.cold_since.get(id_, now) if self._is_cold(message) else None
                rooms = _with(self.rooms, id_, message)
                return replace(self, rooms=rooms, cold_since=_with(self.cold_since, id_, since))
            case Availability() if id_ in services.services(self.settings):
                since = self.offline_since.get(id_, now) if message.value == "offline" else None
                return replace(self, offline_since=_with(self.offline_since, id_, since))
            case GasReading():
                return replace(self, meter_heard=now)
        return self

    @property
    def options(self) -> Notify:
        return self.settings.notify or Notify()

    def _is_cold(self, status: RoomStatus) -> bool:
        if status.temperature is None or status.setpoint is None or status.mode in ("off", "bypass"):
            return False
        return status.window != "open" and status.setpoint - status.temperature >= self.options.cold_k

    def problems(self, now: datetime) -> dict[str, Problem]:
        """What is wrong at an instant, by an id that stays the same while it lasts."""
        return dict((*self._alerts(), *self._rooms(now), *self._services(now), *self._meter(now)))

    def _alerts(self) -> Iterator[tuple[str, Problem]]:
        for id_, alert in self.alerts.items():
            yield id_, Problem(alert.about, alert.todo, is_urgent=id_ == "boiler_fault")

    def _rooms(self, now: datetime) -> Iterator[tuple[str, Problem]]:
        told_already = {alert.about for alert in self.alerts.values()}
        for id_, status in self.rooms.items():
            name = self.settings.rooms[id_].name or id_
            if status.alert and status.alert not in told_already:
                yield f"room_{id_}", Problem(f"{name}: {status.alert}")
            since = self.cold_since.get(id_)
            if since is not None and now - since >= timedelta(minutes=self.options.cold_min):
                hours = (now - since) / timedelta(hours=1)
                about = (
                    f"{name} has been too cold for {hours:.0f} h: {status.temperature} °C, should be {status.setpoint}"
                )
                is_urgent = status.temperature is not None and status.temperature < FROST
                yield f"cold_{id_}", Problem(about, f"haard why {id_}", is_urgent=is_urgent)

    def _services(self, now: datetime) -> Iterator[tuple[str, Problem]]:
        for name, since in self.offline_since.items():
            if now - since >= GONE_AFTER:
                yield (
                    f"service_{name}",
                    Problem(f"{name} has stopped", f"haard logs {name}", is_urgent=name == "regulator"),
                )

    def _meter(self, now: datetime) -> Iterator[tuple[str, Problem]]:
        if self.meter_heard is not None and now - self.meter_heard >= METER_SILENT_AFTER:
            yield "meter", Problem("the gas meter has said nothing for 3 hours", "haard logs dsmr")


def _with(known: Mapping[str, Value], key: str, value: Value | None) -> dict[str, Value]:
    """The mapping with a value; without the key for None."""
    rest = {name: one for name, one in known.items() if name != key}
    return rest if value is None else {**rest, key: value}


def read(house: House, path: str, payload: bytes, now: datetime) -> House:
    """As `heard`; what cannot be read changes nothing, since whoever it was meant for refuses it aloud."""
    try:
        return house.heard(path, payload, now)
    except PayloadError:
        return house
