"""What people ask of a valve over MQTT, through the whole bridge."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from bridges.bluetooth.timing import Timing
from bridges.eq3 import protocol
from house import topics
from house.messages import Schedule, SwitchPoint
from tests.bridges.bluetooth.bench import IMPATIENT, SWIFT, Bench, Garbage, eventually, topic_id, wish
from tests.bridges.bluetooth.test_bridge import StartBench, holds, status_path
from tests.bridges.running import say_raw
from tests.virtual_eq3 import VirtualEq3

HASTY = replace(IMPATIENT, pace=replace(SWIFT.pace, command=timedelta(seconds=1.5)))


@contextmanager
def serving(bench: Bench, timing: Timing = SWIFT) -> Iterator[None]:
    """The bridge, as soon as it listens: a command is not kept for it."""
    mark = len(bench.observer.heard)
    with bench.bridge(timing):
        bench.hears("service/bluetooth/availability", lambda payload: payload == b"online", mark)
        yield


def ask(bench: Bench, payload: str, number: int = 1) -> int:
    """Command a valve; returns from where on to listen for what comes of it."""
    mark = len(bench.observer.heard)
    message = Garbage(raw=payload.encode())
    bench.observer.say(topics.publication(topics.VALVE_COMMAND, topic_id(number), message=message))
    return mark


def is_in(mode: str) -> Callable[[bytes], bool]:
    return lambda payload: json.loads(payload)["mode"] == mode


def refused(bench: Bench, mark: int) -> Any:
    return json.loads(bench.hears("rejected", since=mark).payload)


def said(bench: Bench, path: str) -> int:
    return sum(one.path == path for one in bench.observer.heard)


def test_boost_of_a_valve_is_its_own_and_no_wish_for_the_room(start_bench: StartBench) -> None:
    bench = start_bench()
    with serving(bench):
        bench.tell(1, wish(24))
        bench.hears(status_path(1), holds(24))
        bench.hears(status_path(1), is_in("boost"), ask(bench, "boost"))
        bench.hears(status_path(1), is_in("manual"), ask(bench, '{"do": "boost_off"}'))
        bench.observer.listen(2)
    assert bench.valves[0].celsius == 24
    assert [one for one in bench.valves[0].writes if one[0] not in (0x03, 0x40)] == [protocol.BOOST, protocol.END_BOOST]
    assert said(bench, "room/room1/setpoint/set") == 0
    assert said(bench, "rejected") == 0


def _boosts_at(valve: VirtualEq3, celsius: float) -> bool:
    return valve.boost and valve.celsius == celsius


def test_set_and_command_at_once_are_both_obeyed(start_bench: StartBench) -> None:
    bench = start_bench(2)
    with serving(bench):
        for number in (1, 2):
            ask(bench, "boost", number)
            bench.tell(number, wish(20 + number))
        for number, valve in enumerate(bench.valves, 1):
            eventually(partial(_boosts_at, valve, 20 + number), "the boost and the level")
    assert bench.bluez.most_links == 1


def test_valve_in_bypass_is_put_into_its_own_program_and_back(start_bench: StartBench) -> None:
    bench = start_bench()
    with serving(bench):
        bench.tell(1, wish(24))
        bench.hears(status_path(1), holds(24))
        assert "bypass" in refused(bench, ask(bench, "auto"))["reason"]
        bench.tell(1, None)
        bench.hears(status_path(1), is_in("auto"), ask(bench, "auto"))
        bench.hears(status_path(1), holds(18.5), ask(bench, '{"do": "manual", "setpoint": 18.5}'))
        bench.tell(1, wish(25))
        bench.hears(status_path(1), holds(25))
    assert bench.valves[0].manual
    assert said(bench, "room/room1/setpoint/set") == 0


def test_program_is_read_back_as_a_schedule_that_stays_on_the_broker(start_bench: StartBench) -> None:
    bench = start_bench()
    bench.valves[0].programs[protocol.Day.SUNDAY] = bytes([34, 48, 41, 138, 34, 144])
    week = (SwitchPoint(day=7, time="08:00", setpoint=20.5), SwitchPoint(day=7, time="23:00", setpoint=17))
    with serving(bench):
        ask(bench, "program")
        told = bench.hears(f"valve/{topic_id(1)}/program")
    assert Schedule.decode(told.payload).points == week
    assert topics.VALVE_PROGRAM.retained
    assert all(request[0] in (0x03, 0x20) for request in bench.valves[0].writes)


def test_last_of_several_commands_wins(start_bench: StartBench) -> None:
    bench = start_bench()
    bench.bluez.failing = 0.25
    with serving(bench, IMPATIENT):
        bench.hears(status_path(1))
        bench.bluez.connect_faults = ["hang"]
        for payload in (
            "boost",
            "auto",
            "boost_off",
            '{"do": "manual", "setpoint": 22}',
            '{"do": "manual", "setpoint": 23}',
        ):
            ask(bench, payload)
        bench.hears(status_path(1), holds(23))
        bench.observer.listen(1)
    assert bench.valves[0].celsius == 23
    assert not bench.valves[0].boost


def test_command_that_is_replaced_while_it_waits_is_refused(start_bench: StartBench) -> None:
    bench = start_bench()
    bench.bluez.on_air = False
    with serving(bench):
        mark = ask(bench, "boost")
        ask(bench, "program")
        told = refused(bench, mark)
    assert json.loads(told["payload"])["do"] == "boost"
    assert told["reason"] == "replaced by a newer command"


def test_valve_that_cannot_tell_its_program_is_refused_aloud_and_stays_reachable(start_bench: StartBench) -> None:
    bench = start_bench()
    with serving(bench, IMPATIENT):
        bench.tell(1, wish(24))
        bench.hears(status_path(1), holds(24))
        bench.valves[0].deaf = True
        for _ in range(3):
            assert "did not tell its program" in refused(bench, ask(bench, "program"))["reason"]
        bench.valves[0].deaf = False
        mark = len(bench.observer.heard)
        bench.tell(1, wish(25))
        assert json.loads(bench.hears(status_path(1), holds(25), mark).payload)["reachable"]
    assert bench.valves[0].celsius == 25


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        ("turbo", "should be auto, manual, boost, boost_off or program"),
        ("{", "neither JSON"),
        ('{"do": "boost", "setpoint": 21}', "manual only"),
        ("[]", "do, setpoint, until"),
    ],
    ids=["unknown word", "half an object", "setpoint of a boost", "list"],
)
def test_garbage_is_refused_with_what_would_be_right(start_bench: StartBench, payload: str, reason: str) -> None:
    bench = start_bench()
    with serving(bench):
        bench.hears(status_path(1))
        assert reason in refused(bench, ask(bench, payload))["reason"]
    assert all(request[0] == 0x03 for request in bench.valves[0].writes)


def test_command_for_no_valve_and_one_that_would_come_again_are_refused(start_bench: StartBench) -> None:
    bench = start_bench()
    say_raw(bench.broker, f"home/valve/{topic_id(1)}/command", b"boost", retain=True)
    with serving(bench):
        told = json.loads(bench.hears("rejected").payload)
        assert "should not be retained" in told["reason"]
        assert topic_id(1) in refused(bench, ask(bench, "boost", number=9))["reason"]
        bench.observer.listen(1)
    assert not bench.valves[0].boost


def test_command_that_never_arrives_is_refused_when_its_time_is_over(start_bench: StartBench) -> None:
    bench = start_bench()
    with serving(bench, HASTY):
        bench.tell(1, wish(24))
        bench.hears(status_path(1), holds(24))
        bench.valves[0].deaf = True
        told = refused(bench, ask(bench, "boost"))
        bench.valves[0].deaf = False
        bench.tell(1, wish(25))
        bench.hears(status_path(1), holds(25))
    assert told["topic"] == f"home/valve/{topic_id(1)}/command"
    assert json.loads(told["payload"])["do"] == "boost"
    assert "given up" in told["reason"]


def test_command_is_refused_in_time_even_while_bluez_is_away(start_bench: StartBench) -> None:
    bench = start_bench()
    bench.bluez.crash()
    with serving(bench, HASTY):
        assert "given up" in refused(bench, ask(bench, "boost"))["reason"]


def test_command_that_waits_at_a_stop_is_refused_and_not_carried_out_later(start_bench: StartBench) -> None:
    bench = start_bench()
    bench.bluez.on_air = False
    with serving(bench):
        ask(bench, "boost")
        refused(bench, ask(bench, "turbo"))  # it has heard both
        mark = len(bench.observer.heard)
    assert "stopped" in refused(bench, mark)["reason"]
    bench.bluez.on_air = True
    with serving(bench):
        bench.tell(1, wish(24))
        bench.hears(status_path(1), holds(24))
        bench.observer.listen(1)
    assert not bench.valves[0].boost
