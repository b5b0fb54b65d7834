"""Which radiator took how much heat from the water: a model run over what was recorded, in steps of half a minute.

While the pump runs, an open radiator takes power · share · (flow - radiator) / 5 K: at its design point (75/65/20 °C)
the mean of its water lies 5 K below the flow and it gives its nominal power; as much below that lies what it sends
back. It gives off power · (excess / 50 K)^1.3 (EN 442), and holds 21 J/K for each watt of nominal power: the steel and
water of panel radiators, from type 11 to 33. A valve's motor runs a minute from end to end, and its seat opens quickly:
half the water at a fifth of the lift. Between two reports the flow is taken to change evenly: held still it would be
half a minute late while a burner that cycles drives it up and down. Only shares are taken from this: the meter says how
much gas it was.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from math import expm1

from house import topics
from house.messages import BoilerSet, BoilerStatus, ValveSet, ValveStatus
from house.settings import Settings
from recorder.history import History, Series

STEP_S = 30
WARM_UP_S = 3 * 3600  # so long before it counts the model starts, with cold radiators; by then that is forgotten
SILENCE_S = 6 * 3600  # what a valve or a thermometer said longer ago is not known any more
LOOK_BACK_S = WARM_UP_S + SILENCE_S
DESIGN_EXCESS_K = 50.0
EXPONENT = 1.3
FLOW_ABOVE_MEAN_K = 5.0
CAPACITY_S_PER_K = 21.0  # J/K per W of nominal power
PUMP_OVERRUN_S = 180
BOILER_SILENCE_S = 900  # every boiler bridge speaks at least each minute or two
USUAL_MODULATION = 40.0
HOT_WATER_MODULATION = 90.0  # a tap asks for nearly all that a boiler has
REPORT_LOST_S = 90
STROKE_S = 60  # of a valve's motor from end to end
USUAL_ROOM = 19.0


class Burner(Enum):
    """What the burner did."""

    OFF = "off"
    HEATING = "heating"
    HOT_WATER = "hot water"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Step:
    """Half a minute from `at` on: the burner, its modulation in per mille, and by room (in the order of the settings)
    the heat taken from the water and given to the room, J, and the nominal power that was open, W.
    """

    at: int
    burner: Burner
    modulation: int
    taken: tuple[int, ...]
    given: tuple[int, ...]
    opened: tuple[int, ...]
    called: bool = False
    """Whether the boiler was asked to heat: a flame between two reports is then no cooking."""
    flow: float | None = None
    """What the boiler told of its water, °C, at the middle of the step."""
    pumped: bool = False
    """Whether the pump ran."""
    returned: float | None = None
    """How warm the water came back, °C, as the boiler told; else by the model."""


@dataclass(slots=True)
class _Radiator:
    """`temperature` is the mean of its water, °C; `position` that of its valve, from 0 to 1."""

    room: int
    power_w: float
    temperature: float
    status: Series[ValveStatus]
    told: Series[ValveSet]
    has_valve: bool = True
    position: float = 0.0

    def opening(self, at: int) -> float:
        """From 0 to 1, as far as is known; a valve of which nothing is known is shut, a radiator without one open."""
        if not self.has_valve:
            return 1.0
        return opening(self.status, self.told, at) or 0.0

    def warm(self, seconds: int, air: float, flow: float | None, opening: float) -> tuple[float, float]:
        """Let time pass; returns the heat taken from the water and given to the room, J.

        `flow` is None while the pump stands still.
        """
        before, reach = self.position, seconds / STROKE_S
        self.position = min(max(opening, before - reach), before + reach)
        share = _water_share((before + self.position) / 2)
        emitted_w = (max(0.0, self.temperature - air) / DESIGN_EXCESS_K) ** EXPONENT
        taken_w = 0.0
        if flow is not None and flow > self.temperature and share > 0:
            settled = flow - emitted_w * FLOW_ABOVE_MEAN_K / share
            rise = (settled - self.temperature) * -expm1(-share * seconds / FLOW_ABOVE_MEAN_K / CAPACITY_S_PER_K)
            taken_w = max(0.0, rise * CAPACITY_S_PER_K / seconds + emitted_w)
        self.temperature += (taken_w - emitted_w) * seconds / CAPACITY_S_PER_K
        return taken_w * self.power_w * seconds, emitted_w * self.power_w * seconds


def _water_share(position: float) -> float:
    """The part of the full flow that passes at a valve's lift."""
    return 1.0 - (1.0 - position) ** 3


def opening(statuses: Series[ValveStatus], targets: Series[ValveSet], at: int) -> float | None:
    """How far a valve was open, from 0 to 1, by what it reported and what it was told; None if nobody knows."""
    status = statuses.fresh(at, SILENCE_S)
    if status is None:
        return None
    unreported = _unreported(statuses, targets, at)
    if unreported is not None:
        return unreported / 100
    if status.opening is not None:
        return status.opening / 100
    told = targets.fresh(at, SILENCE_S)
    if told is None or told.opening is None or status.setpoint is None:
        return None
    return told.opening / 100 if told.is_obeyed_by(status) else 0.0


def _unreported(statuses: Series[ValveStatus], targets: Series[ValveSet], at: int) -> float | None:
    """The opening of a target that no report has answered for so long that the report was lost: most are obeyed."""
    told_at, reported_at = targets.since(at), statuses.since(at)
    if told_at is None or reported_at is None or not reported_at < told_at <= at - REPORT_LOST_S:
        return None
    told, before = targets.at(at), targets.at(reported_at)
    if told is None or before is None or told.opening == before.opening or at >= told.expires_at.timestamp():
        return None
    return told.opening


