"""What the analyst learns of rooms, radiators and pipes: each turn reads one of the last weeks' days, and once a day
all of them together say what is new. To read them all at once would take a minute.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Protocol, cast
from zoneinfo import ZoneInfo

import structlog

from house import messages, topics
from house.settings import Settings
from recorder.daily import BALANCE_POINT, HEARD
from recorder.gas import heated_ml, midnight
from recorder.heat_balance import LONGEST_S, Balance, balances
from recorder.history import History, Record
from recorder.meter import intervals
from recorder.meter_lag import COARSE_GRAIN_S, GRAIN_S, lag_of, on_time
from recorder.model import Lesson, identify, seen_in
from recorder.radiator_model import LOOK_BACK_S, STEP_S, steps
from recorder.radiator_powers import Strengths, factor_of, is_of, news, nominal_w

LEARNED_DAYS = 28
LATE_LESSON_S = 3600  # what is told later teaches nothing
LAG_DAYS = 3  # in a row agree on a lag
COLD_DAYS = 10  # of the last weeks are needed to learn the radiators' powers
COLD_BELOW = 8.0  # °C outside, the mean of a day
HEARD_FOR_LESSONS = (*HEARD, topics.ROOM_WINDOW, topics.FORECAST)

log = structlog.get_logger()


class Teller(Protocol):
    """Reads what was said from one instant up to another and told no later than `late_s` after that."""

    def __call__(
        self, begin: int, end: int, newest: int, kinds: Sequence[topics.Topic[messages.Message]], late_s: int
    ) -> History: ...


@dataclass(frozen=True, slots=True)
class DayLesson:
    """What a day tells: of each room, and of its radiators by the heat balances that began in it."""

    day: date
    rooms: Mapping[str, Lesson]
    balances: Sequence[Balance] = ()
    lag_s: int | None = None
    """How late the meter's readings came; None where that is not to be told."""


