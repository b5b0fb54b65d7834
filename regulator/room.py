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
from house.fields import Staleness
from house.settings import Room as Wiring
from house.settings import Safety, Settings
from house.wall_time import day_began, day_ends
from regulator.air import air_of, frost_of
from regulator.clocks import by_our_clock, clock_after
from regulator.contacts import windows_of
from regulator.emergency import Valve, needs_heat, takes_heat
from regulator.radiators import Reports, radiators_of, valve_of
from regulator.setpoint import Effective, Wished, house_settings, wished
from regulator.snapshot import Snapshot, elapsed

BOILER_AGE = timedelta(minutes=10)
OUTSIDE_AGE = timedelta(hours=24)
DARK_AFTER = timedelta(minutes=15)  # burners rest by themselves for some minutes
WARM_WATER = 35.0  # °C


class RoomState(NamedTuple):
    """What is known of a room at one instant; powers in W, temperatures in °C."""

    id: str
    wiring: Wiring
    memory: messages.RoomMemory
    reports: Reports
    """What each valve has reported."""
    wished: Wished
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
    same_until: datetime
    """Until when it is the same sight if nothing is said of it: each rule with a clock in it names its instant."""

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
    rooms = _rooms(snapshot)
    memory = snapshot.last(topics.HOUSE_MEMORY) or messages.HouseMemory()
    (boiler, clock), outside = _boiler(snapshot, memory), _outside(snapshot)
    blind = {id_: list(_valves(snapshot, room)) for id_, room in rooms.items() if room.is_blind}
    needy = frozenset(id_ for id_, valves in blind.items() if needs_heat(valves, memory, outside, snapshot.now))
    open_blind = frozenset(id_ for id_, valves in blind.items() if takes_heat(valves, snapshot.now))
    wiring, now = snapshot.wiring, snapshot.now
    return HouseState(now, snapshot.zone, wiring, rooms, memory, boiler, clock, outside, needy, open_blind)


def _rooms(snapshot: Snapshot) -> dict[str, RoomState]:
    """Each room as it was seen last where it is no other sight since, else seen anew."""
    assert snapshot.now is not None
    house, known = house_settings(snapshot), snapshot.observed
    day = day_began(snapshot.zone, snapshot.now), day_ends(snapshot.zone, snapshot.now)
    return {id_: known[id_] if id_ in known else _seen(snapshot, id_, house, *day) for id_ in snapshot.wiring.rooms}


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
    return round(fmean(fresh), 2) if fresh else None


def _valves(snapshot: Snapshot, room: RoomState) -> Iterator[Valve]:
    """What a blind room's valves say of themselves; beside an open window only one that says it is open is believed."""
    for address, report in room.reports.items():
        if room.is_paused and (report is None or report.opening is None):
            continue
        radiator, remembered = room.wiring.valves[address], room.memory.valves.get(address)
        yield valve_of(snapshot, address, radiator, report, remembered, room.own_setpoint)


def _seen(
    snapshot: Snapshot, id_: str, house: messages.HouseSettings, today: datetime, tomorrow: datetime
) -> RoomState:
    assert snapshot.now is not None
    wiring = snapshot.wiring.rooms[id_]
    last = snapshot.decision.house.rooms.get(id_) if snapshot.decision is not None else None
    wishes = wished(snapshot, id_, house, last.wished if last is not None else None)
    settings, in_force = wishes.settings, wishes.effective
    memory = snapshot.last(topics.ROOM_MEMORY, id_) or _NO_MEMORY
    air = air_of(snapshot, id_, memory.sensors, settings.presets.frost)
    windows = windows_of(snapshot, id_, memory)
    valves = radiators_of(snapshot, wiring, memory.valves, in_force.setpoint, today)
    temperature, measured_at, staleness, frozen_since = air.temperature
    is_regulated = settings.mode != "bypass" and not (windows.together is not None and windows.together.paused)
    return RoomState(
        id=id_,
        wiring=wiring,
        memory=memory.but(sensors=air.sensors, contacts=windows.heard, valves=valves.remembered),
        reports=valves.reports,
        wished=wishes,
        settings=settings,
        effective=in_force,
        temperature=temperature,
        measured_at=measured_at,
        staleness=staleness,
        humidity=air.humidity,
        window=windows.together,
        frozen_since=frozen_since,
        frost=frost_of(memory.frost, air.temperature, settings.presets.frost),
        complaints=(*air.complaints, *windows.complaints, *valves.complaints),
        power_w=wiring.power_w,
        confirmed_w=valves.confirmed_w,
        told_open=valves.told_open,
        regulates_itself=valves.regulates_itself,
        moves=valves.moves,
        is_given_up=valves.is_given_up,
        may_be_regulated=staleness == "fresh" and is_regulated and wiring.power_w > 0,
        same_until=min(wishes.same_until, air.same_until, windows.same_until, valves.same_until, tomorrow),
    )


_NO_MEMORY = messages.RoomMemory()
