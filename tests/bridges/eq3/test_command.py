"""What people ask of a valve: bytes by the captures, and the machine with a virtual valve."""

import json
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridges.eq3 import command, protocol
from bridges.eq3 import valve as machine
from bridges.eq3.program import points_of
from bridges.eq3.protocol import Day
from bridges.eq3.report import status_of
from bridges.eq3.valve import Failure, Kind, Valve
from house.errors import PayloadError
from house.messages import SwitchPoint, ValveCommand
from tests.bridges.eq3.test_rounds import Day as RadioDay
from tests.bridges.eq3.test_rounds import sometimes
from tests.bridges.eq3.test_valve import NOW, PACE, ZONE, contact, due, minutes, new, told, wish
from tests.virtual_eq3 import VirtualEq3

CAPTURES = json.loads((Path(__file__).parents[2] / "captures/eq3.json").read_text())["commands"]
WRITTEN = {vector["id"]: bytes.fromhex(vector["write"]) for vector in CAPTURES}


def asked(payload: str) -> ValveCommand:
    said = ValveCommand.decode(payload.encode())
    command.check(said, NOW)
    return said


def commanded(valve: Valve, payload: str, after: float = 0) -> Valve:
    return machine.commanded(valve, asked(payload), NOW + minutes(after), PACE)


@pytest.mark.parametrize(
    ("payload", "capture"),
    [
        ("boost", "boost-on-01"),
        ('{"do": "boost_off"}', "boost-off"),
        ("auto", "mode-auto"),
        ('"manual"', "mode-manual"),
        ('{"do": "manual", "setpoint": 30}', "mode-on-manual"),
    ],
)
def test_command_is_written_as_the_captures_have_it(payload: str, capture: str) -> None:
    assert command.requests(asked(payload), ZONE) == (WRITTEN[capture],)


def test_command_to_tell_the_program_asks_for_every_day_as_the_capture_asks_for_one() -> None:
    requests = command.requests(asked("program"), ZONE)
    assert requests[Day.MONDAY] == WRITTEN["read-day"]
    assert {request[1] for request in requests} == set(Day)


def test_command_to_hold_until_is_a_vacation_that_ends_by_the_clock_on_the_wall() -> None:
    said = asked('{"do": "manual", "setpoint": 17, "until": "2026-01-20T17:00:00Z"}')
    assert command.requests(said, ZONE) == (bytes([0x40, 0x80 | 34, 20, 26, 36, 1]),)


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        ("turbo", "auto, manual, boost, boost_off or program, not 'turbo'"),
        ('{"boost": true}', "do is missing"),
        ('{"do": "boost", "setpoint": 21}', "goes with manual only"),
        ('{"do": "auto", "until": "2026-01-20T17:00:00Z"}', "needs a setpoint"),
        ('{"do": "manual", "setpoint": 4.5}', "at least 5, not 4.5"),
        ('{"do": "manual", "setpoint": 17, "until": "2026-01-12T06:30:00Z"}', "should lie ahead"),
        ('{"do": "manual", "setpoint": 17, "until": "2027-01-20T17:00:00Z"}', "at most a year"),
        ("", "is empty; right would be boost"),
    ],
)
def test_what_a_valve_cannot_do_is_refused_with_what_would_be_right(payload: str, reason: str) -> None:
    with pytest.raises(PayloadError, match=reason):
        asked(payload)


def test_boost_is_started_not_fought_seen_to_end_and_no_knob() -> None:
    valve, eq3 = told()
    valve, task, _ = contact(commanded(valve, "boost", 10), eq3, NOW + minutes(10))
    assert task is not None
    assert (task.kind, task.requests, status_of(valve).mode) == (Kind.COMMAND, (protocol.BOOST,), "boost")
    assert machine.next_task(valve, NOW + minutes(15.9), ZONE) is None
    eq3.boost = False
    valve, task, knob = contact(valve, eq3, NOW + minutes(16))
    assert task is not None
    assert (task.kind, knob, status_of(valve).mode) == (Kind.POLL, None, "manual")
    assert machine.next_task(valve, NOW + minutes(40), ZONE) is None


def test_boost_that_goes_on_is_looked_at_again() -> None:
    valve, eq3 = told()
    valve, _, _ = contact(commanded(valve, "boost", 10), eq3, NOW + minutes(10))
    valve, _, _ = contact(valve, eq3, NOW + minutes(16))
    assert machine.next_task(valve, NOW + minutes(30), ZONE) is None
    assert due(valve, NOW + minutes(31)).kind is Kind.POLL


def test_level_is_written_first_and_the_command_after_the_motor_had_its_quiet() -> None:
    valve = machine.wished(commanded(new(), "boost"), wish(24), NOW)
    eq3 = VirtualEq3("00:1A:22:00:00:01")
    valve, task, _ = contact(valve, eq3, NOW)
    assert task is not None
    assert task.kind is Kind.WRITE
    assert machine.next_task(valve, NOW + minutes(1.9), ZONE) is None
    valve, task, _ = contact(valve, eq3, NOW + minutes(2))
    assert task is not None
    assert (task.kind, eq3.celsius, eq3.boost) == (Kind.COMMAND, 24, True)
    assert valve.command is None


