import pytest

from house.errors import SettingsError
from house.settings import parse

HOUSE = """\
rooms: {living: {radiators: [{valve: "00:1A:22:00:00:01", power_w: 1000}]}}
bluetooth:
  valves:
    "00-1a-22-00-00-01": {profile: ends, offset: -1.5, window: {minutes: 0}}
"""


def test_options_of_a_valve_stand_under_its_address_in_any_spelling() -> None:
    options = parse(HOUSE).bluetooth.valves["001a22000001"]
    assert (options.profile, options.offset, options.locked) == ("ends", -1.5, None)


@pytest.mark.parametrize(
    ("right", "wrong", "fault"),
    [
        ("00-1a-22-00-00-01", "00-1a-22-00-00-02", "house.yaml:3: .*stands on no radiator of any room"),
        ("profile: ends", "profile: end", "house.yaml:4: .*should be setpoint, ends or timed"),
        ("offset: -1.5", "offset: -1.3", "house.yaml:4: .*multiple of 0.5"),
        ("offset: -1.5", "ofset: -1.5", "house.yaml:4: .*did you mean offset"),
        ("bluetooth:", "bluetooth:\n  adapter: usb0", "house.yaml:3: bluetooth.adapter"),
    ],
)
def test_fault_is_named_with_its_line(right: str, wrong: str, fault: str) -> None:
    with pytest.raises(SettingsError, match=fault):
        parse(HOUSE.replace(right, wrong))
