from datetime import UTC, datetime

import pytest

from benchmarks import gas_houses as benchmark
from house.messages import RoomModel
from recorder.history import history
from recorder.model import PRIOR, Kind, Transient, agreed, identify, seen_in
from recorder.radiator_model import steps

NOW = datetime(2026, 2, 1, tzinfo=UTC)
TRUE = RoomModel(a=1.5, b=0.05, solar=0.004)


def stretch(number: int, kind: Kind, model: RoomModel = TRUE, off: float = 0.0) -> Transient:
    """A transient of a room that behaves as the model, but for `off` K."""
    heat = 1.0 + 0.1 * (number % 3) if kind is Kind.HEATING else 0.0
    sun = 300.0 + 50 * (number % 4) if kind is Kind.SUN else 0.0
    loss = 30.0 + number % 5
    change = (model.a or 0) * heat - (model.b or 0) * loss + (model.solar or 0) * sun + off
    return Transient(number, kind, change, heat, loss, sun)


def weeks(count: int, model: RoomModel = TRUE, kinds: tuple[Kind, ...] = tuple(Kind)) -> list[Transient]:
    return [stretch(number, kinds[number % len(kinds)], model) for number in range(count)]


def test_a_room_is_identified_from_its_transients() -> None:
    model = identify(weeks(60), [10, 11, 12, 13, 14, 60], None, NOW)
    assert model is not None
    assert (model.a, model.b, model.solar) == (1.5, 0.05, 0.004)
    assert (model.dead_time_min, model.count, model.learned_at) == (12, 60, NOW)


def test_stretches_in_which_something_else_went_on_do_not_count() -> None:
    disturbed = weeks(60)
    for number in (3, 10, 23):
        disturbed[number] = stretch(number, disturbed[number].kind, off=-2.0)
    model = identify(disturbed, [], None, NOW)
    assert model is not None
    assert (model.a, model.b, model.solar) == (1.5, 0.05, 0.004)


def test_too_few_transients_teach_nothing() -> None:
    assert identify(weeks(9), [], None, NOW) is None
    assert identify([], [], None, NOW) is None


def test_what_was_not_seen_stays_as_it_was_known() -> None:
    known = RoomModel(a=1.5, b=0.03, solar=0.001, dead_time_min=20)
    model = identify(weeks(30, kinds=(Kind.COOLING,)), [5.0], known, NOW)
    assert model is not None
    assert (model.a, model.b, model.solar, model.dead_time_min) == (1.5, 0.05, 0.001, 20)


def test_a_model_that_foretells_no_better_than_the_former_is_not_taken() -> None:
    assert identify(weeks(60), [], TRUE, NOW) is None
    assert identify(weeks(60), [], TRUE.model_copy(update={"a": 1.52}), NOW) is None
    assert identify(weeks(60), [], TRUE.model_copy(update={"a": 1.0}), NOW) is not None


def test_a_room_that_is_as_usual_is_learned_too() -> None:
    model = identify(weeks(60, PRIOR), [], None, NOW)
    assert model is not None
    assert (model.a, model.b, model.solar, model.count) == (PRIOR.a, PRIOR.b, PRIOR.solar, 60)


def test_the_first_model_is_the_usual_one_where_the_rooms_own_foretells_worse() -> None:
    turned = weeks(45, RoomModel(a=3.0, b=0.05, solar=0.0)) + [
        stretch(number, Kind.HEATING, PRIOR) for number in range(100, 115)
    ]
    model = identify(turned, [], None, NOW)
    assert model is not None
    assert (model.a, model.b, model.count) == (PRIOR.a, PRIOR.b, 60)


def test_a_model_that_fits_the_past_but_not_the_newest_transients_is_not_taken() -> None:
    turned = weeks(45, RoomModel(a=3.0, b=0.05, solar=0.0)) + [
        stretch(number, Kind.HEATING) for number in range(100, 115)
    ]
    assert identify(turned, [], TRUE, NOW) is None


@pytest.mark.parametrize("count", [0, 5])
def test_fewer_than_six_values_agree_on_nothing(count: int) -> None:
    assert agreed([1.0] * count) is None


def test_far_off_values_are_left_out_and_old_ones_forgotten() -> None:
    assert agreed([1.0, 1.1, 0.9, 1.0, 1.05, 9.0]) == 1.0
    assert agreed([5.0] * 40 + [1.0] * 31) == 1.0


@pytest.mark.slow
def test_in_the_simulated_house_rooms_show_heating_and_plausible_dead_times(lived: benchmark.Lived) -> None:
    house = benchmark.example_house()
    told = history(lived.records)
    water = list(steps(told, house, benchmark.START, benchmark.START + benchmark.DAY_S))
    seen = seen_in(told, house, water)
    for transients, dead_min in seen.values():
        assert all(one.heat > 0.05 and one.loss > 0 for one in transients if one.kind is Kind.HEATING)
        assert all(0 < minutes <= 60 for minutes in dead_min)
    assert sum(any(one.kind is Kind.HEATING for one in transients) for transients, _ in seen.values()) >= 4
    assert sum(bool(dead_min) for _, dead_min in seen.values()) >= 3
