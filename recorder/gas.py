"""Gas per room: each day's gas is split into parts that sum to it exactly, in millilitres.

1. Each interval of the meter is divided by what the burner did: heating and hot water share by time and modulation;
   gas while it was off is `other` (cooking); gas while nobody knew what it did is `unallocated`, and so is what heated
   while no valve was known to be open. An interval that spans midnights is divided over its days in the same way.
2. What heated in a day, less the owner's constant fraction for pipes, goes to the rooms by the heat that their
   radiators took from the water in that day (`recorder.radiator_model`). Not interval by interval: what a burner wastes
   on its starts and on warming its own water would fall to the room that happens to be open just then.

All divisions are by largest remainder on whole numbers, so nothing is lost to rounding. The whole is a function of the
history alone: late, corrected and repeated messages are a matter of computing it again. EN 834 says of such shares what
holds here: they share out what was metered, they are not calibrated measurements.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from math import hypot, sqrt
from typing import TypeVar
from zoneinfo import ZoneInfo

from house import wall_time
from house.settings import Settings
from recorder.history import History
from recorder.meter import Interval, intervals
from recorder.radiator_model import STEP_S, Burner, Step, steps
from recorder.radiator_powers import Strengths, strengthened

POWER_ERROR = 0.12  # of a radiator's power while nothing was learned: as far as plates off by up to a fifth are
MODEL_ERROR, EVEN_ERROR = 0.015, 0.0005  # of a room's own gas, and of all rooms': thermometers, what nobody saw
PIPES_ERROR, LEARNED_PIPES_ERROR = 0.8, 0.1  # of what pipes are taken to give to a room
NINE_IN_TEN = 1.64  # standard deviations within which nine of ten lie
PARTS_PER_MILLION = 1_000_000
USUAL_PIPES_FRACTION = 0.08

K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Split:
    """Gas by use, whole millilitres."""

    rooms: Mapping[str, int] = field(default_factory=dict)
    hot_water: int = 0
    other: int = 0
    pipes: int = 0
    unallocated: int = 0

    @property
    def total(self) -> int:
        return sum(self.rooms.values()) + self.hot_water + self.other + self.pipes + self.unallocated

    def __add__(self, more: "Split") -> "Split":
        return Split(
            {room: self.rooms.get(room, 0) + more.rooms.get(room, 0) for room in {**self.rooms, **more.rooms}},
            self.hot_water + more.hot_water,
            self.other + more.other,
            self.pipes + more.pipes,
            self.unallocated + more.unallocated,
        )


def apportion(total: int, weights: Mapping[K, int]) -> dict[K, int]:
    """Divide a whole number by whole weights, by largest remainder; of equal remainders the first wins.

    The parts sum to `total`, and a weight of 0 gets nothing. Raises ValueError if no weight is above 0.
    """
    whole = sum(weights.values())
    if whole <= 0:
        raise ValueError(f"{total} cannot be divided by the weights {dict(weights)}: none is above 0")
    parts = {key: total * weight // whole for key, weight in weights.items()}
    left = total - sum(parts.values())
    for key in sorted(weights, key=lambda key: -(total * weights[key] % whole))[:left]:
        parts[key] += 1
    return parts


NOTHING_LEARNED = Strengths()


def nothing_learned(day: date) -> Strengths:
    """What is in force on every day of a house of which nothing was learned."""
    return NOTHING_LEARNED


def gas_by_day(
    told: History,
    settings: Settings,
    first: date,
    last: date,
    learned: Callable[[date], Strengths] = nothing_learned,
) -> dict[date, Split]:
    """The gas of each local day from `first` to `last`; a day in which no interval falls has a Split of nothing.
    `learned` says what was in force on a day.

    `told` should hold the intervals that touch these days, and what else was said since `radiator_model.LOOK_BACK_S`
    before the first of them; whatever it holds beyond that changes nothing.
    """
    zone = ZoneInfo(settings.home.timezone)

    @lru_cache(maxsize=3)  # intervals come in order, and those of two meters side by side
    def steps_of(day: date) -> tuple[Step, ...]:
        known = strengthened(settings, learned(day).factors)
        return tuple(steps(told, known, midnight(day, zone), midnight(day + timedelta(days=1), zone)))

    return days_of_gas(intervals(told.gas), steps_of, settings, (first, last), learned)


def days_of_gas(
    metered: Iterable[Interval],
    steps_of: Callable[[date], Sequence[Step]],
    settings: Settings,
    first_and_last: tuple[date, date],
    learned: Callable[[date], Strengths] = nothing_learned,
) -> dict[date, Split]:
    """The same, given the steps of each day."""
    zone = ZoneInfo(settings.home.timezone)
    first, last = first_and_last
    days = {first + timedelta(days=number): _Pool(settings) for number in range((last - first).days + 1)}
    begin, end = midnight(first, zone), midnight(last + timedelta(days=1), zone)
    for interval in metered:
        if interval.begin < end and begin < interval.end:
            _pour(interval, {day: steps_of(day) for day in days_of(interval, zone)}, days)
    return {day: pool.split(learned(day).pipes) for day, pool in days.items()}


@lru_cache(maxsize=512)
def midnight(day: date, zone: ZoneInfo) -> int:
    """The first second of a local day, since 1970."""
    return int(wall_time.instant(day, 0, zone).timestamp())


def days_of(interval: Interval, zone: ZoneInfo) -> Iterator[date]:
    """The local days that the interval touches."""
    day = datetime.fromtimestamp(interval.begin, zone).date()
    while midnight(day, zone) < interval.end:
        yield day
        day += timedelta(days=1)


Weighed = tuple[Step, int]
"""A step and how many of its seconds fall into the interval."""


class _Pool:
    """A day's gas by use, and the heat by which rooms share what heated."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._heat = [0] * len(settings.rooms)
        self._by_use = dict.fromkeys(Burner, 0)
        self._nobodys = 0

    def add(self, weighed: Sequence[Weighed], parts: Mapping[Burner, int]) -> None:
        """An interval's part of the day, with the steps that it spans."""
        heat = _heat_by_room(weighed, len(self._heat))
        self._heat = [had + more for had, more in zip(self._heat, heat, strict=True)]
        for burner, ml in parts.items():
            if burner is Burner.HEATING and not any(heat):
                self._nobodys += ml
            else:
                self._by_use[burner] += ml

    def split(self, pipes_learned: float | None) -> Split:
        fraction = round(pipes_fraction(self._settings, pipes_learned) * PARTS_PER_MILLION)
        divided = apportion(self._by_use[Burner.HEATING], {"pipes": fraction, "rooms": PARTS_PER_MILLION - fraction})
        shared = dict(zip(self._settings.rooms, self._heat, strict=True))
        rooms = apportion(divided["rooms"], shared) if any(self._heat) else {}
        warmed, pipes = _pipes(divided["pipes"], self._settings)
        return Split(
            {room: ml for room in self._settings.rooms if (ml := rooms.get(room, 0) + warmed.get(room, 0))},
            hot_water=self._by_use[Burner.HOT_WATER],
            other=self._by_use[Burner.OFF],
            pipes=pipes,
            unallocated=self._by_use[Burner.UNKNOWN] + self._nobodys,
        )


