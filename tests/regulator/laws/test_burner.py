from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulator.laws.burst import decide
from regulator.laws.burst.burner import KEPT, LEAST_W, MOST_W, REST_BOUNDS, Burn, Burner, burner_of, memory_of
from tests.regulator.laws.rooms import after, house, room, run

burns = st.builds(Burn, st.integers(0, 20_000).map(float), st.integers(1, 200).map(float))


def taught(*lessons: tuple[float, float], goal_min: float = 14.0) -> Burner:
    """A burner after burns of (open W, minutes) that the water ended."""
    burner = Burner()
    for open_w, minutes in lessons:
        burner = burner.after(Burn(open_w, minutes), True, goal_min)
    return burner


def test_the_least_open_power_is_the_first_with_which_most_burns_lasted() -> None:
    short, long = [(2600.0, 6.0)] * 4, [(4100.0, 15.0)] * 4
    assert taught(*short, *long).least_open_w == 3000
    assert taught(*[(9000.0, 4.0)] * 8).least_open_w == MOST_W
    assert taught(*[(1000.0, 12.0)] * 3, *long).least_open_w == LEAST_W


def test_a_few_burns_say_nothing_yet() -> None:
    assert taught(*[(4100.0, 15.0)] * 5).least_open_w is None


def test_short_burns_lengthen_the_rests_and_long_ones_shorten_them() -> None:
    assert taught((3000.0, 7.0)).rest_part > 1 > taught((3000.0, 21.0)).rest_part
    assert taught((3000.0, 14.0)).rest_part == 1


def test_a_burn_that_the_rooms_ended_early_says_nothing_of_the_power() -> None:
    assert Burner().after(Burn(3000.0, 6.0), False, 14.0).burns == ()
    assert Burner().after(Burn(3000.0, 12.0), False, 14.0).burns == (Burn(3000.0, 12.0),)


@given(st.lists(st.tuples(burns, st.booleans()), max_size=80))
def test_what_is_learned_stays_within_bounds_and_small_and_survives_a_restart(lessons: list[tuple[Burn, bool]]) -> None:
    burner = Burner()
    for burn, by_water in lessons:
        burner = burner.after(burn, by_water, 14.0)
        assert REST_BOUNDS[0] <= burner.rest_part <= REST_BOUNDS[1]
        assert len(burner.burns) <= KEPT
        assert burner.least_open_w is None or LEAST_W <= burner.least_open_w <= MOST_W
    assert burner_of(memory_of(burner)) == burner


@pytest.mark.parametrize("damage", [None, 7, "x", {}, [1], [[1]], [["a", "b"]], [[1, 2, 3]], [[-1, 5]], [[5, -1]]])
def test_damaged_burns_count_as_none(damage: Any) -> None:
    assert burner_of({"burns": damage, "rest": damage}).burns == ()


def test_a_burn_of_the_house_is_learned_when_the_water_has_stopped_it() -> None:
    now, burning = run(decide, house({"living": room(19.0)}), 8)
    stopped = decide(after(now, burning, flame=False))
    assert stopped.memory["burns"] == [[2000, 8]]
    assert decide(after(now, stopped, flame=False, call=False)).memory["burns"] == [[2000, 8]]


def test_a_burn_that_hot_water_had_a_part_in_teaches_nothing() -> None:
    now, burning = run(decide, house({"living": room(19.0)}), 4)
    drawn = decide(after(now, burning, hot_water=True))
    now, burning = run(decide, after(now, drawn, hot_water=False), 4)
    assert "burns" not in decide(after(now, burning, flame=False)).memory


def test_the_learned_power_decides_how_much_company_a_start_needs() -> None:
    rooms = {"living": room(19.75, power_w=2500.0), "bath": room(19.75, power_w=500.0), "hall": room(20.5, power_w=3e3)}
    assert not decide(house(rooms)).call
    assert decide(house(rooms, memory={"burns": [[3000, 15]] * 6})).call
