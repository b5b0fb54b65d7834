"""The firmware as plain `.py`, as a developer copies it to a board, does the same."""

from collections.abc import Callable
from pathlib import Path

from devtools.servers import Mosquitto
from tests.esp32.air import Air
from tests.esp32.board import Board
from tests.esp32.conftest import WIRING, House, settings
from tests.esp32.test_broker import SENSOR, atc


def test_not_compiled_it_hears_and_drives_too(
    start_node: Callable[..., Board], house: House, broker: Mosquitto, firmware_py: Path, air: Air
) -> None:
    start_node(settings(broker.port), WIRING, firmware=firmware_py)
    house.wait_online()
    house.tick()
    house.wait_status(lambda said: said.setpoint is not None)
    air.hum(SENSOR, 0x181A, atc(20.3, 1))
    house.observer.wait_for(f"room/living/temperature/{SENSOR}")
    house.tick(3)
    house.tell(26.5)
    house.wait_status(lambda said: said.setpoint == 26.5)
