from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from house import messages, topics
from recorder.history import Record
from recorder.sieve import LARGEST, HouseClock, fault, is_absurd, without_lone

NOON = datetime(2026, 1, 12, 12, tzinfo=UTC)
AT = int(NOON.timestamp())
MINUTE = timedelta(minutes=1)


def gas(value: float, measured_at: datetime) -> Record:
    message = messages.GasReading(value=value, measured_at=measured_at)
    return Record(NOON, topics.Name(topics.METER_GAS, ()), message)


@given(st.integers(min_value=2, max_value=24 * 365 * 70))
def test_what_is_dated_more_than_an_hour_ahead_is_not_believed(hours: int) -> None:
    assert fault(gas(1, NOON + timedelta(hours=1)), AT) is None
    assert fault(gas(1, NOON + timedelta(hours=hours)), AT) is not None


@given(st.floats(min_value=LARGEST, allow_infinity=False))
def test_a_number_that_no_house_knows_is_not_believed(value: float) -> None:
    assert is_absurd(messages.GasReading(value=value))
    assert not is_absurd(messages.GasReading(value=99_999.999))


def test_a_tick_of_the_next_century_is_no_time() -> None:
    clock = HouseClock(NOON)
    assert clock.hear(NOON.replace(year=2098)).hear(NOON + MINUTE).now == NOON + MINUTE
    assert HouseClock().hear(NOON.replace(year=1970)).now is None


def test_a_jump_is_believed_when_two_further_ticks_agree_and_the_first_tick_when_one_does() -> None:
    later = NOON + timedelta(days=3)
    jumped = HouseClock(NOON).hear(later).hear(later + MINUTE)
    assert jumped.now == NOON
    assert jumped.hear(later + 2 * MINUTE).now == later + 2 * MINUTE
    assert HouseClock().hear(NOON).now is None
    assert HouseClock().hear(NOON).hear(NOON + MINUTE).now == NOON + MINUTE


def test_a_lone_tick_far_from_its_neighbours_is_left_out() -> None:
    assert without_lone([0, 60, 10**9, 120, 180]) == [True, True, False, True, True]
    assert without_lone([0, 60, 10**9, 10**9 + 60]) == [True] * 4
