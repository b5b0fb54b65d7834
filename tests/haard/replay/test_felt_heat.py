"""What a called hour is worth is found from what a room needed: put in, it comes out again."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from haard.replay.felt_heat import FREE_K, LEAST, MOST, felt_parts, tells_of_heat
from haard.replay.recorded import Recorded
from house import messages, topics
from house.settings import parse

BEGIN = datetime(2026, 1, 12, tzinfo=UTC)
HOUSE = parse("rooms: {attic: {radiators: [{valve: v, power_w: 500}]}, hall: {radiators: [{valve: w, power_w: 700}]}}")
WARMS, COOLS = 2.0, 0.05
MODEL = messages.RoomModel(a=WARMS, b=COOLS, solar=0.001, count=9)
OUTSIDE, IRRADIANCE = 2.0, 100.0
MINUTES = 600


def told(part: float, hours_on: float) -> Iterator[Recorded]:
    """A room that gets this part of its heat in the first hours: its temperature follows from its constants."""
    temperature = 18.0
    hours = [
        messages.ForecastHour(at=BEGIN + number * timedelta(hours=1), temperature=OUTSIDE, irradiance=IRRADIANCE)
        for number in range(12)
    ]
    yield said(0, topics.publication(topics.FORECAST, message=messages.Forecast(issued_at=BEGIN, hours=hours)))
    yield said(0, topics.publication(topics.OUTSIDE_TEMPERATURE, message=messages.Temperature(value=OUTSIDE)))
    for minute in range(MINUTES):
        is_on = minute < 60 * hours_on
        at = BEGIN + minute * timedelta(minutes=1)
        yield said(minute, topics.publication(topics.VALVE_SET, "v", message=valve(100 if is_on else 0, at)))
        yield said(minute, topics.publication(topics.BOILER_SET, message=boiler(is_on, at)))
        yield said(minute, topics.publication(topics.ROOM_STATUS, "attic", message=status(temperature)))
        yield said(minute, topics.publication(topics.TICK, message=messages.Tick(at=at)))
        temperature += (2.0 * part * is_on - 0.05 * (temperature - OUTSIDE) + 0.001 * IRRADIANCE) / 60


def said(minute: int, one: topics.Publication) -> Recorded:
    return Recorded(BEGIN + minute * timedelta(minutes=1), one.path, one.payload, retained=False)


def valve(opening: int, at: datetime) -> messages.ValveSet:
    end = at + timedelta(hours=1)
    return messages.ValveSet(opening=opening, setpoint=20, issued_at=at, expires_at=end, fallback=17)


def boiler(is_on: bool, at: datetime) -> messages.BoilerSet:
    return messages.BoilerSet(call=is_on, issued_at=at, expires_at=at + timedelta(hours=1))


def status(temperature: float) -> messages.RoomStatus:
    return messages.RoomStatus(temperature=temperature)


@pytest.mark.slow
@settings(max_examples=8, deadline=None)
@given(st.floats(0.3, 1.1), st.floats(3, 8))
def test_the_part_that_was_felt_is_found(part: float, hours_on: float) -> None:
    [found] = felt_parts({}, told(part, hours_on), HOUSE, {"attic": MODEL, "hall": MODEL}, [0.0])
    assert found["attic"] == pytest.approx(part, abs=0.02)
    assert found["hall"] == found["attic"], "of which nothing was told is as the others are"


@settings(max_examples=8, deadline=None)
@given(st.floats(0, 3))
def test_no_part_is_beyond_what_radiators_can_do(part: float) -> None:
    found = felt_parts({}, told(part, 4), HOUSE, {"attic": MODEL})
    assert all(LEAST <= one["attic"] <= MOST for one in found)


def test_where_little_was_heated_it_is_as_it_was_told() -> None:
    assert felt_parts({}, told(0.5, 1), HOUSE, {"attic": MODEL}) == [{"attic": 1.0}] * len(FREE_K)


@settings(max_examples=8, deadline=None)
@given(st.floats(0.4, 1.0), st.floats(0.5, 4))
def test_the_more_people_give_the_less_a_called_hour_brought(part: float, free_k: float) -> None:
    without, less = felt_parts({}, told(part, 4), HOUSE, {"attic": MODEL}, [0.0, free_k])
    given_by_people = COOLS * free_k * (MINUTES - 1) / 60
    remains = max(LEAST, without["attic"] - given_by_people / (WARMS * 4))
    assert less["attic"] == pytest.approx(remains, abs=0.02)


def test_only_what_tells_of_heat_is_read() -> None:
    assert all(tells_of_heat(one.path) for one in told(0.5, 0))
    assert not tells_of_heat("room/attic/memory")
