from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from house.messages import GasReading
from recorder.history import Series
from recorder.meter import Interval, intervals, rising


def meter(*readings: tuple[int, float]) -> Series[GasReading]:
    """Readings as (seconds, m³)."""
    return Series(tuple(at for at, _ in readings), tuple(GasReading(value=value) for _, value in readings))


def test_an_interval_lies_between_two_readings_and_holds_their_difference_to_the_millilitre() -> None:
    found = intervals({"m": meter((0, 4711.205), (300, 4711.301), (3900, 4711.301))})
    assert found == (Interval(0, 300, "m", 96_000), Interval(300, 3900, "m", 0))


def test_a_wrong_reading_is_left_out_however_large_or_small_it_is() -> None:
    for wrong in (0.0, 4711.0, 4799.0, 99_999.0):
        found = intervals({"m": meter((0, 4711.2), (300, 4711.3), (600, wrong), (900, 4711.5), (1200, 4711.6))})
        assert [one.ml for one in found] == [100_000, 200_000, 100_000]


def test_two_channels_add_up_and_a_replaced_meter_starts_anywhere() -> None:
    found = intervals(
        {
            "old": meter((0, 9000.0), (300, 9000.1)),
            "new": meter((900, 0.5), (1200, 0.7)),
            "b": meter((0, 1.0), (300, 1.2)),
        }
    )
    assert sum(one.ml for one in found) == 100_000 + 200_000 + 200_000


def test_more_than_a_meter_can_pass_is_an_exchange_and_no_gas() -> None:
    assert intervals({"": meter((0, 20.0), (300, 9000.0), (600, 9000.1))}) == (Interval(300, 600, "", 100_000),)


def test_no_reading_or_one_makes_no_interval() -> None:
    assert intervals({}) == intervals({"m": meter((0, 1.0))}) == ()


@given(st.lists(st.integers(0, 12), max_size=9))
def test_the_rising_part_rises_and_no_longer_one_exists(values: list[int]) -> None:
    chain = rising(values)
    assert chain == sorted(set(chain))
    assert [values[index] for index in chain] == sorted(values[index] for index in chain)
    best = [0] * len(values)
    for index, value in enumerate(values):
        best[index] = 1 + max((best[other] for other in range(index) if values[other] <= value), default=0)
    assert len(chain) == max(best, default=0)


@given(st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 10**9)), unique_by=lambda one: one[0]))
def test_intervals_never_overlap_and_hold_no_negative_gas(readings: list[tuple[int, int]]) -> None:
    found = intervals({"m": meter(*((at, ml / 1e6) for at, ml in sorted(readings)))})
    assert all(one.ml >= 0 and one.begin < one.end for one in found)
    assert all(one.end <= other.begin for one, other in pairwise(found))


@given(st.floats(1000, 90_000), st.lists(st.floats(0.01, 2), min_size=3, max_size=9), st.floats(0, 900))
def test_a_counter_that_begins_again_without_an_id_is_a_new_meter(old: float, rises: list[float], new: float) -> None:
    before = [(3600 * hour, old + 0.1 * hour) for hour in range(5)]
    after, value = [], new
    for hour, rise in enumerate(rises, 5):
        after.append((3600 * hour, value))
        value += rise
    found = sum(one.ml for one in intervals({"": meter(*before, *after)}))
    assert abs(found / 1e6 - 0.4 - (after[-1][1] - after[0][1])) < 1e-4


def test_a_number_of_no_dial_is_left_out() -> None:
    assert sum(one.ml for one in intervals({"": meter((0, 1.0), (300, 1e308), (600, 1.1))})) == 100_000
