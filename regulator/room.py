"""One room as the rules see it: what is in force, what is measured, how far that can be relied on, and what its
valves have confirmed.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import fmean
from typing import NamedTuple
from zoneinfo import ZoneInfo

from house import messages, topics
from house.fields import Openness, Staleness
from house.settings import Room as Wiring
from house.settings import Safety, Settings
from house.wall_time import MINUTE, day_began
from regulator import contacts, thermometers
from regulator.clocks import by_our_clock, clock_after, complaint
from regulator.emergency import Valve, needs_heat, takes_heat
from regulator.reports import newest_report
from regulator.setpoint import Effective, effective, house_settings, room_settings
from regulator.snapshot import Snapshot, elapsed, instant_of
from regulator.valves import at_setpoint, is_confirmed_open, is_given_up, moves_since

BOILER_AGE = timedelta(minutes=10)
OUTSIDE_AGE = timedelta(hours=24)
DARK_AFTER = timedelta(minutes=15)  # burners rest by themselves for some minutes
WARM_WATER = 35.0  # °C
FROST_HYSTERESIS = 0.5  # K
FROST_CONFIRMED_AFTER = timedelta(minutes=2)


class RoomState(NamedTuple):
    """What is known of a room at one instant; powers in W, temperatures in °C."""

    id: str
    wiring: Wiring
    memory: messages.RoomMemory
    reports: "Reports"
    """What each valve has reported."""
    settings: messages.RoomSettings
    effective: Effective
    temperature: float | None
    measured_at: datetime | None
    staleness: Staleness
    humidity: float | None
    window: messages.WindowMemory | None
    frozen_since: datetime | None
    """Since when the thermometers have said the same to the last digit, if that is why none counts."""
    frost: messages.FrostMemory | None
    complaints: tuple[str, ...]
    """What a person should see to."""
    power_w: float
    confirmed_w: float
    """Nominal power of the radiators that are told to be open and have confirmed it, and of those without a valve."""
    told_open: bool
    regulates_itself: bool
    """Whether a valve was told to regulate the room by its own sensor."""
    moves: int
    """How often a valve of the room was told another opening today."""
    is_given_up: bool
    """Whether all radiators are told to be open and none has confirmed it in all its tries."""
    may_be_regulated: bool
    """Whether the law may decide on the room at all."""

    @property
    def is_paused(self) -> bool:
        """Whether its window keeps it from being heated."""
        return self.window is not None and self.window.paused

    @property
    def is_blind(self) -> bool:
        """Whether its valves have to regulate it by their own sensors."""
        return self.staleness != "fresh" and self.settings.mode != "bypass" and self.power_w > 0

    @property
    def own_setpoint(self) -> float:
        """What a valve that regulates itself is told, °C: beside an open window only to keep frost away."""
        return self.settings.presets.frost if self.is_paused else self.effective.setpoint

    @property
    def is_open_by_nature(self) -> bool:
        """Whether it takes heat of every burn, since a radiator of it has no valve."""
        return self.wiring.open_w > 0

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
    boiler: messages.BoilerStatus
    """What it has reported lately."""
    boiler_clock: messages.ClockMemory | None
    outside: float | None
    emergency: frozenset[str]
    """The blind rooms that need the boiler: their valves have opened by themselves."""
    open_blind: frozenset[str]
    """The blind rooms that are heated whenever the boiler runs."""

    @property
    def makes_hot_water(self) -> bool:
        return self.boiler.hot_water is True

    @property
    def is_dark(self) -> bool:
        """Whether the boiler says that it does not burn and that its water is not warm either."""
        flow = self.boiler.flow_temperature
        return self.boiler.flame is False and not self.makes_hot_water and (flow is None or flow < WARM_WATER)

    @property
    def stays_dark(self) -> bool:
        """Whether it does not burn though it has been called for long enough."""
        since = self.memory.dark_since
        return self.is_dark and since is not None and elapsed(since, self.now) >= DARK_AFTER

    @property
    def limits(self) -> Safety:
        return self.settings.safety


def observe(snapshot: Snapshot) -> HouseState:
    """The house, as the rules see it."""
    assert snapshot.now is not None
    house, today = house_settings(snapshot), day_began(snapshot.zone, snapshot.now)
    known = snapshot.observed
    rooms = {
        id_: known[id_] if id_ in known else _observe(snapshot, id_, house, today) for id_ in snapshot.wiring.rooms
    }
    memory = snapshot.last(topics.HOUSE_MEMORY) or messages.HouseMemory()
    (boiler, clock), outside = _boiler(snapshot, memory), _outside(snapshot)
    blind = {id_: list(_valves(snapshot, room)) for id_, room in rooms.items() if room.is_blind}
    needy = frozenset(id_ for id_, valves in blind.items() if needs_heat(valves, memory, outside, snapshot.now))
    open_blind = frozenset(id_ for id_, valves in blind.items() if takes_heat(valves, snapshot.now))
    wiring, now = snapshot.wiring, snapshot.now
    return HouseState(now, snapshot.zone, wiring, rooms, memory, boiler, clock, outside, needy, open_blind)


def _boiler(
    snapshot: Snapshot, memory: messages.HouseMemory
) -> tuple[messages.BoilerStatus, messages.ClockMemory | None]:
    """What the boiler has reported lately by the house's clock, and how far its own is off."""
    assert snapshot.now is not None
    status, clock = snapshot.last(topics.BOILER_STATUS), memory.boiler_clock
    live = snapshot.live(topics.BOILER_STATUS)
    if live is not None and live.reported_at is not None:
        clock = clock_after(clock, live.reported_at, snapshot.now)
    if status is None or status.reported_at is None:
        return messages.BoilerStatus(), clock
    at = by_our_clock(status.reported_at, clock, snapshot.now)
    is_fresh = at is not None and elapsed(at, snapshot.now) <= BOILER_AGE
    return status if is_fresh else messages.BoilerStatus(), clock


