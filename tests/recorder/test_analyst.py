from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from house import messages, topics
from house.errors import DeviceError
from house.settings import Settings
from recorder.analyst import Analyst
from recorder.database import Database, Transaction
from recorder.history import Record
from recorder.learning import LEARNED_DAYS
from recorder.reader import END, RecordReader
from recorder.sqlite import Sqlite
from tests.recorder.recorded import HOUR, MONDAY, ROOT, Recorded, gas, valve

pytestmark = pytest.mark.slow


@pytest.fixture
def house() -> Settings:
    rooms = {room: {"radiators": [{"valve": f"v_{room}", "power_w": 1000}]} for room in ("living", "bath")}
    return Settings.model_validate({"rooms": rooms, "gas": {"tariffs": {"2026-01-01": 1.5}}})


@pytest.fixture
def recorded(driver: Sqlite) -> Recorded:
    return Recorded(driver)


def analyst(recorded: Recorded, house: Settings) -> Analyst:
    """A fresh one, which knows only what was recorded."""
    new = Analyst(RecordReader(recorded.database, ROOT), house)
    new.recall()
    return new


def said(publications: Iterable[topics.Publication]) -> tuple[dict[date, messages.Day], dict[str, messages.RoomGas]]:
    days = {one.message.day: one.message for one in publications if isinstance(one.message, messages.Day)}
    rooms = {one.name.ids[0]: one.message for one in publications if isinstance(one.message, messages.RoomGas)}
    return days, rooms


def test_a_room_is_told_its_gas_of_today_and_of_yesterday(recorded: Recorded, house: Settings) -> None:
    recorded.live(MONDAY, 30, "living")
    days, rooms = said(analyst(recorded, house).turn(MONDAY + 30 * HOUR))
    assert rooms["living"] == messages.RoomGas(
        value=2.9, today=0.5, yesterday=2.4, cost_today=0.75, cost_yesterday=3.6, measured_at=MONDAY + 30 * HOUR
    )
    assert rooms["bath"].value == 0
    assert list(days) == [date(2026, 1, 12)]
    assert days[date(2026, 1, 12)].cost == 3.6


def test_of_a_day_that_nobody_recorded_no_room_is_told_that_it_cost_nothing(
    recorded: Recorded, house: Settings
) -> None:
    recorded.live(MONDAY, 6, "living")
    _, rooms = said(analyst(recorded, house).turn(MONDAY + 6 * HOUR))
    assert rooms["living"].today
    assert (rooms["living"].yesterday, rooms["living"].cost_yesterday) == (None, None)


def test_without_anything_new_nothing_is_said(recorded: Recorded, house: Settings) -> None:
    one = analyst(recorded, house)
    assert one.turn(MONDAY) == []
    recorded.live(MONDAY, 2, "living")
    assert one.turn(MONDAY + 2 * HOUR)
    assert one.turn(MONDAY + 2 * HOUR) == []


def test_a_late_reading_has_its_day_said_again_and_the_days_still_sum_to_the_meter(
    recorded: Recorded, house: Settings
) -> None:
    recorded.live(MONDAY, 50, "living")
    one = analyst(recorded, house)
    before, _ = said(one.turn(MONDAY + 50 * HOUR))
    recorded.add([gas(MONDAY + 1.5 * HOUR, 199)])
    recorded.add([valve("living", 0, MONDAY + 1.5 * HOUR), valve("bath", 100, MONDAY + 1.5 * HOUR)])
    after, rooms = said(one.turn(MONDAY + 50 * HOUR))
    assert list(after) == [date(2026, 1, 12)]
    assert after[date(2026, 1, 12)].rooms["bath"].gas > 0 == before[date(2026, 1, 12)].rooms["bath"].gas
    assert after[date(2026, 1, 12)].gas == before[date(2026, 1, 12)].gas == 2.4
    assert rooms["living"].value == 4.9  # a total never falls


def test_a_restarted_analyst_says_what_one_that_never_stopped_says(recorded: Recorded, house: Settings) -> None:
    recorded.live(MONDAY, 26, "living")
    steady = analyst(recorded, house)
    recorded.add(steady.turn(MONDAY + 26 * HOUR))
    recorded.live(MONDAY + 26 * HOUR, 30, "bath")
    restarted = analyst(recorded, house)
    assert restarted.turn(MONDAY + 56 * HOUR) == steady.turn(MONDAY + 56 * HOUR)


