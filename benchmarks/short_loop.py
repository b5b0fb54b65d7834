"""A simulated house under a control law alone, ten times as quick as the whole regulator: to compare laws.

The law sees what the regulator would show it, and what the regulator does after every law is done here in few lines:
a call needs a valve that has confirmed, a burner burns and rests for some minutes at least, the last open valve stays
open while the pump runs on, valves have a budget of moves, and a command without an answer is said again. Left out is
all that guards a house in which something is broken. `benchmarks.control --whole` runs the regulator itself.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from house.schedule import InForce, Week, in_force, week_of
from house.settings import Room, Settings
from house.settings.regulator import Safety
from regulator.laws import LAWS
from regulator.laws.interface import LawInput, LawOutput, LawRoom, Memory, Switch
from simulation.device_messages import (
    BoilerCommand,
    BoilerReport,
    OutsideReport,
    Report,
    SensorReport,
    ValveCommand,
    ValveReport,
)

MINUTE_S = 60
DAY_S = 86_400
FORESEEN = timedelta(hours=12)
PATIENCE_S = (120, 180, 240, 900)
"""How long an answer is waited for: the first time, the second, the third, and from then on."""
NECESSARY_K = 1.0
OPEN_C, SHUT_C, FALLBACK_C = 28.0, 5.0, 17.0
REPEATED_S = 1800


class Kept(Protocol):
    """A house as a law meets it."""

    @property
    def now(self) -> int: ...

    def advance(self, until: int, /) -> list[Report]: ...

    def command_valve(self, valve: str, command: ValveCommand, /) -> None: ...

    def command_boiler(self, command: BoilerCommand, /) -> None: ...


@dataclass(slots=True)
class _Valve:
    """What a valve was told and has answered."""

    address: str
    power_w: float
    opening: int = 0
    told_at: int = 0
    said_at: int = -DAY_S
    tries: int = 0
    confirmed: bool = False
    moves: int = 0

    def hear(self, report: ValveReport) -> None:
        if report.reported_at >= self.told_at:
            self.confirmed = report.opening == self.opening and not report.regulates_itself

    def tell(self, house: Kept, opening: int) -> None:
        """Say it if it is news, was not answered, or was said long ago."""
        now = house.now
        if opening != self.opening:
            self.opening, self.told_at, self.tries, self.confirmed = opening, now, 0, False
            self.moves += 1
        elif now - self.said_at < (REPEATED_S if self.confirmed else PATIENCE_S[min(self.tries, 3)]):
            return
        else:
            self.tries = 0 if self.confirmed else self.tries + 1
        self.said_at = now
        setpoint = OPEN_C if opening else SHUT_C
        house.command_valve(self.address, ValveCommand(opening, setpoint, now + 3 * REPEATED_S, FALLBACK_C))


@dataclass(slots=True)
class _Room:
    """A room as the regulator knows it."""

    week: Week
    hysteresis: float
    valves: tuple[_Valve, ...]
    power_w: float
    memory: Memory | None
    temperature: float | None = None
    measured_at: datetime | None = None

    @property
    def told_open(self) -> bool:
        return self.valves[0].opening == 100

    @property
    def confirmed_w(self) -> float:
        return sum(valve.power_w for valve in self.valves if valve.opening == 100 and valve.confirmed)


class ShortLoop:
    """A law that keeps a simulated house, minute by minute."""

    def __init__(self, house: Kept, wiring: Settings) -> None:
        self.house = house
        self._wiring, self._zone = wiring, ZoneInfo(wiring.home.timezone)
        self._law = LAWS[wiring.regulator.law]
        self._rooms = {id_: _room(room) for id_, room in wiring.rooms.items()}
        self._valves = {valve.address: valve for room in self._rooms.values() for valve in room.valves}
        self._memory: Memory | None = None
        self._call, self._call_since, self._starts = False, 0, list[int]()
        self._last_tick: datetime | None = None
        self._outside: float | None = None
        self._boiler: BoilerReport | None = None
        self._coming: dict[tuple[Week, datetime], tuple[Switch, ...]] = {}

    @property
    def wiring(self) -> Settings:
        return self._wiring

    def change(self, wiring: Settings) -> None:
        """Go on with other settings of the same house."""
        self._wiring, self._law = wiring, LAWS[wiring.regulator.law]
        for id_, room in self._rooms.items():
            room.week, room.hysteresis = week_of(wiring.rooms[id_].schedule), wiring.rooms[id_].hysteresis

    def run(self, until: int, each_minute: Callable[[], None] = lambda: None) -> None:
        """Live until `until`, seconds UTC."""
        house = self.house
        while house.now < until:
            for report in house.advance(house.now + MINUTE_S):
                match report:
                    case SensorReport():
                        room = self._rooms[report.room_id]
                        room.temperature, room.measured_at = report.temperature, _instant(report.measured_at)
                    case ValveReport():
                        self._valves[report.valve].hear(report)
                    case BoilerReport():
                        self._boiler = report
                    case OutsideReport():
                        self._outside = report.temperature
            self._decide(_instant(house.now))
            each_minute()

    def _decide(self, now: datetime) -> None:
        seen = {id_: self._seen(room, now) for id_, room in self._rooms.items() if room.temperature is not None}
        boiler = self._boiler
        asked = self._law.decide(
            LawInput(
                now,
                seen,
                self._call,
                self._memory,
                self._last_tick,
                self._wiring.regulator,
                self._zone,
                self._wiring.boiler.minimum_power_w,
                boiler.flame_on if boiler else None,
                boiler.hot_water if boiler else None,
                boiler.flow_temperature if boiler else None,
                self._outside,
            )
        )
        self._last_tick, self._memory = now, asked.memory
        self._tell_boiler(self._tell_valves(asked, seen), asked)

    def _seen(self, room: _Room, now: datetime) -> LawRoom:
        current = in_force(room.week, self._zone, now)
        assert current is not None
        assert room.temperature is not None
        return LawRoom(
            room.temperature,
            current.setpoint,
            room.power_w,
            room.confirmed_w,
            room.hysteresis,
            room.memory,
            room.told_open,
            self._switches(room.week, current),
            measured_at=room.measured_at,
        )

    def _switches(self, week: Week, current: InForce) -> tuple[Switch, ...]:
        key = week, current.next_at
        if key not in self._coming:
            found, then, end = [], current, current.next_at + FORESEEN
            while then.next_at <= end:
                found.append(Switch(then.next_at, then.next_setpoint, f"{then.next_at:%H:%M} {then.next_setpoint:g}"))
                following = in_force(week, self._zone, then.next_at)
                assert following is not None
                then = following
            self._coming[key] = tuple(found)
        return self._coming[key]

    def _tell_valves(self, asked: LawOutput, seen: dict[str, LawRoom]) -> bool:
        """Carry out what the law wants of the valves; whether one is open, or will be, for the boiler to heat."""
        now = self.house.now
        if now % DAY_S < MINUTE_S:
            for valve in self._valves.values():
                valve.moves = 0
        wanted = {id_: demand.open for id_, demand in asked.rooms.items()}
        for id_, demand in asked.rooms.items():
            self._rooms[id_].memory = demand.memory
            if demand.open is not seen[id_].told_open and self._is_spared(self._rooms[id_], seen[id_], demand.open):
                wanted[id_] = seen[id_].told_open
        opens = asked.call and any(demand.open and wanted[id_] for id_, demand in asked.rooms.items())
        if not any(is_open and self._rooms[id_].confirmed_w for id_, is_open in wanted.items()) and self._holds(opens):
            for id_ in wanted:
                wanted[id_] = wanted[id_] or bool(self._rooms[id_].confirmed_w)
        for id_, is_open in wanted.items():
            for valve in self._rooms[id_].valves:
                valve.tell(self.house, 100 if is_open else 0)
        return opens

    def _is_spared(self, room: _Room, seen: LawRoom, opens: bool) -> bool:
        if room.valves[0].moves < self._wiring.regulator.moves_per_day:
            return False
        warming_up = opens and bool(seen.coming) and seen.coming[0].setpoint - seen.temperature >= NECESSARY_K
        return not warming_up and abs(seen.temperature - seen.setpoint) < NECESSARY_K

    def _holds(self, wanted: bool) -> bool:
        """Whether the last open valves stay open: for a burn that has just begun, or until another is open, or for the
        pump.
        """
        since = self.house.now - self._call_since
        if self._call:
            return wanted or since < MINUTE_S * max(self._limits.minimum_burn_min, 0) or self._overrun_s > 0
        return since < self._overrun_s

    @property
    def _overrun_s(self) -> float:
        return MINUTE_S * self._wiring.boiler.overrun_min

    def _tell_boiler(self, wanted: bool, asked: LawOutput) -> None:
        now, before = self.house.now, self._call
        since = now - self._call_since
        self._call = any(room.confirmed_w for room in self._rooms.values()) and (
            (before and since < MINUTE_S * self._limits.minimum_burn_min)
            or (wanted and (before or self._may_start(now)))
        )
        if self._call != before:
            self._call_since = now
            if self._call:
                self._starts.append(now)
        self.house.command_boiler(BoilerCommand(self._call, asked.flow_setpoint, now + 10 * MINUTE_S))

    def _may_start(self, now: int) -> bool:
        self._starts = [start for start in self._starts if now - start < 3600]
        rested = now - self._call_since >= MINUTE_S * self._limits.minimum_rest_min
        return rested and len(self._starts) < self._limits.maximum_starts_per_hour

    @property
    def _limits(self) -> Safety:
        return self._wiring.safety


def _instant(at: int) -> datetime:
    return datetime.fromtimestamp(at, UTC)


def _room(room: Room) -> _Room:
    valves = tuple(_Valve(valve, one.power_w) for valve, one in room.valves.items())
    return _Room(week_of(room.schedule), room.hysteresis, valves, sum(one.power_w for one in valves), None)