def _outside(snapshot: Snapshot) -> float | None:
    """The mean of the outside thermometers that have been heard of within a day."""
    assert snapshot.now is not None
    fresh = [
        reading.value
        for id_ in snapshot.heard.get(topics.OUTSIDE_TEMPERATURE, {})
        for reading in snapshot.all(topics.OUTSIDE_TEMPERATURE, id_).values()
        if elapsed(reading.measured_at, snapshot.now) <= OUTSIDE_AGE
    ]
    return _mean(fresh) if fresh else None


def _valves(snapshot: Snapshot, room: RoomState) -> Iterator[Valve]:
    """What a blind room's valves say of themselves; beside an open window only one that says it is open is believed."""
    for address, report in room.reports.items():
        if room.is_paused and (report is None or report.opening is None):
            continue
        yield _valve(snapshot, address, room.reports, room.memory, room.own_setpoint)


def _observe(snapshot: Snapshot, id_: str, house: messages.HouseSettings, today: datetime) -> RoomState:
    assert snapshot.now is not None
    wiring, now = snapshot.wiring.rooms[id_], snapshot.now
    settings = room_settings(snapshot, id_)
    memory = snapshot.last(topics.ROOM_MEMORY, id_) or _NO_MEMORY
    air = _air(snapshot, id_, memory, settings.presets.frost)
    window, heard, silent = _window(snapshot, id_, memory)
    in_force = effective(snapshot, id_, settings, house)
    reports, remembered = _reports(snapshot, wiring, memory)
    memory = memory.but(sensors=air.sensors, contacts=heard, valves=remembered)
    valves = {one: _valve(snapshot, one, reports, memory, in_force.setpoint) for one in reports}
    openings = [command.opening for command, _, _ in valves.values() if command is not None]
    confirmed = [wiring.valves[one].power_w for one, valve in valves.items() if is_confirmed_open(*valve, now)]
    is_regulated = settings.mode != "bypass" and not (window is not None and window.paused)
    return RoomState(
        id=id_,
        wiring=wiring,
        memory=memory,
        reports=reports,
        settings=settings,
        effective=in_force,
        temperature=air.temperature,
        measured_at=air.measured_at,
        staleness=air.staleness,
        humidity=_humidity(snapshot, id_, air.sensors),
        window=window,
        frozen_since=air.frozen_since,
        frost=_frost(memory.frost, air, settings.presets.frost),
        complaints=(*air.complaints, *silent, *_wrong_clocks(remembered)),
        power_w=wiring.power_w,
        confirmed_w=wiring.open_w + sum(confirmed),
        told_open=100 in openings,
        regulates_itself=None in openings,
        moves=max([moves_since(today, one) for one in remembered.values()], default=0),
        is_given_up=bool(valves) and all([is_given_up(*valve, now) for valve in valves.values()]),
        may_be_regulated=air.staleness == "fresh" and is_regulated and wiring.power_w > 0,
    )


