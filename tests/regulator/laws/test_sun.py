from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulator.laws import burst
from regulator.laws.burst.solar_gain import wait
from regulator.laws.interface import Model, Sky
from tests.regulator.laws.rooms import MINUTE, NOON, house, room

SUNNY = tuple(Sky(NOON + hour * 60 * MINUTE, 5.0, 400.0) for hour in range(-1, 4))
DULL = tuple(Sky(NOON + hour * 60 * MINUTE, 5.0, 40.0) for hour in range(-1, 4))
MODEL = Model(loss=0.02, sun=0.002)  # 0.8 K/h from the sun, 0.3 K/h lost


def until(temperature: float = 19.7, minutes: float = 0, **given: Any) -> tuple[datetime | None, dict[str, Any]]:
    """Until when the room waits, `minutes` past noon."""
    memory, model = given.pop("memory", {}), given.pop("model", MODEL)
    now = house({}, now=NOON + minutes * MINUTE, **{"forecast": SUNNY, **given})
    return wait(room(temperature, model=model), 20.0, memory, now)


def test_a_room_that_the_sun_will_warm_waits_for_an_hour_at_most() -> None:
    waits, memory = until()
    assert waits == NOON + 60 * MINUTE
    assert until(20.0, 59, memory=memory)[0] == NOON + 60 * MINUTE
    assert until(20.0, 60, memory=memory)[0] is None


@pytest.mark.parametrize(
    "changed",
    [
        {"model": None},
        {"model": Model(0.02, 0.0)},
        {"forecast": ()},
        {"forecast": DULL},
        {"forecast": SUNNY[:1]},
        {"temperature": 19.3},
        {"temperature": 20.1},
    ],
    ids=str,
)
def test_without_a_model_a_forecast_enough_sun_or_when_it_is_too_cold_nothing_waits(changed: dict[str, Any]) -> None:
    assert until(**changed) == (None, {})


def test_a_room_that_warms_less_than_half_as_fast_as_foretold_waits_no_longer_nor_begins_again() -> None:
    _, memory = until()
    assert until(19.7, 19, memory=memory)[0] is not None
    waits, memory = until(19.7, 20, memory=memory)
    assert waits is None
    assert until(19.7, 100, memory=memory)[0] is None
    assert until(19.7, 180, memory=memory, forecast=tuple(Sky(one.at + 180 * MINUTE, 5.0, 400.0) for one in SUNNY))[0]


def test_a_room_that_should_be_much_warmer_meanwhile_waits_no_longer() -> None:
    _, memory = until()
    assert until(19.3, 5, memory=memory)[0] is None


def test_what_is_foretold_stays_within_reason_whatever_the_model_says() -> None:
    _, memory = until(model=Model(0.1, 1e306))
    assert memory["sun"]["rise_per_h"] == 10


def test_the_law_heats_no_room_that_waits_for_the_sun_and_says_so() -> None:
    dull = burst.decide(house({"living": room(19.5)}, forecast=DULL))
    assert dull.call
    sunny = burst.decide(house({"living": room(19.5, model=Model(0.02, 0.004))}, forecast=SUNNY))
    assert not sunny.call
    assert sunny.rooms["living"].reason == "0.5 K below 20; waits: the sun will warm it, or until 13:00"


@given(
    temperature=st.floats(15, 25),
    setpoint=st.floats(15, 25),
    sun=st.floats(0, 0.01),
    irradiance=st.floats(0, 900),
    damage=st.none()
    | st.dictionaries(st.sampled_from(["at", "from", "rise_per_h", "over"]), st.none() | st.integers()),
)
def test_the_sun_only_delays(temperature: float, setpoint: float, sun: float, irradiance: float, damage: Any) -> None:
    sky = tuple(Sky(NOON + hour * 60 * MINUTE, 5.0, irradiance) for hour in range(4))
    memory = {} if damage is None else {"sun": damage}
    with_model = room(temperature, setpoint, model=Model(0.02, sun), memory=memory)
    waiting = burst.decide(house({"living": with_model}, forecast=sky)).rooms["living"]
    plain = burst.decide(house({"living": room(temperature, setpoint)}, forecast=sky)).rooms["living"]
    assert waiting.demand <= plain.demand
    assert waiting.open <= plain.open