def test_a_meter_that_was_silent_for_days_is_shared_out_over_them(recorded: Recorded, house: Settings) -> None:
    recorded.add([gas(MONDAY, 0)])
    recorded.tick(MONDAY)
    one = analyst(recorded, house)
    recorded.add(one.turn(MONDAY))
    for hour in range(24 * 12):
        recorded.tick(MONDAY + hour * HOUR)
    recorded.add([gas(MONDAY + 264 * HOUR, 1100)])
    days, _ = said(one.turn(MONDAY + 264.5 * HOUR))
    assert [day.gas for day in days.values()] == [0.1] * 11
    assert all(day.unallocated == day.gas for day in days.values())


def test_an_alert_is_said_once_and_taken_back_when_it_is_over_by_a_restarted_analyst_too(
    recorded: Recorded, house: Settings
) -> None:
    recorded.tick(MONDAY)
    low = messages.ValveStatus(opening=0, battery_low=True, reported_at=MONDAY)
    recorded.add([topics.publication(topics.VALVE_STATUS, "v_bath", message=low)])
    one = analyst(recorded, house)
    publications = one.turn(MONDAY)
    assert [name for name, message in alerts_in(publications) if message] == ["battery_v_bath"]
    recorded.add([*publications, valve("living", 0, MONDAY)])
    assert alerts_in(one.turn(MONDAY)) == []
    recorded.add([valve("bath", 0, MONDAY + HOUR)])
    assert alerts_in(analyst(recorded, house).turn(MONDAY + HOUR)) == [("battery_v_bath", None)]
    assert alerts_in(one.turn(MONDAY + HOUR)) == [("battery_v_bath", None)]


def alerts_in(publications: Iterable[topics.Publication]) -> list[tuple[str, messages.Message | None]]:
    return [(one.name.ids[0], one.message) for one in publications if one.name.topic is topics.ALERT]


class FailingOnce(Database):
    """A database that is away at one of its transactions, if `left` says at which."""

    left = 0

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        self.left -= 1
        if not self.left:
            raise DeviceError("away", temporary=True)
        with super().transaction() as transaction:
            yield transaction


def test_a_turn_that_the_database_broke_off_is_taken_again_as_a_whole(recorded: Recorded, house: Settings) -> None:
    recorded.live(MONDAY, 25, "living")
    whole = analyst(recorded, house).turn(MONDAY + 25 * HOUR)
    broken = 0
    for transactions in range(1, 41, 10):
        database = FailingOnce(recorded.database.driver)
        one = Analyst(RecordReader(database, ROOT), house)
        one.recall()
        database.left = transactions
        with suppress(DeviceError):
            one.turn(MONDAY + 25 * HOUR)
            continue
        broken += 1
        assert one.turn(MONDAY + 25 * HOUR) == whole
        database.close()
    assert broken >= 3


class Noting(RecordReader):
    """A reader that counts the days of which somebody wanted to learn."""

    lessons = 0

    def records(
        self,
        kinds: Iterable[topics.Topic[Any]],
        after: int = 0,
        until: int = END,
        only: Callable[[topics.Name], bool] = lambda name: True,
    ) -> Iterator[tuple[int, Record]]:
        self.lessons += topics.FORECAST in kinds
        return super().records(kinds, after, until, only)


def test_a_turn_learns_from_one_day_until_all_of_the_last_weeks_are_known(recorded: Recorded, house: Settings) -> None:
    reader = Noting(recorded.database, ROOT)
    one = Analyst(reader, house)
    for minute in range(LEARNED_DAYS + 2):
        now = MONDAY + timedelta(minutes=minute)
        recorded.add([valve("living", minute, now)])
        one.turn(now)
        assert reader.lessons == min(minute + 1, LEARNED_DAYS)
    recorded.add([valve("living", 0, MONDAY + 24 * HOUR)])
    one.turn(MONDAY + 24 * HOUR)
    assert reader.lessons == LEARNED_DAYS + 1


