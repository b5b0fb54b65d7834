from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridges.dsmr import readings
from bridges.dsmr.protocol import NO_TIME, GasReading, MeterReading
from bridges.dsmr.readings import Outcome, Said
from house import topics
from house.messages import ElectricityReading
from house.messages import GasReading as GasMessage

NOW = datetime(2026, 1, 12, 6, 30, tzinfo=UTC)
INTERVAL = timedelta(seconds=10)


readings_step = readings.step


def step(
    said: Said, reading: MeterReading, now: datetime, interval: timedelta
) -> tuple[Said, tuple[topics.Publication, ...]]:
    said, outcome = readings.step(said, reading, now, interval)
    return said, outcome.publications


def gas(litres: int, minute: int, equipment: str = "31") -> GasReading:
    return GasReading(litres * 1000, NOW + timedelta(minutes=minute), equipment, channel=1)


def test_a_gas_reading_is_said_once_however_often_the_meter_repeats_it() -> None:
    said, first = step(Said(), MeterReading(channels=(gas(107, 0),)), NOW, INTERVAL)
    said, again = step(said, MeterReading(channels=(gas(107, 0),)), NOW + timedelta(seconds=1), INTERVAL)
    assert [p.message for p in first] == [GasMessage(value=0.107, measured_at=NOW, equipment="31")]
    assert again == ()


def test_a_line_that_cannot_be_counted_is_told_once_however_often_the_meter_repeats_it() -> None:
    said, told = Said(), list[str]()
    for minute in range(0, 300, 7):
        reading = MeterReading(unread=("gas of channel 1 is not counted",) * (minute > 20))
        said, outcome = readings.step(said, reading, NOW + timedelta(minutes=minute), INTERVAL)
        told += outcome.warnings
    assert told == ["gas of channel 1 is not counted"]


def test_a_damaged_line_with_ever_new_units_does_not_fill_the_log_or_the_memory() -> None:
    said, told = Said(), list[str]()
    for number in range(100):
        said, outcome = readings.step(said, MeterReading(unread=(f"its unit is {number}",)), NOW, INTERVAL)
        told += outcome.warnings
    assert len(told) == len(said.told) == readings.MOST_TOLD


def test_an_equal_volume_read_later_is_a_new_reading() -> None:
    said, _ = step(Said(), MeterReading(channels=(gas(107, 0),)), NOW, INTERVAL)
    _, later = step(said, MeterReading(channels=(gas(107, 5),)), NOW, INTERVAL)
    assert len(later) == 1


def test_a_total_that_falls_is_refused_until_the_meter_has_caught_up() -> None:
    said, _ = step(Said(), MeterReading(channels=(gas(107, 0),)), NOW, INTERVAL)
    said, refused = readings.step(said, MeterReading(channels=(gas(100, 5),)), NOW, INTERVAL)
    assert refused.publications == ()
    assert "ran backwards" in refused.refused[0][1]
    _, caught_up = step(said, MeterReading(channels=(gas(108, 10),)), NOW, INTERVAL)
    assert len(caught_up) == 1


def told(litres: list[int], equipment: str = "31") -> list[float]:
    """Which of a meter's readings are said, one an hour."""
    said, totals = Said(), []
    for hour, total in enumerate(litres):
        reading = MeterReading(channels=(gas(total, 60 * hour, equipment),))
        said, publications = step(said, reading, NOW + timedelta(hours=hour), INTERVAL)
        totals += [one.message.value for one in publications if isinstance(one.message, GasMessage)]
    return totals