class Learning:
    """Remembers what was said of rooms, radiators and pipes, and reads what may make it better."""

    def __init__(self, settings: Settings, told: Teller) -> None:
        self._settings, self._told = settings, told
        self._zone = ZoneInfo(settings.home.timezone)
        self._models: dict[str, messages.RoomModel] = {}
        self._powers: dict[str, list[messages.RadiatorPower]] = {}
        self._pipes: list[messages.PipeLoss] = []
        self._lags: list[messages.MeterLag] = []
        self._taught: dict[date, DayLesson] = {}
        self._learned_on: date | None = None

    def recall(self, record: Record) -> None:
        """Hear what was said before."""
        match record.message:
            case messages.RoomModel() as model:
                self._models[record.name.ids[0]] = model
            case messages.RadiatorPower() as power:
                self._powers.setdefault(record.name.ids[0], []).append(power)
            case messages.PipeLoss() as pipes:
                self._pipes.append(pipes)
            case messages.MeterLag() as lag:
                self._lags.append(lag)

    def lag_at(self, at: int) -> int:
        """By how many seconds a reading of the meter is late that is dated then."""
        told = [one for one in self._lags if one.since is not None and one.since.timestamp() <= at]
        return round(told[-1].lag_s) if told else 0

    @property
    def factors(self) -> dict[str, float]:
        """By room what was learned last of its radiators' power."""
        return {id_: factor_of(self._last(id_), room) for id_, room in self._settings.rooms.items()}

    def strengths(self, day: date) -> Strengths:
        """What was in force on a day: what was said before it began."""
        begin = datetime.fromtimestamp(midnight(day, self._zone), self._zone)
        factors, errors = dict[str, float](), dict[str, float]()
        for id_, room in self._settings.rooms.items():
            before = [one for one in self._powers.get(id_, ()) if one.learned_at is not None and one.learned_at < begin]
            if before and is_of(before[-1], room):
                factors[id_] = before[-1].factor
                if before[-1].error is not None:
                    errors[id_] = before[-1].error
        pipes = [one.fraction for one in self._pipes if one.learned_at is not None and one.learned_at < begin]
        return Strengths(factors, pipes[-1] if pipes else None, errors)

    def read(self, today: date, newest: int) -> list[DayLesson]:
        """What the last weeks tell, in order, once a day; nothing while not all of their days were read."""
        weeks = [today - timedelta(days=number) for number in range(1, LEARNED_DAYS + 1)]
        self._taught = {day: self._taught[day] for day in weeks if day in self._taught}
        missing = [day for day in weeks if day not in self._taught]
        if missing:
            self._taught[missing[0]] = self._lesson(missing[0], newest)
        if missing[1:] or self._learned_on == today:
            return []
        return [self._taught[day] for day in reversed(weeks)]

    def learn(
        self, weeks: Sequence[DayLesson], said: Mapping[date, messages.Day], now: datetime, today: date
    ) -> Iterator[topics.Publication]:
        """What is new, and better than what was said."""
        if not weeks:
            return
        self._learned_on = today
        yield from self._models_of(weeks, now)
        yield from self._lag_of(weeks)
        cold = [one for one in weeks if _is_cold(said.get(one.day))]
        if len(cold) >= COLD_DAYS:
            yield from self._powers_of([balance for one in cold for balance in one.balances], now)

    def _models_of(self, weeks: Sequence[DayLesson], now: datetime) -> Iterator[topics.Publication]:
        for room in self._settings.rooms:
            seen = [one for lesson in weeks for one in lesson.rooms[room][0]]
            dead_min = [one for lesson in weeks for one in lesson.rooms[room][1]]
            model = identify(seen, dead_min, self._models.get(room), now)
            if model is not None:
                self._models[room] = model
                log.info("room learned", room=room, **model.model_dump(exclude={"learned_at"}))
                yield topics.publication(topics.ROOM_MODEL, room, message=model)

    def _lag_of(self, weeks: Sequence[DayLesson]) -> Iterator[topics.Publication]:
        """A lag of the meter that the last days agree on, and that is not the one in force."""
        told = [one for one in weeks if one.lag_s is not None][-LAG_DAYS:]
        lags = sorted(one.lag_s or 0 for one in told)
        if len(told) < LAG_DAYS or lags[-1] - lags[0] > COARSE_GRAIN_S:
            return
        since, lag_s = midnight(told[0].day, self._zone), lags[len(lags) // 2]
        held_s = self.lag_at(midnight(told[-1].day, self._zone))
        if abs(lag_s - held_s) > (COARSE_GRAIN_S if held_s and lag_s else GRAIN_S):
            lag = messages.MeterLag(lag_s=lag_s, since=datetime.fromtimestamp(since, UTC))
            self._lags.append(lag)
            log.warning("meter late", minutes=round(lag_s / 60), since=f"{told[0].day}")
            yield topics.publication(topics.METER_LAG, message=lag)

    def _powers_of(self, learned_from: Sequence[Balance], now: datetime) -> Iterator[topics.Publication]:
        former = {room: last for room in self._settings.rooms if (last := self._last(room)) is not None}
        powers, pipes = news(learned_from, self._settings, former, self._pipes[-1] if self._pipes else None, now)
        for room, power in powers.items():
            self._powers.setdefault(room, []).append(power)
            log.info("radiators learned", room=room, factor=power.factor, quarters=power.count)
            yield topics.publication(topics.ROOM_POWER, room, message=power)
        if pipes is not None:
            self._pipes.append(pipes)
            log.info("pipes learned", fraction=pipes.fraction, quarters=pipes.count)
            yield topics.publication(topics.PIPE_LOSS, message=pipes)

    def _last(self, room: str) -> messages.RadiatorPower | None:
        said = self._powers.get(room)
        return said[-1] if said else None

    def _lesson(self, day: date, newest: int) -> DayLesson:
        begin, end = midnight(day, self._zone), midnight(day + timedelta(days=1), self._zone)
        kinds = cast("Sequence[topics.Topic[messages.Message]]", HEARD_FOR_LESSONS)
        told = self._told(begin - LOOK_BACK_S, end + LONGEST_S, newest, kinds, LATE_LESSON_S)
        if not told.courses:
            return DayLesson(day, {room: ([], []) for room in self._settings.rooms})
        return lesson(told, self._settings, day)


def lesson(told: History, settings: Settings, day: date) -> DayLesson:
    """What a local day teaches; `told` should hold what was said from LOOK_BACK_S before it to LONGEST_S behind it."""
    zone = ZoneInfo(settings.home.timezone)
    begin, end = midnight(day, zone), midnight(day + timedelta(days=1), zone)
    water = list(steps(told, settings, begin, end + LONGEST_S))
    within = water[: (end - begin) // STEP_S]
    late_s = lag_of(intervals(told.gas), within)
    metered = intervals(on_time(told.gas, lambda at: late_s or 0))
    nominal = sum(map(nominal_w, settings.rooms.values())) or 1.0
    begun = [one for one in balances(metered, water, heated_ml(metered, water), nominal) if one.begin < end]
    return DayLesson(day, seen_in(told, settings, within), begun, late_s)


def _is_cold(day: messages.Day | None) -> bool:
    return day is not None and (day.degree_days or 0.0) >= BALANCE_POINT - COLD_BELOW
