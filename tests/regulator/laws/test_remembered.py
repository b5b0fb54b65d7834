from datetime import UTC, datetime
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from regulator.laws.remembered import minutes_since, moment, number, seconds, section

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
)


@example(10**400)
@example(float("nan"))
@given(anything)
def test_a_number_is_within_its_bounds_whatever_was_remembered(value: Any) -> None:
    assert 1.0 <= number(value, 2.0, 1.0, 3.0) <= 3.0


@given(anything)
def test_a_moment_is_an_instant_or_none_whatever_was_remembered(value: Any) -> None:
    at = moment(value)
    assert at is None or at.tzinfo is not None
    assert isinstance(section(value), dict)


@given(st.datetimes(datetime(2000, 1, 1), datetime(2098, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_a_moment_comes_back_to_the_second(at: datetime) -> None:
    again = moment(seconds(at))
    assert again is not None
    assert abs((again - at).total_seconds()) < 1


def test_a_moment_to_come_counts_as_long_ago() -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    assert minutes_since(datetime(2026, 1, 2, tzinfo=UTC), now) == minutes_since(None, now) == 1e6
