"""The whole bridge: real bleak, real D-Bus, real MQTT; only BlueZ and the valves are played."""

import json
from collections.abc import Callable

import pytest

from tests.bridges.bluetooth.conftest import Bench, eventually, topic_id, wish
from tests.servers import Mosquitto

StartBench = Callable[..., Bench]
PVVX = bytes.fromhex("f4830238c1a4a9066911b60b58f70d")
ENVIRONMENT = "0000181a-0000-1000-8000-00805f9b34fb"


def holds(celsius: float) -> Callable[[bytes], bool]:
    return lambda payload: json.loads(payload)["setpoint"] == celsius


def test_thermometer_on_the_air_is_heard_in_its_room(start_bench: StartBench) -> None:
    bench = start_bench()
    with bench.bridge():
        eventually(lambda: bench.bluez.discovering, "a scan")
        bench.bluez.advertise("A4:C1:38:02:83:F4", ENVIRONMENT, PVVX)
        reading = json.loads(bench.hears("room/room1/temperature/a4c1380283f4").payload)
        status = json.loads(bench.hears("sensor/a4c1380283f4/status").payload)
    assert reading["value"] == 17.05
    assert status["rssi"] == -70
    assert bench.outcome == [None]


def test_wish_reaches_the_valve_and_its_status_comes_back(start_bench: StartBench) -> None:
    bench = start_bench()
    with bench.bridge():
        bench.tell(1, wish(26.5))
        status = json.loads(bench.hears(f"valve/{topic_id(1)}/status", holds(26.5)).payload)
        moved = json.loads(
            bench.hears(f"valve/{topic_id(1)}/status", lambda payload: json.loads(payload)["opening"] == 80).payload
        )
    assert (status["mode"], status["reachable"], status["opening"]) == ("manual", True, 0)
    assert moved["reported_at"] > status["reported_at"]
    assert bench.valves[0].faults == []
    assert bench.bluez.links == 0