Reports = Mapping[str, messages.ValveStatus | None]


def _reports(
    snapshot: Snapshot, wiring: Wiring, memory: messages.RoomMemory
) -> tuple[Reports, dict[str, messages.ValveMemory]]:
    """The report of each valve that counts, and what is remembered of the valves with it."""
    found = {valve: newest_report(snapshot, valve, memory.valves.get(valve) or _NOTHING) for valve in wiring.valves}
    remembered = {address: one for address, (_, one) in found.items() if address in memory.valves or one != _NOTHING}
    return {address: report for address, (report, _) in found.items()}, remembered


_NOTHING, _NO_MEMORY, _NO_SENSOR = messages.ValveMemory(), messages.RoomMemory(), messages.SensorMemory()


def _wrong_clocks(valves: Mapping[str, messages.ValveMemory]) -> Iterator[str]:
    for address, one in valves.items():
        if one.clock is not None and (words := complaint(f"valve {address}", one.clock)):
            yield words


def _valve(
    snapshot: Snapshot, address: str, reports: Reports, memory: messages.RoomMemory, setpoint: float
) -> tuple[messages.ValveSet | None, messages.ValveStatus | None, messages.ValveMemory | None]:
    """What a valve was told, what it has reported, and what is remembered of it."""
    told = snapshot.last(topics.VALVE_SET, address)
    # Judged by the setpoint in force now, so that a report counts the same before and after the valve is told of it.
    report = reports.get(address)
    radiator = snapshot.wiring.rooms[snapshot.wiring.rooms_by_valve[address]].valves[address]
    command = at_setpoint(told, setpoint, radiator, report) if told is not None else None
    return command, report, memory.valves.get(address)


class _Air(NamedTuple):
    """What the thermometers of a room say together."""

    temperature: float | None
    measured_at: datetime | None
    staleness: Staleness
    frozen_since: datetime | None
    sensors: dict[str, messages.SensorMemory]
    complaints: tuple[str, ...]


def _air(snapshot: Snapshot, id_: str, memory: messages.RoomMemory, frost: float) -> _Air:
    """The mean of the thermometers that count; with none of them the newest reading, and how stale that is."""
    assert snapshot.now is not None
    limits, now, declared = snapshot.wiring.safety, snapshot.now, snapshot.wiring.rooms[id_].thermometers
    sensors = dict(_sensors(snapshot, id_, memory))
    judged = {
        address: thermometers.judge(thermometers.named(address, declared), one, limits, now, frost)
        for address, one in sensors.items()
    }
    complaints = thermometers.complaints(judged, declared, limits)
    read = [one for one in judged.values() if one.age is not None]
    if not read:
        return _Air(None, None, "lost", None, sensors, complaints)
    # Two may be equally new: the value decides then, since the order of arrival is forgotten at a restart.
    newest = max(read, key=lambda one: (one.memory.at, one.memory.value)) if len(read) > 1 else read[0]
    counting = [one.memory.value for one in read if one.counts and one.memory.value is not None]
    if counting:
        return _Air(_mean(counting), newest.memory.at, "fresh", None, sensors, complaints)
    frozen = min((one.frozen_since for one in read if one.is_fresh and one.frozen_since), default=None)
    is_old = frozen is None and not newest.is_fresh
    staleness = _staleness(newest.age or timedelta(0), limits) if is_old else "stale"
    return _Air(newest.memory.value, newest.memory.at, staleness, frozen, sensors, complaints)


def _sensors(snapshot: Snapshot, id_: str, memory: messages.RoomMemory) -> Iterator[tuple[str, messages.SensorMemory]]:
    assert snapshot.now is not None
    humidities = snapshot.all(topics.ROOM_HUMIDITY, id_)
    readings = snapshot.all(topics.ROOM_TEMPERATURE, id_)
    for address, kept in sorted(readings.items()):
        live = snapshot.live(topics.ROOM_TEMPERATURE, id_, address)
        after, humidity = memory.sensors.get(address), humidities.get(address)
        is_new = after is None or after.at is None
        beside = thermometers.beside(readings.keys() - {address}, memory.sensors, snapshot.now) if is_new else None
        after = thermometers.after(after, kept, humidity, snapshot.now, is_live=live is kept, beside=beside)
        if live is not None and live is not kept:  # older than what is known
            after = thermometers.after(after, live, humidity, snapshot.now, is_live=True, beside=beside)
        if after is not None:
            yield address, after


