from dataclasses import replace

import pytest

from recorder.heat_balance import CONDENSING, DRY, Balance, balances, efficiency
from recorder.meter import Interval
from recorder.radiator_model import STEP_S, Burner, Step

MINUTE = 60
NOMINAL_W = 4000.0
RETURN = 41.0
WORTH = (DRY + CONDENSING) / 2
"""What comes into the water of each kWh of gas at this return."""


def readings(*ml: int, minutes: int = 5, equipment: str = "m") -> list[Interval]:
    """An interval each five minutes, from the fifth on."""
    span = MINUTE * minutes
    return [Interval(300 + span * place, 300 + span * (place + 1), equipment, one) for place, one in enumerate(ml)]


def water(minutes: int, *, lit: range, burner: Burner = Burner.HEATING) -> list[Step]:
    """Steps of a house of two rooms that takes 36 and 18 kJ in each half a minute of the burner."""
    return [
        Step(
            at,
            burner if (is_lit := at // MINUTE in lit) else Burner.OFF,
            400,
            (36_000, 18_000) if is_lit else (0, 0),
            (0, 0),
            (1000, 1000),
            flow=59.0 if is_lit else 39.0,
            pumped=is_lit,
            returned=RETURN,
        )
        for at in range(0, minutes * MINUTE, STEP_S)
    ]


STEPS = water(60, lit=range(10, 30))


def made(metered: list[Interval], steps: list[Step], heating: list[int] | None = None) -> list[Balance]:
    return list(balances(metered, steps, [one.ml for one in metered] if heating is None else heating, NOMINAL_W))


def test_each_quarter_of_an_hour_balances_its_gas_with_what_became_of_it() -> None:
    first, second = made(readings(0, 20_000, 20_000, 20_000, 0, 0), STEPS)
    assert (first.begin, second.begin) == (300, 1200)
    assert (first.gas, second.gas) == pytest.approx((0.3908 * WORTH, 0.1954 * WORTH), rel=1e-3)
    assert first.heat == pytest.approx((0.2, 0.1))
    assert first.pumped == pytest.approx(40 * 10 / 60)
    assert first.rested == pytest.approx(20 * 5 / 60)
    assert (first.rose, second.rose) == (20, -20)
    assert first.crowded == pytest.approx(0.15)
    assert not first.is_disturbed


def test_a_flame_that_is_lit_to_heat_is_a_start_and_one_that_burns_on_is_none() -> None:
    assert [one.starts for one in made(readings(0, 20_000, 20_000, 20_000, 0, 0), STEPS)] == [1, 0]


def test_gas_is_worth_less_the_warmer_the_water_comes_back_down_to_where_nothing_condenses() -> None:
    metered = readings(0, 20_000, 20_000)
    worth = [
        one.gas for back in (25, 35, 45, 57, 70) for one in made(metered, [replace(x, returned=back) for x in STEPS])
    ]
    assert worth == sorted(worth, reverse=True)
    assert worth[-1] == worth[-2]
    assert worth[0] / worth[-1] == pytest.approx(CONDENSING / DRY)
    assert DRY < efficiency(None) < CONDENSING


def test_a_meter_that_reads_each_hour_has_its_hours_balanced() -> None:
    [one] = made(readings(60_000, minutes=50), STEPS[:-1] + water(61, lit=range(0))[-3:])
    assert one.gas == pytest.approx(0.5862 * WORTH)
    assert sum(one.heat) == pytest.approx(0.6)
    assert one.hours == pytest.approx(5 / 6)


def test_only_the_gas_that_heated_counts_and_what_else_took_gas_is_remembered() -> None:
    metered = readings(0, 20_000, 20_000)
    [cooked] = made(metered, STEPS, [0, 20_000, 10_000])
    assert cooked.gas == pytest.approx(0.2931 * WORTH)
    assert cooked.is_disturbed
    [tapped] = made(metered, water(60, lit=range(10, 30), burner=Burner.HOT_WATER), [0, 0, 0])
    assert tapped.is_disturbed


@pytest.mark.parametrize(
    "steps",
    [
        water(60, lit=range(10, 30), burner=Burner.UNKNOWN),
        water(15, lit=range(10, 15)),
        [],
        [replace(one, flow=None) for one in STEPS],
    ],
    ids=["nobody knew", "not all told", "nothing told", "no flow told"],
)
def test_a_quarter_of_which_something_is_not_known_teaches_nothing(steps: list[Step]) -> None:
    assert made(readings(0, 20_000, 20_000), steps) == []


def test_a_gap_between_readings_and_another_meter_that_counts_beside_it_teach_nothing() -> None:
    whole = readings(0, 20_000, 20_000, 20_000, 0, 0)
    assert [one.begin for one in made([*whole[:2], *whole[3:]], STEPS)] == [1200]
    beside = readings(0, 0, 0, 0, 5_000, 0, equipment="n")
    assert [one.begin for one in made([*whole, *beside], STEPS)] == [300]


def test_a_silent_meter_teaches_nothing_of_its_hours() -> None:
    assert made(readings(500_000, minutes=150), water(200, lit=range(10, 30))) == []
