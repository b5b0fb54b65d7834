"""This computer's clock and time zone."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from haard.doctor import computer
from haard.doctor.finding import Verdict
from tests.haard.doctor.real import NOW


def test_a_clock_that_was_never_set_is_a_failure() -> None:
    assert computer.clock(datetime(1970, 1, 1, tzinfo=UTC), None).verdict == "failure"


@pytest.mark.parametrize(
    ("ahead", "verdict"), [(timedelta(0), "well"), (timedelta(seconds=50), "well"), (timedelta(minutes=3), "failure")]
)
def test_a_clock_behind_the_houses_ticks_is_a_failure(ahead: timedelta, verdict: Verdict) -> None:
    assert computer.clock(NOW, NOW + ahead).verdict == verdict


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        ("Timezone=UTC\nNTP=yes\nNTPSynchronized=yes\n", "well"),
        ("Timezone=UTC\nNTP=yes\nNTPSynchronized=no\n", "failure"),
        (None, "doubt"),
    ],
)
def test_synchronisation_is_read_from_timedatectl(answer: str | None, verdict: Verdict) -> None:
    assert computer.synchronisation(answer).verdict == verdict


def test_wall_time_is_compared_in_summer_and_in_winter() -> None:
    lagos = ZoneInfo("Africa/Lagos")  # one hour ahead of UTC in summer too
    assert computer.zone(NOW, "Europe/Amsterdam", lambda at: at.astimezone(lagos).utcoffset()).verdict == "doubt"
    paris = ZoneInfo("Europe/Paris")
    assert computer.zone(NOW, "Europe/Amsterdam", lambda at: at.astimezone(paris).utcoffset()).verdict == "well"