def _mean(values: list[float]) -> float:
    """In hundredths, which is more than sensors tell."""
    return round(fmean(values) if len(values) > 1 else values[0], 2)


def _staleness(age: timedelta, safety: Safety) -> Staleness:
    minutes = age / MINUTE
    if minutes <= safety.alert_after_min:
        return "stale"
    return "alert" if minutes <= safety.lost_after_min else "lost"


def _humidity(snapshot: Snapshot, id_: str, sensors: Mapping[str, messages.SensorMemory]) -> float | None:
    """The mean of the humidities that are fresh."""
    assert snapshot.now is not None
    limits, fresh = snapshot.wiring.safety, []
    for address, humidity in snapshot.all(topics.ROOM_HUMIDITY, id_).items():
        sensor = sensors.get(address) or _NO_SENSOR
        at = by_our_clock(humidity.measured_at, sensor.clock, snapshot.now) if humidity.measured_at else None
        if at is not None and snapshot.now - at <= thermometers.fresh_for(sensor, limits):
            fresh.append(humidity.value)
    return _mean(fresh) if fresh else None


def _frost(before: messages.FrostMemory | None, air: _Air, frost: float) -> messages.FrostMemory | None:
    """Frost is believed from two readings that are some minutes apart, and is over half a degree above its limit."""
    if air.staleness != "fresh" or air.temperature is None or air.measured_at is None:
        return None
    is_on = before is not None and before.on
    if air.temperature >= (frost + FROST_HYSTERESIS if is_on else frost):
        return None
    if before is None or before.since > air.measured_at:
        return messages.FrostMemory(since=air.measured_at)
    if not before.on and air.measured_at - before.since >= FROST_CONFIRMED_AFTER:
        return messages.FrostMemory(since=before.since, on=True)
    return before


def _window(
    snapshot: Snapshot, id_: str, memory: messages.RoomMemory
) -> tuple[messages.WindowMemory | None, dict[str, messages.ContactMemory], tuple[str, ...]]:
    """The windows with their on and off delays (None without a contact that counts), when each contact was heard of,
    and what a person should see to.
    """
    assert snapshot.now is not None
    if not snapshot.all(topics.ROOM_WINDOW, id_):
        return None, {}, ()
    said, declared = dict(sorted(snapshot.all(topics.ROOM_WINDOW, id_).items())), snapshot.wiring.rooms[id_].windows
    addresses = {one: one or (declared[0] if len(declared) == 1 else "") for one in said}
    elsewhere = {one: _device_heard_at(snapshot, address) for one, address in addresses.items()}
    live = frozenset(one for one in said if snapshot.live(topics.ROOM_WINDOW, id_, one) is not None)
    heard = contacts.heard_of(said, memory.contacts, elsewhere, live, snapshot.now)
    silent = contacts.silent(heard, snapshot.now)
    words = tuple(
        contacts.complaints(
            {addresses[one]: contact for one, contact in said.items()}, frozenset(addresses[one] for one in silent)
        )
    )
    counting = [value for one in said if (value := heard[one].value) and not (one in silent and value == "open")]
    return _delayed(counting, memory.window, snapshot.wiring.safety, snapshot.now), heard, words


def _device_heard_at(snapshot: Snapshot, address: str) -> datetime | None:
    status = snapshot.last(topics.SENSOR_STATUS, address) if address else None
    return instant_of(status) if status is not None else None


def _delayed(
    said: list[Openness], remembered: messages.WindowMemory | None, safety: Safety, now: datetime
) -> messages.WindowMemory | None:
    if not said:
        return None
    value: Openness = "open" if "open" in said else "closed"
    before = remembered or messages.WindowMemory(value="closed", since=now - timedelta(days=1))
    since = before.since if before.value == value else now
    lasted = elapsed(since, now)
    if value == "open":
        paused = before.paused or lasted >= timedelta(seconds=safety.window_open_delay_s)
    else:
        paused = before.paused and lasted < timedelta(seconds=safety.window_closed_delay_s)
    is_as_before = (value, since, paused) == (before.value, before.since, before.paused)
    return before if is_as_before else messages.WindowMemory(value=value, since=since, paused=paused)