@pytest.mark.parametrize("equipment", ["31", ""], ids=["with an id", "without one"])
@pytest.mark.parametrize(
    ("litres", "expected"),
    [
        ([100_000, 90_100_000, 100_500, 101_000], [100, 100.5, 101]),
        ([100_000, 3_000, 100_500, 101_000], [100, 100.5, 101]),
        ([100_000, 90_100_000, 100_500, 90_100_000, 101_000, 0, 102_000], [100, 100.5, 101, 102]),
        ([5_000_000, 100, 400, 800, 1_200, 1_300], [5000, 1.2, 1.3]),
        ([5_000_000, 100, 100, 100, 100, 100, 400], [5000]),
        ([1_000, 5_000_000, 5_000_100, 5_000_300, 5_000_400], [1, 5000.4]),
        ([1_000, 26_000, 51_000], [1, 26, 51]),
    ],
    ids=["a leap", "a fall", "again and again", "begins again", "stands still", "was wrong at first", "a large boiler"],
)
def test_a_total_that_leaps_or_falls_is_believed_once_it_has_risen_from_there(
    litres: list[int], expected: list[float], equipment: str
) -> None:
    assert told(litres, equipment) == expected


@pytest.mark.parametrize("litres", [9_000_000, 200_000])
@pytest.mark.parametrize("measured_at", [NO_TIME, datetime(2000, 1, 1, tzinfo=UTC), datetime(2014, 7, 1, tzinfo=UTC)])
def test_years_between_a_time_that_nobody_believes_and_today_let_no_meter_leap(
    litres: int, measured_at: datetime
) -> None:
    said, _ = step(Said(), MeterReading(channels=(gas(100_000, 0),)), NOW, INTERVAL)
    leapt = MeterReading(channels=(at(litres, measured_at),))
    _, outcome = readings.step(said, leapt, NOW + timedelta(minutes=5), INTERVAL)
    assert outcome.publications == ()
    assert len(outcome.refused) == 1
    risen = MeterReading(channels=(at(100_010, measured_at),))
    _, publications = step(said, risen, NOW + timedelta(minutes=5), INTERVAL)
    (message,) = [one.message for one in publications]
    assert message == GasMessage(value=100.01, measured_at=NOW + timedelta(minutes=5), equipment="31")


def test_a_reading_after_a_week_of_silence_is_no_leap() -> None:
    said, _ = step(Said(), MeterReading(channels=(gas(100, 0),)), NOW, INTERVAL)
    week = timedelta(days=7)
    _, later = step(said, MeterReading(channels=(at(300_000, NOW + week),)), NOW + week, INTERVAL)
    assert len(later) == 1


def test_a_new_meter_may_start_anywhere() -> None:
    said, _ = step(Said(), MeterReading(channels=(gas(4711, 0),)), NOW, INTERVAL)
    _, started = step(said, MeterReading(channels=(gas(0, 5, equipment="32"),)), NOW, INTERVAL)
    assert len(started) == 1


def at(litres: int, measured_at: datetime, equipment: str = "31") -> GasReading:
    return GasReading(litres * 1000, measured_at, equipment, channel=1)


WRONG_CLOCKS = [
    timedelta(days=-9000),
    timedelta(days=-150),
    timedelta(hours=-3),
    timedelta(hours=2),
    timedelta(days=15000),
]


@pytest.mark.parametrize("off", WRONG_CLOCKS)
def test_a_meter_whose_clock_is_off_is_dated_by_arrival_and_that_is_told_once_an_hour(off: timedelta) -> None:
    said = Said()
    warnings: list[str] = []
    for minute in range(0, 90, 5):
        now = NOW + timedelta(minutes=minute)
        reading = MeterReading(measured_at=now + off, delivered_wh=4426, channels=(at(107 + minute, now + off),))
        said, outcome = readings.step(said, reading, now, INTERVAL)
        warnings += outcome.warnings
        assert not outcome.refused
        assert [instant_of(one) for one in outcome.publications] == [now, now]
    assert len(warnings) == 2
    assert all("clock" in text for text in warnings)


def instant_of(publication: topics.Publication) -> datetime | None:
    assert isinstance(publication.message, GasMessage | ElectricityReading)
    return publication.message.measured_at


