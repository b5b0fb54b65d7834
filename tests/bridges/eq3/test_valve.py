from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bridges.eq3 import protocol
from bridges.eq3 import valve as machine
from bridges.eq3.drive_mode import Target
from bridges.eq3.pace import Pace
from bridges.eq3.program import week_of
from bridges.eq3.report import status_of
from bridges.eq3.valve import Failure, Kind, Knob, Task, Valve
from house.messages import SwitchPoint, ValveSet, ValveStatus
from house.settings.radio import ValveOptions, WindowReaction
from tests.virtual_eq3 import VirtualEq3

NOW = datetime(2026, 1, 12, 6, 30, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Amsterdam")
PACE = Pace()


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


POLLED = minutes(60)
"""By then a valve that was told something, and looked at, is polled."""


def wish(setpoint: float, opening: float | None = 100, at: datetime = NOW, lifetime: float = 90) -> ValveSet:
    ends = at + minutes(lifetime)
    return ValveSet(opening=opening, setpoint=setpoint, issued_at=at, expires_at=ends, fallback=19)


def new(**fields: object) -> Valve:
    return Valve("001a22000001", "living", **fields)  # type: ignore[arg-type]  # a test names only what it is about


def contact(valve: Valve, eq3: VirtualEq3, at: datetime) -> tuple[Valve, Task | None, Knob | None]:
    """One look at the valve, and a contact if one is due."""
    task = machine.next_task(valve, at, ZONE)
    if task is None:
        return valve, None, None
    answers = tuple(protocol.decode(eq3.write(request) or b"") for request in task.requests)
    eq3.link_closed()
    after, knob = machine.answered(valve, task, answers, at, PACE, 0.5)
    return after, task, knob


def due(valve: Valve, at: datetime) -> Task:
    task = machine.next_task(valve, at, ZONE)
    assert task is not None
    return task


def told(setpoint: float = 24, at: datetime = NOW, **fields: object) -> tuple[Valve, VirtualEq3]:
    """A valve that holds this wish, and has been looked at after its motor moved."""
    eq3 = VirtualEq3("00:1A:22:00:00:01")
    valve = machine.wished(new(**fields), wish(setpoint, at=at), at)
    valve, task, _ = contact(valve, eq3, at)
    assert task is not None
    assert task.kind is Kind.WRITE
    valve, task, _ = contact(valve, eq3, at + minutes(3))
    assert task is not None
    assert task.kind is Kind.POLL
    return valve, eq3


def test_new_valve_is_asked_and_told_the_local_time() -> None:
    task = machine.next_task(new(), NOW, ZONE)
    assert task == Task("001a22000001", Kind.POLL, (bytes([3, 26, 1, 12, 7, 30, 0]),))


def test_wish_is_written_then_looked_at_again_when_the_motor_has_moved() -> None:
    valve, eq3 = machine.wished(new(), wish(24), NOW), VirtualEq3("00:1A:22:00:00:01")
    valve, task, _ = contact(valve, eq3, NOW)
    assert task is not None
    assert (task.kind, valve.told) == (Kind.WRITE, Target(24))
    assert machine.next_task(valve, NOW + minutes(2.9), ZONE) is None
    valve, task, _ = contact(valve, eq3, NOW + minutes(3))
    assert task is not None
    assert task.kind is Kind.POLL
    assert status_of(valve).opening == 80
    assert machine.next_task(valve, NOW + minutes(3 + 56), ZONE) is None
    assert machine.next_task(valve, NOW + minutes(3 + 57), ZONE) is not None


def test_wish_that_is_repeated_is_not_written_again() -> None:
    valve, _ = told()
    valve = machine.wished(valve, wish(24, at=NOW + minutes(30)), NOW + minutes(30))
    assert machine.next_task(valve, NOW + minutes(30), ZONE) is None


def test_last_wish_wins_after_the_motor_had_its_quiet() -> None:
    valve = machine.wished(new(), wish(24), NOW)
    valve, _, _ = contact(valve, VirtualEq3("00:1A:22:00:00:01"), NOW)
    for setpoint in (25, 26, 21):
        valve = machine.wished(valve, wish(setpoint), NOW + minutes(0.5))
    assert machine.next_task(valve, NOW + minutes(1.9), ZONE) is None
    assert due(valve, NOW + minutes(2)).target == Target(21)


def test_expired_wish_is_replaced_by_its_fallback() -> None:
    valve, _ = told()
    assert due(valve, NOW + minutes(90)).target == Target(19)


def test_withdrawn_wish_leaves_the_valve_alone_whatever_a_person_does() -> None:
    valve, eq3 = told()
    valve = machine.wished(valve, None, NOW + minutes(5))
    eq3.turn_knob(21)
    valve, task, knob = contact(valve, eq3, NOW + POLLED)
    assert task is not None
    assert (task.kind, knob, status_of(valve).setpoint) == (Kind.POLL, None, 21)
    assert machine.next_task(valve, NOW + minutes(91), ZONE) is None


def test_wish_after_a_withdrawal_is_written_though_it_is_the_old_one() -> None:
    valve, _ = told()
    valve = machine.wished(machine.wished(valve, None, NOW + minutes(5)), wish(24), NOW + minutes(6))
    assert due(valve, NOW + minutes(6)).target == Target(24)


def test_turned_knob_is_told_once_and_left_alone_until_the_house_answers() -> None:
    valve, eq3 = told()
    eq3.turn_knob(22.5)
    at = NOW + POLLED
    valve, _, knob = contact(valve, eq3, at)
    assert knob == Knob("living", 17.5)  # a kelvin and a half less than the room's 19
    assert status_of(valve).setpoint == 22.5
    repeated = machine.wished(valve, wish(24, at=at), at)
    assert machine.next_task(repeated, at + minutes(1), ZONE) is None
    answered = machine.wished(repeated, wish(28.5, at=at), at + minutes(1))
    assert due(answered, at + minutes(1)).target == Target(28.5)


def test_turned_knob_that_nobody_takes_up_is_turned_back() -> None:
    valve, eq3 = told()
    eq3.turn_knob(22.5)
    valve, _, _ = contact(valve, eq3, NOW + POLLED)
    assert machine.next_task(valve, NOW + POLLED + minutes(2.9), ZONE) is None
    assert due(valve, NOW + POLLED + minutes(3)).target == Target(24)


@pytest.mark.parametrize(("turned", "wished"), [(4.5, 5.0), (30, 25), (21, 21)], ids=["off", "on", "for a room"])
def test_knob_at_its_ends_becomes_a_setpoint_that_a_room_may_have(turned: float, wished: float) -> None:
    valve, eq3 = told()
    eq3.turn_knob(turned)
    assert contact(valve, eq3, NOW + POLLED)[2] == Knob("living", wished)


def test_valve_that_feels_a_window_is_not_fought_and_its_return_is_no_knob() -> None:
    valve, eq3 = told()
    eq3.window_open, eq3.setpoint = True, 24
    valve, _, knob = contact(valve, eq3, NOW + POLLED)
    assert (knob, status_of(valve).window) == (None, True)
    assert machine.next_task(valve, NOW + POLLED + minutes(4), ZONE) is None
    eq3.window_open, eq3.setpoint = False, 40
    valve, task, knob = contact(valve, eq3, NOW + POLLED + minutes(15))
    assert task is not None
    assert (task.kind, knob) == (Kind.POLL, None)
    assert due(valve, NOW + POLLED + minutes(15)).target == Target(24)


def test_new_wish_is_written_even_while_the_valve_feels_a_window() -> None:
    valve, eq3 = told()
    eq3.window_open, eq3.setpoint = True, 24
    valve, _, _ = contact(valve, eq3, NOW + POLLED)
    valve = machine.wished(valve, wish(5, opening=0), NOW + POLLED + minutes(2))
    assert due(valve, NOW + POLLED + minutes(2)).target == Target(5)


def test_valve_in_its_own_program_is_taken_back_silently() -> None:
    valve, eq3 = told()
    eq3.manual, eq3.setpoint = False, 34
    valve, _, knob = contact(valve, eq3, NOW + POLLED)
    assert knob is None
    assert due(valve, NOW + POLLED).kind is Kind.WRITE


def test_failures_are_spaced_and_three_make_it_unreachable_until_it_answers() -> None:
    valve, at, waits = new(), NOW, []
    for count in range(1, 9):
        valve = machine.failed(valve, Kind.POLL, Failure.UNREACHED, at, PACE, 0.5)
        assert valve.reachable == (count < 3)
        assert valve.retry_at is not None
        waits.append((valve.retry_at - at).total_seconds())
        assert machine.next_task(valve, valve.retry_at - minutes(0.01), ZONE) is None
        at = valve.retry_at
    assert waits == [10, 90, 180, 300, 600, 900, 900, 900]
    valve, _, _ = contact(valve, VirtualEq3("00:1A:22:00:00:01"), at)
    assert (valve.reachable, valve.failures, status_of(valve).reachable) == (True, 0, True)


def test_unpaired_valve_is_an_alarm_that_says_what_to_do_and_rests_an_hour() -> None:
    valve = machine.failed(new(), Kind.POLL, Failure.NOT_PAIRED, NOW, PACE, 0.5)
    status = status_of(valve)
    assert status.reachable is False
    assert status.alert is not None
    assert "00:1A:22:00:00:01 <number>" in status.alert
    assert machine.next_task(valve, NOW + minutes(59), ZONE) is None
    assert machine.next_task(valve, NOW + minutes(60), ZONE) is not None


def test_valve_that_holds_something_else_than_it_was_told_has_failed() -> None:
    valve = machine.wished(new(), wish(24), NOW)
    task = due(valve, NOW)
    other = protocol.decode(VirtualEq3("00:1A:22:00:00:01").status())
    valve, _ = machine.answered(valve, task, (other,), NOW, PACE, 0.5)
    assert (valve.failures, valve.told, status_of(valve).setpoint) == (1, None, 17)


def test_wish_that_is_withdrawn_while_it_is_written_is_not_held_against_a_person() -> None:
    valve, eq3 = machine.wished(new(), wish(24), NOW), VirtualEq3("00:1A:22:00:00:01")
    task = due(valve, NOW)
    valve = machine.wished(valve, None, NOW)
    answer = protocol.decode(eq3.write(task.requests[0]) or b"")
    valve, _ = machine.answered(valve, task, (answer,), NOW, PACE, 0.5)
    eq3.turn_knob(21)
    valve = machine.wished(valve, wish(24), NOW + minutes(4))
    assert due(valve, NOW + minutes(4)).kind is Kind.WRITE


def test_failing_valve_keeps_its_last_report() -> None:
    valve, _ = told()
    for _ in range(3):
        valve = machine.failed(valve, Kind.POLL, Failure.SILENT, NOW, PACE, 0.5)
    status = status_of(valve)
    assert (status.setpoint, status.reachable, status.reported_at) == (24, False, NOW + minutes(3))


def test_started_anew_it_knows_from_its_own_report_what_the_valve_holds() -> None:
    report = status_of(told()[0])
    valve = machine.wished(new(), wish(24), NOW + minutes(10))
    valve = machine.recalled(valve, report, PACE, 0.5)
    assert machine.next_task(valve, NOW + minutes(10), ZONE) is None
    assert machine.next_task(valve, NOW + minutes(56), ZONE) is not None
    other = machine.wished(valve, wish(21), NOW + minutes(10))
    assert due(other, NOW + minutes(10)).target == Target(21)


@pytest.mark.parametrize(
    "report", [ValveStatus(), ValveStatus(reachable=False, reported_at=NOW), ValveStatus(reported_at=NOW, mode="auto")]
)
def test_report_that_tells_nothing_is_not_relied_on(report: ValveStatus) -> None:
    valve = machine.recalled(machine.wished(new(), wish(24), NOW), report, PACE, 0.5)
    assert due(valve, NOW).kind is Kind.WRITE


def test_clock_that_is_put_back_stops_nothing() -> None:
    valve, _ = told()
    earlier = NOW - timedelta(days=1)
    assert machine.next_task(valve, earlier, ZONE) is not None
    valve = machine.failed(valve, Kind.POLL, Failure.UNREACHED, NOW, PACE, 0.5)
    assert machine.next_task(valve, earlier, ZONE) is not None


OPTIONS = ValveOptions(offset=-1.5, locked=True, comfort=20, eco=16, window=WindowReaction(setpoint=10, minutes=20))


def test_options_are_written_after_a_look_and_only_where_they_differ() -> None:
    valve, eq3 = told(options=OPTIONS)
    valve, task, _ = contact(valve, eq3, NOW + minutes(3))
    assert task is not None
    assert [request.hex() for request in task.requests] == ["8001", "1304", "112820", "141404"]
    assert machine.next_task(valve, NOW + minutes(10), ZONE) is None
    eq3.locked = False
    valve, _, _ = contact(valve, eq3, NOW + POLLED)
    assert due(valve, NOW + POLLED).requests == (protocol.LOCK,)


def test_options_that_a_valve_never_takes_are_tried_once_a_poll() -> None:
    valve, eq3 = told(options=OPTIONS)
    task = due(valve, NOW + minutes(3))
    unmoved = tuple(protocol.decode(eq3.status()) for _ in task.requests)
    valve, _ = machine.answered(valve, task, unmoved, NOW + minutes(3), PACE, 0.5)
    assert machine.next_task(valve, NOW + minutes(32), ZONE) is None


def test_old_firmware_that_reports_no_options_is_not_told_them() -> None:
    old = protocol.decode(bytes.fromhex("020100000428"))
    assert isinstance(old, protocol.Status)
    options = OPTIONS.model_copy(update={"locked": None})
    valve = replace(new(options=options), report=old, reported_at=NOW, poll_at=NOW + minutes(30))
    assert machine.next_task(valve, NOW, ZONE) is None


def test_timed_valve_is_told_anew_about_once_an_hour() -> None:
    eq3, valve, writes = VirtualEq3("00:1A:22:00:00:01"), new(options=ValveOptions(profile="timed")), 0
    for minute in range(24 * 60):
        at = NOW + minutes(minute)
        if minute % 30 == 0:
            valve = machine.wished(valve, wish(24, at=at), at)
        valve, task, knob = contact(valve, eq3, at)
        writes += task is not None and task.kind is Kind.WRITE
        assert knob is None
    assert 20 <= writes <= 30


def test_program_of_a_timed_valve_is_read_and_only_its_differences_are_written() -> None:
    week = week_of([SwitchPoint(day=1, time="06:30", setpoint=20), SwitchPoint(day=1, time="22:00", setpoint=17)])
    valve, eq3 = told(options=ValveOptions(profile="timed"), program=week)
    valve, task, _ = contact(valve, eq3, NOW + minutes(3))
    assert task is not None
    assert [request[0] for request in task.requests] == [0x20] * 7
    valve, task, _ = contact(valve, eq3, NOW + minutes(6))
    assert task is not None
    assert [request[:2] for request in task.requests] == [bytes([0x10, protocol.Day.MONDAY])]
    assert machine.next_task(valve, NOW + minutes(40), ZONE) is None
    valve, _, _ = contact(valve, eq3, NOW + POLLED)
    assert machine.next_task(valve, NOW + POLLED + minutes(1), ZONE) is None


def test_valve_that_does_not_know_a_request_for_its_program_is_not_unreachable() -> None:
    valve, _ = told()
    for _ in range(5):
        valve = machine.failed(valve, Kind.PROGRAM, Failure.SILENT, NOW, PACE, 0.5)
    assert valve.reachable
