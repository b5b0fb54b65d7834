"""When the clock speaks."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridges.clock.protocol import FIRST_CREDIBLE, MINUTE, is_due, known, minute_of, wait

NOON = datetime(2026, 1, 12, 12, 0, tzinfo=UTC)
INSTANTS = st.datetimes(NOON.replace(tzinfo=None), NOON.replace(year=2090, tzinfo=None), timezones=st.just(UTC))


@pytest.mark.parametrize(
    ("seconds_after_noon", "due"),
    [
        pytest.param(0, False, id="said already"),
        pytest.param(59.999, False, id="not yet"),
        pytest.param(60, True, id="the next minute"),
        pytest.param(3 * 3600, True, id="after a suspend"),
        pytest.param(-0.5, False, id="put back by a moment: this minute was said"),
        pytest.param(-60, False, id="put back by a minute"),
        pytest.param(-3600, True, id="put back by an hour: start anew"),
    ],
)
def test_a_minute_is_said_once_even_if_the_clock_jumps(seconds_after_noon: float, due: bool) -> None:
    assert is_due(NOON, NOON + timedelta(seconds=seconds_after_noon)) is due


def test_a_clock_that_was_never_set_counts_minutes_and_tells_no_time() -> None:
    assert is_due(FIRST_CREDIBLE - 2 * MINUTE, FIRST_CREDIBLE - timedelta(microseconds=1))
    assert known(FIRST_CREDIBLE - MINUTE) is None
    assert known(FIRST_CREDIBLE) == FIRST_CREDIBLE


@given(INSTANTS)
def test_waiting_ends_exactly_at_the_next_full_minute(now: datetime) -> None:
    woken = now + wait(now)
    assert minute_of(woken) == woken
    assert timedelta(0) < woken - now <= MINUTE


@given(INSTANTS, st.lists(st.integers(-7200, 7200), max_size=50))
def test_however_the_clock_is_set_the_house_is_not_left_without_time(start: datetime, steps: list[int]) -> None:
    said, now = minute_of(start), start
    for step in [*steps, 60, 60, 1]:
        now += timedelta(seconds=step)
        if is_due(said, now):
            said = minute_of(now)
    assert abs(now - said) <= 2 * MINUTE
