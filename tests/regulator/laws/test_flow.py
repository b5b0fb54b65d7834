import pytest

from house.settings.laws import HeatingCurve
from regulator.laws.burst import decide
from regulator.laws.burst.heating_curve import flow_setpoint
from tests.regulator.laws.rooms import house, room, switch

CURVE = HeatingCurve()


@pytest.mark.parametrize(("outside", "flow"), [(-20.0, 70), (-10.0, 70), (2.5, 58), (15.0, 45), (25.0, 45)])
def test_the_flow_falls_linearly_with_warmer_weather(outside: float, flow: float) -> None:
    assert flow_setpoint(CURVE, outside, in_a_hurry=False) == flow


def test_a_room_that_warms_up_gets_hotter_water_but_never_hotter_than_the_curve_allows() -> None:
    assert flow_setpoint(CURVE, 15.0, in_a_hurry=True) == 55
    assert flow_setpoint(CURVE, -10.0, in_a_hurry=True) == 70


def test_without_an_outside_temperature_the_flow_is_the_warmest() -> None:
    assert flow_setpoint(CURVE, None, in_a_hurry=False) == 70


def test_without_a_curve_the_boilers_own_dial_rules() -> None:
    assert decide(house({"living": room(19.0)})).flow_setpoint is None


def test_burst_asks_for_the_flow_of_the_curve() -> None:
    numbers = {"heating_curve": {}}
    assert decide(house({"living": room(19.0)}, numbers=numbers, outside=15.0)).flow_setpoint == 45
    rising = room(17.0, 17.0, coming=(switch(60, 20.0),))
    assert decide(house({"living": rising}, numbers=numbers, outside=15.0)).flow_setpoint == 55


def test_a_curve_that_rises_with_the_weather_is_refused() -> None:
    with pytest.raises(ValueError, match="cold_outside should be below mild_outside"):
        HeatingCurve(cold_flow=40, mild_flow=50)
