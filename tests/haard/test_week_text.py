"""The week on the command line: house.yaml's own form, and the words that change some of its days."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haard.week_text import as_yaml, from_yaml, with_days
from house.errors import PayloadError, SettingsError
from house.messages import ScheduleWish, SwitchPoint
from house.messages.week import points_of, week_of
from tests.strategies import wall_times

points = st.lists(
    st.builds(
        SwitchPoint,
        day=st.integers(1, 7),
        time=wall_times,
        setpoint=st.integers(10, 60).map(lambda half: half / 2),
    ),
    max_size=40,
    unique_by=lambda point: (point.day, point.time),
).map(lambda found: sorted(found, key=lambda point: (point.day, point.time)))


@given(points)
def test_any_week_is_told_in_house_yamls_form_and_read_back(week: list[SwitchPoint]) -> None:
    assert ScheduleWish(points=tuple(from_yaml(as_yaml(week)))) == ScheduleWish(points=tuple(week))
    assert ScheduleWish(points=tuple(points_of(week_of(week)))) == ScheduleWish(points=tuple(week))


@given(points, points)
def test_days_that_are_not_named_stay_as_they_were(before: list[SwitchPoint], named: list[SwitchPoint]) -> None:
    wish = with_days(before, ["{" + ", ".join(as_yaml(named).splitlines()) + "}"])
    days = {point.day for point in named}
    assert [point for point in wish.points if point.day in days] == named
    assert [point for point in wish.points if point.day not in days] == [p for p in before if p.day not in days]


def test_days_are_named_as_in_house_yaml() -> None:
    wish = with_days([], ["mon-wed,fri", "6:30=20,5", "22:30=17", "sun", "08:00=21"])
    assert as_yaml(wish.points) == 'mon-wed,fri: {"06:30": 20.5, "22:30": 17}\nsun: {"08:00": 21}'
    assert as_yaml(with_days(wish.points, ["daily", "07:00=19"]).points) == 'daily: {"07:00": 19}'


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        ([], "nothing should be such as mon-fri"),
        (["mon-fri"], "mon-fri should be such as"),
        (["06:30=20"], "06:30=20 should be such as"),
        (["workdays", "06:30=20"], "workdays: should be days such as mon, mon-fri"),
        (["mon", "25:00=20"], "mon.25:00: should be a time of day"),
        (["mon", "06:30=50"], "should be at most 30"),
        (["mon-wed", "06:30=20", "tue", "06:30=19"], "tue is named twice"),
        (["mon", "6:3=20"], "mon.6:3: should be a time of day such as 06:30"),
        (["mon", "6.30=20"], "mon.6.30: should be a time of day such as 06:30, not '6.30'"),
        (["mon", "06:30=warm"], "mon.06:30: should be a number, not 'warm'"),
        (["{mon: [}"], "week:1: not YAML"),
        (["{mon: 20}"], 'should hold times and setpoints such as "06:30": 20.5'),
    ],
)
def test_what_is_no_week_is_told_with_what_one_looks_like(words: list[str], fault: str) -> None:
    with pytest.raises(SettingsError, match=fault):
        with_days([], words)


def test_a_week_over_mqtt_may_have_house_yamls_form() -> None:
    wish = ScheduleWish.decode(b'{"mon-fri": {"06:30": 20.5, "22:30": 17}, "sat,sun": {"08:00": 20.5}}')
    assert as_yaml(wish.points) == 'mon-fri: {"06:30": 20.5, "22:30": 17}\nsat-sun: {"08:00": 20.5}'
    assert ScheduleWish.decode(wish.encode()) == wish
    with pytest.raises(PayloadError, match=r"funday: should be days such as mon"):
        ScheduleWish.decode(b'{"funday": {"06:30": 20}}')
