from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from house import messages, topics
from house.settings import Settings
from recorder.daily import days, m3, millilitres, price_on
from recorder.history import Record, history

DAY = date(2026, 1, 12)
MIDNIGHT = int(datetime(2026, 1, 11, 23, tzinfo=UTC).timestamp())
HOUSE = Settings.model_validate({"rooms": {"living": {"radiators": [{"valve": "knob", "power_w": 900}]}}})


def said(topic: topics.Topic[Any], *ids: str, message: messages.Message, at: int) -> Record:
    return Record(datetime.fromtimestamp(MIDNIGHT + at, UTC), topics.Name(topic, ids), message)


def day_of(records: Iterable[Record]) -> messages.Day:
    [day] = days(history(records), HOUSE, DAY, DAY)
    return day


def flame(at: int, *, lit: bool, hot_water: bool = False) -> Record:
    return said(topics.BOILER_STATUS, message=messages.BoilerStatus(flame=lit, hot_water=hot_water), at=at)


def test_a_day_of_which_nothing_is_known_came_to_nothing() -> None:
    assert day_of([]) == messages.Day(day=DAY, gas=0, rooms={"living": messages.RoomDay()}, burn_min=0)


def test_comfort_counts_the_hours_beyond_a_band_around_the_setpoint() -> None:
    told = [
        said(topics.ROOM_STATUS, "living", message=messages.RoomStatus(temperature=temperature, setpoint=20), at=at)
        for at, temperature in ((0, 18.7), (3600, 20.4), (7200, 21.5))
    ]
    room = day_of(told).rooms["living"]
    assert (room.too_cold_kh, room.too_warm_kh) == (1.0, 1.02)


def test_starts_are_counted_for_heating_only_and_hot_water_between_starts_it_again() -> None:
    told = [flame(0, lit=False), flame(600, lit=True), flame(900, lit=True, hot_water=True), flame(1200, lit=False)]
    told += [flame(1800, lit=True), flame(2100, lit=False)]
    day = day_of(told)
    assert (day.starts, day.burn_min) == (2, 10)


def test_a_boiler_that_falls_silent_does_not_burn_for_ever() -> None:
    assert day_of([flame(0, lit=True)]).burn_min == 15


def test_moves_are_changes_of_the_reported_opening() -> None:
    told = [
        said(topics.VALVE_STATUS, "knob", message=messages.ValveStatus(opening=opening), at=at)
        for at, opening in enumerate((0, 0, 100, None, 100, 0), start=-1)
    ]
    assert day_of(told).rooms["living"].moves == 2


def test_degree_days_count_from_18_degrees_outside_down() -> None:
    told = [
        said(topics.OUTSIDE_TEMPERATURE, message=messages.Temperature(value=4), at=3600 * hour) for hour in range(24)
    ]
    assert day_of(told).degree_days == 14
    assert day_of([said(topics.OUTSIDE_TEMPERATURE, message=messages.Temperature(value=25), at=0)]).degree_days == 0


def test_batteries_are_as_told_last_on_the_day() -> None:
    told = [
        said(topics.SENSOR_STATUS, "warm", message=messages.SensorStatus(battery=80 - min(at, 9)), at=at)
        for at in (1, 2, 90_000)
    ]
    assert day_of(told).batteries == {"warm": 78}


def test_a_tariff_holds_from_its_day_on() -> None:
    tariffs = {date(2026, 1, 1): 1.0, date(2026, 2, 1): 1.2}
    days_of_interest = (date(2025, 12, 31), date(2026, 1, 1), date(2026, 1, 31), date(2026, 2, 1), date(2027, 1, 1))
    assert [price_on(day, tariffs) for day in days_of_interest] == [None, 1.0, 1.0, 1.2, 1.2]


@given(st.integers(0, 10**12))
def test_cubic_metres_in_a_message_give_the_millilitres_back(ml: int) -> None:
    message = messages.Day.decode(messages.Day(day=DAY, gas=m3(ml)).encode())
    assert millilitres(message.gas) == ml
