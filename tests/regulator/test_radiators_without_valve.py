"""Radiators without a valve are open by nature, and a room without radiators is only measured (K25)."""

import pytest

from devtools.untrue_reasons import untrue
from house import settings, topics
from house.messages import BoilerSet
from house.settings import Settings
from regulator.room import observe
from tests.regulator.house import LIVING_VALVE, House

HOUSE = """
rooms:
  living:
    sensors: [A4:C1:38:00:00:01]
    radiators: [{valve: 00:1A:22:00:00:01, power_w: 2000}]
  bath:
    sensors: [A4:C1:38:00:00:03]
    radiators: [{valve: null, power_w: 600}]
  store:
    sensors: [A4:C1:38:00:00:04]
"""


@pytest.fixture(params=["doses", "hysteresis", "timeprop", "tpi"])
def built(request: pytest.FixtureRequest) -> Settings:
    return settings.parse(f"{HOUSE}regulator: {{law: {request.param}}}\n")


def test_a_cold_room_whose_radiator_has_no_valve_calls_the_boiler_and_is_heated(built: Settings) -> None:
    house = House(built)
    house.air = {"living": 25.0, "bath": 17.0, "store": 12.0}
    house.pass_minutes(30)
    assert house.boiler.call
    assert house.status("bath").action == "heating"
    assert house.status("living").action == "idle"
    assert not list(untrue(house.snapshot))


def test_it_is_heated_by_every_burn_and_says_so(built: Settings) -> None:
    house = House(built)
    house.air = {"living": 16.0, "bath": 26.0, "store": 12.0}
    house.pass_minutes(30)
    assert house.boiler.call
    assert house.status("bath").action == "heating"
    assert "a radiator without a valve takes heat of every burn" in house.status("bath").reason
    assert not list(untrue(house.snapshot))


def test_it_is_a_confirmed_load_for_a_valve_that_has_not_answered_yet(built: Settings) -> None:
    house = House(built)
    house.deaf = {LIVING_VALVE}
    house.air = {"living": 16.0, "bath": 26.0, "store": 12.0}
    said = house.pass_minutes(20)
    assert any(isinstance(one.message, BoilerSet) and one.message.call for one in said)
    assert observe(house.snapshot).rooms["bath"].confirmed_w == 600


def test_a_room_without_radiators_is_measured_and_never_heated_for(built: Settings) -> None:
    house = House(built)
    house.air = {"living": 25.0, "bath": 25.0, "store": 3.0}
    house.pass_minutes(30)
    status = house.status("store")
    assert not house.boiler.call
    assert (status.temperature, status.action, status.rule) == (3.0, "idle", "no radiator")
    assert status.reason.endswith("no radiator: this room is only measured")
    assert not [path for path in house.kept if path.startswith(topics.VALVE_SET.path("None"))]


def test_a_house_without_any_valve_heats_by_its_thermometers(built: Settings) -> None:
    bare = settings.parse("rooms: {bath: {sensors: [a1], radiators: [{power_w: 600}]}}")
    house = House(bare.model_copy(update={"regulator": built.regulator}))
    house.air = {"bath": 17.0}
    house.pass_minutes(30)
    assert house.boiler.call
    house.air = {"bath": 26.0}
    house.pass_minutes(30)
    assert not house.boiler.call
    assert not list(untrue(house.snapshot))
