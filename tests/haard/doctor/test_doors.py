"""What stands behind an address: real sockets and files, and devices in topics of their own."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from devtools.servers import free_port
from haard.doctor import endpoints
from haard.doctor.finding import Verdict
from house.settings import Mqtt
from house.settings.devices import Boiler, Weather, Zigbee2mqtt
from tests.haard.doctor.real import NOW


@pytest.fixture
def listening() -> Iterator[int]:
    """The port of somebody who listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield int(server.getsockname()[1])


def test_who_listens_is_reached(listening: int) -> None:
    url = f"http://127.0.0.1:{listening}"
    assert endpoints.broker(Mqtt(host="127.0.0.1", port=listening)).verdict == "well"
    assert endpoints.nefit_server(Boiler(driver="nefit", url=url)).verdict == "well"
    assert endpoints.weather_host(Weather(driver="openmeteo", url=url)).verdict == "well"
    assert endpoints.meter_port(f"tcp://127.0.0.1:{listening}").verdict == "well"


@pytest.mark.parametrize(
    "where", ["127.0.0.1", "a..b", "127.0.0.1:99999", "[::1"], ids=["nobody", "name", "port", "v6"]
)
def test_who_cannot_be_reached_is_a_failure_that_names_where(where: str) -> None:
    address = where if ":" in where else f"{where}:{free_port()}"
    finding = endpoints.nefit_server(Boiler(driver="nefit", url=f"http://{address}"))
    assert finding.verdict == "failure"
    assert address in finding.what


def test_a_meter_without_url_or_cable_is_a_failure(tmp_path: Path) -> None:
    assert endpoints.meter_port(None).what == "meter.url is missing"
    assert "plug in the P1 cable" in endpoints.meter_port(f"serial://{tmp_path}/ttyUSB0").remedy


def test_a_cable_that_is_there_is_well_and_one_of_somebody_else_names_the_group(tmp_path: Path) -> None:
    cable = tmp_path / "ttyUSB0"
    cable.touch()
    assert endpoints.meter_port(f"serial://{cable}").verdict == "well"
    cable.chmod(0)
    if os.geteuid() != 0:  # nothing is closed to root
        assert "dialout" in endpoints.meter_port(f"serial://{cable}").remedy


@pytest.mark.parametrize(
    ("driver", "topic", "there", "gone"),
    [
        ("emsesp", "ems-esp/status", b"online", b"offline"),
        ("otgw", "OTGW/value/otgw", b"online", b"offline"),
        ("relay", "boiler/online", b"true", b"false"),
    ],
)
def test_a_boilers_device_is_there_when_it_says_so(driver: str, topic: str, there: bytes, gone: bytes) -> None:
    device = endpoints.mqtt_boiler(Boiler.model_validate({"driver": driver}))
    assert device is not None
    verdicts = [
        endpoints.boiler_device(device, driver, heard, NOW).verdict for heard in ({topic: there}, {topic: gone}, {})
    ]
    assert verdicts == ["well", "failure", "failure"]
    assert topic.split("/")[0] in endpoints.boiler_device(device, driver, {}, NOW).what


@pytest.mark.parametrize(
    ("heard", "verdict"),
    [
        ({"zigbee2mqtt/bridge/state": b'{"state": "online"}'}, "well"),
        ({"zigbee2mqtt/bridge/state": b"offline"}, "failure"),
        ({}, "failure"),
    ],
)
def test_zigbee2mqtt_is_there_when_it_says_so(heard: dict[str, bytes], verdict: Verdict) -> None:
    assert endpoints.zigbee2mqtt(Zigbee2mqtt(), heard).verdict == verdict
