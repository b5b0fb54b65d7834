"""What a person means who turns a valve's knob."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridges.knob import meant

halves = st.integers(10, 60).map(lambda n: n / 2)


@pytest.mark.parametrize(
    ("turned", "written", "effective", "expected"),
    [(7, 5, 20, 22), (25, 26, 20, 19), (21, 5, 18, 21), (21, 26.5, 20.5, 21), (20.5, 20, 20, 20.5), (30, 26, 20, 24)],
)
def test_a_number_for_a_room_is_literal_and_any_other_a_difference(
    turned: float, written: float, effective: float, expected: float
) -> None:
    assert meant(turned, written, effective) == expected


@given(halves, halves, halves)
def test_turning_up_never_lowers_a_room_unless_a_number_for_a_room_was_dialled(
    turned: float, written: float, effective: float
) -> None:
    asked = meant(turned, written, effective)
    assert 5 <= asked <= 30
    if asked != turned:
        assert (asked - effective) * (turned - written) >= 0
