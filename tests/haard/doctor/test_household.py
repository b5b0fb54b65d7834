"""What the settings imply, and how each service and device is judged by what was heard."""

import re
from datetime import datetime, timedelta

import pytest

from haard.doctor import checks
from haard.doctor.finding import Finding, Verdict
from haard.doctor.retained import RetainedMessages, hearing
from house import services
from house.mqtt import Received
from house.settings import Settings, parse
from tests.haard.doctor.real import NOW, SERVICES, real_house, said_at


def heard_of(said: dict[str, str]) -> RetainedMessages:
    return hearing(Received(path, text.encode(), True) for path, text in said.items())


def findings(house: Settings, said: dict[str, str], now: datetime = NOW) -> dict[str, Finding]:
    return dict(checks.checks(house, heard_of(said), now))


def without_driver(section: str) -> Settings:
    return parse(re.sub(f"^{section}: .*$", "", real_house(), flags=re.MULTILINE))


def test_the_services_follow_from_the_settings(real: Settings, house: Settings) -> None:
    assert set(services.services(real)) == set(SERVICES)
    assert services.services(house) == ("regulator", "recorder", "analyst", "simulated")


def test_only_devices_of_this_radio_need_it(real: Settings, house: Settings) -> None:
    carriers = {address: services.carrier(address, real) for address in services.devices(real)}
    assert carriers == {
        "a4c138000001": "bluetooth",
        "esp_living": None,
        "a4c138000011": "bluetooth",
        "001a22000001": "bluetooth",
        "trv": "zigbee2mqtt",
    }
    assert "bluetooth" in services.services(real)
    assert "bluetooth" not in services.services(house)


def test_a_valve_that_another_radio_drives_does_not_need_this_one() -> None:
    valve = "00:1A:22:00:00:01"
    text = f"""
        rooms: {{bath: {{radiators: [{{valve: "{valve}", power_w: 900}}]}}}}
        boiler: {{driver: nefit}}
        bluetooth: {{valves: {{"{valve}": {{elsewhere: true}}}}}}
    """
    assert "bluetooth" not in services.services(parse(text))


def test_a_house_that_says_everything_is_well(real: Settings) -> None:
    found = findings(real, said_at(NOW))
    assert {name: finding for name, finding in found.items() if finding.verdict != "well"} == {}
    assert found["thermometer a4c138000001 (Living room)"].what == "20.4 °C, 0 s ago, battery 80 %"


def test_in_a_silent_house_every_service_and_device_is_a_failure_of_its_own(real: Settings) -> None:
    found = findings(real, {})
    assert {finding.verdict for finding in found.values()} == {"failure"}
    told = " ".join(found)
    assert all(name in told for name in (*SERVICES, *services.devices(real), "garden", "boiler", "gas", "electricity"))


def test_without_the_broker_every_service_and_device_is_named(real: Settings) -> None:
    told = " ".join(f"{name} {finding.what}" for name, finding in checks.unheard(real))
    assert all(name in told for name in (*SERVICES, *services.devices(real), "garden", "boiler", "meter", "weather"))


@pytest.mark.parametrize(
    ("path", "payload", "check", "verdict", "words"),
    [
        ("service/dsmr/availability", "offline", "service dsmr", "failure", "has left"),
        (
            "sensor/a4c138000001/status",
            '{"battery": 4}',
            "thermometer a4c138000001 (Living room)",
            "doubt",
            "battery 4",
        ),
        ("room/living/temperature/esp_living", "20.5", "thermometer esp_living (Living room)", "doubt", "unknown age"),
        ("room/living/temperature/esp_living", "warm", "thermometer esp_living (Living room)", "failure", "not heard"),
        ("valve/trv/status", '{"reachable": false}', "valve trv (Living room)", "failure", "unreachable"),
        ("valve/trv/status", '{"alert": "pair it"}', "valve trv (Living room)", "failure", "unknown position"),
        (
            "valve/trv/status",
            '{"battery_low": true, "reported_at": "2026-01-12T06:29:00Z"}',
            "valve trv (Living room)",
            "doubt",
            "batteries are low",
        ),
        ("boiler/status", '{"fault": "no water"}', "boiler", "failure", "no water"),
        ("memory", "{}", "tick", "failure", "no tick"),
    ],
)
def test_what_is_said_is_judged(
    path: str, payload: str, check: str, verdict: Verdict, words: str, real: Settings
) -> None:
    finding = findings(real, said_at(NOW) | {path: payload})[check]
    assert finding.verdict == verdict
    assert words in finding.what


def test_an_alert_of_a_valve_is_what_to_do(real: Settings) -> None:
    found = findings(real, said_at(NOW) | {"valve/trv/status": '{"alert": "press its button to pair it"}'})
    assert found["valve trv (Living room)"].remedy == "press its button to pair it"


@pytest.mark.parametrize(
    ("age", "still_well"),
    [
        (timedelta(minutes=5), {"thermometer", "window", "valve", "boiler", "gas", "weather", "outdoor", "service"}),
        (timedelta(minutes=20), {"window", "valve", "gas", "weather", "outdoor", "service"}),
        (timedelta(hours=5), {"window", "weather", "service"}),
        (timedelta(days=2), {"service"}),
    ],
)
def test_each_kind_may_be_as_old_as_its_device_speaks_seldom(
    age: timedelta, still_well: set[str], real: Settings
) -> None:
    found = findings(real, said_at(NOW - age))
    assert {name.split()[0] for name, finding in found.items() if finding.verdict == "well"} == still_well


def test_a_simulated_house_is_judged_by_its_own_time(house: Settings) -> None:
    said = {
        "memory": f'{{"tick_at": "{NOW.isoformat()}"}}',
        "room/living/temperature/a4c138000001": f'{{"value": 20, "measured_at": "{NOW.isoformat()}"}}',
    }
    found = findings(house, said, NOW + timedelta(days=300))
    assert found["tick"].what == "in the house it is 2026-01-12 06:30 UTC"
    assert found["thermometer a4c138000001 (Living room)"].verdict == "well"


def test_a_simulated_house_that_has_not_begun_is_a_failure(house: Settings) -> None:
    assert findings(house, {})["tick"].verdict == "failure"


@pytest.mark.parametrize(
    ("section", "check", "verdict"),
    [("boiler", "boiler", "failure"), ("meter", "meter", "doubt"), ("weather", "weather", "doubt")],
)
def test_a_driver_left_simulated_in_a_real_house_is_noticed(section: str, check: str, verdict: Verdict) -> None:
    house = without_driver(section)
    finding = findings(house, said_at(NOW))[check]
    assert finding.verdict == verdict
    assert "driver" in finding.what + finding.remedy
    assert "simulated" not in services.services(house)


def test_every_command_that_a_remedy_names_can_be_run(real: Settings) -> None:
    from bridges.__main__ import BRIDGES

    commands = [services.command(service).split() for service in (*SERVICES, "simulated")]
    assert all(words[:2] == ["python", "-m"] for words in commands)
    assert {words[3] for words in commands if words[2] == "bridges"} <= set(BRIDGES)
    assert {words[2] for words in commands} == {"bridges", "regulator", "recorder"}
