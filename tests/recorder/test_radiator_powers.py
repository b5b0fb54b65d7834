from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from house.messages import PipeLoss, RadiatorPower
from house.settings import Settings
from recorder.heat_balance import Balance
from recorder.radiator_powers import (
    DEAD_BAND,
    LEAST_BALANCES,
    drawn_to_one,
    factor_of,
    fit,
    inverse_diagonal,
    news,
    non_negative,
    strengthened,
)

NOW = datetime(2026, 1, 20, tzinfo=UTC)
PIPE_KW_PER_K, WATER_KWH_PER_K, PER_HEAT = 0.005, 0.017, 1.14
NOISE = 0.02
HOUSE = Settings.model_validate(
    {
        "rooms": {
            room: {"radiators": [{"valve": f"v_{room}", "power_w": power}]}
            for room, power in (("living", 2000), ("bath", 1000), ("study", 800))
        }
    }
)


def lived(true: Sequence[float], count: int = 400, *, seed: int = 0) -> list[Balance]:
    """Quarters of a house whose rooms really take `true` times what the model says, each heated in two of three."""
    random = Random(seed)
    made = []
    for number in range(count):
        heat = tuple(random.uniform(0.1, 0.5) * (random.random() < 0.67) for _ in true)
        pumped, rested, rose = random.uniform(0, 12), random.uniform(0, 2), random.uniform(-10, 10)
        gas = PER_HEAT * sum(one * factor for one, factor in zip(heat, true, strict=True))
        gas += PIPE_KW_PER_K * (pumped + rested) + WATER_KWH_PER_K * rose
        gas = max(0.0, gas + random.gauss(0, NOISE))
        made.append(Balance(number * 900, gas, heat, pumped, rested, rose, sum(heat) ** 2))
    return made


powers = st.tuples(*[st.floats(0.8, 1.2)] * 3)


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(powers, st.integers(0, 99))
def test_powers_of_plates_that_are_wrong_by_a_fifth_are_found(true: tuple[float, ...], seed: int) -> None:
    found = fit(lived(true, seed=seed))
    assert found is not None
    ratios = [factor / one for factor, one in zip(found.factors, true, strict=True)]
    assert max(ratios) / min(ratios) < 1.08
    assert all(0.005 < error < 0.06 for error in found.errors)


def test_pipes_get_the_part_that_no_radiator_took() -> None:
    quarters = lived((1.0, 1.0, 1.0))
    lost = sum(PIPE_KW_PER_K * (one.pumped + one.rested) for one in quarters)
    found = fit(quarters)
    assert found is not None
    assert found.pipes == pytest.approx(lost / sum(one.gas for one in quarters), abs=0.03)


def test_a_cooker_that_hides_behind_the_burner_each_evening_strengthens_no_room_that_is_open_then() -> None:
    """With an hourly meter: a bathroom that is heated in the evening only."""
    bath, hours = 0.85, []
    for number, one in enumerate(lived((1.0, bath, 1.0), 28 * 24)):
        is_evening = number % 24 in (18, 19, 20)
        heat = (one.heat[0], one.heat[1] * is_evening, one.heat[2])
        gas = one.gas - PER_HEAT * bath * (one.heat[1] - heat[1]) + 0.4 * (number % 24 == 18)
        hours.append(replace(one, begin=3600 * number, hours=1.0, heat=heat, gas=gas))
    found = fit(hours)
    assert found is not None
    assert found.factors[1] / found.factors[0] == pytest.approx(bath, abs=0.05)


def test_what_starts_waste_is_no_rooms_heat() -> None:
    """The study heats alone and makes the burner start each time."""
    random = Random(3)
    quarters = [
        replace(one, starts=1, gas=one.gas + 0.03) if one.heat[:2] == (0.0, 0.0) and random.random() < 0.9 else one
        for one in lived((1.0, 1.0, 1.0), 1200)
    ]
    found = fit(quarters)
    assert found is not None
    assert found.factors[2] == pytest.approx(1, abs=0.03)


def test_a_room_that_is_open_whenever_the_pump_runs_gets_no_more_than_pipes_lose_at_rest() -> None:
    """Its heat and what pipes lose rise and fall together: only what is lost at rest tells one from the other."""
    quarters = [
        replace(one, heat=(*one.heat[:2], heat := 0.02 * one.pumped), gas=one.gas + PER_HEAT * (heat - one.heat[2]))
        for one in lived((1.0, 1.0, 1.0), 1200)
    ]
    found = fit(quarters)
    assert found is not None
    assert found.factors[2] == pytest.approx(1, abs=0.05)


def test_single_quarters_that_fit_nothing_do_no_harm() -> None:
    quarters = lived((0.85, 1.1, 1.0))
    spoilt = [replace(one, gas=one.gas * (3 if place % 16 == 0 else 1)) for place, one in enumerate(quarters)]
    clean, harmed = fit(quarters), fit(spoilt)
    assert clean is not None
    assert harmed is not None
    assert harmed.factors == pytest.approx(clean.factors, abs=0.05)


