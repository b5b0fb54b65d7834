"""Rooms of which nobody knows how warm they are (versatile_thermostat #1520, HASmartThermostat #48)."""

from itertools import groupby
from typing import Any

import pytest

from house import settings
from regulator.decide import decide
from regulator.publications import publications
from tests.regulator.house import HALL_VALVE, House, iso
from tests.regulator.test_boiler import COLD, WARM, a_house, calls, house

__all__ = ["house"]


@pytest.mark.parametrize("opening", [30, 100])
def test_a_blind_room_whose_valve_has_opened_by_itself_calls_the_boiler_and_says_so(
    house: House, opening: float
) -> None:
    house.report(HALL_VALVE, opening=opening, setpoint=20.5)
    assert house.boiler.call
    assert house.status("hall").action == "heating"
    assert "nobody knows how warm it is: the valve regulates itself, the boiler runs for emergency heat" in (
        house.status("hall").reason
    )


def test_rooms_in_an_emergency_are_named_in_the_order_of_the_house() -> None:
    """Not in that of a set, which differs from process to process: a replay says the very same words."""
    names = [f"room_{number}" for number in range(12)]
    rooms = {name: {"radiators": [{"valve": f"v{name}", "power_w": 1000}]} for name in names}
    house = House(settings.Settings.model_validate({"rooms": rooms}))
    house.air, house.deaf = {}, {f"v{name}" for name in names}
    house.tick()
    for name in names:
        house.report(f"v{name}", opening=100, setpoint=20.5)
    assert house.boiler.reason == f"heats {', '.join(names)} in an emergency: nobody knows how warm it is"


def test_a_blind_room_is_heated_by_a_burn_for_another_room_and_says_so_from_the_first_instant(house: House) -> None:
    house.report(HALL_VALVE, opening=20, setpoint=20.5)
    assert house.status("hall").action == "idle"
    house.air["living"] = COLD
    assert calls(house, 3)[-1]
    assert house.status("hall").action == "heating"
    assert not [*publications(house.snapshot, decide(house.snapshot), house.snapshot)]


@pytest.mark.parametrize(
    "report",
    [
        {"opening": 29, "setpoint": 20.5},
        {"opening": 0, "setpoint": 20.5},
        {"opening": 100, "setpoint": 20.5, "reachable": False},
        {"opening": 100, "setpoint": 26},
    ],
    ids=str,
)
def test_a_blind_room_calls_for_nothing_that_its_valve_does_not_report(house: House, report: dict[str, Any]) -> None:
    house.report(HALL_VALVE, **report)
    assert not any(calls(house, 10))


def test_a_report_from_before_the_valve_regulated_itself_opens_nothing(house: House) -> None:
    house.air["hall"] = 18.0
    house.deaf = set()
    house.pass_minutes(3)
    assert house.boiler.call
    house.deaf = {HALL_VALVE}
    del house.air["hall"]
    house.pass_minutes(20)
    assert house.status("hall").rule == "stale"
    assert not any(calls(house, 60))


@pytest.mark.slow
@pytest.mark.parametrize(("outside", "share"), [(15, 0), (12, 0), (1, 0.125), (-10, 0.25), (-25, 0.25)])
def test_where_valves_tell_no_opening_the_boiler_runs_by_the_outside_temperature(outside: float, share: float) -> None:
    house = a_house(minimum_rest_min=0)
    house.deaf = set()
    house.say("outside/temperature", {"value": outside, "measured_at": iso(house.now)})
    called = calls(house, 800)
    assert sum(called) / len(called) == pytest.approx(share, abs=0.03)
    burns = [len(list(burn)) for is_on, burn in groupby(called) if is_on]
    assert all(burn >= 10 for burn in burns[:-1])


def test_rest_and_starts_hold_in_frost_and_not_below_six_degrees() -> None:
    for value, expected in ((6.5, False), (5.9, True)):
        house = a_house(minimum_burn_min=0, minimum_rest_min=60)
        for temperature in (COLD, COLD, WARM):
            house.air["living"] = temperature
            house.pass_minutes(1)
        house.air["living"] = value
        assert calls(house, 5)[-1] is expected
        assert house.status().rule == "frost"
