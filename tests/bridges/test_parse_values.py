"""What devices write is read, or is unknown."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridges.parse_values import json_object, number, pressure, yes_or_no
from tests.strategies import json_values

ANYTHING: st.SearchStrategy[Any] = json_values | st.binary() | st.just("1" * 5000) | st.just("9" * 400)


@given(ANYTHING)
def test_whatever_is_read_lies_within_bounds_or_is_unknown(value: Any) -> None:
    found = number(value, -10, 10)
    assert found is None or -10 <= found <= 10
    assert yes_or_no(value) in (True, False, None)


@given(st.binary())
def test_a_payload_is_an_object_or_empty(payload: bytes) -> None:
    assert isinstance(json_object(payload), dict)


@pytest.mark.parametrize(
    ("value", "expected"),
    [("20.5", 20.5), (b" 45.00 ", 45), (3, 3), (True, None), ("on", None), (None, None), ("nan", None), ("1e9", None)],
    ids=repr,
)
def test_numbers_come_as_numbers_or_text(value: Any, expected: float | None) -> None:
    assert number(value, 0, 100) == expected


@pytest.mark.parametrize(("bar", "expected"), [(25.5, None), (0, None), (1.6, 1.6), (b"2", 2), (-1, None)], ids=repr)
def test_a_pressure_that_no_boiler_can_have_is_unknown(bar: Any, expected: float | None) -> None:
    assert pressure(bar) == expected
