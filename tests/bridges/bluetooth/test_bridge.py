"""The whole bridge: real bleak, real D-Bus, real MQTT; only BlueZ and the valves are played."""

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bridges.bluetooth.timing import Timing
from house import topics
from house.messages import Schedule, SwitchPoint
from tests.bridges.bluetooth.bench import IMPATIENT, SWIFT, Bench, Garbage, eventually, topic_id, wish

StartBench = Callable[..., Bench]
PVVX = bytes.fromhex("f4830238c1a4a9066911b60b58f70d")
ENVIRONMENT = "0000181a-0000-1000-8000-00805f9b34fb"


def holds(celsius: float) -> Callable[[bytes], bool]:
    return lambda payload: json.loads(payload)["setpoint"] == celsius


def test_thermometer_on_the_air_is_heard_in_its_room(start_bench: StartBench) -> None:
    bench = start_bench()

    def heard() -> bool:
        bench.bluez.advertise("A4:C1:38:02:83:F4", ENVIRONMENT, PVVX)
        bench.observer.listen(0.05)
        return any(one.path == "sensor/a4c1380283f4/status" for one in bench.observer.heard)

    with bench.bridge():
        eventually(heard, "the thermometer")
        reading = json.loads(bench.hears("room/room1/temperature/a4c1380283f4").payload)
        status = json.loads(bench.hears("sensor/a4c1380283f4/status").payload)
    assert reading["value"] == 17.05
    assert status["rssi"] == -70
    assert bench.outcome == [None]


def test_passive_scan_hears_thermometers_and_valves(start_bench: StartBench) -> None:
    bench = start_bench()

    def heard() -> bool:
        bench.bluez.advertise("A4:C1:38:02:83:F4", ENVIRONMENT, PVVX)
        bench.observer.listen(0.05)
        return any(one.path == "room/room1/temperature/a4c1380283f4" for one in bench.observer.heard)

    with bench.bridge(scanning="passive"):
        eventually(heard, "the thermometer")
        bench.tell(1, wish(24))
        bench.hears(status_path(1), holds(24))
    assert bench.bluez.scans == 0


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
    eventually(lambda: bench.bluez.links == 0, "the last link closed", within_s=2)


def status_path(number: int) -> str:
    return f"valve/{topic_id(number)}/status"


def all_told(bench: Bench, setpoints: Sequence[float]) -> bool:
    return [valve.celsius for valve in bench.valves] == list(setpoints)


def test_ten_valves_take_a_new_wish_though_every_fourth_connect_fails(start_bench: StartBench) -> None:
    bench = start_bench(10)
    bench.bluez.failing = 0.25
    first, last = [20.0 + number for number in range(10)], [29.0 - number for number in range(10)]
    with bench.bridge():
        for number, setpoint in enumerate(first, 1):
            bench.tell(number, wish(setpoint))
        eventually(lambda: all_told(bench, first), "the first wishes")
        began = time.monotonic()
        for setpoints in ([10.0] * 10, [15.0] * 10, last):  # only the last of them counts
            for number, setpoint in enumerate(setpoints, 1):
                bench.tell(number, wish(setpoint))
        eventually(lambda: all_told(bench, last), "the last wishes")
        for number, setpoint in enumerate(last, 1):
            bench.hears(status_path(number), holds(setpoint))
    assert time.monotonic() - began < 30
    assert bench.bluez.most_links == 1
    eventually(lambda: bench.bluez.links == 0, "the last link closed", within_s=2)
    assert [valve.faults for valve in bench.valves] == [[]] * 10


def test_ten_valves_take_a_new_wish_within_a_minute_at_the_real_pace(start_bench: StartBench) -> None:
    bench = start_bench(10)
    bench.bluez.failing, bench.bluez.connect_s = 0.25, 0.5
    with bench.bridge(Timing()):
        for number in range(1, 11):
            bench.hears(status_path(number))
        for number in range(1, 11):
            bench.tell(number, wish(20 + number / 2))
        eventually(lambda: all_told(bench, [20 + number / 2 for number in range(1, 11)]), "the wishes", within_s=60)
    assert bench.bluez.most_links == 1


