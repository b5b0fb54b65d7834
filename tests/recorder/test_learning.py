from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from benchmarks import gas_houses as benchmark
from house import messages, topics
from house.settings import Settings
from recorder.gas import gas_by_day, midnight
from recorder.history import History, Record, history
from recorder.learning import COLD_DAYS, DayLesson, Learning, lesson
from recorder.model import Lesson
from tests.recorder.test_radiator_powers import HOUSE, lived

FIRST = date(2026, 1, 1)
NOW = datetime(2026, 1, 30, tzinfo=UTC)
NO_LESSONS: dict[str, Lesson] = {room: ([], []) for room in HOUSE.rooms}


def nothing(begin: int, end: int, newest: int, kinds: Sequence[topics.Topic[messages.Message]], late_s: int) -> History:
    return History()


def weeks(true: tuple[float, ...], count: int = 28) -> list[DayLesson]:
    made = lived(true, 30 * count)
    return [DayLesson(FIRST + timedelta(days=day), NO_LESSONS, made[30 * day : 30 * day + 30]) for day in range(count)]


def days(cold: int, count: int = 28) -> dict[date, messages.Day]:
    dates = [FIRST + timedelta(days=number) for number in range(count)]
    return {
        day: messages.Day(day=day, gas=5, degree_days=14 if number < cold else 6) for number, day in enumerate(dates)
    }


def taught(true: tuple[float, ...], *, cold: int) -> tuple[Learning, dict[str, topics.Publication]]:
    one = Learning(HOUSE, nothing)
    said = list(one.learn(weeks(true), days(cold), NOW, date(2026, 1, 30)))
    return one, {publication.path: publication for publication in said}


def test_cold_weeks_teach_how_strong_radiators_and_pipes_are() -> None:
    one, said = taught((0.8, 1.0, 1.2), cold=COLD_DAYS)
    assert {"room/living/power", "pipes"} <= said.keys()
    assert one.factors["living"] < 0.9 < 1.05 < one.factors["study"]


def test_mild_weeks_teach_nothing_and_what_was_learned_is_kept() -> None:
    one, said = taught((0.8, 1.0, 1.2), cold=COLD_DAYS - 1)
    assert said == {}
    assert one.factors == {"living": 1.0, "bath": 1.0, "study": 1.0}


def test_what_was_learned_counts_from_the_next_day_on_also_after_a_restart() -> None:
    one, said = taught((0.8, 1.0, 1.2), cold=28)
    other = Learning(HOUSE, nothing)
    for publication in said.values():
        assert publication.message is not None
        other.recall(Record(NOW, publication.name, publication.message))
    for learning in (one, other):
        assert learning.strengths(date(2026, 1, 30)).factors == {}
        assert learning.strengths(date(2026, 1, 31)).factors["living"] < 0.9
        assert learning.strengths(date(2026, 1, 31)).pipes is not None
        assert 0 < learning.strengths(date(2026, 1, 31)).errors["living"] < 0.1


def test_a_lag_that_three_days_agree_on_is_said_and_moves_readings_from_the_first_of_them_on() -> None:
    lags = (0, None, 7200, 7200, None, 7500)
    learned_from = [DayLesson(FIRST + timedelta(days=day), NO_LESSONS, (), lag) for day, lag in enumerate(lags)]
    one = Learning(HOUSE, nothing)
    [said] = one.learn(learned_from, {}, NOW, date(2026, 1, 7))
    begun = midnight(date(2026, 1, 3), ZoneInfo("Europe/Amsterdam"))
    assert said.message == messages.MeterLag(lag_s=7200, since=datetime.fromtimestamp(begun, UTC))
    assert (one.lag_at(begun - 1), one.lag_at(begun)) == (0, 7200)
    assert list(one.learn(learned_from, {}, NOW, date(2026, 1, 8))) == []


def test_a_lag_known_to_a_quarter_of_an_hour_is_not_said_again_for_a_quarter() -> None:
    def told(*lags: int) -> list[DayLesson]:
        return [DayLesson(FIRST + timedelta(days=day), NO_LESSONS, (), lag) for day, lag in enumerate(lags)]

    one = Learning(HOUSE, nothing)
    [said] = one.learn(told(3600, 4500, 3600), {}, NOW, date(2026, 1, 7))
    assert isinstance(said.message, messages.MeterLag)
    assert said.message.lag_s == 3600
    assert list(one.learn(told(3600, 4500, 3600, 4500, 4500), {}, NOW, date(2026, 1, 8))) == []


@pytest.mark.parametrize("lags", [(7200, 7200), (7200, 3600, 7200), (0, 0, 0), (None,) * 5])
def test_a_meter_of_which_days_do_not_agree_is_not_called_late(lags: tuple[int | None, ...]) -> None:
    learned_from = [DayLesson(FIRST + timedelta(days=day), NO_LESSONS, (), lag) for day, lag in enumerate(lags)]
    assert list(Learning(HOUSE, nothing).learn(learned_from, {}, NOW, date(2026, 1, 7))) == []


@pytest.mark.slow
def test_a_day_of_the_simulated_house_teaches_heat_balances_whose_books_close(lived: benchmark.Lived) -> None:
    house = benchmark.example_house()
    taught = lesson(history(lived.records), house, benchmark.MONDAY)
    assert len(taught.balances) > 90
    gas, heat = (sum(parts) for parts in zip(*((one.gas, sum(one.heat)) for one in taught.balances), strict=True))
    assert 0.75 < heat / gas < 1.0
    assert abs(sum(one.rose for one in taught.balances)) < 50


@pytest.mark.slow
@pytest.mark.parametrize("factor", [1.0, 0.5])
def test_gas_is_shared_out_by_what_was_learned_and_sums_to_the_meter(lived: benchmark.Lived, factor: float) -> None:
    house: Settings = benchmark.example_house()
    told, day = history(lived.records), benchmark.MONDAY
    learning = Learning(house, nothing)
    watts = sum(one.power_w for one in house.rooms["study"].radiators)
    power = messages.RadiatorPower(factor=factor, nominal_w=watts, learned_at=datetime(2026, 1, 2, tzinfo=UTC))
    learning.recall(Record(NOW, topics.Name(topics.ROOM_POWER, ("study",)), power))
    plain, learned = gas_by_day(told, house, day, day)[day], gas_by_day(told, house, day, day, learning.strengths)[day]
    assert plain.total == learned.total
    ratio = learned.rooms["study"] / plain.rooms["study"]
    assert ratio == 1.0 if factor == 1.0 else 0.5 < ratio < 0.75
