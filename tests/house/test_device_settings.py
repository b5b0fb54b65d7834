import pytest

from house import settings
from house.errors import SettingsError

ROOMS = "rooms: {living: {radiators: [{valve: v1, power_w: 1000}]}}\n"


@pytest.mark.parametrize(
    "section",
    [
        "boiler: {driver: nefit, url: 'http://easy:8000', nefit: {call_setpoint: 25, rest_setpoint: 7}}",
        "boiler: {driver: emsesp, flow_setpoint: 50, emsesp: {topic: house/ems}}",
        "boiler: {driver: otgw, otgw: {device: otgw-A0B1C2, names: {flow_temperature: Tboiler}}}",
        "boiler: {driver: relay, relay: {model: tasmota, device: cv, dead_man_s: 180}}",
        "weather: {driver: openmeteo, url: 'http://weather.local:8080', sensors: [garden]}",
    ],
    ids=lambda section: section.split(",")[0].split(": ")[-1],
)
def test_each_driver_has_options_of_its_own(section: str) -> None:
    assert settings.parse(ROOMS + section).rooms


@pytest.mark.parametrize(
    ("section", "told"),
    [
        ("boiler: {driver: nefitt}", "boiler.driver"),
        ("boiler: {url: localhost}", "boiler.url"),
        ("boiler: {flow_setpoint: 8}", "boiler.flow_setpoint"),
        ("boiler: {nefit: {cal_setpoint: 30}}", "did you mean call_setpoint?"),
        ("boiler: {nefit: {rest_setpoint: 18}}", "should rise in this order"),
        ("boiler: {emsesp: {topic: 'ems/#'}}", "boiler.emsesp.topic"),
        ("boiler: {otgw: {names: {flame: '+'}}}", "boiler.otgw.names.flame"),
        ("boiler: {relay: {dead_man_s: 30}}", "boiler.relay.dead_man_s"),
        ("boiler: {relay: {model: shelly}}", "boiler.relay.model"),
    ],
    ids=lambda it: it.split(": {")[-1] if "{" in it else "",
)
def test_a_wrong_option_is_refused_at_its_line(section: str, told: str) -> None:
    with pytest.raises(SettingsError) as refused:
        settings.parse(ROOMS + section)
    assert str(refused.value).startswith("house.yaml:2: ")
    assert told in str(refused.value)
