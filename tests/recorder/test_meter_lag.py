import pytest
from hypothesis import given
from hypothesis import strategies as st

from house.messages import GasReading
from recorder.history import Series
from recorder.meter import Interval, intervals
from recorder.meter_lag import COARSE_GRAIN_S, GRAIN_S, LONGEST_LAG_S, lag_of, on_time
from recorder.radiator_model import STEP_S, Burner, Step

DAY_S = 86_400
BURNS = tuple((hour * 3600, hour * 3600 + 1800 + 300 * (hour % 3)) for hour in (1, 4, 7, 8, 13, 14, 17, 21, 22))


def water(burner: Burner = Burner.HEATING) -> list[Step]:
    """A day in which the burner is lit some hours."""

    def does(at: int) -> Burner:
        return burner if any(begin <= at < end for begin, end in BURNS) else Burner.OFF

    return [Step(at, does(at), 400, (), (), ()) for at in range(0, DAY_S, STEP_S)]


def metered(late_s: int, *, every_s: int = 300, cooking_ml: int = 0) -> list[Interval]:
    """What a meter says whose readings are dated late."""
    return [
        Interval(at + late_s, at + every_s + late_s, "m", _gas_ml(at, at + every_s) + cooking_ml)
        for at in range(0, DAY_S - late_s, every_s)
    ]


def _gas_ml(begin: int, end: int) -> int:
    return 100 * sum(max(0, min(end, until) - max(begin, since)) for since, until in BURNS)


@pytest.mark.parametrize("late_s", [0, 900, 3600, 7200, LONGEST_LAG_S])
def test_a_meter_is_as_late_as_its_gas_is_behind_the_flame(late_s: int) -> None:
    found = lag_of(metered(late_s), water())
    assert found is not None
    assert abs(found - late_s) <= GRAIN_S


@pytest.mark.parametrize("late_s", [0, 900, 3600, 5400, 7200])
def test_the_lag_of_a_meter_that_reads_each_hour_is_found_by_how_its_hours_follow_the_burner(late_s: int) -> None:
    found = lag_of(metered(late_s, every_s=3600), water())
    assert found is not None
    assert abs(found - late_s) <= COARSE_GRAIN_S


def test_hours_that_follow_the_burner_at_no_shift_tell_no_lag() -> None:
    even = [Interval(hour * 3600, (hour + 1) * 3600, "m", 200_000) for hour in range(24)]
    assert lag_of(even, water()) is None


def test_a_little_cooking_makes_no_meter_late() -> None:
    assert lag_of(metered(0, cooking_ml=1000), water()) == 0


@pytest.mark.parametrize(
    ("read", "steps"),
    [
        (metered(7200, every_s=3 * 3600), water()),
        (metered(7200)[:40], water()),
        (metered(7200), water(Burner.UNKNOWN)),
        (metered(7200), []),
    ],
    ids=["each three hours", "little gas", "nobody knew", "nothing told"],
)
def test_where_it_cannot_be_told_nothing_is_said_of_a_lag(read: list[Interval], steps: list[Step]) -> None:
    assert lag_of(read, steps) is None


dials = st.lists(st.tuples(st.integers(60, 7200), st.integers(0, 9)), min_size=2, max_size=40)


@given(dials, st.integers(0, DAY_S), st.integers(0, LONGEST_LAG_S))
def test_gas_is_moved_in_time_and_none_is_lost_wherever_a_lag_begins(
    steps: list[tuple[int, int]], since: int, lag_s: int
) -> None:
    at, dial, read = 0, 100_000, {-DAY_S: GasReading(value=100)}  # the first is before any lag
    for seconds, litres in steps:
        at, dial = at + seconds, dial + litres
        read[at] = GasReading(value=dial / 1000)
    gas = {"m": Series(tuple(read), tuple(read.values()))}
    moved = on_time(gas, lambda at: lag_s if at >= since else 0)
    assert sum(one.ml for one in intervals(moved)) == sum(one.ml for one in intervals(gas))
