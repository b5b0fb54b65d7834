from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from house.messages import SwitchPoint
from house.schedule import Week, in_force, week_of
from house.wall_time import MINUTE, instant, wall_time
from tests.regulator.streams import century

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
ZONES = [
    ZoneInfo(name)
    for name in (
        "Europe/Amsterdam",
        "Australia/Lord_Howe",  # half an hour
        "America/Havana",  # at midnight
        "America/Asuncion",  # at midnight, back to the day before
        "Pacific/Apia",  # a day that never was: 30 December 2011
        "Asia/Kathmandu",  # 5 h 45 min from UTC
        "America/St_Johns",  # one minute past midnight until 2011
        "Africa/Casablanca",  # four changes a year
    )
]

weeks = st.lists(
    st.tuples(st.integers(1, 7), st.integers(0, 1439), st.integers(10, 60).map(lambda half: half / 2)),
    min_size=1,
    max_size=8,
    unique_by=lambda point: point[:2],
).map(lambda points: tuple(sorted(points)))


def naive(week: Week, zone: ZoneInfo, now: datetime) -> float:
    """The setpoint in force, by living through more than a week minute by minute with an eye on the wall clock.

    What counts is how far the wall clock has ever come: a skipped time is passed when it is skipped, and one that
    comes again is not passed again.
    """
    at = now.replace(second=0, microsecond=0) - timedelta(days=9)
    furthest = at.astimezone(zone).replace(tzinfo=None)
    setpoint = None
    by_minute = {(day, minutes): value for day, minutes, value in week}
    while at < now.replace(second=0, microsecond=0):
        at += MINUTE
        wall = at.astimezone(zone).replace(tzinfo=None)
        while furthest < wall:
            furthest += MINUTE
            setpoint = by_minute.get((furthest.isoweekday(), furthest.hour * 60 + furthest.minute), setpoint)
    assert setpoint is not None
    return setpoint


def changes(zone: ZoneInfo, year: int) -> list[datetime]:
    """The instants of a year at which the clock is changed."""
    hours = (datetime(year, 1, 1, tzinfo=UTC) + timedelta(hours=n) for n in range(366 * 24))
    before, found = None, []
    for at in hours:
        offset = at.astimezone(zone).utcoffset()
        if before not in (None, offset):
            found.append(at)
        before = offset
    return found


@st.composite
def moments_near_a_change(draw: st.DrawFn) -> tuple[ZoneInfo, datetime]:
    zone = draw(st.sampled_from(ZONES))
    changed = changes(zone, draw(st.integers(2005, 2030)))
    if not changed:
        return zone, draw(century)
    return zone, draw(st.sampled_from(changed)) + timedelta(minutes=draw(st.integers(-180, 1600)))


@pytest.mark.slow
@settings(max_examples=25)
@given(weeks, moments_near_a_change())
@example(((1, 0, 20.0), (7, 150, 15.0)), (AMSTERDAM, datetime(2026, 3, 29, 1, 0, tzinfo=UTC)))
@example(((5, 600, 20.0), (6, 0, 15.0)), (ZoneInfo("Pacific/Apia"), datetime(2011, 12, 30, 10, 0, tzinfo=UTC)))
def test_the_setpoint_in_force_is_that_of_living_through_the_week_minute_by_minute(
    week: Week, moment: tuple[ZoneInfo, datetime]
) -> None:
    zone, now = moment
    found = in_force(week, zone, now)
    assert found is not None
    assert found.setpoint == naive(week, zone, now)


@pytest.mark.slow
@settings(max_examples=80)
@given(weeks, moments_near_a_change() | st.tuples(st.sampled_from(ZONES), century))
def test_the_next_switch_comes_after_now_within_eight_days_and_brings_its_setpoint(
    week: Week, moment: tuple[ZoneInfo, datetime]
) -> None:
    zone, now = moment
    found = in_force(week, zone, now)
    assert found is not None
    assert now < found.next_at <= now + timedelta(days=8)
    then = in_force(week, zone, found.next_at)
    just_before = in_force(week, zone, found.next_at - timedelta(microseconds=1))
    assert then is not None
    assert just_before is not None
    assert then.setpoint == found.next_setpoint
    assert just_before.setpoint == found.setpoint
    assert just_before.next_at == found.next_at


