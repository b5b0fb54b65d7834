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


@pytest.mark.parametrize(
    ("free", "total", "verdict"),
    [(0, 1_500_000, "failure"), (10**7, 10**10, "failure"), (10**9, 64 * 10**9, "doubt"), (10**10, 64 * 10**9, "well")],
)
def test_a_disk_that_is_full_or_nearly_so_is_told_with_what_to_do(free: int, total: int, verdict: Verdict) -> None:
    found = computer.disk(free, total)
    assert found.verdict == verdict
    assert "free of" in found.what
    assert bool(found.remedy) is (verdict != "well")
