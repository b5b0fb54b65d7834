"""What Home Assistant's user may write: people's wishes, and the devices that it brings."""

import pytest

from haard.install.rights import rights, writers
from house.errors import SettingsError
from house.settings import parse

HOUSE = """
rooms:
  attic: {sensors: [ha_attic], windows: [ha_window], radiators: [{valve: ha_valve, power_w: 800}]}
  bath: {sensors: ["A4:C1:38:00:00:01"], radiators: [{valve: "00:1A:22:00:00:01", power_w: 800}]}
boiler: {driver: nefit}
homeassistant: {discovery: true, devices: [ha_attic, ha_window, ha_valve]}
"""


@pytest.mark.parametrize(
    ("topic", "writer"),
    [
        ("home/room/attic/temperature/ha_attic", "homeassistant"),
        ("home/room/attic/window/ha_window", "homeassistant"),
        ("home/valve/ha_valve/status", "homeassistant"),
        ("home/valve/ha_valve/set", "regulator"),
        ("home/valve/001a22000001/status", "bluetooth"),
        ("homeassistant/status", "homeassistant"),
        ("homeassistant/climate/haard/room_attic_climate/config", "ha_discovery"),
    ],
)
def test_what_home_assistant_brings_it_alone_may_write(topic: str, writer: str) -> None:
    assert writers(rights(parse(HOUSE)), topic) == [writer]


def test_a_device_of_home_assistant_stands_in_a_room() -> None:
    with pytest.raises(SettingsError, match="ha_cellar stands in no room"):
        parse(HOUSE.replace("[ha_attic, ha_window", "[ha_cellar, ha_window"))