def test_a_device_with_a_wrong_clock_does_not_make_years_be_computed_again(recorded: Recorded, house: Settings) -> None:
    recorded.live(MONDAY, 26, "living")
    one = analyst(recorded, house)
    recorded.add([valve("bath", 100, datetime(2001, 1, 1, tzinfo=UTC))])
    days, _ = said(one.turn(MONDAY + 26 * HOUR))
    assert list(days) == [date(2026, 1, 12)]
    recorded.add([valve("bath", 100, datetime(2001, 1, 1, tzinfo=UTC)), gas(datetime(2001, 1, 1, tzinfo=UTC), 0)])
    assert one.turn(MONDAY + 26 * HOUR) == []


def test_a_day_is_said_when_it_is_over_though_nothing_new_was_recorded_about_it(
    recorded: Recorded, house: Settings
) -> None:
    recorded.live(MONDAY, 20, "living")
    one = analyst(recorded, house)
    assert said(one.turn(MONDAY + 20 * HOUR))[0] == {}
    recorded.live(MONDAY + 25 * HOUR, 1, "living")
    days, _ = said(one.turn(MONDAY + 26 * HOUR))
    assert list(days) == [date(2026, 1, 12)]
    recorded.add([topics.publication(topics.DAY, message=day) for day in days.values()])
    recorded.live(MONDAY + 50 * HOUR, 1, "living")
    assert list(said(analyst(recorded, house).turn(MONDAY + 51 * HOUR))[0]) == [date(2026, 1, 13)]


@pytest.mark.parametrize(
    "poison",
    [
        messages.GasReading(value=60, measured_at=MONDAY + timedelta(days=40), equipment="m"),
        messages.GasReading(value=1e308, measured_at=MONDAY + HOUR, equipment="m"),
        messages.GasReading(value=1e308),
        messages.GasReading(value=0, measured_at=MONDAY.replace(year=2000), equipment="m"),
    ],
    ids=["ahead", "absurd", "absurd without a date", "long ago"],
)
def test_poison_never_silences_the_analyst(recorded: Recorded, house: Settings, poison: messages.GasReading) -> None:
    recorded.live(MONDAY, 10, "living")
    recorded.add([topics.publication(topics.METER_GAS, message=poison)])
    one = analyst(recorded, house)
    now = MONDAY + 10 * HOUR
    publications = one.turn(now)
    assert said(publications)[1]["living"].today == 0.9
    assert [name for name, message in alerts_in(publications) if message] == ["set_aside"]
    recorded.add([valve("living", 100, MONDAY + 10 * HOUR)])
    assert alerts_in(one.turn(MONDAY + 10 * HOUR)) == []  # said once


def test_what_only_arrived_in_another_time_than_the_houses_is_no_fault_of_anybody(
    driver: Sqlite, house: Settings
) -> None:
    recorded = Recorded(driver, year=2027)
    status = topics.publication(topics.ROOM_STATUS, "living", message=messages.RoomStatus(reason="nothing known yet"))
    recorded.add([status])
    recorded.live(MONDAY, 10, "living")
    publications = analyst(recorded, house).turn(MONDAY + 10 * HOUR)
    assert [name for name, message in alerts_in(publications) if message] == []
    assert said(publications)[1]["living"].today == 0.9


def test_a_day_of_the_far_future_that_somebody_published_stops_nothing(recorded: Recorded, house: Settings) -> None:
    recorded.live(MONDAY, 10, "living")
    far = messages.Day(day=date(2999, 1, 1), gas=1.0, rooms={}, hot_water=0, other=0, pipes=0, unallocated=0)
    recorded.add([topics.publication(topics.DAY, message=far)])
    recorded.live(MONDAY + 10 * HOUR, 2, "living")
    today = said(analyst(recorded, house).turn(MONDAY + 12 * HOUR))[1]["living"].today
    assert today is not None
    assert today > 0


def test_a_long_record_is_looked_at_in_pieces_and_comes_to_the_same(recorded: Recorded, house: Settings) -> None:
    for day in range(45):
        recorded.tick(MONDAY + 24 * day * HOUR)
        recorded.add([gas(MONDAY + 24 * day * HOUR, 100 * day)])
    one, now, found = analyst(recorded, house), MONDAY + 44.5 * 24 * HOUR, dict[date, messages.Day]()
    turns = 0
    while turns == 0 or one.is_behind:
        publications = one.turn(now)
        recorded.add(publications)
        found |= said(publications)[0]
        turns += 1
    assert (turns, len(found)) == (2, 44)
    assert {day.gas for day in found.values()} == {0.1}
