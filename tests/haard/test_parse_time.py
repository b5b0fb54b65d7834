"""The end of a wish as a person types it."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haard.parse_time import End, end, minutes, moment
from house.errors import SettingsError
from tests.strategies import wall_times

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
EVENING = datetime(2026, 1, 12, 19, 0, tzinfo=UTC)  # 20:00 in the house
instants = st.integers(0, 4_000_000_000).map(lambda second: datetime.fromtimestamp(second, UTC))


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("22:30", "2026-01-12T21:30:00+00:00"),
        ("6:30", "2026-01-13T05:30:00+00:00"),
        ("20:00", "2026-01-13T19:00:00+00:00"),
        ("2026-02-01T12:00", "2026-02-01T11:00:00+00:00"),
        ("2026-07-01 12:00", "2026-07-01T10:00:00+00:00"),
        ("2026-02-01T12:00Z", "2026-02-01T12:00:00+00:00"),
        ("2026-02-01T12:00-05:00", "2026-02-01T17:00:00+00:00"),
    ],
)
def test_a_text_means_the_next_such_moment_in_the_house(text: str, at: str) -> None:
    assert moment(text, EVENING, AMSTERDAM) == datetime.fromisoformat(at)


@given(wall_times, instants)
def test_a_wall_time_is_ahead_by_a_day_at_most_and_reads_back(text: str, now: datetime) -> None:
    at = moment(text, now, AMSTERDAM)
    assert timedelta(0) < at - now <= timedelta(hours=26)
    is_skipped = at.astimezone(AMSTERDAM).utcoffset() != (at - timedelta(minutes=1)).astimezone(AMSTERDAM).utcoffset()
    assert f"{at.astimezone(AMSTERDAM):%H:%M}" == text or is_skipped


@pytest.mark.parametrize("text", ["25:00", "22.30", "tonight", "", "2026-13-01", "22:30:61", "9999-12-31T23:59-12:00"])
def test_what_is_not_understood_is_told_with_an_example(text: str) -> None:
    with pytest.raises(SettingsError, match="expected a time such as 22:30"):
        moment(text, EVENING, AMSTERDAM)


@pytest.mark.parametrize("text", ["2026-01-12T20:00", "2020-01-01"])
def test_what_has_passed_is_refused_with_the_houses_time(text: str) -> None:
    with pytest.raises(SettingsError, match="has passed; it is 2026-01-12 20:00 in the house"):
        moment(text, EVENING, AMSTERDAM)


@pytest.mark.parametrize(
    ("span", "expected"),
    [
        ("2h", 120),
        ("90m", 90),
        ("90min", 90),
        ("1h30m", 90),
        ("1 h 30 min", 90),
        ("2D", 2880),
        ("1d12h", 2160),
        ("1h30", 90),
        ("1.5h", 90),
        ("1,5 hours", 90),
        ("2 weeks", 20160),
        (" 45 minutes ", 45),
    ],
)
def test_a_span_is_days_hours_and_minutes(span: str, expected: int) -> None:
    assert minutes(span) == expected
    assert end(None, span, EVENING, AMSTERDAM) == End(minutes=expected)


@pytest.mark.parametrize(
    "span", ["", "90", "h", "0m", "-2h", "2h3", "1 2h", "53 weeks", "367d", "1,500m", "m30h1", "٢h", "0.5m", "1h30x"]
)
def test_a_span_that_is_none_is_told_with_an_example(span: str) -> None:
    with pytest.raises(SettingsError, match="expected a span such as 2h, 90m, 1h30m or 2d"):
        minutes(span)


def test_a_wish_has_one_end() -> None:
    assert not end(None, None, EVENING, AMSTERDAM)
    with pytest.raises(SettingsError, match="--until and --for"):
        end("22:30", "2h", EVENING, AMSTERDAM)