def test_rooms_that_are_only_heated_together_stay_as_the_settings_say() -> None:
    together = [
        replace(one, gas=1.14 * 3 * one.heat[0], heat=(one.heat[0],) * 3, crowded=one.heat[0])
        for one in lived((1.0, 1.0, 1.0))
    ]
    found = fit(together)
    assert found is not None
    assert found.factors == pytest.approx((1, 1, 1), abs=0.01)
    assert all(error > 0.1 for error in found.errors)


@given(st.floats(0.5, 1.5), st.floats(0.01, 0.13))
def test_what_lies_within_its_own_error_is_drawn_to_the_plate_and_what_lies_far_beyond_it_stays(
    factor: float, error: float
) -> None:
    drawn, off = drawn_to_one(factor, error), abs(factor - 1)
    assert (drawn - 1) * (factor - 1) >= 0
    assert abs(drawn - 1) <= (off / 2 if off < error else off) + 1e-12
    if off > 3 * error:
        assert abs(drawn - 1) >= 0.9 * off - 1e-12


def test_few_quarters_teach_nothing() -> None:
    assert fit(lived((0.8, 1.2, 1.0), LEAST_BALANCES // 2)) is None
    assert news(lived((0.8, 1.2, 1.0), 3), HOUSE, {}, None, NOW) == ({}, None)


@given(
    st.lists(st.lists(st.floats(0, 3), min_size=3, max_size=3), min_size=4, max_size=8),
    st.lists(st.floats(-5, 5), min_size=3, max_size=3),
)
def test_least_squares_without_negative_parts_are_where_no_step_is_better(
    rows: list[list[float]], right: list[float]
) -> None:
    matrix = [[sum(row[i] * row[j] for row in rows) + (i == j) for j in range(3)] for i in range(3)]
    x = non_negative(matrix, right)
    for place, one in enumerate(x):
        slope = sum(matrix[place][other] * x[other] for other in range(3)) - right[place]
        assert one >= 0
        assert slope == pytest.approx(0, abs=1e-5) if one > 0 else slope > -1e-5


@given(st.lists(st.lists(st.floats(-3, 3), min_size=3, max_size=3), min_size=4, max_size=8))
def test_the_diagonal_of_an_inverse_is_that_of_what_gives_one(rows: list[list[float]]) -> None:
    matrix = [[sum(row[i] * row[j] for row in rows) + (i == j) for j in range(3)] for i in range(3)]
    (a, b, c), (_, d, e), (_, _, f) = matrix
    whole = a * (d * f - e * e) - b * (b * f - c * e) + c * (b * e - c * d)
    by_cofactors = [(d * f - e * e) / whole, (a * f - c * c) / whole, (a * d - b * b) / whole]
    assert inverse_diagonal(matrix) == pytest.approx(by_cofactors, rel=1e-6)


def test_what_moves_within_the_dead_band_is_not_said_again() -> None:
    said, pipes = news(lived((0.8, 1.2, 1.0)), HOUSE, {}, None, NOW)
    assert said["living"].factor < 1 - DEAD_BAND
    assert (said["living"].nominal_w, said["living"].count, said["living"].learned_at) == (2000, 400, NOW)
    assert pipes is not None
    assert news(lived((0.8, 1.2, 1.0), seed=1), HOUSE, said, pipes, NOW) == ({}, None)


def test_what_was_learned_is_said_again_before_the_record_forgets_it() -> None:
    said, pipes = news(lived((0.8, 1.2, 1.0)), HOUSE, {}, None, NOW)
    again, other_pipes = news(lived((0.8, 1.2, 1.0), seed=1), HOUSE, said, pipes, NOW + timedelta(days=365))
    assert list(again) == list(said)
    assert other_pipes is not None


def test_what_was_learned_of_other_radiators_than_the_settings_name_does_not_count() -> None:
    said = RadiatorPower(factor=0.8, nominal_w=2000)
    assert factor_of(said, HOUSE.rooms["living"]) == 0.8
    assert factor_of(said, HOUSE.rooms["bath"]) == 1.0
    assert factor_of(None, HOUSE.rooms["bath"]) == 1.0


def test_pipes_are_said_again_when_they_take_clearly_more() -> None:
    _, pipes = news(lived((1.0, 1.0, 1.0)), HOUSE, {}, PipeLoss(fraction=0.3), NOW)
    assert pipes is not None
    assert pipes.fraction < 0.25


def test_strengthened_settings_differ_in_the_radiators_power_alone() -> None:
    other = strengthened(HOUSE, {"bath": 0.8})
    assert other.rooms["bath"].radiators[0].power_w == 800
    assert other.rooms["living"] == HOUSE.rooms["living"]
    assert strengthened(other, {"bath": 1.25}) == HOUSE