@pytest.mark.parametrize(
    "day", [datetime(1970, 1, 1, tzinfo=UTC), datetime(1999, 12, 31, tzinfo=UTC), NOW + timedelta(days=15000)]
)
@pytest.mark.parametrize("has_clock", [False, True])
def test_gas_of_an_impossible_day_is_refused_aloud_until_it_rises_as_gas_does(day: datetime, has_clock: bool) -> None:
    said, outcomes = Said(), list[Outcome]()
    for litres, minute in [(107, 0), (107, 1), (110, 60), (900_000, 61)]:
        now = NOW + timedelta(minutes=minute)
        reading = MeterReading(
            measured_at=now if has_clock else None, channels=(at(litres, day + timedelta(minutes=minute)),)
        )
        said, outcome = readings.step(said, reading, now, INTERVAL)
        outcomes.append(outcome)
    refused = [bool(one.refused) for one in outcomes]
    assert refused == [True, True, False, True]
    assert [instant_of(one) for one in outcomes[2].publications] == [NOW + timedelta(minutes=60)]


@given(st.permutations([0, 1]), st.integers(0, 10**7))
def test_of_two_channels_the_one_that_advances_is_followed(order: list[int], dead_litres: int) -> None:
    dead = at(dead_litres, NOW + timedelta(hours=-1), "dead")
    said, values = Said(), []
    for minute in range(0, 30, 5):
        now = NOW + timedelta(minutes=minute)
        channels = (dead, at(5000 + minute, now, "live"))
        said, publications = step(said, MeterReading(channels=tuple(channels[i] for i in order)), now, INTERVAL)
        values += [one.message.equipment for one in publications if isinstance(one.message, GasMessage)]
    assert set(values[1:]) == {"live"}


def test_electricity_is_said_at_most_every_interval() -> None:
    reading = MeterReading(delivered_wh=4426, returned_wh=12, power_delivered_w=0, power_returned_w=300, tariff=2)
    said, count = Said(), 0
    for second in range(60):
        said, publications = step(said, reading, NOW + timedelta(seconds=second), INTERVAL)
        count += len(publications)
    assert count == 6


def test_a_clock_that_is_put_back_does_not_silence_electricity() -> None:
    said, _ = step(Said(), MeterReading(delivered_wh=4426), NOW, INTERVAL)
    _, publications = step(said, MeterReading(delivered_wh=4426), NOW - timedelta(hours=1), INTERVAL)
    assert len(publications) == 1


def test_a_telegram_without_electricity_does_not_silence_the_next() -> None:
    said, nothing = step(Said(), MeterReading(), NOW, INTERVAL)
    _, publications = step(said, MeterReading(delivered_wh=4426), NOW + timedelta(seconds=1), INTERVAL)
    assert (len(nothing), len(publications)) == (0, 1)


def test_power_is_negative_while_the_house_returns() -> None:
    reading = MeterReading(delivered_wh=4426, returned_wh=12, power_delivered_w=0, power_returned_w=300, tariff=2)
    _, (publication,) = step(Said(), reading, NOW, INTERVAL)
    expected = ElectricityReading(value=4.426, returned=0.012, power_w=-300, tariff=2, measured_at=NOW)
    assert publication.message == expected


@given(st.lists(st.tuples(st.integers(0, 9000), st.integers(0, 9), st.sampled_from(["31", "32"])), max_size=30))
def test_what_is_said_of_one_meter_falls_only_after_readings_that_rose(readings: list[tuple[int, int, str]]) -> None:
    said, totals = Said(), {"31": 0.0, "32": 0.0}
    refused, last = 0, None
    for litres, minute, equipment in readings:
        said, outcome = readings_step(said, MeterReading(channels=(gas(litres, minute, equipment),)), NOW, INTERVAL)
        refused += len(outcome.refused)
        for publication in outcome.publications:
            assert isinstance(publication.message, GasMessage)
            if equipment == last:
                assert publication.message.value >= totals[equipment] or refused >= 3
            totals[equipment], last, refused = publication.message.value, equipment, 0
