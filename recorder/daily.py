"""What a day came to: the gas of every room, comfort, starts of the burner and moves of the valves. Pure."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from statistics import fmean
from zoneinfo import ZoneInfo

from house import messages, topics
from house.settings import Room, Settings
from recorder.gas import Split, errors, gas_by_day, midnight, nothing_learned
from recorder.history import History, Series
from recorder.meter import ML_PER_M3
from recorder.radiator_model import BOILER_SILENCE_S
from recorder.radiator_powers import Strengths

MINUTE_S = 60
COLD_BELOW_K, WARM_ABOVE_K = 0.3, 0.5  # from the setpoint; nearer than that is comfort
SILENCE_S = 3600  # a room that says nothing for longer is left out of its comfort
BALANCE_POINT = 18.0  # °C outside, below which a house is heated: the usual base of degree days
OUTSIDE_SILENCE_S = 3 * 3600

HEARD = (
    topics.ROOM_TEMPERATURE,
    topics.ROOM_STATUS,
    topics.VALVE_STATUS,
    topics.VALVE_SET,
    topics.BOILER_STATUS,
    topics.BOILER_SET,
    topics.OUTSIDE_TEMPERATURE,
    topics.SENSOR_STATUS,
    topics.METER_GAS,
)
"""Every kind of topic that a day is made of."""


def days(
    told: History,
    settings: Settings,
    first: date,
    last: date,
    learned: Callable[[date], Strengths] = nothing_learned,
) -> list[messages.Day]:
    """Each local day from `first` to `last`; see `recorder.gas.gas_by_day` for what `told` should hold."""
    shared = gas_by_day(told, settings, first, last, learned)
    return [_day(told, settings, day, split, learned(day)) for day, split in shared.items()]


def _day(told: History, settings: Settings, day: date, split: Split, learned: Strengths) -> messages.Day:
    zone = ZoneInfo(settings.home.timezone)
    begin, end = midnight(day, zone), midnight(day + timedelta(days=1), zone)
    starts, heating_s = _burning(told.course(topics.BOILER_STATUS), begin, end)
    price = price_on(day, settings.gas.tariffs)
    error = errors(split, settings, learned)
    return messages.Day(
        day=day,
        gas=m3(split.total),
        rooms={
            id_: _room_day(told, room, id_, (begin, end), (split.rooms.get(id_, 0), error.get(id_, 0)))
            for id_, room in settings.rooms.items()
        },
        hot_water=m3(split.hot_water),
        other=m3(split.other),
        pipes=m3(split.pipes),
        unallocated=m3(split.unallocated),
        cost=None if price is None else round(m3(split.total) * price, 2),
        degree_days=_degree_days(told, begin, end),
        starts=starts,
        burn_min=round(heating_s / MINUTE_S, 1),
        batteries={
            name.ids[0]: status.battery
            for name in told.names(topics.SENSOR_STATUS)
            if (status := told.course(topics.SENSOR_STATUS, *name.ids).fresh(end - 1, end - begin)) is not None
            if status.battery is not None
        },
    )


def m3(ml: int) -> float:
    """Cubic metres; `round(value * 1e6)` gives the millilitres back."""
    return ml / ML_PER_M3


def millilitres(cubic_metres: float) -> int:
    return round(cubic_metres * ML_PER_M3)


def price_on(day: date, tariffs: Mapping[date, float]) -> float | None:
    """€/m³ by the tariff that holds on the day; None before the first."""
    since = max((first for first in tariffs if first <= day), default=None)
    return None if since is None else tariffs[since]


def _room_day(told: History, room: Room, id_: str, span: tuple[int, int], gas_ml: tuple[int, int]) -> messages.RoomDay:
    cold, warm = _comfort(told.course(topics.ROOM_STATUS, id_), *span)
    moves = sum(_moves(told.course(topics.VALVE_STATUS, valve), *span) for valve in room.valves)
    gas, error = map(m3, gas_ml)
    return messages.RoomDay(gas=gas, gas_error=error, too_cold_kh=cold, too_warm_kh=warm, moves=moves)


def _comfort(course: Series[messages.RoomStatus], begin: int, end: int) -> tuple[float | None, float | None]:
    """K·h below and above the setpoint; None for a room of which nothing is known all day."""
    gaps = [
        status.temperature - status.setpoint
        for at in range(begin, end, MINUTE_S)
        if (status := course.fresh(at, SILENCE_S)) is not None
        if status.temperature is not None and status.setpoint is not None
    ]
    if not gaps:
        return None, None
    cold = sum(max(0.0, -gap - COLD_BELOW_K) for gap in gaps)
    warm = sum(max(0.0, gap - WARM_ABOVE_K) for gap in gaps)
    return round(cold / MINUTE_S, 2), round(warm / MINUTE_S, 2)


def _moves(course: Series[messages.ValveStatus], begin: int, end: int) -> int:
    """How often the valve reported another opening than before."""
    before = course.at(begin - 1)
    openings = [None if before is None else before.opening, *(one.opening for _, one in course.between(begin, end))]
    known = [opening for opening in openings if opening is not None]
    return sum(one != other for one, other in pairwise(known))


def _burning(course: Series[messages.BoilerStatus], begin: int, end: int) -> tuple[int, int]:
    """How often the burner began to heat, and for how many seconds it did."""
    before = course.fresh(begin, BOILER_SILENCE_S)
    said = [(begin, before is not None and _heats(before))]
    said += [(at, _heats(status)) for at, status in course.between(begin, end)]
    starts = sum(heats and not heated for (_, heated), (_, heats) in pairwise(said))
    seconds = sum(
        min(until - at, BOILER_SILENCE_S) for (at, heats), (until, _) in pairwise([*said, (end, False)]) if heats
    )
    return starts, seconds


def _heats(status: messages.BoilerStatus) -> bool:
    return bool(status.flame) and not status.hot_water


def _degree_days(told: History, begin: int, end: int) -> float | None:
    """How far the mean temperature outside lay below the balance point, K·d; None if nobody measured it."""
    courses = [told.course(topics.OUTSIDE_TEMPERATURE, *name.ids) for name in told.names(topics.OUTSIDE_TEMPERATURE)]
    heard = [
        one.value
        for at in range(begin, end, 3600)
        for course in courses
        if (one := course.fresh(at, OUTSIDE_SILENCE_S)) is not None
    ]
    return round(max(0.0, BALANCE_POINT - fmean(heard)) * (end - begin) / 86_400, 2) if heard else None


def local_day(at: int, settings: Settings) -> date:
    """The house's own date at an instant, seconds since 1970."""
    return datetime.fromtimestamp(at, UTC).astimezone(ZoneInfo(settings.home.timezone)).date()
