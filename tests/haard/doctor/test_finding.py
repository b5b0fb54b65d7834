"""What a check found, and how old is too old."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haard.doctor.finding import CLOCK_SLACK, Finding, Limits, Verdict, aged, duration

NOW = datetime(2026, 1, 12, 6, 30, tzinfo=UTC)
LIMITS = Limits(timedelta(minutes=15), timedelta(hours=1))
SEVERITY: dict[Verdict, int] = {"well": 0, "doubt": 1, "failure": 2}
AGES = st.timedeltas(timedelta(0), timedelta(days=400))


@pytest.mark.parametrize(
    ("age", "verdict", "words"),
    [
        (timedelta(seconds=12), "well", "20 °C, 12 s ago"),
        (timedelta(minutes=15), "doubt", "20 °C, 15 min ago"),
        (timedelta(hours=1), "failure", "20 °C, 60 min ago"),
        (timedelta(days=3), "failure", "20 °C, 3 days ago"),
        (-CLOCK_SLACK, "well", "20 °C, 0 s ago"),
        (timedelta(minutes=-5), "doubt", "20 °C, dated 5 min in the future"),
    ],
)
def test_an_age_is_judged_and_told(age: timedelta, verdict: Verdict, words: str) -> None:
    finding = aged("20 °C", NOW - age, NOW, LIMITS, "look at its battery")
    assert (finding.verdict, finding.what) == (verdict, words)


def test_what_carries_no_instant_is_in_doubt() -> None:
    assert aged("20 °C", None, NOW, LIMITS, "say measured_at").verdict == "doubt"


@given(AGES, AGES)
def test_nothing_gets_better_by_growing_older(one: timedelta, other: timedelta) -> None:
    younger, older = (aged("it", NOW - age, NOW, LIMITS, "do").verdict for age in sorted((one, other)))
    assert SEVERITY[younger] <= SEVERITY[older]


@given(AGES)
def test_a_duration_is_never_told_longer_than_it_is(age: timedelta) -> None:
    number, unit = duration(age).split()
    seconds = {"s": 1, "min": 60, "h": 3600, "days": 86400}
    assert timedelta(seconds=int(number) * seconds[unit]) <= age


@pytest.mark.parametrize(("verdict", "remedy"), [("well", "do this"), ("doubt", ""), ("failure", "")])
def test_what_is_not_well_has_a_remedy_and_only_that(verdict: Verdict, remedy: str) -> None:
    with pytest.raises(ValueError, match="a remedy belongs to what is not well"):
        Finding(verdict, "it", remedy)
