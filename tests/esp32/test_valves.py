"""A node drives valves by the rules of the Bluetooth bridge: what the house tells becomes bytes on the air."""

from collections.abc import Callable
from functools import partial

from devtools.servers import Mosquitto
from house.messages import SetpointWish, ValveCommand, ValveStatus
from tests.esp32.air import Air
from tests.esp32.board import Board
from tests.esp32.conftest import VALVE, WIRING, House, eventually, settings
from tests.virtual_eq3 import VirtualEq3

Start = Callable[..., Board]


def _running(start_node: Start, house: House, broker: Mosquitto, **more: object) -> Board:
    board = start_node(settings(broker.port, **more), WIRING)
    house.wait_online()
    house.tick()
    return board


def test_what_the_regulator_tells_becomes_bytes_and_the_answer_a_status(
    start_node: Start, house: House, broker: Mosquitto, valve: VirtualEq3
) -> None:
    _running(start_node, house, broker)
    house.tell(26.5)
    status = house.wait_status(lambda said: said.setpoint == 26.5)
    assert bytes([0x40, 0x40 | 53]) in valve.writes
    assert status.reachable
    assert status.mode == "manual"
    assert status.reported_at is not None
    assert abs((status.reported_at - house.now).total_seconds()) < 60


def test_of_several_targets_that_wait_only_the_last_is_written(
    start_node: Start, house: House, broker: Mosquitto, valve: VirtualEq3
) -> None:
    for setpoint in (5, 26.5, 22):
        house.tell(setpoint)
    _running(start_node, house, broker)
    house.wait_status(lambda said: said.setpoint == 22)
    assert [data for data in valve.writes if data[0] == 0x40] == [bytes([0x40, 0x40 | 44])]


def test_the_clock_that_a_poll_sets_is_the_house_s_wall_time(
    start_node: Start, house: House, broker: Mosquitto, valve: VirtualEq3
) -> None:
    _running(start_node, house, broker)
    eventually(lambda: valve.clock is not None, "a poll")
    assert valve.clock is not None
    assert valve.clock[:4] == (26, 1, 12, 7)
    assert valve.faults == []


def test_without_the_time_a_valve_is_left_alone(
    start_node: Start, house: House, broker: Mosquitto, valve: VirtualEq3
) -> None:
    start_node(settings(broker.port), WIRING)
    house.wait_online()
    house.tell(26.5)
    house.observer.listen(1.0)
    assert valve.writes == []


def _is_over(air: Air, trouble: str) -> bool:
    return bool(getattr(air.trouble(VALVE), trouble) == 0)


def _is_reached(setpoint: float, said: ValveStatus) -> bool:
    return said.setpoint == setpoint and said.reachable is True


def test_a_refused_connection_a_lost_answer_and_a_dropped_link_are_tried_again(
    start_node: Start, house: House, broker: Mosquitto, valve: VirtualEq3, air: Air
) -> None:
    for name in ("refuse_connections", "lose_answers", "drop_on_write"):
        setattr(air.trouble(VALVE), name, 1)
        if name == "refuse_connections":
            _running(start_node, house, broker, pace={"answer_ms": 2000})
        setpoint = {"refuse_connections": 26.5, "lose_answers": 21, "drop_on_write": 24}[name]
        house.tick(3)
        house.tell(setpoint)
        eventually(partial(_is_over, air, name), name)
        house.tick(2)
        house.wait_status(partial(_is_reached, setpoint))


def test_a_link_that_dies_before_anything_was_asked_is_tried_again_at_once(
    start_node: Start, house: House, broker: Mosquitto, valve: VirtualEq3, air: Air
) -> None:
    air.trouble(VALVE).drop_early = 2
    _running(start_node, house, broker, pace={"status_ms": 300})
    house.tell(26.5)
    house.wait_status(lambda said: said.setpoint == 26.5)
    assert house.wait_node(lambda said: said["contacts"] > 0)["failures"] == 0


def test_a_valve_that_is_gone_counts_as_unreachable_after_three_failures_and_holds_up_no_other(
    start_node: Start, house: House, broker: Mosquitto, air: Air
) -> None:
    air.trouble(VALVE).gone = True
    _running(start_node, house, broker)
    house.tell(26.5)

    def is_unreachable() -> bool:
        house.tick(5)
        house.observer.listen(0.5)
        said = [one.payload for one in house.observer.heard if one.path == f"valve/{VALVE}/status"]
        return any(ValveStatus.decode(payload).reachable is False for payload in said)

    eventually(is_unreachable, "three failures")
    assert house.wait_status(lambda said: said.reachable is False).setpoint is None


def test_a_turn_of_the_knob_becomes_a_wish_for_the_room(
    start_node: Start, house: House, broker: Mosquitto, valve: VirtualEq3
) -> None:
    _running(start_node, house, broker)
    house.tell(26.5)
    house.wait_status(lambda said: said.setpoint == 26.5)
    valve.turn_knob(23)
    house.tick(4)
    wish = house.observer.wait_for("room/living/setpoint/set")
    assert SetpointWish.decode(wish.payload).value == 23


def test_a_small_turn_of_a_shut_valve_is_a_difference_to_the_room_s_setpoint(
    start_node: Start, house: House, broker: Mosquitto, valve: VirtualEq3
) -> None:
    _running(start_node, house, broker)
    house.tell(5, fallback=20)
    house.wait_status(lambda said: said.setpoint == 5)
    valve.turn_knob(7)
    house.tick(4)
    wish = house.observer.wait_for("room/living/setpoint/set")
    assert SetpointWish.decode(wish.payload).value == 22


