import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridges.simulated.pace import LONGEST_LAG_S, SPAN_S, Pace

AT = 1_768_197_600


def test_an_instant_is_due_when_its_share_of_wall_time_has_passed() -> None:
    pace = Pace(60, AT, 100.0)
    assert pace.wait(AT + 60, 100.0) == pytest.approx(1.0)
    assert pace.wait(AT + 60, 100.9) == pytest.approx(0.1)
    assert pace.wait(AT + 60, 101.0) == pytest.approx(0.0)


def test_a_moment_of_lag_is_made_up_for() -> None:
    pace = Pace(60, AT, 100.0)
    assert pace.wait(AT + 60, 101.2) == 0
    assert pace.wait(AT + 120, 101.2) == pytest.approx(0.8)


def test_time_that_was_slept_through_is_not_made_up_for() -> None:
    pace = Pace(60, AT, 100.0)
    assert pace.wait(AT + 60, 4000.0) == 0
    assert pace.wait(AT + 120, 4000.0) == pytest.approx(1.0)


@given(st.floats(0.1, 1e6), st.lists(st.floats(0, 30), min_size=1, max_size=50))
def test_the_house_is_never_more_than_a_moment_behind_its_plan(speed: float, turns: list[float]) -> None:
    pace, now, at = Pace(speed, AT, 0.0), 0.0, AT
    for turn in turns:
        now += turn
        if pace.wait(at, now) == 0:
            at += 10
        due_in = pace.wait(at, now)
        assert 0 <= due_in <= 10 / speed + 1e-6


def test_a_pace_that_is_kept_is_not_worth_a_word() -> None:
    pace = Pace(60, AT, 0.0)
    for second in range(60):
        assert pace.wait(AT + 60 * second, float(second) + LONGEST_LAG_S / 2) == 0
        assert pace.speed_if_slow(AT + 60 * second, float(second)) is None


def test_a_machine_that_is_too_slow_says_what_it_reached() -> None:
    pace, told = Pace(1e6, AT, 0.0), []
    for turn in range(int(SPAN_S) * 2 + 1):  # each minute takes a second, however fast it should be
        pace.wait(AT + 60 * turn, float(turn))
        told.append(pace.speed_if_slow(AT + 60 * turn, float(turn)))
    assert [one for one in told if one is not None] == pytest.approx([60, 60])
