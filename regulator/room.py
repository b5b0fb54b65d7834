"""One room as the rules see it: what is in force, what is measured, how old that is, and what its valves have
confirmed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import fmean
from typing import NamedTuple, TypeVar
from zoneinfo import ZoneInfo

from house import messages, topics
from house.fields import Openness, Staleness
from house.settings import Room as Wiring
from house.settings import Safety, Settings
from house.wall_time import day_began
from regulator.frozen import frozen_since, steady
from regulator.setpoint import Effective, effective, house_settings, room_settings
from regulator.snapshot import AHEAD, Snapshot, elapsed
from regulator.valves import at_setpoint, is_confirmed_open, is_given_up, moves_since

CONTACT_AGE = timedelta(hours=24)  # contacts report on change and about hourly; one that is silent for a day is broken


class RoomState(NamedTuple):
    """What is known of a room at one instant; powers in W, temperatures in °C."""

    id: str
    wiring: Wiring
    memory: messages.RoomMemory
    settings: messages.RoomSettings
    effective: Effective
    temperature: float | None
    measured_at: datetime | None
    staleness: Staleness
    humidity: float | None
    window: messages.WindowMemory | None
    steady: messages.SteadyMemory | None
    frozen_since: datetime | None
    """Since when the thermometers have said the same to the last digit, if that is for too long."""
    power_w: float
    confirmed_w: float
    """Nominal power of the radiators that are told to be open and have confirmed it."""
    told_open: bool
    regulates_itself: bool
    """Whether a valve was told to regulate the room by its own sensor."""
    moves: int
    """How often a valve of the room was told another opening today."""
    is_given_up: bool
    """Whether all radiators are told to be open and none has confirmed it in all its tries."""

    @property
    def may_be_regulated(self) -> bool:
        """Whether the law may decide on the room at all."""
        paused = self.window is not None and self.window.paused
        return self.staleness == "fresh" and self.settings.mode != "bypass" and not paused

    @property
    def has_thermometer(self) -> bool:
        return bool(self.wiring.sensors) or self.measured_at is not None


@dataclass(frozen=True, slots=True)
class HouseState:
    """Every room as the rules see it at one instant, and what is remembered of the house."""

    now: datetime
    zone: ZoneInfo
    settings: Settings
    rooms: Mapping[str, RoomState]
    memory: messages.HouseMemory

    @property
    def limits(self) -> Safety:
        return self.settings.safety


def observe(snapshot: Snapshot) -> HouseState:
    """The house, as the rules see it."""
    assert snapshot.now is not None
    house, today = house_settings(snapshot), day_began(snapshot.zone, snapshot.now)
    rooms = {id_: _observe(snapshot, id_, house, today) for id_ in snapshot.wiring.rooms}
    memory = snapshot.last(topics.HOUSE_MEMORY) or messages.HouseMemory()
    return HouseState(snapshot.now, snapshot.zone, snapshot.wiring, rooms, memory)


def _observe(snapshot: Snapshot, id_: str, house: messages.HouseSettings, today: datetime) -> RoomState:
    assert snapshot.now is not None
    wiring, limits, now = snapshot.wiring.rooms[id_], snapshot.wiring.safety, snapshot.now
    settings = room_settings(snapshot, id_)
    memory = snapshot.last(topics.ROOM_MEMORY, id_) or messages.RoomMemory()
    temperatures, humidities = snapshot.all(topics.ROOM_TEMPERATURE, id_), snapshot.all(topics.ROOM_HUMIDITY, id_)
    temperature, measured_at, staleness = _temperature(temperatures, limits, now)
    stands = steady(temperatures, humidities, memory.steady, now) if staleness == "fresh" else None
    frozen = frozen_since(stands) if temperature is not None and temperature >= settings.presets.frost else None
    in_force = effective(snapshot, id_, settings, house)
    valves = {one.valve: _valve(snapshot, one.valve, memory, in_force.setpoint) for one in wiring.radiators}
    return RoomState(
        id=id_,
        wiring=wiring,
        memory=memory,
        settings=settings,
        effective=in_force,
        temperature=temperature,
        measured_at=measured_at,
        staleness=staleness if frozen is None else "stale",
        humidity=_mean_of_fresh(_aged(humidities, now), limits),
        window=_window(snapshot.all(topics.ROOM_WINDOW, id_), memory.window, limits, now),
        steady=stands,
        frozen_since=frozen,
        power_w=sum(radiator.power_w for radiator in wiring.radiators),
        confirmed_w=sum(one.power_w for one in wiring.radiators if is_confirmed_open(*valves[one.valve], now)),
        told_open=any(command is not None and command.opening == 100 for command, *_ in valves.values()),
        regulates_itself=any(command is not None and command.opening is None for command, *_ in valves.values()),
        moves=max((moves_since(today, one) for one in memory.valves.values()), default=0),
        is_given_up=all(is_given_up(*valve, now) for valve in valves.values()),
    )


def _valve(
    snapshot: Snapshot, address: str, memory: messages.RoomMemory, setpoint: float
) -> tuple[messages.ValveSet | None, messages.ValveStatus | None, messages.ValveMemory | None]:
    """What a valve was told, what it has reported, and what is remembered of it."""
    told = snapshot.last(topics.VALVE_SET, address)
    # Judged by the setpoint in force now, so that a report counts the same before and after the valve is told of it.
    command = at_setpoint(told, setpoint) if told is not None else None
    return command, snapshot.last(topics.VALVE_STATUS, address), memory.valves.get(address)


Sample = TypeVar("Sample", messages.Temperature, messages.Humidity, messages.Window)


def _aged(samples: Mapping[str, Sample], now: datetime) -> list[tuple[timedelta, Sample]]:
    """The samples with their age, as far as that can be known."""
    latest = now + AHEAD
    return [
        (max(now - one.measured_at, timedelta(0)), one)
        for one in samples.values()
        if one.measured_at is not None and one.measured_at <= latest
    ]


def _mean_of_fresh(
    aged: list[tuple[timedelta, messages.Temperature]] | list[tuple[timedelta, messages.Humidity]], safety: Safety
) -> float | None:
    limit = timedelta(minutes=safety.stale_after_min)
    fresh = [sample.value for age, sample in aged if age <= limit]
    return round(fmean(fresh), 2) if fresh else None


def _temperature(
    samples: Mapping[str, messages.Temperature], safety: Safety, now: datetime
) -> tuple[float | None, datetime | None, Staleness]:
    """The mean of the fresh readings; with none fresh the newest, and how stale that is."""
    aged = _aged(samples, now)
    if not aged:
        return None, None, "lost"
    # Two may be equally new: the value decides then, since the order of arrival is forgotten at a restart.
    age, newest = max(aged, key=lambda pair: (-pair[0], pair[1].measured_at, pair[1].value))
    staleness = _staleness(age, safety)
    value = _mean_of_fresh(aged, safety) if staleness == "fresh" else newest.value
    return value, newest.measured_at, staleness


def _staleness(age: timedelta, safety: Safety) -> Staleness:
    minutes = age / timedelta(minutes=1)
    if minutes <= safety.stale_after_min:
        return "fresh"
    if minutes <= safety.alert_after_min:
        return "stale"
    return "alert" if minutes <= safety.lost_after_min else "lost"


def _window(
    samples: Mapping[str, messages.Window], remembered: messages.WindowMemory | None, safety: Safety, now: datetime
) -> messages.WindowMemory | None:
    """The windows with their on and off delays; None where no contact has been heard of for a day."""
    heard = [contact.value for age, contact in _aged(samples, now) if age <= CONTACT_AGE]
    if not heard:
        return None
    value: Openness = "open" if "open" in heard else "closed"
    before = remembered or messages.WindowMemory(value="closed", since=now - timedelta(days=1))
    since = before.since if before.value == value else now
    lasted = elapsed(since, now)
    if value == "open":
        paused = before.paused or lasted >= timedelta(seconds=safety.window_open_delay_s)
    else:
        paused = before.paused and lasted < timedelta(seconds=safety.window_closed_delay_s)
    is_as_before = (value, since, paused) == (before.value, before.since, before.paused)
    return before if is_as_before else messages.WindowMemory(value=value, since=since, paused=paused)
