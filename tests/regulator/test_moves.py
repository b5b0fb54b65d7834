"""How often a valve's motor moves in a day, and for what it still does."""

from datetime import timedelta

from house import topics
from tests.regulator.house import BATH_VALVE, LIVING_VALVE, House, wiring
from tests.regulator.test_valves import house

__all__ = ["house"]


def swing(house: House, times: int) -> None:
    """The living room gets a little too cold and a little too warm again, so often."""
    for _ in range(times):
        for air in (19.5, 20.4):
            house.air["living"] = air
            house.pass_minutes(8)


def moves(house: House) -> int:
    memory = house.heard(topics.ROOM_MEMORY, "living")
    assert memory is not None
    return memory.valves[LIVING_VALVE].moves


def test_moves_are_counted_and_those_of_yesterday_forgotten() -> None:
    house = House()
    swing(house, 2)
    assert moves(house) == 4
    house.now += timedelta(hours=24)
    swing(house, 1)
    assert moves(house) == 2


def test_a_valve_that_has_moved_enough_today_moves_only_where_its_room_is_far_off() -> None:
    house = House(wiring(moves_per_day=4))
    swing(house, 4)
    assert moves(house) == 4
    house.air["living"] = 19.5
    house.pass_minutes(2)
    assert house.opening() == 0
    assert "spares its valve, which has moved 4 times today" in house.status().reason
    house.air["living"] = 19.0
    house.pass_minutes(2)
    assert house.opening() == 100
    house.air["living"] = 20.9
    house.pass_minutes(9)
    assert house.opening() == 100
    house.air["living"] = 21.0
    house.pass_minutes(2)
    assert house.opening() == 0


def live_through(house: House, *airs: dict[str, float]) -> None:
    """Ten minutes of each."""
    for air in airs:
        house.air = air
        house.pass_minutes(10)


def test_the_boiler_burns_for_no_room_that_spares_its_shut_valve() -> None:
    house = House(wiring(moves_per_day=2))
    live_through(house, {"living": 18.0, "bath": 18.0}, {"living": 22.0, "bath": 22.0}, {"living": 22.0, "bath": 18.0})
    assert house.boiler.call
    setpoint = house.status("bath").setpoint
    assert setpoint is not None
    live_through(house, {"living": 19.5, "bath": setpoint + 0.5})
    assert (house.opening(), house.opening(BATH_VALVE)) == (0, 100)
    assert not house.boiler.call


def test_a_room_that_regulated_itself_is_not_kept_from_its_law_by_its_moves() -> None:
    house = House(wiring(moves_per_day=2))
    live_through(house, {"living": 18.0}, {"living": 22.0}, {"living": 18.0}, {}, {})
    assert house.opening() is None
    live_through(house, {"living": 19.5})
    assert house.opening() == 100


def test_frost_and_windows_move_a_valve_whatever_it_has_moved() -> None:
    house = House(wiring(moves_per_day=2))
    swing(house, 2)
    house.air["living"] = 6.0
    house.pass_minutes(2)
    assert house.opening() == 100
    house.air["living"] = 19.5
    house.pass_minutes(1)
    house.say("room/living/window", "open")
    house.pass_minutes(2)
    assert house.opening() == 0