@pytest.mark.parametrize("payload", ["auto", '{"do": "manual", "setpoint": 21}'])
def test_mode_is_refused_while_the_regulator_drives_the_valve(payload: str) -> None:
    reason = machine.refusal(commanded(told()[0], payload), NOW)
    assert reason is not None
    assert "living into mode bypass" in reason


def test_level_that_comes_while_a_mode_waits_wins_and_the_command_is_refused() -> None:
    valve = commanded(new(), "auto")
    assert machine.refusal(valve, NOW) is None
    assert machine.refusal(machine.wished(valve, wish(24), NOW), NOW) is not None


def test_mode_of_a_valve_in_bypass_is_kept_and_ended_by_the_next_level() -> None:
    valve, eq3 = told()
    valve = commanded(machine.wished(valve, None, NOW + minutes(5)), "auto", 5)
    valve, _, _ = contact(valve, eq3, NOW + minutes(5))
    assert (eq3.manual, status_of(valve).mode) == (False, "auto")
    eq3.setpoint = 40  # its own program
    for after in (8, 68, 130):
        valve, task, knob = contact(valve, eq3, NOW + minutes(after))
        assert task is not None
        assert (task.kind, knob, eq3.manual) == (Kind.POLL, None, False)
    valve, _, _ = contact(machine.wished(valve, wish(24, at=NOW + minutes(140)), NOW), eq3, NOW + minutes(140))
    assert (eq3.manual, eq3.celsius) == (True, 24)


@pytest.mark.parametrize(
    ("payload", "held"),
    [
        ('{"do": "manual", "setpoint": 21.3}', (21.5, "manual")),
        ('{"do": "manual", "setpoint": 30}', (30, "manual")),
        ('{"do": "manual", "setpoint": 16, "until": "2026-01-20T17:00:00Z"}', (16, "vacation")),
        ("manual", (17, "manual")),
    ],
)
def test_setpoint_may_be_commanded_where_nobody_else_drives_the_valve(payload: str, held: tuple[float, str]) -> None:
    valve, _, _ = contact(commanded(new(), payload), VirtualEq3("00:1A:22:00:00:01"), NOW)
    assert (status_of(valve).setpoint, status_of(valve).mode) == held
    assert (valve.command, valve.failures) == (None, 0)


def test_newer_command_replaces_one_that_waits_and_outlives_one_on_its_way() -> None:
    valve, eq3 = commanded(commanded(new(), "auto"), "manual"), VirtualEq3("00:1A:22:00:00:01")
    task = due(valve, NOW)
    assert task.requests == (protocol.SELECT_MANUAL,)
    valve = commanded(valve, "boost", 0.1)
    valve, _ = machine.answered(valve, task, (protocol.decode(eq3.write(task.requests[0]) or b""),), NOW, PACE, 0.5)
    assert due(valve, NOW + minutes(2)).requests == (protocol.BOOST,)


def test_command_that_fails_is_tried_with_patience_and_given_up_aloud() -> None:
    valve, tries = commanded(new(), "boost"), 0
    at = NOW
    while machine.refusal(valve, at) is None:
        if machine.next_task(valve, at, ZONE) is not None:
            valve, tries = machine.failed(valve, Kind.COMMAND, Failure.UNREACHED, at, PACE, 0.5), tries + 1
        at += minutes(0.5)
    assert at - NOW == PACE.command
    assert tries == 5
    assert not valve.reachable


def test_even_in_the_longest_back_off_a_command_is_tried_once() -> None:
    valve, at = new(), NOW
    for _ in range(8):
        valve = machine.failed(valve, Kind.POLL, Failure.UNREACHED, at, PACE, 1.0)
        at = valve.retry_at or at
    valve = machine.failed(valve, Kind.POLL, Failure.UNREACHED, at, PACE, 1.0)
    valve = machine.commanded(valve, asked("boost"), at, PACE)
    then = valve.retry_at
    assert then is not None
    assert machine.refusal(valve, then) is None
    assert due(valve, then).kind is Kind.COMMAND


def test_command_for_a_valve_that_is_not_paired_is_refused_with_what_to_do() -> None:
    valve = machine.failed(new(), Kind.POLL, Failure.NOT_PAIRED, NOW, PACE, 0.5)
    assert "HAARD_VALVE_PINS_FILE" in (machine.refusal(commanded(valve, "boost"), NOW) or "")


def test_command_that_is_answered_and_not_obeyed_is_refused_at_once_and_no_failure_of_the_valve() -> None:
    valve, eq3 = told()
    unmoved = protocol.decode(eq3.status())
    for after in range(10, 20, 3):
        valve = commanded(valve, "boost", after)
        at = NOW + minutes(after)
        valve, _ = machine.answered(valve, due(valve, at), (unmoved,), at, PACE, 0.5)
        assert (valve.command, valve.refused[-1].reason) == (None, command.NOT_OBEYED)
    assert (len(valve.refused), valve.failures, valve.retry_at, status_of(valve).reachable) == (4, 0, None, True)
    shut = machine.wished(valve, wish(5, at=at), at + minutes(1))
    assert due(shut, at + PACE.quiet).kind is Kind.WRITE


