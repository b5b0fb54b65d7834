"""EMS-ESP's words."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bridges.boiler.protocol import Demand, Write
from bridges.emsesp.protocol import EmsEsp
from house.messages import BoilerStatus
from tests.bridges import fake_boilers

START = datetime(2026, 1, 12, 6, 30, tzinfo=UTC)
LATER = START + timedelta(minutes=3)
CALL = Demand(True, 55.4, START)


def heard(at: datetime = START, **values: Any) -> EmsEsp:
    fake, driver = fake_boilers.EmsEsp(values=values), EmsEsp()
    for topic, payload, _ in fake.says(at):
        driver = driver.heard(topic, payload, at, live=True)
    return driver


def test_a_call_is_a_whole_flow_setpoint_and_rest_is_zero() -> None:
    assert EmsEsp("boiler/ems").writes(CALL) == (Write("boiler/ems/boiler/selflowtemp", b"55"),)
    assert EmsEsp().writes(Demand(False, 55, START)) == (Write("ems-esp/boiler/selflowtemp", b"0"),)


def test_boiler_data_becomes_the_status() -> None:
    assert heard().status(None, START) == BoilerStatus(
        flame=False,
        modulation=0,
        flow_temperature=61.2,
        return_temperature=48,
        pressure_bar=1.6,
        hot_water=False,
        reported_at=START,
    )


@pytest.mark.parametrize(
    ("topic", "said"),
    [
        ("boiler_data", {"burngas": "on", "dhw": {"tapwateractive": "on"}}),
        ("boiler_data", {"tapwateractive": "on", "dhw": {"settemp": 50}}),
        ("boiler_data_dhw", {"tapwateractive": "on"}),
        ("boiler_data_ww", {"tapwateractive": "on"}),
    ],
    ids=["nested", "beside", "topic of its own", "its older name"],
)
def test_hot_water_is_seen_wherever_ems_esp_puts_it(topic: str, said: dict[str, Any]) -> None:
    found = EmsEsp().heard(f"ems-esp/{topic}", json.dumps(said).encode(), START, live=True)
    assert found.status(None, START).hot_water is True


@pytest.mark.parametrize("spelling", ["on", "ON", 1, "1", True, "true"], ids=repr)
def test_every_spelling_of_a_boolean_is_read(spelling: Any) -> None:
    assert heard(burngas=spelling, tapwateractive=spelling).status(None, START).flame is True
    assert heard(tapwateractive=spelling).status(None, START).hot_water is True


@pytest.mark.parametrize(
    ("entity", "value", "field"),
    [
        ("syspress", 25.5, "pressure_bar"),
        ("curflowtemp", 3276.7, "flow_temperature"),
        ("rettemp", -3276.8, "return_temperature"),
        ("curburnpow", 255, "modulation"),
        ("burngas", "perhaps", "flame"),
    ],
)
def test_a_value_that_stands_for_unknown_is_unknown(entity: str, value: Any, field: str) -> None:
    assert getattr(heard(**{entity: value}).status(None, START), field) is None


def test_a_thermostat_that_overwrites_our_setpoint_is_told() -> None:
    fault = heard(LATER, selflowtemp=40).status(CALL, LATER).fault or ""
    assert "asked for 55 °C of flow, the boiler has 40" in fault
    assert "thermostat" in fault
    assert heard(LATER, selflowtemp=40).status(Demand(True, 55, LATER), LATER).fault is None, "it has had no time yet"
    assert heard(LATER, selflowtemp=55).status(CALL, LATER).fault is None


def test_a_refused_command_is_told_in_its_own_words() -> None:
    driver = heard(LATER, selflowtemp=0).heard("ems-esp/response", b"command selflowtemp failed", LATER, live=True)
    assert "command selflowtemp failed" in (driver.status(CALL, LATER).fault or "")


def test_heating_that_is_switched_off_in_the_boiler_is_told() -> None:
    assert "heatingactivated" in (heard(LATER, heatingactivated="off").status(CALL, LATER).fault or "")


@pytest.mark.parametrize(("code", "is_fault"), [("0H", False), ("-H", False), ("=H", False), ("6A", True), ("", False)])
def test_a_code_that_is_no_normal_operation_is_a_fault(code: str, is_fault: bool) -> None:
    fault = heard(servicecode=code, servicecodenumber=227).status(None, START).fault
    assert fault == (f"the boiler shows {code} 227" if is_fault else None)


def test_silence_offline_and_a_lost_bus_hide_old_values() -> None:
    for driver, word in (
        (heard(START - timedelta(minutes=6)), "said nothing since 06:24"),
        (heard().heard("ems-esp/status", b"offline", START, live=True), "offline"),
        (heard().heard("ems-esp/heartbeat", b'{"bus_status":"disconnected"}', START, live=True), "EMS bus"),
        (EmsEsp(), "not been heard"),
    ):
        status = driver.status(CALL, START)
        assert word in (status.fault or "")
        assert status.flame is None


def test_what_the_broker_had_kept_has_no_age() -> None:
    kept = json.dumps({"burngas": "on"}).encode()
    assert EmsEsp().heard("ems-esp/boiler_data", kept, START, live=False).status(None, START).reported_at is None


@pytest.mark.parametrize(
    ("on", "off"),
    [
        ("an", "aus"),
        ("AAN", "UIT"),
        ("på", "av"),
        ("włączono", "wyłączono"),
        ("wł.", "wył."),
        ("AÇIK", "KAPALI"),
        (1, 0),
    ],
)
def test_the_flame_is_seen_in_every_language_of_ems_esp(on: object, off: object) -> None:
    for word, flame in ((on, True), (off, False)):
        payload = json.dumps({"burngas": word, "tapwateractive": off}).encode()
        status = EmsEsp().heard("ems-esp/boiler_data", payload, START, live=True).status(None, START)
        assert (status.flame, status.hot_water, status.fault) == (flame, False, None)


def test_boiler_data_of_which_nothing_is_understood_is_a_fault_that_names_its_keys() -> None:
    payload = b'{"selFlowTemp": 5, "curBurnPow": 0, "burnGas": "off"}'
    fault = EmsEsp().heard("ems-esp/boiler_data", payload, START, live=True).status(None, START).fault
    assert fault is not None
    assert "selFlowTemp" in fault
