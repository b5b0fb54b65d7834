"""The OpenTherm Gateway's words."""

from datetime import UTC, datetime, timedelta

import pytest

from bridges.boiler.protocol import Demand, Write
from bridges.otgw.protocol import Otgw
from house.messages import BoilerStatus
from house.settings import devices as device_settings
from tests.bridges import fake_boilers

START = datetime(2026, 1, 12, 6, 30, tzinfo=UTC)
LATER = START + timedelta(minutes=3)
CALL, REST = Demand(True, 55, START), Demand(False, 55, START)


def heard(at: datetime = START, **values: bytes) -> Otgw:
    driver = Otgw(device_settings.Otgw())
    for topic, payload, _ in fake_boilers.Otgw(values=values).says(at):
        driver = driver.heard(topic, payload, at, live=True)
    return driver


def test_a_call_is_a_control_setpoint_and_the_heating_bit() -> None:
    assert heard().writes(CALL) == (Write("OTGW/set/otgw/ctrlsetpt", b"55.0"), Write("OTGW/set/otgw/chenable", b"1"))


def test_rest_is_a_low_setpoint_that_stays_ours_and_no_heating_bit() -> None:
    device = fake_boilers.Otgw(thermostat_calls=True)
    for write in heard().writes(REST):
        device.hear(write.topic, write.payload, START)
    assert not device.heats(START)
    assert device.setpoint >= 8, "below it the gateway does not expect a repetition"


def test_leaving_gives_control_back_to_the_thermostat() -> None:
    device = fake_boilers.Otgw(thermostat_calls=True)
    for write in (*heard().writes(REST), *heard().safe()):
        device.hear(write.topic, write.payload, START)
    assert device.heats(START)
    assert not device.is_ours(START)


def test_values_become_the_status() -> None:
    assert heard().status(None, START) == BoilerStatus(
        flame=False,
        modulation=45,
        flow_temperature=61.2,
        return_temperature=48,
        pressure_bar=1.6,
        hot_water=False,
        reported_at=START,
    )


def test_labels_of_another_firmware_are_a_matter_of_settings() -> None:
    names = device_settings.OtgwNames(flow_temperature="Tboiler", set_control_setpoint="CS")
    driver = Otgw(device_settings.Otgw(topic="ot", device="gw", names=names))
    driver = driver.heard("ot/value/gw/Tboiler", b"44.5", START, live=True)
    assert driver.status(None, START).flow_temperature == 44.5
    assert driver.writes(CALL)[0] == Write("ot/set/gw/CS", b"55.0")


@pytest.mark.parametrize(
    ("values", "word"),
    [
        ({"faultindicator": b"ON", "OEMFaultCode": b"133"}, "code 133"),
        ({"controlsetpoint": b"35.00"}, "the boiler is told 35"),
    ],
    ids=["fault", "not obeyed"],
)
def test_faults_are_told(values: dict[str, bytes], word: str) -> None:
    assert word in (heard(LATER, **values).status(CALL, LATER).fault or "")


def test_a_gateway_that_is_gone_hides_old_values() -> None:
    for driver, word in (
        (heard(START - timedelta(minutes=11)), "said nothing since 06:19"),
        (heard().heard("OTGW/value/otgw", b"offline", START, live=True), "offline"),
        (heard().heard("OTGW/value/otgw/boiler_connected", b"OFF", START, live=True), "sees no boiler"),
        (Otgw(device_settings.Otgw()), "not been heard on OTGW/value/otgw"),
    ):
        status = driver.status(CALL, START)
        assert word in (status.fault or "")
        assert status.flow_temperature is None


def test_topics_of_no_concern_are_not_kept() -> None:
    driver = heard()
    for number in range(100):
        driver = driver.heard(f"OTGW/value/otgw/label_{number}", b"1", START, live=True)
    assert driver == heard()
