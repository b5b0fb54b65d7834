"""A motor that does not follow its target is told of in its room's status, by what its valve says of itself."""

from typing import Any

import pytest

from tests.regulator.house import LIVING_VALVE, House, wiring


def reporting(air: float, minutes: int, **fields: Any) -> House:
    """A house whose living room is so warm, and whose valve has taken its setpoint and says so of the rest."""
    house = House(wiring("doses"))
    house.deaf.add(LIVING_VALVE)
    house.air["living"] = air
    for _ in range(minutes):
        house.pass_minutes(1)
        command = house.command()
        assert command is not None
        house.report(LIVING_VALVE, **{"setpoint": command.setpoint, **fields})
    house.pass_minutes(1)
    return house


@pytest.mark.parametrize(
    ("air", "fields", "words"),
    [
        (17.0, {"opening": 0}, "was told to open and says that it is 0 % open"),
        (17.0, {"opening": 3}, "was told to open and says that it is 3 % open"),
        (22.0, {"opening": 40}, "was told to shut and says that it is 40 % open: its motor may be stuck open"),
        (22.0, {"opening": 100}, "was told to shut and says that it is 100 % open: its motor may be stuck open"),
        (22.0, {"opening": 40, "setpoint": None}, "does not confirm"),
    ],
)
def test_a_motor_that_does_not_follow_is_told_of(air: float, fields: dict[str, Any], words: str) -> None:
    assert words in (reporting(air, 20, **fields).status().alert or "")


@pytest.mark.parametrize(
    ("air", "minutes", "fields"),
    [
        (17.0, 10, {"opening": 0}),
        (17.0, 20, {"opening": 20}),
        (17.0, 20, {"opening": None}),
        (22.0, 10, {"opening": 60}),
        (22.0, 20, {"opening": 10}),
        (22.0, 20, {"opening": None}),
    ],
    ids=["a motor needs time", "open", "tells no opening", "a motor needs time to shut", "shut", "tells nothing"],
)
def test_a_motor_that_follows_or_has_had_no_time_yet_is_not(air: float, minutes: int, fields: dict[str, Any]) -> None:
    assert reporting(air, minutes, **fields).status().alert is None


def test_it_is_forgotten_as_soon_as_the_valve_says_otherwise() -> None:
    house = reporting(22.0, 20, opening=40)
    house.report(LIVING_VALVE, setpoint=5, opening=0)
    house.pass_minutes(1)
    assert house.status().alert is None
