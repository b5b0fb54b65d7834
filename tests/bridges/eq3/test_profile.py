from datetime import UTC, datetime, timedelta
from typing import get_args
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridges.eq3 import drive_mode, protocol
from bridges.eq3.drive_mode import Target
from house.messages import ValveSet
from house.settings.radio import ValveProfile
from tests.virtual_eq3 import VirtualEq3

NOW = datetime(2026, 1, 12, 6, 30, tzinfo=UTC)
AMSTERDAM = ZoneInfo("Europe/Amsterdam")
PROFILES = get_args(ValveProfile)


def wish(opening: float | None, setpoint: float, fallback: float = 19) -> ValveSet:
    ends = NOW + timedelta(minutes=90)
    return ValveSet(opening=opening, setpoint=setpoint, issued_at=NOW, expires_at=ends, fallback=fallback)


@pytest.mark.parametrize(
    ("name", "opening", "setpoint", "written"),
    [
        ("setpoint", 100, 26.5, "4075"),
        ("setpoint", 0, 5.0, "404a"),
        ("setpoint", None, 20.5, "4069"),
        ("ends", 100, 26.5, "407c"),
        ("ends", 0, 5.0, "404a"),
        ("ends", None, 20.5, "4069"),
        ("timed", 100, 26.5, "40b50c1a1201"),
    ],
)
def test_wish_is_written_as_the_profile_says(
    name: ValveProfile, opening: float | None, setpoint: float, written: str
) -> None:
    target = drive_mode.target_of(wish(opening, setpoint), name, NOW)
    assert drive_mode.write(target, AMSTERDAM).hex() == written


@pytest.mark.parametrize("name", PROFILES)
def test_expired_wish_is_its_fallback_for_good(name: ValveProfile) -> None:
    assert drive_mode.target_of(wish(100, 26.5), name, NOW + timedelta(minutes=90)) == Target(19)


@given(
    st.sampled_from(PROFILES), st.sampled_from([0.0, 100.0, None]), st.floats(4.5, 30), st.floats(5, 30), st.booleans()
)
def test_valve_that_was_told_reports_that_it_holds(
    name: ValveProfile, opening: float | None, setpoint: float, fallback: float, expired: bool
) -> None:
    at = NOW + timedelta(hours=2 * expired)
    target = drive_mode.target_of(wish(opening, setpoint, fallback), name, at)
    answer = VirtualEq3("00:1A:22:00:00:01").write(drive_mode.write(target, AMSTERDAM))
    assert answer is not None
    status = protocol.decode(answer)
    assert isinstance(status, protocol.Status)
    assert drive_mode.is_held(target, status)


def test_timed_target_is_renewed_before_it_runs_out_and_not_for_every_repetition() -> None:
    told = Target(26.5, NOW + timedelta(minutes=90))
    half_an_hour_on = Target(26.5, NOW + timedelta(minutes=120))
    assert not drive_mode.is_soon_over(told, half_an_hour_on, NOW + timedelta(minutes=30))
    assert drive_mode.is_soon_over(told, half_an_hour_on, NOW + timedelta(minutes=61))
    assert not drive_mode.is_soon_over(Target(20), Target(20), NOW)
    assert drive_mode.is_soon_over(told, Target(26.5), NOW)
