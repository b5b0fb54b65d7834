"""Which reports of a valve confirm that its radiator is open."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from house import topics
from house.messages import ValveMemory, ValveSet, ValveStatus
from regulator.decide import decide
from regulator.snapshot import Snapshot
from regulator.valves import ValveTarget, is_confirmed_open, open_fully, regulate_itself, shut
from tests.regulator.house import LIVING_VALVE, House, iso
from tests.regulator.streams import Event, events, reports
from tests.regulator.test_valves import LIFETIME, MINUTE, NOW, again, house, reported, told

__all__ = ["house"]


def confirmed(command: ValveSet, status: ValveStatus, told_at_minutes_ago: float = 20) -> bool:
    return is_confirmed_open(command, status, ValveMemory(told_at=NOW - told_at_minutes_ago * MINUTE), NOW)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"opening": 100, "setpoint": 26}, True),
        ({"opening": 100}, True),
        ({"setpoint": 26}, True),
        ({"setpoint": 30}, True),  # a profile that knows 30 and 5 only
        ({"opening": 0, "setpoint": 26}, False),  # it has had time to move
        ({"opening": 4}, False),
        ({"opening": 5}, True),
        ({"setpoint": 5}, False),
        ({"setpoint": 21}, False),
        ({}, False),
        ({"opening": 100, "reachable": False}, False),
        ({"opening": 100, "reachable": True}, True),
    ],
    ids=str,
)
def test_a_radiator_is_confirmed_open_by_its_opening_or_by_having_taken_the_setpoint(
    fields: dict[str, object], expected: bool
) -> None:
    assert confirmed(told(minutes_ago=20), reported(5, **fields)) is expected


def test_an_answer_may_carry_the_old_opening_while_the_motor_runs() -> None:
    command = told(minutes_ago=2)
    assert confirmed(command, reported(1.9, opening=0, setpoint=26), told_at_minutes_ago=2)
    assert not confirmed(command, reported(1.9, opening=0, setpoint=5), told_at_minutes_ago=2)


@pytest.mark.parametrize("room", [5, 20, 26.5, 27, 28, 28.5, 29, 29.5, 30])
@pytest.mark.parametrize("echo", ["setpoint", "30"])
def test_a_valve_that_took_what_it_was_told_is_confirmed_at_every_setpoint(room: float, echo: str) -> None:
    command = told(open_fully(room), minutes_ago=20)
    status = reported(10, setpoint=command.setpoint if echo == "setpoint" else 30)
    assert confirmed(command, status)
    assert again(command, status, ValveMemory(told_at=NOW - 20 * MINUTE), open_fully(room)) == (
        False,
        ValveMemory(told_at=NOW - 20 * MINUTE, obeyed=True),
    )


@pytest.mark.parametrize(("age", "expected"), [(179, True), (180, True), (181, False)])
def test_a_report_of_three_hours_ago_confirms_nothing_any_more(age: float, expected: bool) -> None:
    command = replace_issued(told(minutes_ago=200), minutes_ago=1)
    assert confirmed(command, reported(age, opening=100), told_at_minutes_ago=200) is expected


def replace_issued(command: ValveSet, minutes_ago: float) -> ValveSet:
    return command.model_copy(update={"issued_at": NOW - minutes_ago * MINUTE})


def test_a_report_from_before_the_command_confirms_nothing() -> None:
    assert not confirmed(told(minutes_ago=20), reported(21, opening=100))


@pytest.mark.parametrize(("minutes", "expected"), [(1, True), (5, True), (6, False), (60 * 24 * 365, False)])
def test_a_report_from_the_future_confirms_only_as_far_as_clocks_differ(minutes: int, expected: bool) -> None:
    assert confirmed(told(minutes_ago=20), reported(-minutes, opening=100)) is expected


def test_a_valve_that_was_told_to_close_or_to_regulate_itself_is_never_confirmed_open() -> None:
    for target in (shut(20), regulate_itself(20)):
        assert not confirmed(told(target, minutes_ago=20), reported(5, opening=100, setpoint=30))


@pytest.mark.parametrize(
    ("target", "fields", "expected"),
    [
        (shut(20), {"setpoint": 5, "opening": 100}, True),  # the answer to the command still shows the old opening
        (shut(20), {"setpoint": 8}, True),
        (shut(20), {"setpoint": 8.5}, False),
        (shut(20), {"opening": 10}, True),
        (shut(20), {"opening": 11}, False),
        (shut(20), {}, True),
        (regulate_itself(20), {"setpoint": 20.5}, True),
        (regulate_itself(20), {"setpoint": 21}, False),
        (regulate_itself(20), {"opening": 100}, True),
    ],
    ids=str,
)
def test_a_report_fits_the_command_or_has_it_said_again(
    target: ValveTarget, fields: dict[str, object], expected: bool
) -> None:
    said, _ = again(told(target, minutes_ago=20), reported(5, **fields), ValveMemory(told_at=NOW - 20 * MINUTE), target)
    assert said is not expected


def test_a_target_is_a_value() -> None:
    assert shut(20)._replace(fallback=21.0) == shut(21)


def test_a_command_says_until_when_it_holds_and_what_comes_then(house: House) -> None:
    command = house.command()
    assert command is not None
    assert (command.expires_at, command.fallback) == (house.now + LIFETIME, 20)
    assert command.reason == "schedule: heats because 2.0 K below 20"
    assert iso(command.issued_at) == iso(house.now)


def test_the_word_that_confirms_leads_to_a_decision_at_once_and_the_same_again_waits_for_the_tick(house: House) -> None:
    house.pass_minutes(40)
    told_at, before = house.now, house.snapshot.decision
    house.report(LIVING_VALVE, opening=100, setpoint=26, at=told_at + timedelta(seconds=20))
    confirmed_by = house.snapshot.decision
    house.report(LIVING_VALVE, opening=100, setpoint=26, at=told_at + timedelta(seconds=50))
    assert before is not confirmed_by is house.snapshot.decision
    house.pass_minutes(30)  # it is told the same again before that expires
    renewed, confirmed_by = house.command(), house.snapshot.decision
    assert renewed is not None
    assert renewed.issued_at > told_at
    house.report(LIVING_VALVE, opening=100, setpoint=26)
    assert house.snapshot.decision is confirmed_by
    house.report(LIVING_VALVE, opening=0, setpoint=5, at=house.now + timedelta(seconds=50))
    assert house.snapshot.decision is not confirmed_by


def test_how_cold_it_is_outside_waits_for_the_tick(house: House) -> None:
    house.pass_minutes(1)
    before = house.snapshot.decision
    assert house.say("outside/temperature", "-7.5") == []
    assert house.snapshot.decision is before
    house.pass_minutes(1)
    assert house.snapshot.decision is not None
    assert house.snapshot.decision.house.outside == -7.5


def _targets(snapshot: Snapshot) -> tuple[Any, ...]:
    decision = decide(snapshot)
    return {room: one.target for room, one in decision.rooms.items()}, decision.boiler.call


@pytest.mark.slow
@settings(max_examples=150)
@given(stream=st.lists(events | reports | reports | reports, max_size=40))
def test_of_a_report_that_waits_for_the_tick_no_target_hangs(stream: list[Event]) -> None:
    house = House()
    house.tick()
    for event in stream:
        before = house.snapshot
        event.happen(house)
        is_report = event.path.startswith("valve/") and topics.parse(event.path) is not None and event.payload is None
        if is_report and house.snapshot.decision is before.decision:
            assert _targets(house.snapshot) == _targets(before)
