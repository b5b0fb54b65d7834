"""The analyst: computes what the recorded days came to, and says it.

It remembers nothing that is not recorded. What it said of each day it reads back at its start; with each turn it looks
at what was recorded since, finds the earliest day that this touches (usually today; an earlier one when something came
late), and computes every day from there on anew, as a whole. A day that then differs from what was said of it is said
again, and so recorded as well.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo

import structlog

from house import messages, topics
from house.settings import Settings
from recorder.alerts import alerts
from recorder.daily import HEARD, days, local_day, m3, millilitres, price_on
from recorder.gas import midnight
from recorder.history import History, Record, Series, history
from recorder.learning import Learning
from recorder.meter import Interval, intervals
from recorder.meter_lag import on_time
from recorder.radiator_model import LOOK_BACK_S
from recorder.reader import RecordReader
from recorder.sieve import fault, is_absurd, listed

LATE_S = 7 * 86_400  # valves, boiler and thermometers that tell later than this are not heard
LATE_METER_S = 31 * 86_400
OVERLAP = 5_000  # messages that were recorded while a day was computed are looked at again after a restart
DAY_S = 86_400
TOLD = tuple(kind for kind in (*HEARD, topics.ROOM_WINDOW) if kind is not topics.METER_GAS)
LEARNED = (topics.ROOM_MODEL, topics.ROOM_POWER, topics.PIPE_LOSS, topics.METER_LAG)
DAYS_AT_ONCE = 4  # are read together: each reading goes on for LATE_S behind them
DAYS_A_TURN = 40
ALERTS_S = 86_400  # so much of what was said last decides on alerts

log = structlog.get_logger()


class Analyst:
    """Turns records into what they mean; `turn` raises a temporary DeviceError while the database is away."""

    def __init__(self, reader: RecordReader, settings: Settings, breathe: Callable[[], None] = lambda: None) -> None:
        """`breathe` is called between pieces of a long turn."""
        self._reader, self._settings, self.breathe = reader, settings, breathe
        self._zone = ZoneInfo(settings.home.timezone)
        self._said: dict[date, messages.Day] = {}
        self._unsaid: dict[date, messages.Day] = {}  # today, as far as it has come
        self._totals: dict[str, float] = {}
        self._alerts_said: dict[str, messages.Alert | None] = {}
        self._learning = Learning(settings, self._told)
        self._seen = 0
        self._due: date | None = None  # the first day that the last turn left to the next
        self._set_aside: dict[str, tuple[int, str]] = {}  # by topic: since when, and why
        self._at = 0

    @property
    def is_behind(self) -> bool:
        """Whether the last turn left days to the next."""
        return self._due is not None

    def days(self) -> tuple[Sequence[messages.Day], date | None]:
        """What each day came to, in order, and which of them is not over yet."""
        all_days = self._said | self._unsaid
        return [all_days[day] for day in sorted(all_days)], min(self._unsaid, default=None)

    def recall(self) -> None:
        """Read back what was said before."""
        for place, record in self._reader.records((topics.DAY, topics.ALERT, *LEARNED)):
            if is_absurd(record.message):
                continue
            match record.message:
                case messages.Day() as day:
                    self._said[day.day] = day
                    self._seen = max(0, place - OVERLAP)
                case messages.Alert():
                    self._alerts_said[record.name.ids[0]] = None  # if it holds it is said again, else taken back
                case _:
                    self._learning.recall(record)
        for record in self._reader.last_records(topics.ROOM_GAS, self._reader.newest()):
            room, gas = record.name.ids[0], cast("messages.RoomGas", record.message)
            if not is_absurd(gas):
                self._totals[room] = max(gas.value, self._totals.get(room, 0.0))

    def turn(self, now: datetime) -> list[topics.Publication]:
        """Look at what was recorded since the last turn; what is to be said at `now`, by the house's own time."""
        self._at = at = int(now.timestamp())
        newest, today = self._reader.newest(), local_day(at, self._settings)
        self._said = {day: one for day, one in self._said.items() if day <= today}
        first = self._earliest_touched(newest, today)
        if first is None:
            return []
        # All that may fail for want of the database comes first: a turn is taken as a whole or not at all.
        last = min(today, first + timedelta(days=DAYS_A_TURN - 1))
        computed = list(self._compute(first, last, newest))
        recent = self._told(at - ALERTS_S, at + 1, newest, (*TOLD, topics.REJECTED, topics.REPLAYED))
        weeks = self._learning.read(today, newest) if last == today else []
        self._due = None if last == today else last + timedelta(days=1)
        self._seen = newest
        learned = list(self._learning.learn(weeks, self._said, now, today))
        self._due = min([*([] if self._due is None else [self._due]), *self._touched_by(learned)], default=None)
        return [
            *self._days(computed, today),
            *self._room_gas(today, now),
            self._house_gas(today, now),
            *learned,
            *self._alerts(recent, today, at),
        ]

    def _earliest_touched(self, newest: int, today: date) -> date | None:
        """The first day about which something new was recorded; an interval over midnight touches the day before."""
        new = self._reader.records(HEARD, self._seen, newest)
        oldest = {topic: self._oldest(topic, today) for topic in HEARD}
        instants = [
            at - (self._learning.lag_at(at) if one.name.topic is topics.METER_GAS else 0)
            for _, one in new
            if self._is_believed(one) and (at := one.said_at) is not None and at >= oldest[one.name.topic]
        ]
        if not instants:
            return self._due
        earliest = min(instants)
        first = min([today, self._day_of(earliest), *self._not_yet_said()])
        begins = midnight(first, self._zone)
        metered = intervals(self._meters(first, newest))
        over = [one.begin for one in metered if one.begin < begins <= one.end and earliest <= one.end]
        return min([first, *map(self._day_of, over)])

    def _touched_by(self, learned: Iterable[topics.Publication]) -> Iterator[date]:
        """The first day that a lag of the meter moves gas into."""
        for one in learned:
            if isinstance(one.message, messages.MeterLag) and one.message.since is not None:
                yield self._day_of(int(one.message.since.timestamp() - one.message.lag_s))

    def _is_believed(self, record: Record) -> bool:
        """Whether it is no poison; what is gets an alert.

        Not where only its arrival lies in another time: while the time is simulated nobody is to blame for that.
        """
        why = fault(record, self._at)
        if why is not None and (record.is_dated or is_absurd(record.message)):
            path = record.name.topic.path(*record.name.ids)
            if path not in self._set_aside:
                log.warning("set aside", topic=path, reason=why)
            self._set_aside[path] = (self._at, why)
        return why is None

    def _not_yet_said(self) -> list[date]:
        """Days that are due once they are over, even if nothing new is recorded about them."""
        after = [max(self._said) + timedelta(days=1)] if self._said else []
        return [*self._unsaid, *after, *([] if self._due is None else [self._due])]

    def _oldest(self, topic: topics.Topic[Any], today: date) -> int:
        """What tells of a time before this is not looked into: a device with a wrong clock must not keep us busy."""
        if not self._said:
            return self._reader.begin() or midnight(today, self._zone)
        late_s = LATE_METER_S if topic is topics.METER_GAS else LATE_S
        return midnight(max(self._said), self._zone) - late_s

    def _meters(self, first: date, newest: int) -> Mapping[str, Series[messages.GasReading]]:
        """The readings since a day before `first`, and of each meter the last one before."""
        begin = midnight(first, self._zone) - DAY_S
        after, _ = self._reader.span(begin, begin)
        oldest = begin - DAYS_A_TURN * DAY_S  # what passed in a longer silence nobody can share out
        last = self._reader.last_records(topics.METER_GAS, after)
        before = [one for one in last if (one.said_at or 0) >= oldest]
        since = (record for _, record in self._reader.records((topics.METER_GAS,), after, newest))
        read = history(one for one in (*before, *since) if fault(one, self._at) is None).gas
        return on_time(read, self._learning.lag_at)

    def _compute(self, first: date, last: date, newest: int) -> Iterator[messages.Day]:
        meters = self._meters(first, newest)
        metered = intervals(meters)
        for number in range(0, (last - first).days + 1, DAYS_AT_ONCE):
            begin = first + timedelta(days=number)
            end = min(last, begin + timedelta(days=DAYS_AT_ONCE - 1))
            told = self._told(*self._span(begin, end, metered), newest)
            yield from days(History(told.courses, meters), self._settings, begin, end, self._learning.strengths)
            self.breathe()

    def _span(self, begin_day: date, end_day: date, metered: Sequence[Interval]) -> tuple[int, int]:
        """From when to when must be known what was said: these days, and those with which they share an interval."""
        begin, end = midnight(begin_day, self._zone), midnight(end_day + timedelta(days=1), self._zone)
        shared = [one for one in metered if one.begin < end and begin < one.end]
        first = self._day_of(min([begin, *(one.begin for one in shared)]))
        last = self._day_of(max([end, *(one.end for one in shared)]) - 1)
        return midnight(first, self._zone) - LOOK_BACK_S, midnight(last + timedelta(days=1), self._zone)

    def _told(
        self, begin: int, end: int, newest: int, kinds: Sequence[topics.Topic[Any]] = TOLD, late_s: int = LATE_S
    ) -> History:
        after, until = self._reader.span(begin, end + late_s)
        told = (record for _, record in self._reader.records(kinds, after, min(until, newest)))
        return history(
            one
            for one in told
            if one.said_at is not None and begin <= one.said_at < end and fault(one, self._at) is None
        )

    def _day_of(self, at: int) -> date:
        return local_day(at, self._settings)

    def _room_gas(self, today: date, now: datetime) -> Iterator[topics.Publication]:
        all_days, yesterday = self._said | self._unsaid, today - timedelta(days=1)
        for room in self._settings.rooms:
            by_day = {
                day: millilitres(came_to.rooms[room].gas) for day, came_to in all_days.items() if room in came_to.rooms
            }
            # A correction may take gas from a room; its total then waits until it is passed again.
            total = self._totals[room] = max(m3(sum(by_day.values())), self._totals.get(room, 0.0))
            before = by_day.get(yesterday, 0) if yesterday in all_days else None
            gas = messages.RoomGas(
                value=total,
                today=m3(by_day.get(today, 0)),
                yesterday=None if before is None else m3(before),
                cost_today=self._cost(today, by_day.get(today, 0)),
                cost_yesterday=None if before is None else self._cost(yesterday, before),
                measured_at=now,
            )
            yield topics.publication(topics.ROOM_GAS, room, message=gas)

    def _cost(self, day: date, ml: int) -> float | None:
        price = price_on(day, self._settings.gas.tariffs)
        return None if price is None else round(m3(ml) * price, 2)

    def _house_gas(self, today: date, now: datetime) -> topics.Publication:
        all_days = self._said | self._unsaid
        month = [day for at, day in all_days.items() if (at.year, at.month) == (today.year, today.month)]
        costs = [day.cost for day in month if day.cost is not None]
        this, before = all_days.get(today), all_days.get(today - timedelta(days=1))
        gas = messages.HouseGas(
            today=this.gas if this else None,
            yesterday=before.gas if before else None,
            month=m3(sum(millilitres(day.gas) for day in month)),
            cost_today=this.cost if this else None,
            cost_yesterday=before.cost if before else None,
            cost_month=round(sum(costs), 2) if costs else None,
            starts_today=this.starts if this else None,
            measured_at=now,
        )
        return topics.publication(topics.HOUSE_GAS, message=gas)

    def _days(self, computed: Sequence[messages.Day], today: date) -> list[topics.Publication]:
        """Those that are over, as far as they are new or differ from what was said of them."""
        news = [day for day in computed if day.day < today and day != self._said.get(day.day)]
        for day in news:
            log.info("day corrected" if day.day in self._said else "day", day=f"{day.day}", gas_m3=day.gas)
        self._said |= {day.day: day for day in news}
        self._unsaid = {day.day: day for day in computed if day.day >= today}
        return [topics.publication(topics.DAY, message=day) for day in news]

    def _alerts(self, recent: History, today: date, at: int) -> Iterator[topics.Publication]:
        """Alerts that are new or have changed, and those that are over."""
        over = [self._said[day] for day in sorted(self._said) if day < today]
        known = (self._learning.factors, self._learning.lag_at(at))
        hold = alerts(recent, over, self._settings, at, *known) | self._poison(at)
        for id_ in self._alerts_said.keys() - hold.keys():
            yield topics.publication(topics.ALERT, id_, message=None)
        for id_, alert in hold.items():
            if alert != self._alerts_said.get(id_):
                log.warning("alert", about=alert.about, todo=alert.todo)
                yield topics.publication(topics.ALERT, id_, message=alert)
        self._alerts_said = dict(hold)

    def _poison(self, at: int) -> dict[str, messages.Alert]:
        """The alert for what was set aside in the last day."""
        self._set_aside = {path: one for path, one in self._set_aside.items() if at - one[0] <= ALERTS_S}
        if not self._set_aside:
            return {}
        about = listed(f"{path} {why}" for path, (_, why) in self._set_aside.items())
        todo = "see to the clock or the fault of whatever publishes it; all else is computed as ever"
        return {"set_aside": messages.Alert(about=f"not believed: {about}", todo=todo)}