@pytest.mark.parametrize(
    "faults",
    [
        ["hang"],
        ["le-connection-abort-by-local"],
        ["Software caused connection abort"],
        ["InProgress"],
        ["br-connection"],
    ],
    ids=" ".join,
)
def test_connect_that_fails_once_is_tried_again(start_bench: StartBench, faults: list[str]) -> None:
    bench = start_bench()
    bench.bluez.connect_faults = faults
    with bench.bridge(replace(SWIFT, connect_s=1.0) if faults == ["hang"] else SWIFT):
        bench.tell(1, wish(24))
        bench.hears(status_path(1), holds(24))
    eventually(lambda: bench.bluez.links == 0, "the last link closed", within_s=2)


def test_link_that_flapped_while_connecting_is_no_failed_contact(start_bench: StartBench) -> None:
    bench = start_bench()
    bench.bluez.connect_faults = ["le-connection-abort-by-local"] * 2
    patient = replace(SWIFT, pace=replace(SWIFT.pace, backoff=(timedelta(minutes=5),)))
    with bench.bridge(patient):
        bench.tell(1, wish(24))
        bench.hears(status_path(1), holds(24))


def test_link_lost_while_writing_is_made_anew(start_bench: StartBench) -> None:
    bench = start_bench()
    bench.bluez.drop_link_on_write = 1
    with bench.bridge():
        bench.tell(1, wish(24))
        bench.hears(status_path(1), holds(24))
    assert bench.valves[0].connections >= 2


def test_valve_that_fails_three_times_is_unreachable_and_does_not_hold_up_the_others(start_bench: StartBench) -> None:
    bench = start_bench(2)
    bench.valves[0].deaf = True
    with bench.bridge(IMPATIENT):
        bench.tell(1, wish(24))
        bench.tell(2, wish(25))
        bench.hears(status_path(2), holds(25))
        bench.hears(status_path(1), lambda payload: json.loads(payload)["reachable"] is False)
        bench.valves[0].deaf = False
        bench.hears(status_path(1), lambda payload: json.loads(payload)["reachable"] is True)


def test_unpaired_valve_is_an_alarm_with_the_next_step_and_not_an_endless_retry(start_bench: StartBench) -> None:
    bench = start_bench(pin="123456")
    with bench.bridge():
        bench.tell(1, wish(24))
        said = json.loads(bench.hears(status_path(1), lambda payload: b"not paired" in payload).payload)
        connections = bench.valves[0].connections
        bench.observer.listen(1.5)
    assert said["reachable"] is False
    assert "00:1A:22:00:00:01" in said["alert"]
    assert "HAARD_VALVE_PINS_FILE" in said["alert"]
    assert bench.valves[0].connections == connections
    assert bench.valves[0].writes == []


