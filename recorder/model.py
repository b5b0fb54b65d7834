"""How a room behaves, identified off line from transients: stretches in which one thing at a time went on.

The model is dT/dt = a·h - b·(T - outside) + s·I, with h the radiators' heat as part of their nominal power and I the
irradiance, W/m². Over a transient it is linear, ΔT = a·H - b·D + s·S, so each transient of a kind gives one estimate:
cooling (shut, dark, hours after the last heat) of b, sun of s, heating of a; the median of those that agree counts.
A new model replaces the former only if it foretells the newest transients, which it has not seen, clearly better; the
first is what a usual room is like, unless the room's own transients foretell better.
Recursive estimators with a forgetting factor drift in a house that stands still for weeks; medians do not.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from itertools import groupby
from statistics import fmean, median

from house import topics
from house.messages import Forecast, RoomModel, Temperature
from house.settings import Settings
from recorder.history import History, Series
from recorder.radiator_model import STEP_S, Step

SLOT_S = 300
DARK, SUNNY = 20.0, 100.0  # W/m²
AFTER_HEAT_S = 2 * 3600  # so long the walls still give back what a radiator gave
SOME_HEAT = 0.05  # part of the nominal power
SILENCE_S = 1800
OUTSIDE_SILENCE_S = 3 * 3600
KEPT, NEEDED = 31, 6  # estimates of a quantity
MAD_GATE = 3.0
HELD_OUT_PART = 0.25
BETTER_PART, BETTER_K = 0.1, 0.05
LONGEST_DEAD_TIME_S = 3600
RISE_K = 0.1  # the least that a thermometer shows

PRIOR = RoomModel(a=2.0, b=0.03, dead_time_min=12, solar=0.0)


class Kind(Enum):
    """What went on: least length in seconds and least change in K that tell something."""

    COOLING = (2 * 3600, 0.15)
    SUN = (3600, 0.15)
    HEATING = (20 * 60, 0.3)


@dataclass(frozen=True, slots=True)
class Transient:
    """A stretch: its change in K, and the integrals of h (hours), of T - outside (K·h) and of I (h·W/m²)."""

    begin: int
    kind: Kind
    change: float
    heat: float
    loss: float
    sun: float


Lesson = tuple[list[Transient], list[float]]
"""Of one room: transients, and dead times in minutes."""


@dataclass(frozen=True, slots=True)
class _Slot:
    at: int
    temperature: float
    outside: float
    irradiance: float
    heat: float
    opened: bool
    kind: Kind | None


def seen_in(told: History, settings: Settings, water: Sequence[Step]) -> dict[str, Lesson]:
    """By room, what can be learned from consecutive steps of the radiators: transients, and dead times in minutes.

    A dead time lasts from when a cold radiator gets hot water to the room's first rise.
    """
    return {
        room: (
            [one for run in _runs(_slots(told, settings, room, water)) if (one := _transient(run)) is not None],
            list(_dead_times(told, settings, room, water)),
        )
        for room in settings.rooms
    }


def _slots(told: History, settings: Settings, room: str, water: Sequence[Step]) -> Iterator[_Slot]:
    place = list(settings.rooms).index(room)
    power = settings.rooms[room].power_w
    heated_at = water[0].at if water else 0  # what was before is not known: wait as if it had been heated
    for first in range(0, len(water), SLOT_S // STEP_S):
        slot = water[first : first + SLOT_S // STEP_S]
        at = slot[0].at
        heat = sum(one.given[place] for one in slot) / (power * STEP_S * len(slot)) if power else 0.0
        heated_at = at if heat > SOME_HEAT else heated_at
        warmth = _mean(told, topics.ROOM_TEMPERATURE, at, SILENCE_S, room)
        outside = _mean(told, topics.OUTSIDE_TEMPERATURE, at, OUTSIDE_SILENCE_S)
        irradiance = _irradiance(told.course(topics.FORECAST), at)
        opened = any(one.opened[place] for one in slot)
        if warmth is None or outside is None:
            continue
        kind = None
        if not _is_aired(told, room, at):
            kind = _kind(heat, opened, at - heated_at, irradiance)
        yield _Slot(at, warmth, outside, irradiance or 0.0, heat, opened, kind)


def _kind(heat: float, opened: bool, since_heat_s: int, irradiance: float | None) -> Kind | None:
    if heat > SOME_HEAT and opened and (irradiance is None or irradiance < SUNNY):
        return Kind.HEATING
    if opened or since_heat_s < AFTER_HEAT_S or irradiance is None:
        return None
    if irradiance < DARK:
        return Kind.COOLING
    return Kind.SUN if irradiance >= SUNNY else None


def _mean(told: History, topic: topics.Topic[Temperature], at: int, seconds: int, room: str = "") -> float | None:
    """The mean of the fresh thermometers."""
    names = [name for name in told.names(topic) if not room or name.ids[0] == room]
    heard = [one.value for name in names if (one := told.course(topic, *name.ids).fresh(at, seconds)) is not None]
    return fmean(heard) if heard else None


def _is_aired(told: History, room: str, at: int) -> bool:
    names = [name for name in told.names(topics.ROOM_WINDOW) if name.ids[0] == room]
    levels = (told.course(topics.ROOM_WINDOW, *name.ids).at(at) for name in names)
    return any(level is not None and level.value == "open" for level in levels)


def _irradiance(forecasts: Series[Forecast], at: int) -> float | None:
    """The irradiance of the present hour, by the forecast in force."""
    forecast = forecasts.at(at)
    hours = forecast.hours if forecast is not None else ()
    return next((hour.irradiance for hour in hours if 0 <= at - hour.at.timestamp() < 3600), None)


def _runs(slots: Iterator[_Slot]) -> Iterator[list[_Slot]]:
    """Slots of one kind that follow one another."""
    for (kind, _), run in groupby(enumerate(slots), key=lambda one: (one[1].kind, one[1].at - one[0] * SLOT_S)):
        if kind is not None:
            yield [slot for _, slot in run]


def _transient(run: Sequence[_Slot]) -> Transient | None:
    first, last = run[0], run[-1]
    kind, change = first.kind, last.temperature - first.temperature
    if kind is None:
        return None
    least_s, least_k = kind.value
    if last.at - first.at < least_s or abs(change) < least_k or (kind is Kind.HEATING and change < 0):
        return None
    hours = SLOT_S / 3600
    between = run[:-1]
    return Transient(
        first.at,
        kind,
        change,
        heat=hours * sum(slot.heat for slot in between),
        loss=hours * sum(slot.temperature - slot.outside for slot in between),
        sun=hours * sum(slot.irradiance for slot in between),
    )


def _dead_times(told: History, settings: Settings, room: str, water: Sequence[Step]) -> Iterator[float]:
    place = list(settings.rooms).index(room)
    cold_j = SOME_HEAT * STEP_S * settings.rooms[room].power_w
    began: tuple[int, float] | None = None  # when, and how warm the room was
    was_cold = False
    for step in water:
        if was_cold and step.taken[place] > 0:
            warmth = _mean(told, topics.ROOM_TEMPERATURE, step.at, SILENCE_S, room)
            began = None if warmth is None else (step.at, warmth)
        was_cold = step.taken[place] == 0 and step.given[place] < cold_j
        if began is None or step.at > began[0] + LONGEST_DEAD_TIME_S:
            began = None
            continue
        warmth = _mean(told, topics.ROOM_TEMPERATURE, step.at, SILENCE_S, room)
        if warmth is not None and warmth > began[1] + RISE_K / 2:
            yield (step.at - began[0]) / 60
            began = None


def identify(
    seen: Sequence[Transient], dead_min: Sequence[float], former: RoomModel | None, now: datetime
) -> RoomModel | None:
    """The first model of a room, or one that is clearly better than the former; None if there is none."""
    ordered = sorted(seen, key=lambda one: one.begin)
    held_out = ordered[len(ordered) - round(len(ordered) * HELD_OUT_PART) :]
    known = former or PRIOR
    fitted = _fit(ordered[: len(ordered) - len(held_out)], known)
    if fitted is None or not held_out:
        return None
    old, new = _error(known, held_out), _error(fitted, held_out)
    if former is not None and old - new < max(BETTER_K, BETTER_PART * old):
        return None
    dead = agreed(dead_min)
    minutes = known.dead_time_min if dead is None else round(dead, 1)
    best, error = (fitted, new) if new <= old else (known, old)
    return best.model_copy(
        update={"dead_time_min": minutes, "count": len(ordered), "spread": round(error, 3), "learned_at": now}
    )


def _fit(seen: Sequence[Transient], known: RoomModel) -> RoomModel | None:
    """What the transients agree on; quantities of which too few are seen stay as they were known."""
    b = _estimate(seen, Kind.COOLING, lambda one: -one.change / one.loss if one.loss > 0 else None)
    loss = b if b is not None else known.b or 0.0
    s = _estimate(seen, Kind.SUN, lambda one: (one.change + loss * one.loss) / one.sun if one.sun > 0 else None)
    sun = s if s is not None else known.solar or 0.0
    a = _estimate(
        seen,
        Kind.HEATING,
        lambda one: (one.change + loss * one.loss - sun * one.sun) / one.heat if one.heat > 0 else None,
    )
    if a is None and b is None and s is None:
        return None
    return RoomModel(a=known.a if a is None else round(a, 3), b=round(loss, 4), solar=round(sun, 5))


def _estimate(seen: Sequence[Transient], kind: Kind, estimate: Callable[[Transient], float | None]) -> float | None:
    values = [value for one in seen if one.kind is kind and (value := estimate(one)) is not None]
    found = agreed(values)
    return None if found is None else max(0.0, found)


def agreed(values: Sequence[float]) -> float | None:
    """The median of the last values without those that lie far off; None for too few."""
    kept = values[-KEPT:]
    if len(kept) < NEEDED:
        return None
    middle = median(kept)
    reach = MAD_GATE * 1.4826 * median(abs(value - middle) for value in kept)
    return median(value for value in kept if abs(value - middle) <= reach)


def _error(model: RoomModel, seen: Sequence[Transient]) -> float:
    """Mean error of the foretold change, K."""
    a, b, s = model.a or 0.0, model.b or 0.0, model.solar or 0.0
    return fmean(abs(a * one.heat - b * one.loss + s * one.sun - one.change) for one in seen)
