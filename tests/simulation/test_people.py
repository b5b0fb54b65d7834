from dataclasses import replace
from datetime import date, timedelta

import pytest

from simulation.house_plans import six_room_house
from simulation.occupants import Episode, People, Quantity

MONDAY = date(2026, 1, 12)
FORTNIGHT = [MONDAY + timedelta(days=number) for number in range(14)]
HOUSE = six_room_house()


def fortnight(people: People) -> list[Episode]:
    return [episode for day in FORTNIGHT for episode in people.episodes(day)]


def joules_a_day(episodes: list[Episode], quantity: Quantity) -> float:
    return sum(e.amount * (e.end_at - e.begin_at) for e in episodes if e.quantity is quantity) / len(FORTNIGHT)


def test_an_empty_house_does_nothing() -> None:
    assert fortnight(People(replace(HOUSE, people=0), 1)) == []


def test_a_day_is_the_same_whenever_and_in_whatever_order_it_is_asked() -> None:
    people = People(HOUSE, 1)
    last_first = [people.episodes(day) for day in reversed(FORTNIGHT)]
    assert [People(HOUSE, 1).episodes(day) for day in FORTNIGHT] == last_first[::-1]


def test_a_room_more_changes_nobodys_shower_nor_other_rooms() -> None:
    larger = six_room_house()
    fewer = replace(HOUSE, rooms=HOUSE.rooms[:3], inner_walls=())
    kept = {"", *(room.room_id for room in fewer.rooms)}
    assert fortnight(People(fewer, 1)) == [e for e in fortnight(People(larger, 1)) if e.room_id in kept]


@pytest.mark.parametrize("seed", range(3))
def test_three_people_use_water_gas_and_power_like_an_ordinary_household(seed: int) -> None:
    episodes = fortnight(People(HOUSE, seed))
    assert 12e6 < joules_a_day(episodes, Quantity.HOT_WATER_W) < 40e6
    assert 2e6 < joules_a_day(episodes, Quantity.COOKING_W) < 8e6
    assert 15e6 < joules_a_day(episodes, Quantity.GAINS_W) < 60e6
    assert 5 < sum(e.quantity is Quantity.OPEN_WINDOWS for e in episodes) < 60


def test_every_episode_ends_after_it_begins() -> None:
    assert all(episode.end_at > episode.begin_at for episode in fortnight(People(HOUSE, 4)))


def test_the_day_begins_at_local_midnight_also_when_the_clock_changes() -> None:
    people = People(HOUSE, 1)
    spring_forward = date(2026, 3, 29)
    assert people.midnight(spring_forward + timedelta(days=1)) - people.midnight(spring_forward) == 23 * 3600
    assert people.day_of(people.midnight(spring_forward)) == spring_forward
    assert people.day_of(people.midnight(spring_forward) - 1) == spring_forward - timedelta(days=1)
