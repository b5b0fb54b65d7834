import pytest

from recorder.burn_cycles import Cycle, cycles
from recorder.meter import Interval
from recorder.radiator_model import STEP_S, Burner, Step

MINUTE = 60


def readings(*ml: int) -> list[Interval]:
    """An interval each five minutes."""
    return [Interval(300 * place, 300 * (place + 1), "m", one) for place, one in enumerate(ml)]


def water(minutes: int, *, lit: range, flow: float = 60.0, burner: Burner = Burner.HEATING) -> list[Step]:
    """Steps of a house of two rooms that takes 36 and 18 kJ in each half a minute of the burner."""
    return [
        Step(
            at,
            burner if (is_lit := at // MINUTE in lit) else Burner.OFF,
            400,
            (36_000, 18_000) if is_lit else (0, 0),
            (0, 0),
            (0, 0),
            flow=flow if is_lit else 40.0,
            pumped=is_lit,
        )
        for at in range(0, minutes * MINUTE, STEP_S)
    ]


REST = (0, 0, 0)
TWO_BURNS = readings(5_000, *REST, 20_000, 20_000, *REST, 9_000)
STEPS = water(60, lit=range(21, 29))


def all_heating(metered: list[Interval]) -> list[int]:
    return [one.ml for one in metered]


def test_a_cycle_goes_from_the_first_gas_after_a_rest_to_the_next_such() -> None:
    [one] = cycles(TWO_BURNS, STEPS, all_heating(TWO_BURNS))
    assert one == Cycle(begin=1200, gas=one.gas, heat=one.heat, pumped=one.pumped, rose=20)
    assert (one.gas, one.pumped) == pytest.approx((0.3908, 41 * 8 / 60))
    assert one.heat == pytest.approx((0.16, 0.08))


def test_a_rest_of_less_than_a_quarter_of_an_hour_ends_no_cycle() -> None:
    metered = readings(5_000, *REST, 20_000, 0, 0, 20_000, *REST, 9_000)
    [one] = cycles(metered, water(60, lit=range(21, 29)), all_heating(metered))
    assert one.gas == pytest.approx(0.3908)


def test_only_the_gas_that_heated_counts_and_what_else_took_gas_is_remembered() -> None:
    [one] = cycles(TWO_BURNS, water(60, lit=range(21, 29), burner=Burner.HOT_WATER), [0, 0, 0, 0, 5_000, 0, 0, 0, 0, 0])
    assert one.gas == pytest.approx(0.04885)
    assert one.is_disturbed
    [one] = cycles(TWO_BURNS, STEPS, [0, 0, 0, 0, 20_000, 0, 0, 0, 0, 0])
    assert one.is_disturbed


@pytest.mark.parametrize(
    "steps",
    [
        water(60, lit=range(21, 29), burner=Burner.UNKNOWN),
        water(40, lit=range(21, 29)),
        [],
        [Step(one.at, one.burner, 400, one.taken, one.given, one.opened) for one in STEPS],
    ],
    ids=["nobody knew", "not all told", "nothing told", "no flow told"],
)
def test_a_cycle_of_which_something_is_not_known_teaches_nothing(steps: list[Step]) -> None:
    assert list(cycles(TWO_BURNS, steps, all_heating(TWO_BURNS))) == []


def test_water_that_came_in_warm_and_went_out_warm_was_not_warmed() -> None:
    warm = [Step(one.at, one.burner, 400, one.taken, (0, 0), (0, 0), flow=60.0, pumped=one.pumped) for one in STEPS]
    [one] = cycles(TWO_BURNS, warm, all_heating(TWO_BURNS))
    assert one.rose == 0
