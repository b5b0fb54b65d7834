"""A boiler that does not burn, or whose clock is wrong."""

from datetime import timedelta
from typing import Any

import pytest

from tests.regulator.house import House, iso, wiring


def called(minutes: int, **fields: Any) -> House:
    """A cold house whose boiler says the same all the time."""
    house = House(wiring())
    house.air["living"] = 17.0
    for _ in range(minutes):
        if fields:
            house.say("boiler/status", {"reported_at": iso(house.now), **fields})
        house.pass_minutes(1)
    return house


@pytest.mark.parametrize("fields", [{"flame": False}, {"flame": False, "flow_temperature": 24, "hot_water": False}])
def test_a_called_boiler_that_does_not_burn_heats_nobody_and_that_is_said(fields: dict[str, Any]) -> None:
    house = called(25, **fields)
    assert house.boiler.call
    assert house.status().reason.endswith("; waits: the boiler is called and does not burn")
    assert house.status().action == "idle"
    assert house.boiler.reason == "called for Living room, and does not burn"
    house.say("boiler/status", {"flame": True, "reported_at": iso(house.now)})
    assert house.status().action == "heating"
    assert house.boiler.reason == "heats Living room"


@pytest.mark.parametrize(
    ("minutes", "fields"),
    [
        (10, {"flame": False}),
        (25, {"flame": False, "flow_temperature": 48}),
        (25, {"flame": None}),
        (25, {"flame": True}),
        (25, {}),
    ],
    ids=["a pause of the burner", "its water is warm", "it tells no flame", "it burns", "nobody knows"],
)
def test_a_boiler_of_which_that_is_not_known_heats(minutes: int, fields: dict[str, Any]) -> None:
    house = called(minutes, **fields)
    assert house.status().action == "heating"
    assert "does not burn" not in house.status().reason


@pytest.mark.parametrize("off", [timedelta(hours=1), timedelta(hours=-1), timedelta(hours=23), timedelta(0)])
def test_what_a_boiler_with_a_wrong_clock_says_of_now_counts(off: timedelta) -> None:
    house = House(wiring())
    house.air["living"] = 17.0
    for _ in range(8):
        house.say("boiler/status", {"flame": True, "hot_water": True, "reported_at": iso(house.now + off)})
        house.pass_minutes(1)
    assert house.status().reason.endswith("; waits: the boiler makes hot water")
    house.pass_minutes(12)
    assert not house.status().reason.endswith("; waits: the boiler makes hot water"), "it has been silent since"
