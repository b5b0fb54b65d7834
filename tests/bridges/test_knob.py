"""What a person means who turns a valve's knob."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridges.knob import FAR_K, ROOM_HIGHEST, ROOM_LOWEST, meant

halves = st.integers(10, 60).map(lambda n: n / 2)


@pytest.mark.parametrize(
    ("turned", "written", "effective", "expected"),
    [(7, 5, 20, 22), (25, 26, 20, 19), (21, 5, 18, 21), (21, 26.5, 20.5, 21), (20.5, 20, 20, 20.5), (30, 26, 20, 24)],
)
def test_a_number_for_a_room_is_literal_and_any_other_a_difference(
    turned: float, written: float, effective: float, expected: float
) -> None:
    assert meant(turned, written, effective) == expected


@pytest.mark.parametrize(
    ("turned", "written", "effective", "expected"),
    [
        (11.5, 5, 20, 25.5),  # was 26.5, beside 12 for half a degree more
        (8, 5, 20, 23),
        (11.5, 5, 8, 14.5),
        (11.5, 5, 27, 27),  # warmer than it is wished to be already: no colder for being turned up
        (11.5, 26, 20, 11.5),  # was 5.5, beside 12 for half a degree more
        (5, 26, 20, 5),
        (7, 26, 16, 7),
        (30, 5, 20, 30),
        (28, 5, 20, 28),
        (30, 26, 28, 30),
    ],
)
def test_a_far_turn_to_no_number_for_a_room_asks_for_no_more_and_no_less_than_is_meant_or_shown(
    turned: float, written: float, effective: float, expected: float
) -> None:
    assert meant(turned, written, effective) == expected


@given(halves, halves, halves)
def test_nobody_gets_a_hotter_or_colder_room_than_is_meant_held_or_shown_but_by_a_nudge(
    turned: float, written: float, effective: float
) -> None:
    if abs(turned - written) > FAR_K:
        lowest, highest = min(turned, effective, ROOM_LOWEST), max(turned, effective, ROOM_HIGHEST)
        assert lowest <= meant(turned, written, effective) <= highest


@given(halves, halves, halves)
def test_turning_up_never_lowers_a_room_unless_a_number_for_a_room_was_dialled(
    turned: float, written: float, effective: float
) -> None:
    asked = meant(turned, written, effective)
    assert 5 <= asked <= 30
    if asked != turned:
        assert (asked - effective) * (turned - written) >= 0
