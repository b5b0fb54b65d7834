"""A valve that has not moved for a week."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.regulator.house import LIVING_VALVE, House, wiring

MONDAY_MORNING = datetime(2026, 1, 12, 9, 50, tzinfo=UTC)  # 10:50 on the wall


def after(days: float) -> House:
    """A warm house, so long after its valves were closed."""
    house = House(wiring("doses"), MONDAY_MORNING - timedelta(days=days))
    house.air = {"living": 22.0, "bath": 22.0}
    house.deaf = set()
    house.pass_minutes(3)
    assert house.opening(LIVING_VALVE) == 0
    house.now = MONDAY_MORNING
    house.pass_minutes(5)
    return house


def openings(house: House, minutes: int) -> list[float | None]:
    seen = []
    for _ in range(minutes):
        house.pass_minutes(1)
        seen.append(house.opening(LIVING_VALVE))
    return seen


def test_it_is_opened_for_some_minutes_late_in_the_morning_without_the_boiler() -> None:
    house = after(days=8)
    assert openings(house, 3) == [0, 0, 0]
    seen = openings(house, 20)
    assert 2 <= seen.count(100) <= 6
    assert seen[-1] == 0
    assert not house.boiler.call


def test_it_is_shut_again_where_the_law_would_leave_an_open_valve_as_it_is() -> None:
    house = after(days=8)
    house.air["living"] = 20.6
    seen = openings(house, 60)
    assert 2 <= seen.count(100) <= 6
    assert seen[-1] == 0


def test_it_happens_once_a_week() -> None:
    house = after(days=8)
    openings(house, 40)
    house.now = MONDAY_MORNING + timedelta(days=1)
    assert openings(house, 60) == [0] * 60


@pytest.mark.parametrize("days", [5.0, 6.5])
def test_a_valve_that_has_moved_within_the_week_is_left_alone(days: float) -> None:
    assert 100 not in openings(after(days), 40)


def test_nothing_moves_at_the_weekend() -> None:
    house = after(days=8)
    house.now = MONDAY_MORNING - timedelta(days=2) + timedelta(days=14)
    while house.now.isoweekday() < 6:
        house.now += timedelta(days=1)
    assert 100 not in openings(house, 60)


def test_a_room_with_an_open_window_is_left_alone() -> None:
    house = after(days=8)
    house.say("room/living/window", "open")
    house.pass_minutes(2)
    assert 100 not in openings(house, 40)