def test_an_expired_target_ends_at_its_fallback_with_the_broker_gone(
    start_node: Start, house: House, broker: Mosquitto, valve: VirtualEq3
) -> None:
    _running(start_node, house, broker, pace={"status_ms": 300})
    house.tell(26.5, fallback=19.5, minutes=122 / 60)
    house.wait_status(lambda said: said.setpoint == 26.5)
    house.tick(2)
    house.wait_node(lambda said: said.get("reported_at", "") >= "2026-01-12T06:32")
    broker.stop()
    eventually(lambda: valve.celsius == 19.5, "the fallback")


def test_a_level_outlives_a_reset_with_the_broker_gone(
    start_node: Start, house: House, broker: Mosquitto, valve: VirtualEq3
) -> None:
    board = _running(start_node, house, broker, pace={"no_broker_ms": 2500, "status_ms": 500})
    house.tell(26.5, fallback=19.5)
    house.wait_status(lambda said: said.setpoint == 26.5)
    house.tick(1)
    house.tell(26.5, fallback=19.5, minutes=9 / 60)
    broker_says(broker, f"home/valve/{VALVE}/set", b"?")
    house.wait_rejections(1)  # it has heard what came before
    broker.stop()
    board.wait_for_line("reset: no broker")
    eventually(lambda: valve.celsius == 19.5, "the fallback")


def test_after_a_power_cut_without_a_broker_a_valve_goes_to_the_fallback_that_flash_remembers(
    start_node: Start, house: House, broker: Mosquitto, valve: VirtualEq3
) -> None:
    board = _running(start_node, house, broker, pace={"orphan_s": 2})
    house.tell(26.5, fallback=19.5)
    house.wait_status(lambda said: said.setpoint == 26.5)
    board.cut_power()
    broker.stop()
    board.switch_on()
    eventually(lambda: valve.celsius == 19.5, "the fallback")


def test_a_command_is_carried_out_once(start_node: Start, house: House, broker: Mosquitto, valve: VirtualEq3) -> None:
    _running(start_node, house, broker)
    house.wait_status(lambda said: said.mode == "auto")
    house.tick(3)
    house.command(ValveCommand(do="boost"))
    house.wait_status(lambda said: said.mode == "boost")
    assert valve.writes.count(b"\x45\x01") == 1


def test_a_command_that_the_regulator_would_undo_is_refused_aloud(
    start_node: Start, house: House, broker: Mosquitto
) -> None:
    _running(start_node, house, broker)
    house.tell(26.5)
    house.wait_status(lambda said: said.setpoint == 26.5)
    house.command(ValveCommand(do="auto"))
    assert b"bypass" in house.observer.wait_for("rejected").payload


def test_what_cannot_be_read_is_refused_aloud_and_stops_nothing(
    start_node: Start, house: House, broker: Mosquitto, valve: VirtualEq3
) -> None:
    _running(start_node, house, broker)
    for payload in (b"{", b"[]", b"\xff", b'{"setpoint": 99}', b'{"setpoint": "x", "fallback": 3, "expires_at": 4}'):
        broker_says(broker, f"home/valve/{VALVE}/set", payload)
    house.wait_rejections(5)
    house.tell(26.5)
    house.wait_status(lambda said: said.setpoint == 26.5)


def broker_says(broker: Mosquitto, topic: str, payload: bytes) -> None:
    """Bytes that no program of ours would say."""
    import paho.mqtt.publish as publish

    publish.single(topic, payload, qos=1, hostname="127.0.0.1", port=broker.port)


def test_a_pin_pairs_a_valve_that_demands_one(
    start_node: Start, house: House, broker: Mosquitto, valve: VirtualEq3
) -> None:
    valve.pin = "042137"
    _running(start_node, house, broker, pins={VALVE: "042137"})
    house.tell(26.5)
    house.wait_status(lambda said: said.setpoint == 26.5)


def test_a_valve_that_demands_a_pin_which_nobody_gave_is_told(
    start_node: Start, house: House, broker: Mosquitto, valve: VirtualEq3
) -> None:
    valve.pin = "042137"
    _running(start_node, house, broker)
    house.tell(26.5)
    status = house.wait_status(lambda said: said.reachable is False)
    assert status.alert is not None
    assert "not paired" in status.alert


def test_options_of_the_configuration_are_brought_about(
    start_node: Start, house: House, broker: Mosquitto, valve: VirtualEq3
) -> None:
    wiring = {**WIRING, "valves": {VALVE: {"room": "living", "offset": -1.5, "locked": True, "comfort": 22}}}
    start_node(settings(broker.port), wiring)
    house.wait_online()
    house.tick()
    house.wait_status(lambda said: said.setpoint is not None)
    house.tick(3)
    eventually(lambda: (valve.offset, valve.locked, valve.comfort) == (4, True, 44), "the options")


def test_valves_of_another_node_are_driven_only_while_it_is_gone(
    start_node: Start, house: House, broker: Mosquitto, valve: VirtualEq3
) -> None:
    attic = start_node(settings(broker.port), WIRING)
    house.wait_online()
    wiring = {**WIRING, "sensors": {}, "valves": {VALVE: {"room": "living", "standby_for": "attic"}}}
    start_node({**settings(broker.port, pace={"take_over_s": 1}), "id": "cellar"}, wiring, unique_id="246f28000002")
    house.wait_online(node="cellar")
    house.tick()
    house.tell(26.5)
    house.wait_status(lambda said: said.setpoint == 26.5)
    attic.cut_power()
    house.wait_offline()
    house.tell(22)
    house.wait_status(lambda said: said.setpoint == 22)
    mark = house.mark
    attic.switch_on()
    house.wait_online(since=mark)
    house.tick(3)
    house.tell(24)
    house.wait_status(lambda said: said.setpoint == 24)
    assert valve.faults == []