def _pour(interval: Interval, days: Mapping[date, Sequence[Step]], pools: Mapping[date, _Pool]) -> None:
    """Divide the interval's gas over the days that it touches, given their steps, and add each part to its pool."""
    within = {day: list(_within(interval, all_day)) for day, all_day in days.items()}
    parts = apportion(interval.ml, _uses(within))
    for day, weighed in within.items():
        if day in pools:
            pools[day].add(weighed, {use: ml for (of, use), ml in parts.items() if of == day})


def heated_ml(metered: Sequence[Interval], water: Sequence[Step]) -> list[int]:
    """The part of each interval's gas that heated, by consecutive steps; 0 where they tell nothing of it."""
    return [_heated_ml(interval, water) for interval in metered]


def _heated_ml(interval: Interval, water: Sequence[Step]) -> int:
    uses = _uses({date.min: list(_within(interval, water))}) if water and interval.end > water[0].at else {}
    return apportion(interval.ml, uses).get((date.min, Burner.HEATING), 0) if uses else 0


def _within(interval: Interval, all_day: Sequence[Step]) -> Iterator[Weighed]:
    first = max(0, (interval.begin - all_day[0].at) // STEP_S)
    for step in all_day[first:]:
        if step.at >= interval.end:
            return
        yield step, min(interval.end, step.at + STEP_S) - max(interval.begin, step.at)


def _uses(days: Mapping[date, Sequence[Weighed]]) -> dict[tuple[date, Burner], int]:
    """Weights of the burner's doings; that it was off counts only if it was off throughout.

    Then gas is other's, unless the boiler was called: its flame was too short for a report.
    """
    lit: dict[tuple[date, Burner], int] = {}
    called: dict[tuple[date, Burner], int] = {}
    off: dict[tuple[date, Burner], int] = {}
    for day, weighed in days.items():
        for step, seconds in weighed:
            weights, use, weight = lit, step.burner, seconds * step.modulation
            if step.burner is Burner.OFF:
                weights, use, weight = (called, Burner.HEATING, seconds) if step.called else (off, use, seconds)
            weights[day, use] = weights.get((day, use), 0) + weight
    return lit or called or off


def pipes_fraction(settings: Settings, learned: float | None = None) -> float:
    """The part of the heating gas that warms pipes: the owner's, else what was learned if pipes warm rooms."""
    if settings.gas.pipes_fraction is not None:
        return settings.gas.pipes_fraction
    if not settings.gas.pipes.rooms:
        return 0.0
    return USUAL_PIPES_FRACTION if learned is None else learned


def _pipes(ml: int, settings: Settings) -> tuple[Mapping[str, int], int]:
    """What pipes gave to the rooms through which they run, and what they gave to none."""
    shares = {room: round(share * PARTS_PER_MILLION) for room, share in settings.gas.pipes.rooms.items()}
    parts = apportion(ml, {**shares, "": max(0, PARTS_PER_MILLION - sum(shares.values()))})
    nobodys = parts.pop("")
    return parts, nobodys


def _heat_by_room(weighed: Sequence[Weighed], rooms: int) -> list[int]:
    """Heat taken; where no water was warm enough yet, nominal power that was open while the burner heated."""
    taken = _by_room(((step.taken, seconds) for step, seconds in weighed), rooms)
    if any(taken):
        return [one // STEP_S for one in taken]
    return _by_room(((step.opened, seconds) for step, seconds in weighed if step.burner is Burner.HEATING), rooms)


def _by_room(weighed: Iterable[tuple[Sequence[int], int]], rooms: int) -> list[int]:
    sums = [0] * rooms
    for amounts, seconds in weighed:
        for place, amount in enumerate(amounts):
            sums[place] += amount * seconds
    return sums


def errors(split: Split, settings: Settings, learned: Strengths = NOTHING_LEARNED) -> dict[str, int]:
    """How far each room may be off, ml: nine of ten lie within, if plates are off by up to a fifth.

    Error propagation of a share s = w / Σw: its square is s² · ((1 - s)² e² + Σ of the others (s e)²).
    """
    whole = sum(split.rooms.values())
    if not whole:
        return {}
    shares = {room: split.rooms.get(room, 0) / whole for room in settings.rooms}
    off = {room: share * learned.errors.get(room, POWER_ERROR) for room, share in shares.items()}
    squares = sum(one**2 for one in off.values())
    piped = _pipes_off(settings, learned)
    return {
        room: round(
            NINE_IN_TEN
            * whole
            * hypot(_power_off(share, off[room], squares), MODEL_ERROR * share, EVEN_ERROR, piped.get(room, 0.0))
        )
        for room, share in shares.items()
    }


def _pipes_off(settings: Settings, learned: Strengths) -> dict[str, float]:
    """By room how far what pipes give it may be off, as a part of all rooms' gas."""
    part = LEARNED_PIPES_ERROR if learned.pipes is not None else PIPES_ERROR
    fraction = pipes_fraction(settings, learned.pipes)
    return {room: part * fraction * share for room, share in settings.gas.pipes.rooms.items()}


def _power_off(share: float, own: float, squares: float) -> float:
    return sqrt(((1 - share) * own) ** 2 + share**2 * max(0.0, squares - own**2))
