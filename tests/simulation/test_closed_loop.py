import pytest

from simulation.house import House
from simulation.house_plans import six_room_house
from simulation.weather import winter
from tests.simulation.thermostat import DAY_S, HOUR_S, START, Thermostat, by_day, empty, steady


@pytest.mark.parametrize("outside", [-5.0, 0.0, 5.0])
def test_a_simple_thermostat_keeps_the_try_out_house_warm(outside: float) -> None:
    house = House(empty(six_room_house()), steady(outside), START, indoor=20.0)
    thermostat = Thermostat(house)
    thermostat.regulate(START + 12 * HOUR_S, lambda now: 20.5)
    for _ in range(12):
        thermostat.regulate(house.now + 600, lambda now: 20.5)
        assert all(19.5 < room.air < 21.6 for room in house.truth().rooms.values())


def test_an_ordinary_house_warms_from_17_to_20_5_in_a_sensible_time() -> None:
    house = House(empty(six_room_house()), steady(0.0), START, indoor=17.0)
    thermostat = Thermostat(house)
    thermostat.regulate(START + 3 * DAY_S, lambda now: 17.0)
    minutes: dict[str, int] = {}
    begin = house.now
    while len(minutes) < 6 and house.now < begin + 8 * HOUR_S:
        thermostat.regulate(house.now + 60, lambda now: 20.5)
        reached = {name for name, room in house.truth().rooms.items() if room.air >= 20.5}
        minutes |= {name: (house.now - begin) // 60 for name in reached - minutes.keys()}
    assert len(minutes) == 6
    assert min(minutes.values()) >= 75
    assert max(minutes.values()) <= 200


def test_a_terrace_house_in_winter_uses_gas_starts_and_moves_as_real_ones_do() -> None:
    house = House(six_room_house(), winter(4, START, mean_temperature=3.0), START, seed=4)
    Thermostat(house).regulate(START + 4 * DAY_S, by_day)
    truth = house.truth()
    assert 6.0 < truth.gas.total_ml / 4e6 < 12.0
    assert 40 < truth.heating_starts / 4 < 120
    assert 3 < truth.heating_s / truth.heating_starts / 60 < 15
    assert all(10 < moves / 4 < 80 for moves in truth.moves.values())
