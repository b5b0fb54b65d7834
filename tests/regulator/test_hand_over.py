"""A burn that goes from one room to the next."""

from tests.regulator.house import BATH_VALVE, LIVING_VALVE, House
from tests.regulator.test_boiler import COLD, WARM, calls, house

__all__ = ["house"]


def test_a_warm_room_stays_open_until_the_next_one_has_opened(house: House) -> None:
    house.air["living"] = COLD
    house.pass_minutes(10)
    house.deaf.add(BATH_VALVE)
    house.air = {"bath": COLD, "living": WARM}
    assert calls(house, 2) == [True, True]
    assert (house.opening(LIVING_VALVE), house.opening(BATH_VALVE)) == (100, 100)
    assert "stays open until another room's valve has opened" in house.status().reason
    house.report(BATH_VALVE, opening=100)
    assert calls(house, 1) == [True]
    assert (house.opening(LIVING_VALVE), house.opening(BATH_VALVE)) == (0, 100)


def test_a_warm_room_waits_no_longer_for_a_valve_that_is_given_up(house: House) -> None:
    house.air["living"] = COLD
    house.pass_minutes(10)
    house.deaf.add(BATH_VALVE)
    house.air = {"bath": COLD, "living": WARM}
    assert calls(house, 12) == [True] * 8 + [False] * 4
    assert house.opening(LIVING_VALVE) == 0


def test_a_valve_that_did_not_confirm_its_closing_may_still_take_over(house: House) -> None:
    house.air["living"] = COLD
    house.deaf.add(BATH_VALVE)
    house.report(BATH_VALVE, opening=100, setpoint=26)
    house.pass_minutes(20)
    house.air = {"bath": COLD, "living": WARM}
    assert calls(house, 3) == [True] * 3


def test_of_two_rooms_the_warm_one_closes_while_the_other_burns_on(house: House) -> None:
    house.air = {"living": COLD, "bath": COLD}
    house.pass_minutes(2)
    house.air["living"] = WARM
    assert calls(house, 1) == [True]
    assert (house.opening(LIVING_VALVE), house.opening(BATH_VALVE)) == (0, 100)
