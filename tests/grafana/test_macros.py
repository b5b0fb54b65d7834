from datetime import UTC, datetime, timedelta, timezone

import pytest

from grafana.macros import Span, expand

SPAN = Span(datetime(2026, 1, 12, 6, tzinfo=UTC), datetime(2026, 1, 12, 9, tzinfo=timezone(timedelta(hours=1))))


@pytest.mark.parametrize(
    ("said", "sent"),
    [
        ("$__timeFilter(time)", "time BETWEEN '2026-01-12T06:00:00Z' AND '2026-01-12T08:00:00Z'"),
        ("$__timeFrom()", "'2026-01-12T06:00:00Z'"),
        ("$__timeTo()::timestamptz", "'2026-01-12T08:00:00Z'::timestamptz"),
        ("house = ${house:sqlstring}", "house = 'John''s/home'"),
    ],
)
def test_macros_and_variables_become_what_postgres_gets(said: str, sent: str) -> None:
    assert expand(said, SPAN, {"house": "John's/home"}) == sent


@pytest.mark.parametrize("said", ["$__unknown(x)", "${room:sqlstring}", "$house", "${house}"])
def test_what_is_not_known_is_named(said: str) -> None:
    with pytest.raises(KeyError, match=r"unknown|room|house"):
        expand(said, SPAN, {"house": "home"})
