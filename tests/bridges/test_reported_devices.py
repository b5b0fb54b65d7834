"""Telegrams and advertisements that owners of real devices reported in public, through the pure half of the bridges."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bridges.dsmr import readings
from bridges.dsmr.protocol import Framer, decode
from bridges.dsmr.readings import Outcome, Said
from bridges.xiaomi import capture
from bridges.xiaomi.thermometers import Thermometers
from house import settings, topics
from house.errors import PayloadError
from house.messages import ElectricityReading, GasReading, SensorStatus, Temperature
from house.secrets import read_bindkeys

FOLDER = Path(__file__).parents[1] / "captures" / "reported_devices"
AMSTERDAM = ZoneInfo("Europe/Amsterdam")
NOW = datetime(2026, 1, 12, 6, 30, tzinfo=UTC)


def outcomes(name: str) -> Iterator[Outcome]:
    """What becomes of the telegrams of a file, one a second; a telegram that cannot be read is refused."""
    said = Said()
    for second, telegram in enumerate(Framer().feed((FOLDER / name).read_bytes())):
        try:
            reading = decode(telegram, AMSTERDAM)
        except PayloadError:
            continue
        said, outcome = readings.step(said, reading, NOW + timedelta(seconds=second), timedelta(seconds=1))
        yield outcome


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("d01_clock_2000_0100.txt", "dsmr-reader #811, #686"),
        ("d02_clock_2000_0000.txt", "dsmr-reader #1922"),
        ("d02s_v22_gas_time_2000.txt", "a sibling of it, DSMR 2.2"),
        ("d03_gas_2068.txt", "dsmr-reader #269"),
        ("d03s_gas_1970_with_value.txt", "dsmr-reader #1026"),
        ("d14_clock_5_months_back.txt", "dsmr-reader #1225"),
        ("d10_easymeter_255.txt", "basvdlei/gotsmart #7"),
    ],
)
def test_nothing_that_a_meter_dates_wrongly_is_said_with_that_date(name: str, source: str) -> None:
    found = list(outcomes(name))
    said = [one.message for outcome in found for one in outcome.publications]
    assert found, source
    instants = [one.measured_at for one in said if isinstance(one, ElectricityReading | GasReading)]
    assert all(at is None or abs(at - NOW) < timedelta(days=31) for at in instants), source


@pytest.mark.parametrize("name", ["d01_clock_2000_0100.txt", "d14_clock_5_months_back.txt"])
def test_a_meter_with_a_wrong_clock_is_told_of_and_its_electricity_goes_on(name: str) -> None:
    found = list(outcomes(name))
    assert any("clock" in warning for outcome in found for warning in outcome.warnings)
    assert any(isinstance(one.message, ElectricityReading) for outcome in found for one in outcome.publications)


def test_gas_of_2068_is_refused_aloud_between_readings_that_are_believed() -> None:
    """dsmr-reader #269"""
    found = list(outcomes("d03_gas_2068.txt"))
    assert any(outcome.refused for outcome in found)


def test_gas_of_1970_is_refused_aloud_and_electricity_is_said() -> None:
    """dsmr-reader #1026"""
    found = list(outcomes("d03s_gas_1970_with_value.txt"))
    assert any(outcome.refused for outcome in found)
    assert any(isinstance(one.message, ElectricityReading) for outcome in found for one in outcome.publications)


def test_a_meter_that_writes_seven_decimals_is_read() -> None:
    """basvdlei/gotsmart #7"""
    (outcome,) = outcomes("d10_easymeter_255.txt")
    (total,) = [one.message for one in outcome.publications if isinstance(one.message, ElectricityReading)]
    assert round(total.value or 0, 1) == 66982.7


def heard(name: str, monkeypatch: pytest.MonkeyPatch) -> list[topics.Publication]:
    """What becomes of the advertisements of a file."""
    monkeypatch.setenv("HAARD_BINDKEYS_FILE", str(FOLDER / "bindkeys.txt"))
    rooms = 'rooms: {living: {sensors: ["A4:C1:38:00:00:01"], radiators: [{valve: v1, power_w: 1000}]}}'
    thermometers = Thermometers(settings.parse(rooms), read_bindkeys())
    lines = capture.dated(capture.read(FOLDER / name), NOW)
    return [one for line, at in lines for one in thermometers.hear(line.heard(at))]


@pytest.mark.parametrize("name", ["b01_same_counter_temperature_first.jsonl", "b01s_same_counter_voltage_first.jsonl"])
def test_two_frames_with_one_counter_are_both_believed(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """HA core #108545, pvvx: temperature and voltage come in frames of their own under one counter."""
    said = [one.message for one in heard(name, monkeypatch)]
    assert any(isinstance(one, Temperature) for one in said)
    assert any(isinstance(one, SensorStatus) and one.voltage for one in said)


@pytest.mark.parametrize("name", ["b02_battery_changed_heard_late.jsonl", "b02t_random_start.jsonl"])
def test_a_counter_that_begins_again_is_believed_after_a_while(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """bthome-ble #116, PR 357: a new battery, or a counter that starts at random."""
    said = [one.message for one in heard(name, monkeypatch)]
    assert sum(isinstance(one, Temperature) for one in said) >= 5