def test_valve_that_cannot_tell_its_program_is_no_less_reachable_and_obeys_its_level_at_once() -> None:
    valve, _ = told()
    for after in (10, 11, 12):
        valve, at = commanded(valve, "program", after), NOW + minutes(after)
        task = due(valve, at)
        valve = machine.failed(valve, task.kind, Failure.SILENT, at, PACE, 0.5, task.command)
        assert (valve.command, valve.refused[-1].reason) == (None, command.NOT_TOLD)
    assert (valve.failures, status_of(valve).reachable) == (0, True)
    assert due(machine.wished(valve, wish(5, at=at), at), at).kind is Kind.WRITE


@pytest.mark.parametrize(("payload", "failure"), [("program", Failure.UNREACHED), ("boost", Failure.SILENT)])
def test_link_that_fails_during_a_command_is_a_failure_of_the_valve(payload: str, failure: Failure) -> None:
    valve = commanded(new(), payload)
    valve = machine.failed(valve, Kind.COMMAND, failure, NOW, PACE, 0.5, valve.command)
    assert (valve.failures, valve.refused) == (1, ())
    assert due(valve, NOW + minutes(1)).kind is Kind.COMMAND


def test_command_that_waits_is_refused_when_another_replaces_it_and_not_when_it_is_repeated() -> None:
    valve = commanded(commanded(new(), "boost"), "boost", 1)
    assert valve.refused == ()
    [refused] = commanded(valve, "program", 2).refused
    assert (refused.command.wish.do, refused.reason) == ("boost", command.REPLACED)


def test_command_that_was_replaced_on_its_way_is_not_refused_if_it_was_carried_out() -> None:
    valve, eq3 = commanded(new(), "boost"), VirtualEq3("00:1A:22:00:00:01")
    task = due(valve, NOW)
    replaced = commanded(valve, "program", 0.1)
    done = protocol.decode(eq3.write(task.requests[0]) or b"")
    unmoved = protocol.decode(VirtualEq3("00:1A:22:00:00:01").status())
    for answer, reasons in ((done, []), (unmoved, [command.NOT_OBEYED])):
        after, _ = machine.answered(replaced, task, (answer,), NOW, PACE, 0.5)
        assert [one.reason for one in after.refused] == reasons
        assert after.command == replaced.command


def test_clock_that_is_put_back_does_not_keep_a_command_for_ever() -> None:
    assert machine.refusal(commanded(new(), "boost"), NOW - timedelta(days=1)) is not None


def test_program_that_is_asked_for_is_known_afterwards_and_leaves_the_valve_as_it_is() -> None:
    valve, eq3 = told()
    eq3.programs[Day.MONDAY] = bytes([34, 39, 42, 132, 34, 144])
    valve, _, _ = contact(commanded(valve, "program", 4), eq3, NOW + minutes(4))
    assert points_of(valve.held_program) == (
        SwitchPoint(day=1, time="06:30", setpoint=21),
        SwitchPoint(day=1, time="22:00", setpoint=17),
    )
    assert machine.next_task(valve, NOW + minutes(30), ZONE) is None


COMMANDS = st.sampled_from(["boost", "boost_off", "auto", "manual", '{"do": "manual", "setpoint": 21}', "program"])


@given(st.lists(COMMANDS, min_size=1, max_size=8), st.integers(0, 1000), st.sampled_from([None, 5.0, 24.0]))
def test_whatever_goes_wrong_the_last_command_is_done_or_refused_and_the_level_stays(
    payloads: list[str], seed: int, level: float | None
) -> None:
    day = RadioDay(seed, lambda random: random.choice([None, *Failure]), count=1)
    [address] = day.addresses
    random, refused = Random(seed), 0

    def look() -> None:
        nonlocal refused
        if (reason := machine.refusal(day.valves[address], day.now)) is not None:
            day.valves[address], refused = machine.dropped(day.valves[address], reason), refused + 1

    day.tell(address, level)
    for payload in payloads:
        day.valves[address] = machine.commanded(day.valves[address], asked(payload), day.now, PACE)
        day.run(random.random() * minutes(10), look)
    day.run(PACE.command, look)
    assert day.valves[address].command is None
    day.fault = sometimes(0)
    day.run(minutes(70), look)
    before, eq3 = refused, day.eq3s[address]
    for payload in payloads:
        day.valves[address] = machine.commanded(day.valves[address], asked(payload), day.now, PACE)
    writes = len(eq3.writes)
    day.run(minutes(5), look)
    is_refused = level is not None and asked(payloads[-1]).do in command.MODES
    assert refused - before == is_refused
    expected = () if is_refused else command.requests(asked(payloads[-1]), ZONE)
    assert [request for request in eq3.writes[writes:] if request[0] != 0x03] == list(expected)
    assert level in (None, eq3.celsius)
