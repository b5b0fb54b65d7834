"""How well a house was kept, from what really happened in it: comfort, punctuality, gas, boiler and valves.

The measures are the same for every control law and know nothing of what it thought. A room is occupied while its
schedule asks for more than the week's lowest setpoint. Gas, starts and burns are those for heating, without hot water.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from statistics import fmean
from zoneinfo import ZoneInfo

from bridges.simulated.protocol import instant
from house.schedule import Week, in_force, week_of
from house.settings import Room, Settings
from simulation.building import Room as TrueRoom
from simulation.ground_truth import Truth
from simulation.house import House

COLD_BELOW_K = 0.5
WARM_ABOVE_K = 1.0
AHEAD = timedelta(hours=4)
"""A room that is fed is too warm only above the highest setpoint of so long."""
LATE_MIN = 15
RISE_K = 0.5
OPEN_LIFT = 0.05
MINUTES = 60.0


@dataclass(frozen=True, slots=True)
class Score:
    """One run: K·h over all rooms and days, lateness after rises, gas m³, starts and moves a day, burns in minutes.

    `mean_over_k` is how far rooms are above their setpoint on average while occupied: a tenth of a kelvin is about half
    a percent of gas, so gas is to be read together with it.
    """

    too_cold_kh: float
    mean_over_k: float
    too_warm_kh: float
    fed_above_kh: float
    late_part: float
    late_min: float
    gas_m3: float
    starts_per_day: float
    burn_min: float
    moves_per_valve_day: float


METRICS = tuple(one.name for one in fields(Score))


@dataclass(slots=True)
class _Rise:
    """A switch point upwards: how late the room has been up to now, until it was warm or the next switch came."""

    begun: datetime
    until: datetime
    setpoint: float
    late_min: int = 0
    over: bool = False

    def watch(self, now: datetime, air: float) -> None:
        if self.over or now >= self.until:
            self.over = True
            return
        self.late_min = round((now - self.begun).total_seconds() / MINUTES)
        self.over = air >= self.setpoint - COLD_BELOW_K


@dataclass(slots=True)
class _Tally:
    """What has come together of one room, K·min."""

    week: Week
    lowest: float
    cold: float = 0.0
    over: float = 0.0
    occupied_min: int = 0
    warm: float = 0.0
    fed: float = 0.0
    setpoint: float | None = None
    rises: list[_Rise] = field(default_factory=list)


class Scorecard:
    """Watches a house each minute from `begin_at` on (seconds UTC); rises count from `punctual_from` on.

    `wiring` holds the schedules that people really want, whatever the regulator was told.
    """

    def __init__(self, house: House, wiring: Settings, begin_at: int, punctual_from: int) -> None:
        self._house, self._begin_at = house, begin_at
        self._punctual_from = instant(punctual_from)
        self._zone = ZoneInfo(wiring.home.timezone)
        self._rooms = {id_: _tally(room) for id_, room in wiring.rooms.items()}
        self._start: Truth | None = None

    def watch(self) -> None:
        """Look at the house as it is at this minute."""
        if self._house.now < self._begin_at:
            return
        if self._start is None:
            self._start = self._house.truth()
        now = instant(self._house.now)
        for id_, tally in self._rooms.items():
            self._watch_room(tally, self._house.building.rooms[id_], now)

    def _watch_room(self, tally: _Tally, room: TrueRoom, now: datetime) -> None:
        current = in_force(tally.week, self._zone, now)
        if current is None:
            return
        if current.setpoint > tally.lowest:
            tally.cold += max(0.0, current.setpoint - COLD_BELOW_K - room.air)
            tally.over += room.air - current.setpoint
            tally.occupied_min += 1
        tally.warm += max(0.0, room.air - current.setpoint - WARM_ABOVE_K)
        if self._is_fed(room):
            highest = max((current.setpoint, *self._coming(tally.week, now)))
            tally.fed += max(0.0, room.air - highest - WARM_ABOVE_K)
        if tally.setpoint is not None and current.setpoint >= tally.setpoint + RISE_K and now >= self._punctual_from:
            tally.rises.append(_Rise(now, current.next_at, current.setpoint))
        tally.setpoint = current.setpoint
        if tally.rises:
            tally.rises[-1].watch(now, room.air)

    def _is_fed(self, room: TrueRoom) -> bool:
        """Whether water flows through a radiator of the room."""
        valves = (self._house.valves[radiator.valve] for radiator in room.plan.radiators)
        return self._house.boiler.pump_on and any(valve.position > OPEN_LIFT for valve in valves)

    def _coming(self, week: Week, now: datetime) -> Iterator[float]:
        current = in_force(week, self._zone, now)
        while current is not None and current.next_at <= now + AHEAD:
            yield current.next_setpoint
            current = in_force(week, self._zone, current.next_at)

    def score(self) -> Score:
        """What it came to until now; raises ValueError before the first minute that counts."""
        if self._start is None or self._start.at == self._house.now:
            raise ValueError("nothing has been watched yet: the run ends before its score begins")
        return _score(self._start, self._house.truth(), list(self._rooms.values()))


def _score(before: Truth, after: Truth, tallies: list[_Tally]) -> Score:
    days = (after.at - before.at) / 86400
    late = [rise.late_min for tally in tallies for rise in tally.rises]
    starts = after.heating_starts - before.heating_starts
    return Score(
        too_cold_kh=sum(tally.cold for tally in tallies) / MINUTES,
        mean_over_k=sum(tally.over for tally in tallies) / max(1, sum(tally.occupied_min for tally in tallies)),
        too_warm_kh=sum(tally.warm for tally in tallies) / MINUTES,
        fed_above_kh=sum(tally.fed for tally in tallies) / MINUTES,
        late_part=sum(minutes > LATE_MIN for minutes in late) / max(1, len(late)),
        late_min=fmean(late) if late else 0.0,
        gas_m3=(after.gas.heating_ul - before.gas.heating_ul) / 1e9,
        starts_per_day=starts / days,
        burn_min=(after.heating_s - before.heating_s) / MINUTES / max(1, starts),
        moves_per_valve_day=fmean(after.moves[valve] - before.moves[valve] for valve in after.moves) / days,
    )


def _tally(room: Room) -> _Tally:
    week = week_of(room.schedule)
    return _Tally(week, min((setpoint for _, _, setpoint in week), default=0.0))