def test_valve_with_a_pin_is_paired_and_told(
    start_bench: StartBench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pins").write_text("00:1A:22:00:00:01 012345\n")
    monkeypatch.setenv("HAARD_VALVE_PINS_FILE", str(tmp_path / "pins"))
    bench = start_bench(pin="012345")
    with bench.bridge():
        bench.tell(1, wish(24))
        bench.hears(status_path(1), holds(24))
    assert bench.valves[0].paired


def test_valve_with_a_wrong_pin_is_an_alarm(
    start_bench: StartBench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pins").write_text("00:1A:22:00:00:01 999999\n")
    monkeypatch.setenv("HAARD_VALVE_PINS_FILE", str(tmp_path / "pins"))
    bench = start_bench(pin="012345")
    with bench.bridge():
        bench.tell(1, wish(24))
        bench.hears(status_path(1), lambda payload: b"not paired" in payload)
    assert not bench.valves[0].paired


def test_withdrawn_wish_leaves_the_valve_alone(start_bench: StartBench) -> None:
    bench = start_bench()
    with bench.bridge():
        bench.tell(1, wish(24))
        bench.hears(status_path(1), holds(24))
        bench.tell(1, None)
        is_heard(bench)
        bench.valves[0].turn_knob(21)
        bench.clock.ahead += timedelta(hours=2)
        bench.hears(status_path(1), holds(21))
        bench.observer.listen(1)
    assert bench.valves[0].celsius == 21
    assert not [one for one in bench.observer.heard if one.path == "room/room1/setpoint/set"]


def is_heard(bench: Bench) -> None:
    """Wait until the bridge has heard all that the first valve was told so far."""
    mark = len(bench.observer.heard)
    bench.tell(1, Garbage(raw=b"?"))
    bench.hears("rejected", since=mark)


def test_expired_wish_becomes_its_fallback(start_bench: StartBench) -> None:
    bench = start_bench()
    with bench.bridge():
        bench.tell(1, wish(28, minutes=90, fallback=18.5))
        bench.hears(status_path(1), holds(28))
        bench.clock.ahead += timedelta(minutes=90, seconds=1)
        bench.hears(status_path(1), holds(18.5))


def test_turned_knob_becomes_an_override_of_its_room_and_is_left_alone(start_bench: StartBench) -> None:
    bench = start_bench()
    with bench.bridge():
        bench.tell(1, wish(24))
        bench.hears(status_path(1), holds(24))
        bench.valves[0].turn_knob(22.5)
        bench.clock.ahead += timedelta(minutes=2)  # if it was looked at before, it is looked at again
        override = bench.hears("room/room1/setpoint/set")
        bench.hears(status_path(1), holds(22.5))
        order = [one.path for one in bench.observer.heard]
        bench.tell(1, wish(28.5, fallback=22.5))
        bench.hears(status_path(1), holds(28.5))
    assert json.loads(override.payload)["value"] == 17.5
    assert order.index("room/room1/setpoint/set") < len(order) - 1 - order[::-1].index(status_path(1))


def test_options_of_the_settings_are_written_once(start_bench: StartBench) -> None:
    bench = start_bench()
    options = {"offset": -1.5, "locked": True, "comfort": 20, "eco": 16, "window": {"setpoint": 10, "minutes": 20}}
    with bench.bridge(valves={"00:1A:22:00:00:01": options}):
        eventually(lambda: bench.valves[0].locked and bench.valves[0].window == (20, 4), "the options")
        writes = len(bench.valves[0].writes)
        bench.observer.listen(1)
    assert (bench.valves[0].offset, bench.valves[0].comfort, bench.valves[0].eco) == (4, 40, 32)
    assert len(bench.valves[0].writes) == writes


def test_timed_valve_holds_the_week_of_its_room_and_a_target_that_ends_by_itself(start_bench: StartBench) -> None:
    bench = start_bench()
    week = Schedule(
        points=(SwitchPoint(day=1, time="06:30", setpoint=21), SwitchPoint(day=1, time="22:00", setpoint=17))
    )
    bench.observer.say(topics.publication(topics.ROOM_SCHEDULE, "room1", message=week))
    with bench.bridge(valves={"00:1A:22:00:00:01": {"profile": "timed"}}):
        bench.tell(1, wish(24))
        status = json.loads(bench.hears(status_path(1), holds(24)).payload)
        monday = bytes([34, 39, 42, 132, 34, 144]).ljust(14, b"\x00")
        eventually(lambda: bench.valves[0].programs.get(2) == monday, "Monday's program")
    assert status["mode"] == "vacation"
    assert list(bench.valves[0].programs) == [2]  # the other days are what the valve had already


def test_garbage_is_refused_aloud_and_the_last_good_wish_stays(start_bench: StartBench) -> None:
    bench = start_bench()
    with bench.bridge():
        bench.tell(1, wish(24))
        bench.hears(status_path(1), holds(24))
        for garbage in (b"\xff\x00", b"30", b"[]", b'{"opening": 7000}', b"{" * 1000):
            mark = len(bench.observer.heard)
            bench.tell(1, Garbage(raw=garbage))
            bench.hears("rejected", since=mark)
        bench.tell(1, wish(25))
        bench.hears(status_path(1), holds(25))


def test_restarted_bluetoothd_is_noticed_and_survived(start_bench: StartBench) -> None:
    bench = start_bench()
    with bench.bridge(IMPATIENT):
        bench.tell(1, wish(24))
        bench.hears(status_path(1), holds(24))
        bench.bluez.crash()
        bench.tell(1, wish(25))
        bench.observer.listen(0.5)
        bench.bluez.start()
        bench.hears(status_path(1), holds(25))
    assert bench.outcome == [None]


def test_silent_radio_is_cured_by_switching_the_adapter_off_and_on(start_bench: StartBench) -> None:
    bench = start_bench()
    with bench.bridge(replace(IMPATIENT, connect_s=1.0), silence_s=1):
        bench.tell(1, wish(24))
        bench.hears(status_path(1), holds(24))
        before = len(bench.bluez.cures)
        bench.bluez.locked_up = True
        eventually(lambda: bench.bluez.power_cycles == 1, "the adapter switched off and on")
        bench.tell(1, wish(25))
        bench.hears(status_path(1), holds(25))
    assert bench.bluez.cures[before:][:3] == ["scan", "power", "scan"]


def test_scan_that_never_starts_is_cured_by_switching_the_adapter_off_and_on(start_bench: StartBench) -> None:
    bench = start_bench()
    bench.bluez.scans_refused_until_powered = True
    with bench.bridge(silence_s=0.5):
        bench.tell(1, wish(24))
        bench.hears(status_path(1), holds(24))
    assert bench.bluez.power_cycles == 1


def test_radio_that_nothing_cures_is_left_to_the_supervisor(start_bench: StartBench) -> None:
    bench = start_bench()
    bench.bluez.on_air = False
    with bench.bridge(silence_s=0.3):
        eventually(lambda: bench.outcome, "the bridge to give up")
    assert "switched off and on" in str(bench.outcome[0])
    assert bench.bluez.power_cycles == 1


def test_link_left_over_by_a_crash_is_closed_first(start_bench: StartBench) -> None:
    bench = start_bench()
    with bench.bridge():
        bench.tell(1, wish(24))
        bench.hears(status_path(1), holds(24))
    bench.bluez.leave_connected()
    with bench.bridge():
        bench.tell(1, wish(25))
        bench.hears(status_path(1), holds(25))
    eventually(lambda: bench.bluez.links == 0, "the last link closed", within_s=2)


def test_restarted_broker_gets_the_status_again(start_bench: StartBench) -> None:
    bench = start_bench()
    with bench.bridge():
        bench.tell(1, wish(24))
        bench.hears(status_path(1), holds(24))
        bench.broker.stop()
        bench.broker.forget()
        bench.broker.start()
        mark = len(bench.observer.heard)
        bench.hears(status_path(1), holds(24), since=mark)
        bench.tell(1, wish(25))
        bench.hears(status_path(1), holds(25))


def test_stop_in_the_middle_of_a_contact_closes_the_link(start_bench: StartBench) -> None:
    bench = start_bench()
    bench.valves[0].deaf = True
    with bench.bridge(replace(SWIFT, answer_s=20.0)):
        bench.tell(1, wish(24))
        eventually(lambda: bench.valves[0].writes, "a write that waits for its answer")
        assert bench.bluez.links == 1
    assert bench.outcome == [None]
    eventually(lambda: bench.bluez.links == 0, "the last link closed", within_s=2)


def test_bridge_without_bluez_waits_for_it(start_bench: StartBench) -> None:
    bench = start_bench()
    bench.bluez.crash()
    with bench.bridge(IMPATIENT):
        bench.tell(1, wish(24))
        bench.observer.listen(0.5)
        bench.bluez.start()
        bench.hears(status_path(1), holds(24))
