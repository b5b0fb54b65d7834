from statistics import mean, stdev

import pytest

from simulation.plan import SensorPlan
from simulation.sensors import Fault, Sensor

DAY_S = 86400


PLAN = SensorPlan("a4c138000001", noise_k=0.1, lag_s=600.0, interval_s=(60, 600))


def fresh_sensor() -> Sensor:
    return Sensor(PLAN, "living", 5, 20.0, 0)


def temperatures(sensor: Sensor, count: int) -> list[float]:
    reports = [sensor.report(60 * number) for number in range(count)]
    return [report.temperature for report in reports if report is not None]


def test_readings_come_in_tenths_around_what_is_felt() -> None:
    readings = temperatures(fresh_sensor(), 500)
    assert all(reading == round(reading, 1) for reading in readings)
    assert mean(readings) == pytest.approx(20.0, abs=0.02)
    assert stdev(readings) == pytest.approx(0.1, rel=0.2)


def test_after_one_lag_a_sensor_has_felt_two_thirds_of_a_change() -> None:
    sensor = fresh_sensor()
    for _ in range(10):
        sensor.feel(21.0, 60)
    assert sensor.felt == pytest.approx(20.632, abs=0.001)


def test_intervals_stay_within_their_range() -> None:
    sensor = fresh_sensor()
    intervals = [sensor.next_after(0) for _ in range(2000)]
    assert 60 <= min(intervals) < 70
    assert 590 < max(intervals) <= 600


def test_a_silent_sensor_says_nothing_until_mended() -> None:
    sensor = fresh_sensor()
    sensor.fault = Fault.SILENT
    assert sensor.report(60) is None
    sensor.fault = Fault.NONE
    assert sensor.report(120) is not None


def test_a_frozen_sensor_repeats_itself_with_new_instants() -> None:
    sensor = fresh_sensor()
    before = sensor.report(60)
    sensor.fault = Fault.FROZEN
    sensor.feel(25.0, 36000)
    after = sensor.report(120)
    assert before is not None
    assert after is not None
    assert (after.temperature, after.humidity, after.measured_at) == (before.temperature, before.humidity, 120)


def test_the_battery_drains_over_months() -> None:
    sensor = fresh_sensor()
    first, later = sensor.report(0), sensor.report(100 * DAY_S)
    assert first is not None
    assert later is not None
    assert first.battery - later.battery == pytest.approx(15, abs=1)
