"""Whatever a broker and a network do, a node comes back by itself, and what was measured meanwhile is not lost."""

import json
from collections.abc import Callable

from devtools.servers import Mosquitto
from tests.esp32.air import Air
from tests.esp32.board import Board
from tests.esp32.conftest import VALVE, WIRING, House, eventually, settings
from tests.esp32.slow import Slow
from tests.virtual_eq3 import VirtualEq3

Start = Callable[..., Board]
SENSOR = "a4c138000001"


def atc(temperature: float, counter: int) -> bytes:
    """The service data of a thermometer."""
    tenths = round(temperature * 10).to_bytes(2, "big", signed=True)
    return bytes.fromhex(SENSOR) + tenths + bytes([47, 95, 0x0B, 0xF8, counter])


def test_an_advertisement_becomes_a_reading_and_its_repetition_none(
    start_node: Start, house: House, broker: Mosquitto, air: Air
) -> None:
    start_node(settings(broker.port), {**WIRING, "valves": {}})  # which it would visit instead of listening
    house.wait_online()
    house.tick()
    house.wait_node(lambda said: said.get("sessions") == 1)
    eventually(lambda: air.advertise(SENSOR, 0x181A, atc(20.3, 1)) > 0, "a node that listens")
    for sender in (SENSOR, "a4c138000009"):
        air.advertise(sender, 0x181A, atc(20.3, 1))
    house.observer.wait_for(f"room/living/temperature/{SENSOR}")
    air.advertise(SENSOR, 0x181A, atc(20.4, 2))
    house.observer.wait_for(f"room/living/temperature/{SENSOR}", lambda said: json.loads(said)["value"] == 20.6)
    house.observer.wait_for(f"sensor/{SENSOR}/status")
    house.observer.listen(0.5)
    said = [one for one in house.observer.heard if one.path == f"room/living/temperature/{SENSOR}"]
    assert json.loads(said[0].payload)["value"] == 20.5
    assert json.loads(said[0].payload)["measured_at"].startswith("2026-01-12T06:3")
    assert len(said) == 2


def test_after_a_restart_of_the_broker_what_was_measured_meanwhile_is_said(
    start_node: Start, house: House, broker: Mosquitto, air: Air, valve: VirtualEq3
) -> None:
    board = start_node(settings(broker.port), WIRING)
    house.wait_online()
    house.tick()
    house.wait_status(lambda said: said.setpoint is not None)  # so it knows the time
    broker.stop()
    board.wait_for_line("mqtt: [Errno")
    air.hum(SENSOR, 0x181A, atc(18.4, 7))
    board.wait_for_line("mqtt: [Errno", len(board.lines))
    mark = house.mark
    broker.start()
    house.wait_online(mark)
    house.observer.wait_for(f"room/living/temperature/{SENSOR}", lambda said: json.loads(said)["value"] == 18.6, mark)
    house.tell(26.5)
    house.wait_status(lambda said: said.setpoint == 26.5)


def test_a_broker_that_stands_still_is_left_and_found_again(start_node: Start, house: House, broker: Mosquitto) -> None:
    board = start_node(settings(broker.port, keepalive_s=2), WIRING)
    house.wait_online()
    broker.freeze()
    try:
        board.wait_for_line("116")
    finally:
        broker.thaw()
    house.wait_node(lambda said: said["sessions"] >= 2)


def test_a_link_that_is_reset_in_the_middle_of_it_all_is_made_again(
    start_node: Start, house: House, broker: Mosquitto, valve: VirtualEq3
) -> None:
    with Slow(broker.port) as between:
        start_node(settings(between.port), WIRING)
        house.wait_online()
        house.tick()
        mark = house.mark
        between.reset_all()
        house.wait_offline(mark)
        house.wait_online(mark)
        house.tick()  # the first may have been lost with the link
        house.tell(26.5)
        house.wait_status(lambda said: said.setpoint == 26.5)


def test_a_node_without_power_is_offline(start_node: Start, house: House, broker: Mosquitto) -> None:
    board = start_node(settings(broker.port), WIRING)
    house.wait_online()
    mark = house.mark
    board.cut_power()
    house.wait_offline(mark)


def test_a_broker_that_lost_its_memory_is_told_all_again(
    start_node: Start, house: House, broker: Mosquitto, air: Air
) -> None:
    start_node(settings(broker.port), WIRING)
    house.wait_online()
    house.tick()
    air.hum(SENSOR, 0x181A, atc(18.4, 7))
    house.wait_status(lambda said: said.setpoint is not None)
    broker.stop()
    broker.forget()
    mark = house.mark
    broker.start()
    house.wait_status(lambda said: said.setpoint is not None, since=mark)
    house.observer.wait_for(f"room/living/temperature/{SENSOR}", since=mark)


def test_a_wrong_password_is_said_at_the_serial_port(
    start_node: Start, start_mosquitto: Callable[..., Mosquitto]
) -> None:
    broker = start_mosquitto(users={"node_attic": "right"})
    board = start_node(settings(broker.port, user="node_attic", password="wrong"), WIRING)
    board.wait_for_line("refuses the user or the password")


def test_a_message_too_large_for_the_memory_is_passed_over(
    start_node: Start, house: House, broker: Mosquitto, valve: VirtualEq3
) -> None:
    from tests.esp32.test_valves import broker_says

    board = start_node(settings(broker.port), WIRING)
    house.wait_online()
    house.tick()
    broker_says(broker, f"home/valve/{VALVE}/set", b"x" * 60000)
    board.wait_for_line("too many, passed over")
    house.tell(26.5)
    house.wait_status(lambda said: said.setpoint == 26.5)
    assert board.exits == []


def test_a_configuration_that_comes_later_is_kept_on_flash(
    start_node: Start, house: House, broker: Mosquitto, air: Air, valve: VirtualEq3
) -> None:
    from tests.esp32.test_valves import broker_says

    board = start_node(settings(broker.port))
    house.wait_online()
    house.tick()
    broker_says(broker, "home/node/attic/config", json.dumps(WIRING).encode())
    house.wait_status(lambda said: said.setpoint is not None)
    house.tell(26.5)
    house.wait_status(lambda said: said.setpoint == 26.5)
    assert json.loads((board.flash / "node.json").read_text()) == WIRING
    broker_says(broker, "home/node/attic/config", b'{"valves": {"nonsense": {"room": "living"}}}')
    house.wait_rejections(1)
    assert json.loads((board.flash / "node.json").read_text()) == WIRING