def steps(told: History, settings: Settings, begin: int, end: int) -> Iterator[Step]:
    """The heat taken from `begin` to `end`, whole minutes in seconds since 1970."""
    rooms = list(settings.rooms)
    boiler, calls = told.course(topics.BOILER_STATUS), told.course(topics.BOILER_SET)
    air = [_room_air(told, room) for room in rooms]
    radiators = list(_radiators(told, settings, begin - WARM_UP_S))
    flows = _Evenly(boiler, end, lambda status: status.flow_temperature)
    returns = _Evenly(boiler, end, lambda status: status.return_temperature)
    pumped_until = 0
    for at in range(begin - WARM_UP_S, end, STEP_S):
        middle = at + STEP_S // 2
        status, is_called = boiler.fresh(middle, BOILER_SILENCE_S), _is_called(calls, middle)
        burner = _burner(status, is_called)
        if burner is Burner.HEATING or (is_called and burner is not Burner.HOT_WATER):
            pumped_until = at + PUMP_OVERRUN_S
        pump_on = burner is not Burner.HOT_WATER and at < pumped_until
        told_flow = flows.at(middle)
        usual = _usual_flow(calls.fresh(at, SILENCE_S), settings.boiler.flow_setpoint)
        flow = (usual if told_flow is None else told_flow) if pump_on else None
        warmth = [_known(course, at) for course in air]
        taken, given, opened = [0.0] * len(rooms), [0.0] * len(rooms), [0.0] * len(rooms)
        for radiator in radiators:
            opening = radiator.opening(middle)
            taken_j, given_j = radiator.warm(STEP_S, warmth[radiator.room], flow, opening)
            taken[radiator.room] += taken_j
            given[radiator.room] += given_j
            opened[radiator.room] += opening * radiator.power_w
        if at >= begin:
            sums = [tuple(map(round, one)) for one in (taken, given, opened)]
            told_back = returns.at(middle)
            back = told_back if told_back is not None or flow is None else _returned(radiators, flow)
            yield Step(at, burner, _modulation(status), sums[0], sums[1], sums[2], is_called, told_flow, pump_on, back)


def _returned(radiators: Sequence[_Radiator], flow: float) -> float | None:
    """How warm the water of all open radiators comes back by the model; None where none is open."""
    open_w = [_water_share(one.position) * one.power_w for one in radiators]
    if not any(open_w):
        return None
    mean = sum(one.temperature * watts for one, watts in zip(radiators, open_w, strict=True)) / sum(open_w)
    return max(USUAL_ROOM, 2 * mean - flow)


def _radiators(told: History, settings: Settings, at: int) -> Iterator[_Radiator]:
    for number, (room_id, room) in enumerate(settings.rooms.items()):
        for radiator in room.radiators:
            air = _known(_room_air(told, room_id), at)
            if radiator.valve is None:
                yield _Radiator(number, radiator.power_w, air, Series((), ()), Series((), ()), has_valve=False)
                continue
            status, command = (
                told.course(topics.VALVE_STATUS, radiator.valve),
                told.course(topics.VALVE_SET, radiator.valve),
            )
            yield _Radiator(number, radiator.power_w, air, status, command)


def _room_air(told: History, room: str) -> Series[float]:
    """The room's temperature by the thermometer heard last."""
    heard: dict[int, float] = {}
    for name in told.names(topics.ROOM_TEMPERATURE):
        if name.ids[0] == room:
            course = told.course(topics.ROOM_TEMPERATURE, *name.ids)
            heard |= {at: one.value for at, one in zip(course.instants, course.values, strict=True)}
    instants = tuple(sorted(heard))
    return Series(instants, tuple(heard[at] for at in instants))


def _known(air: Series[float], at: int) -> float:
    value = air.fresh(at, SILENCE_S)
    return USUAL_ROOM if value is None else value


def _is_called(calls: Series[BoilerSet], at: int) -> bool:
    command = calls.fresh(at, SILENCE_S)
    return command is not None and command.call and at < command.expires_at.timestamp()


def _burner(status: BoilerStatus | None, is_called: bool) -> Burner:
    """A boiler that shows no flame (behind a relay) is taken to heat while it is called, and then only; somebody may
    tell that it makes hot water nevertheless.
    """
    if status is None:
        return Burner.UNKNOWN
    if status.flame is None:
        heats = Burner.HEATING if is_called else Burner.OFF
        return Burner.HOT_WATER if status.hot_water else heats
    if not status.flame:
        return Burner.OFF
    return Burner.HOT_WATER if status.hot_water else Burner.HEATING


def _usual_flow(command: BoilerSet | None, usual: float) -> float:
    return usual if command is None or command.flow_setpoint is None else command.flow_setpoint


class _Evenly:
    """A temperature that the boiler told of, evenly between two reports; what is told at `end` or later is not known
    yet.
    """

    def __init__(self, boiler: Series[BoilerStatus], end: int, value: Callable[[BoilerStatus], float | None]) -> None:
        told = list(boiler.between(0, end))
        self._instants = [at for at, _ in told]
        self._values = [value(status) for _, status in told]

    def at(self, at: int) -> float | None:
        """None where nobody told of it lately."""
        after = bisect_right(self._instants, at)
        if not after or at - self._instants[after - 1] > BOILER_SILENCE_S:
            return None
        begun, value = self._instants[after - 1], self._values[after - 1]
        if value is None or after == len(self._values):
            return value
        ended, then = self._instants[after], self._values[after]
        if then is None or ended - begun > BOILER_SILENCE_S:
            return value
        return value + (then - value) * (at - begun) / (ended - begun)


def _modulation(status: BoilerStatus | None) -> int:
    usual = HOT_WATER_MODULATION if status is not None and status.hot_water else USUAL_MODULATION
    percent = usual if status is None or not status.modulation else status.modulation
    return max(1, round(10 * percent))