def test_in_spring_the_last_of_the_points_in_the_skipped_hour_is_the_next_setpoint() -> None:
    week = Week(((7, 120, 17.0), (7, 150, 20.0), (7, 720, 18.0)))
    found = in_force(week, AMSTERDAM, datetime(2026, 3, 29, 0, 30, tzinfo=UTC))
    assert found is not None
    assert (found.next_at, found.next_setpoint) == (datetime(2026, 3, 29, 1, 0, tzinfo=UTC), 20.0)


@pytest.mark.parametrize(
    ("day", "minutes", "expected"),
    [
        (date(2026, 3, 29), 119, datetime(2026, 3, 29, 0, 59, tzinfo=UTC)),
        (date(2026, 3, 29), 120, datetime(2026, 3, 29, 1, 0, tzinfo=UTC)),
        (date(2026, 3, 29), 150, datetime(2026, 3, 29, 1, 0, tzinfo=UTC)),
        (date(2026, 3, 29), 180, datetime(2026, 3, 29, 1, 0, tzinfo=UTC)),
        (date(2026, 10, 25), 119, datetime(2026, 10, 24, 23, 59, tzinfo=UTC)),
        (date(2026, 10, 25), 150, datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        (date(2026, 10, 25), 180, datetime(2026, 10, 25, 2, 0, tzinfo=UTC)),
    ],
)
def test_a_skipped_time_happens_at_the_change_and_a_repeated_one_the_first_time(
    day: date, minutes: int, expected: datetime
) -> None:
    assert instant(day, minutes, AMSTERDAM) == expected


def test_a_change_of_half_an_hour_moves_a_skipped_time_to_the_change() -> None:
    lord_howe = ZoneInfo("Australia/Lord_Howe")
    assert instant(date(2026, 10, 4), 135, lord_howe) == datetime(2026, 10, 3, 15, 30, tzinfo=UTC)


def test_where_midnight_is_skipped_the_point_at_midnight_happens_at_the_change() -> None:
    havana = ZoneInfo("America/Havana")
    assert instant(date(2026, 3, 8), 0, havana) == datetime(2026, 3, 8, 5, 0, tzinfo=UTC)


def test_a_week_without_switch_points_asks_for_nothing() -> None:
    assert in_force(Week(), AMSTERDAM, datetime(2026, 1, 12, tzinfo=UTC)) is None


def test_one_switch_point_holds_for_the_whole_week_and_comes_again() -> None:
    found = in_force(Week(((3, 390, 21.0),)), AMSTERDAM, datetime(2026, 1, 12, 12, tzinfo=UTC))
    assert found is not None
    assert (found.setpoint, found.next_setpoint) == (21.0, 21.0)
    assert found.next_at == datetime(2026, 1, 14, 5, 30, tzinfo=UTC)


def test_a_week_is_the_points_of_a_schedule_in_order() -> None:
    points = (SwitchPoint(day=2, time="06:30", setpoint=20.5), SwitchPoint(day=1, time="22:30", setpoint=17))
    assert week_of(points) == ((1, 1350, 17), (2, 390, 20.5))


@pytest.mark.parametrize(
    ("ahead", "words"),
    [
        (timedelta(hours=10), "23:00"),
        (timedelta(days=1), "Tue 13:00"),
        (timedelta(days=7), "19 Jan 13:00"),
        (timedelta(days=200), "31 Jul 14:00"),
        (timedelta(hours=-10), "03:00"),
        (timedelta(days=-3), "Fri 13:00"),
        (timedelta(days=-30), "13 Dec 13:00"),
    ],
)
def test_a_time_is_told_with_its_day_when_that_is_not_today(ahead: timedelta, words: str) -> None:
    noon = datetime(2026, 1, 12, 12, tzinfo=UTC)
    assert wall_time(noon + ahead, AMSTERDAM, noon) == words
