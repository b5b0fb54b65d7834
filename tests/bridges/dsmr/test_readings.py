from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bridges.dsmr.protocol import GasReading, MeterReading
from bridges.dsmr.readings import Said, step
from house.messages import ElectricityReading
from house.messages import GasReading as GasMessage

NOW = datetime(2026, 1, 12, 6, 30, tzinfo=UTC)
INTERVAL = timedelta(seconds=10)


def gas(litres: int, minute: int, equipment: str = "31") -> GasReading:
    return GasReading(litres * 1000, NOW + timedelta(minutes=minute), equipment, channel=1)


def test_a_gas_reading_is_said_once_however_often_the_meter_repeats_it() -> None:
    said, first = step(Said(), MeterReading(gas=gas(107, 0)), NOW, INTERVAL)
    said, again = step(said, MeterReading(gas=gas(107, 0)), NOW + timedelta(seconds=1), INTERVAL)
    assert [p.message for p in first] == [GasMessage(value=0.107, measured_at=NOW, equipment="31")]
    assert again == ()


def test_an_equal_volume_read_later_is_a_new_reading() -> None:
    said, _ = step(Said(), MeterReading(gas=gas(107, 0)), NOW, INTERVAL)
    _, later = step(said, MeterReading(gas=gas(107, 5)), NOW, INTERVAL)
    assert len(later) == 1


def test_a_total_that_falls_is_refused_until_the_meter_has_caught_up() -> None:
    said, _ = step(Said(), MeterReading(gas=gas(107, 0)), NOW, INTERVAL)
    said, refused = step(said, MeterReading(gas=gas(100, 5)), NOW, INTERVAL)
    assert (refused, said.backwards) == ((), True)
    said, caught_up = step(said, MeterReading(gas=gas(108, 10)), NOW, INTERVAL)
    assert (len(caught_up), said.backwards) == (1, False)


def test_a_new_meter_may_start_anywhere() -> None:
    said, _ = step(Said(), MeterReading(gas=gas(4711, 0)), NOW, INTERVAL)
    said, started = step(said, MeterReading(gas=gas(0, 5, equipment="32")), NOW, INTERVAL)
    assert (len(started), said.backwards) == (1, False)


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
    said, nothing = step(Said(), MeterReading(gas=None), NOW, INTERVAL)
    _, publications = step(said, MeterReading(delivered_wh=4426), NOW + timedelta(seconds=1), INTERVAL)
    assert (len(nothing), len(publications)) == (0, 1)


def test_power_is_negative_while_the_house_returns() -> None:
    reading = MeterReading(delivered_wh=4426, returned_wh=12, power_delivered_w=0, power_returned_w=300, tariff=2)
    _, (publication,) = step(Said(), reading, NOW, INTERVAL)
    expected = ElectricityReading(value=4.426, returned=0.012, power_w=-300, tariff=2, measured_at=NOW)
    assert publication.message == expected


@given(st.lists(st.tuples(st.integers(0, 9000), st.integers(0, 9), st.sampled_from(["31", "32"])), max_size=30))
def test_what_is_said_of_one_meter_never_falls(readings: list[tuple[int, int, str]]) -> None:
    said, totals = Said(), {"31": 0.0, "32": 0.0}
    last: str | None = None
    for litres, minute, equipment in readings:
        said, publications = step(said, MeterReading(gas=gas(litres, minute, equipment)), NOW, INTERVAL)
        for publication in publications:
            assert isinstance(publication.message, GasMessage)
            if equipment == last:
                assert publication.message.value >= totals[equipment]
            totals[equipment], last = publication.message.value, equipment
