"""What may be asked of the past, what is refused, and that nobody is kept waiting for it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from house import messages, topics
from house.messages import HistoryQuery, HistoryReply
from house.settings import Settings
from recorder.answering import DROPPED_AFTER_S, LONGEST_DAYS, WAITING_ALL, WAITING_EACH, Answers, is_answerable
from recorder.reader import RecordReader
from tests.recorder.fakes import UnreliableSqlite
from tests.recorder.recorded import HOUR, MONDAY, ROOT, Recorded

ROOMS = {f"room_{n}": {"radiators": [{"valve": f"v_{n}", "power_w": 900}]} for n in range(60)}
HOUSE = Settings.model_validate({"rooms": {"living": {"radiators": [{"valve": "v_living", "power_w": 900}]}, **ROOMS}})
NOW = MONDAY + 30 * HOUR


@dataclass
class Said:
    """What the analyst has said."""

    all_days: list[messages.Day] = field(default_factory=list)
    unfinished: date | None = None

    def days(self) -> tuple[Sequence[messages.Day], date | None]:
        return self.all_days, self.unfinished


class Bench:
    def __init__(self, driver: UnreliableSqlite) -> None:
        self.recorded, self.said, self.seconds = Recorded(driver), Said(), 100.0
        self.answers = Answers(RecordReader(self.recorded.database, ROOT), HOUSE, self.said, lambda: self.seconds)

    def ask(self, query: HistoryQuery, now: datetime = NOW) -> HistoryReply:
        assert self.answers.hear(query) is None
        return self.next(now)

    def next(self, now: datetime = NOW) -> HistoryReply:
        said = self.answers.answer(now)
        assert said is not None
        assert isinstance(said.message, HistoryReply)
        return said.message


@pytest.fixture
def bench(driver: UnreliableSqlite) -> Bench:
    return Bench(driver)


def room(begin: datetime, end: datetime, room: str = "living", steps: int = 288) -> HistoryQuery:
    return HistoryQuery(id="k", reply="w7f3", what="room", room=room, begin=begin, end=end, steps=steps)


def decided(begin: datetime, end: datetime, room: str = "living", steps: int = 100) -> HistoryQuery:
    return HistoryQuery(id="k", reply="w7f3", what="decisions", room=room, begin=begin, end=end, steps=steps)


def days(first: date, last: date, reply: str = "w7f3") -> HistoryQuery:
    return HistoryQuery(id="k", reply=reply, what="days", first=first, last=last)


def a_year(rooms: int) -> list[messages.Day]:
    by_room = {f"room_{n}": messages.RoomDay(gas=1.234567, gas_error=0.123456, moves=14) for n in range(rooms)}
    first = date(2026, 1, 1)
    return [messages.Day(day=first + timedelta(days=n), gas=8.123456, rooms=by_room) for n in range(LONGEST_DAYS)]


def test_a_room_is_told_from_what_was_recorded(bench: Bench) -> None:
    bench.recorded.live(MONDAY, 26, "living")
    reply = bench.ask(room(MONDAY + 2 * HOUR, MONDAY + 26 * HOUR))
    assert (reply.begin, reply.step_s, reply.error) == (MONDAY + 2 * HOUR, 300, None)
    assert set(reply.valve) == {100}
    assert len(reply.valve) == 288


def test_what_is_asked_of_the_future_ends_now(bench: Bench) -> None:
    bench.recorded.live(MONDAY, 26, "living")
    reply = bench.ask(room(MONDAY + 20 * HOUR, MONDAY + 90 * HOUR), MONDAY + 25 * HOUR)
    assert len(reply.valve) * reply.step_s == 5 * 3600


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        (room(MONDAY, NOW, "attic"), "there is no room 'attic'"),
        (room(NOW, MONDAY), "31 days"),
        (room(NOW - timedelta(days=32), NOW), "31 days"),
        (room(NOW + HOUR, NOW + 2 * HOUR), "31 days"),
        (HistoryQuery(id="k", reply="w7f3", what="room", room="living"), "should be instants"),
        (days(date(2026, 1, 2), date(2026, 1, 1)), "at most 400 days"),
        (days(date(2020, 1, 1), date(2026, 1, 1)), "at most 400 days"),
        (HistoryQuery(id="k", reply="w7f3", what="days"), "should be dates"),
        (decided(MONDAY, NOW, "attic"), "there is no room 'attic'"),
        (decided(NOW - timedelta(days=8), NOW), "7 days"),
    ],
)
def test_what_has_no_answer_is_told_why(bench: Bench, query: HistoryQuery, reason: str) -> None:
    assert reason in (bench.ask(query).error or "")


def decide(bench: Bench, count: int, reason: str = "20 °C by schedule") -> None:
    for minute in range(count + 1):
        bench.recorded.tick(MONDAY + timedelta(minutes=minute))
        said = messages.RoomStatus(setpoint=20 + minute % 2, reason=reason)
        bench.recorded.add([topics.publication(topics.ROOM_STATUS, "living", message=said)])


def test_decisions_are_told_with_their_reasons(bench: Bench) -> None:
    decide(bench, 3)
    reply = bench.ask(decided(MONDAY, NOW))
    assert [(one.at - MONDAY, one.setpoint) for one in reply.decisions] == [
        (timedelta(minutes=1), 21),
        (timedelta(minutes=2), 20),
        (timedelta(minutes=3), 21),
    ]
    assert (reply.decisions[0].reason, reply.more) == ("20 °C by schedule", False)


@pytest.mark.parametrize(("steps", "reason"), [(5, "short"), (10_000, "short"), (0, "short"), (200, "å" * 2000)])
def test_of_too_many_decisions_the_latest_are_told(bench: Bench, steps: int, reason: str) -> None:
    decide(bench, 220, reason)
    reply = bench.ask(decided(MONDAY, NOW, steps=steps))
    assert reply.more
    assert len(reply.decisions) <= min(steps, 200)
    assert len(reply.encode()) <= messages.MAXIMUM_PAYLOAD
    assert [one.at - MONDAY for one in reply.decisions[-1:]] == [timedelta(minutes=220)] * bool(steps)


def test_days_are_those_that_the_analyst_said_and_the_one_that_runs(bench: Bench) -> None:
    bench.said.all_days, bench.said.unfinished = a_year(1)[:20], date(2026, 1, 20)
    reply = bench.ask(days(date(2026, 1, 18), date(2026, 1, 31)))
    assert [day.day.day for day in reply.days] == [18, 19, 20]
    assert (reply.unfinished, reply.more) == (date(2026, 1, 20), False)
    assert bench.ask(days(date(2026, 1, 1), date(2026, 1, 3))).unfinished is None


@pytest.mark.parametrize("rooms", [1, 7, 60])
@pytest.mark.parametrize("length", [31, 62, 63, LONGEST_DAYS])
def test_any_answer_is_a_message_that_everybody_takes_and_the_rest_can_be_asked_for(
    bench: Bench, rooms: int, length: int
) -> None:
    bench.said.all_days = a_year(rooms)
    first, last = date(2026, 1, 1), date(2026, 1, 1) + timedelta(days=length - 1)
    told: list[date] = []
    while not told or told[-1] < last:
        reply = bench.ask(days(told[-1] + timedelta(days=1) if told else first, last))
        assert len(reply.encode()) <= messages.MAXIMUM_PAYLOAD
        told += [day.day for day in reply.days]
        assert reply.more == (told[-1] < last)
    assert told == [first + timedelta(days=n) for n in range(length)]


def test_a_year_leaves_out_rooms(bench: Bench) -> None:
    bench.said.all_days = a_year(7)
    assert not any(day.rooms for day in bench.ask(days(date(2026, 1, 1), date(2026, 12, 31))).days)


def test_an_asker_may_wait_for_a_few_answers_and_all_together_for_some_more(bench: Bench) -> None:
    query = days(date(2026, 1, 1), date(2026, 1, 2))
    assert [bench.answers.hear(query) for _ in range(WAITING_EACH)] == [None] * WAITING_EACH
    refused = bench.answers.hear(query)
    assert refused is not None
    assert refused.path == "history/reply/w7f3"
    assert "busy" in str(refused.message)
    for n in range(WAITING_ALL - WAITING_EACH):
        assert bench.answers.hear(query.model_copy(update={"reply": f"other_{n}"})) is None
    assert bench.answers.hear(query.model_copy(update={"reply": "late"})) is not None


def test_whoever_has_given_up_is_not_answered(bench: Bench) -> None:
    bench.answers.hear(days(date(2026, 1, 1), date(2026, 1, 2), "gone"))
    bench.seconds += DROPPED_AFTER_S + 1
    bench.answers.hear(days(date(2026, 1, 1), date(2026, 1, 2), "here"))
    said = bench.answers.answer(NOW)
    assert said is not None
    assert said.path == "history/reply/here"
    assert bench.answers.answer(NOW) is None


def test_while_the_database_is_away_that_is_the_answer(driver: UnreliableSqlite, bench: Bench) -> None:
    bench.recorded.live(MONDAY, 1, "living")
    bench.recorded.database.close()
    driver.away = True
    assert bench.ask(room(MONDAY, MONDAY + HOUR)).error == "the database is away"
    driver.away = False
    assert bench.ask(room(MONDAY, MONDAY + HOUR)).error is None


@given(st.text(max_size=40))
def test_an_answer_goes_below_its_topic_and_nowhere_else(reply: str) -> None:
    query = days(date(2026, 1, 1), date(2026, 1, 2), reply)
    assert is_answerable(query) == (
        4 <= len(reply) <= 32 and all(letter in "abcdefghijklmnopqrstuvwxyz0123456789_" for letter in reply)
    )
