"""How well a house was kept, from what really happened in it: comfort, punctuality, gas, boiler and valves.

The measures are the same for every control law and know nothing of what it thought.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime, timedelta
from statistics import fmean

from bridges.simulated.house import House
from house.settings import Settings
from regulator.week import Week, in_force, week_of

COLD_BELOW_K = 0.5
WARM_ABOVE_K = 1.0
AHEAD = timedelta(hours=4)
LATE_MIN = 15
RISE_K = 0.5
OPEN_LIFT = 0.05


@dataclass(frozen=True, slots=True)
class Score:
    """One run: K·h over all rooms and days, gas for heating m³, starts and moves per day, burns in minutes."""

    too_cold_kh: float
    too_warm_kh: float
    fed_above_kh: float
    late_part: float
    late_min: float
    gas_m3: float
    starts_per_day: float
    burn_min: float
    moves_per_valve_day: float


METRICS = tuple(one.name for one in fields(Score))


@dataclass
class _Rise:
    until: datetime
    late_min: int = 0
    reached: bool = False


@dataclass
class _RoomTally:
    week: Week
    lowest: float
    cold_min: float = 0.0
    warm_min: float = 0.0
    fed_min: float = 0.0
    setpoint: float | None = None
    rises: list[tuple[datetime, _Rise]] = field(default_factory=list)


class Scorecard:
    """Watches a house each minute; `wiring` holds the schedules that people really want."""

    def __init__(self, house: House, wiring: Settings, begin_at: int, punctual_after: timedelta) -> None:
        self._house, self._zone = house, wiring
        self._begin_at = begin_at
        self._punctual_from = datetime.fromtimestamp(begin_at, UTC) + punctual_after
        self._start = None if house.now < begin_at else house.truth()
        self._rooms: Mapping[str, _RoomTally] = {id_: _tally(room) for id_, room in wiring.rooms.items()}
        self._tz = wiring.home.timezone
        from zoneinfo import ZoneInfo

        self._zone_info = ZoneInfo(self._tz)

    def watch(self) -> None:
        """Look at the house as it is at this minute."""
        if self._house.now < self._begin_at:
            return
        if self._start is None:
            self._start = self._house.truth()
        now = datetime.fromtimestamp(self._house.now, UTC)
        for id_, tally in self._rooms.items():
            room = self._house.building.rooms[id_]
            fed = self._house.boiler.pump_on and any(
                self._house.valves[radiator.valve].position > OPEN_LIFT for radiator in room.plan.radiators
            )
            self._watch_room(tally, room.air, fed, now)

    def _watch_room(self, tally: _RoomTally, air: float, fed: bool, now: datetime) -> None:
        current = in_force(tally.week, self._zone_info, now)
        if current is None:
            return
        setpoint = current.setpoint
        occupied = setpoint > tally.lowest + 0.1
        if occupied:
            tally.cold_min += max(0.0, setpoint - COLD_BELOW_K - air)
        tally.warm_min += max(0.0, air - setpoint - WARM_ABOVE_K)
        if fed:
            coming = setpoint
            while current.next_at <= now + AHEAD:
                coming = max(coming, current.next_setpoint)
                current = in_force(tally.week, self._zone_info, current.next_at)
            tally.fed_min += max(0.0, air - coming - WARM_ABOVE_K)
            current = in_force(tally.week, self._zone_info, now)
        if tally.setpoint is not None and setpoint >= tally.setpoint + RISE_K and now >= self._punctual_from:
            tally.rises.append((now, _Rise(current.next_at)))
        tally.setpoint = setpoint
        if tally.rises and not tally.rises[-1][1].reached:
            begun, rise = tally.rises[-1]
            if now < rise.until:
                rise.late_min = round((now - begun).total_seconds() / 60)
                rise.reached = air >= setpoint - COLD_BELOW_K

    def score(self) -> Score:
        """What it came to until now."""
        before, after = self._start, self._house.truth()
        days = (after.at - before.at) / 86400
        tallies = self._rooms.values()
        late = [rise.late_min for tally in tallies for _, rise in tally.rises]
        moves = [after.moves[valve] - before.moves[valve] for valve in after.moves]
        starts = after.heating_starts - before.heating_starts
        return Score(
            too_cold_kh=sum(tally.cold_min for tally in tallies) / 60,
            too_warm_kh=sum(tally.warm_min for tally in tallies) / 60,
            fed_above_kh=sum(tally.fed_min for tally in tallies) / 60,
            late_part=sum(minutes > LATE_MIN for minutes in late) / max(1, len(late)),
            late_min=fmean(late) if late else 0.0,
            gas_m3=(after.gas.heating_ul - before.gas.heating_ul) / 1e9,
            starts_per_day=starts / days,
            burn_min=(after.heating_s - before.heating_s) / 60 / max(1, starts),
            moves_per_valve_day=fmean(moves) / days,
        )


def _tally(room) -> _RoomTally:
    week = week_of(room.schedule)
    return _RoomTally(week, min((setpoint for _, _, setpoint in week), default=0.0))
