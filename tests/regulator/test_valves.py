"""What a valve is told, what counts as its answer, and what happens when none comes."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from house import messages, settings, topics
from house.messages import ValveMemory, ValveSet, ValveStatus
from regulator.valves import Range, ValveTarget, open_fully, regulate_itself, shut, tell
from tests.regulator.house import HOUSE, LIVING_VALVE, MONDAY_NOON, House, wiring

NOW = MONDAY_NOON
MINUTE = timedelta(minutes=1)
LIFETIME = timedelta(minutes=90)
ZONE = ZoneInfo("Europe/Amsterdam")
OPEN = open_fully(20)


def told(target: ValveTarget = OPEN, minutes_ago: float = 0) -> ValveSet:
    at = NOW - minutes_ago * MINUTE
    command, _ = tell(target, None, None, ValveMemory(), at, LIFETIME, ZONE, "schedule: heats")
    return command


def reported(minutes_ago: float, **fields: object) -> ValveStatus:
    return ValveStatus.model_validate({**fields, "reported_at": NOW - minutes_ago * MINUTE})


def again(
    command: ValveSet, status: ValveStatus | None, memory: ValveMemory, target: ValveTarget = OPEN
) -> tuple[bool, ValveMemory]:
    """Whether the command is said again now, and what is remembered."""
    new, remembered = tell(target, command, status, memory, NOW, LIFETIME, ZONE, "schedule: heats")
    return new is not command, remembered


@pytest.fixture
def house() -> House:
    """The living room has been cold for a minute, and its valve does not answer."""
    built = House()
    built.air["living"] = 18.0
    built.deaf.add(LIVING_VALVE)
    built.tick()
    return built


def minutes_of_commands(house: House, minutes: int) -> list[int]:
    """In which of the coming minutes the living room's valve is told something."""
    start = house.now
    found = []
    for _ in range(minutes):
        if f"valve/{LIVING_VALVE}/set" in [one.path for one in house.pass_minutes(1)]:
            found.append(int((house.now - start) / MINUTE))
    return found


# --- targets ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("room", "expected"), [(5, 11), (20, 26), (20.3, 26.5), (21.9, 28), (26.9, 28), (27, 30), (29.9, 30), (30, 30)]
)
def test_an_open_valve_has_a_setpoint_well_above_the_rooms_but_bounded(room: float, expected: float) -> None:
    assert open_fully(room).setpoint == expected


def test_a_shut_valve_keeps_its_own_frost_guard() -> None:
    assert shut(20) == ValveTarget(0, 5.0, 20.0)


@pytest.mark.parametrize(("room", "expected"), [(20.24, 20.0), (20.26, 20.5), (20.5, 20.5), (6.9, 7.0)])
def test_valves_are_told_half_degrees(room: float, expected: float) -> None:
    assert regulate_itself(room).setpoint == open_fully(room).fallback == shut(room).fallback == expected


# --- commands and answers ---------------------------------------------------------------------------------------------


def test_a_lost_command_is_soon_said_again_then_more_slowly_and_at_last_each_quarter_of_an_hour(
    house: House,
) -> None:
    assert minutes_of_commands(house, 45) == [2, 5, 9, 24, 39]


def test_a_valve_that_is_silent_for_three_tries_is_told_to_a_person_until_it_answers(house: House) -> None:
    house.pass_minutes(8)
    assert house.status().alert is None
    house.pass_minutes(1)
    assert f"valve {LIVING_VALVE} does not confirm" in (house.status().alert or "")
    house.deaf.discard(LIVING_VALVE)
    house.pass_minutes(2)
    assert house.status().alert is None


def test_a_valve_that_answers_again_has_all_its_tries_again(house: House) -> None:
    house.pass_minutes(20)
    house.report(LIVING_VALVE, opening=100, setpoint=26)
    house.pass_minutes(1)
    memory = house.heard(topics.ROOM_MEMORY, "living")
    assert memory is not None
    assert memory.valves[LIVING_VALVE].tries == 0


def test_a_confirmed_command_is_repeated_before_it_expires(house: House) -> None:
    house.deaf.discard(LIVING_VALVE)
    house.valves_answer()
    assert minutes_of_commands(house, 95) == [30, 60, 90]


def test_a_contradiction_is_answered_at_once() -> None:
    said, memory = again(
        told(minutes_ago=10), reported(1, opening=0, setpoint=5), ValveMemory(told_at=NOW - 10 * MINUTE)
    )
    assert said
    assert memory.tries == 1


def test_a_contradiction_between_two_ticks_is_answered_between_them(house: House) -> None:
    house.report(LIVING_VALVE, opening=100, setpoint=26)
    house.pass_minutes(5)
    before = house.command()
    said = house.report(LIVING_VALVE, opening=0, setpoint=12)
    assert f"valve/{LIVING_VALVE}/set" in [one.path for one in said]
    assert house.command() != before


def test_reports_of_the_old_state_right_after_a_command_cost_no_tries(house: House) -> None:
    for seconds in (1, 2, 3, 20, 40):
        house.report(LIVING_VALVE, opening=0, setpoint=5, at=house.now + timedelta(seconds=seconds))
    memory = house.heard(topics.ROOM_MEMORY, "living")
    assert memory is not None
    assert memory.valves[LIVING_VALVE].tries == 0
    assert minutes_of_commands(house, 9) == [2, 5, 9]


def test_every_try_that_counts_was_said(house: House) -> None:
    before = 0
    for minute in range(1, 20):
        said = house.pass_minutes(1)
        said += house.report(LIVING_VALVE, opening=0, setpoint=12)
        said += house.report(LIVING_VALVE, opening=0, setpoint=12, at=house.now + timedelta(seconds=30))
        memories = [one.message for one in said if one.path == "room/living/memory"]
        tries = {one.valves[LIVING_VALVE].tries for one in memories if isinstance(one, messages.RoomMemory)}
        commands = [one for one in said if one.path == f"valve/{LIVING_VALVE}/set"]
        assert len(tries - {before}) <= len(commands), f"minute {minute}"
        before = max(tries, default=before)


def test_a_setpoint_that_changes_keeps_the_confirmation() -> None:
    memory, status = ValveMemory(told_at=NOW - 20 * MINUTE), reported(19, opening=100, setpoint=26)
    new, remembered = tell(open_fully(21), told(minutes_ago=20), status, memory, NOW, LIFETIME, ZONE, "override: heats")
    assert new.setpoint == 27
    assert remembered == memory.model_copy(update={"obeyed": True})


def test_another_opening_waits_for_a_new_confirmation() -> None:
    _, remembered = tell(shut(20), told(minutes_ago=20), None, ValveMemory(tries=3), NOW, LIFETIME, ZONE, "schedule")
    assert remembered == ValveMemory(tries=0, told_at=NOW, moves=1)


def test_what_is_told_just_before_midnight_after_a_report_of_midnight_is_counted_to_the_new_day() -> None:
    """The report was heard before the tick of that instant, so the target is told a moment later than midnight."""
    midnight = NOW.astimezone(ZONE).replace(hour=0, minute=0)
    status, memory = (
        reported(0, opening=100).but(reported_at=midnight),
        ValveMemory(told_at=midnight - timedelta(hours=2), moves=38),
    )
    _, first = tell(shut(20), told(), status, memory, midnight - MINUTE, LIFETIME, ZONE, "schedule")
    _, second = tell(OPEN, told(shut(20)), status, first, midnight + MINUTE, LIFETIME, ZONE, "schedule")
    assert (first.moves, second.moves) == (1, 2)


def test_an_answer_from_before_the_command_is_no_answer() -> None:
    status = reported(21, opening=100, setpoint=26)
    said, memory = again(told(minutes_ago=20), status, ValveMemory(told_at=NOW - 20 * MINUTE))
    assert (said, memory.tries) == (True, 1)


def test_an_unreachable_valve_has_not_answered() -> None:
    status = reported(1, opening=100, setpoint=26, reachable=False)
    said, memory = again(told(minutes_ago=20), status, ValveMemory(told_at=NOW - 20 * MINUTE))
    assert (said, memory.tries) == (True, 1)


def test_after_the_clock_was_set_back_a_valve_can_still_confirm() -> None:
    house = House(at=MONDAY_NOON + timedelta(days=3000))
    house.tick()
    house.now = MONDAY_NOON
    house.deaf = set()
    house.pass_minutes(30)
    assert house.status("hall").alert is None


# --- somebody else, and a valve's own range (better_thermostat #330 and #812) -----------------------------------------


def commands_in_an_hour(house: House, *, dispute_every: int) -> int:
    told = 0
    for minute in range(60):
        said = house.pass_minutes(1)
        if minute % dispute_every == 0:
            said += house.report(LIVING_VALVE, opening=60, setpoint=21, at=house.now + timedelta(seconds=70))
            house.now += timedelta(seconds=90)
            said += house.valves_answer()
        told += sum(one.path == f"valve/{LIVING_VALVE}/set" for one in said)
    return told


@pytest.mark.parametrize("every", [1, 2, 5])
def test_a_valve_that_somebody_else_commands_is_told_seldom_and_named(every: int) -> None:
    house = House()
    house.pass_minutes(3)
    assert commands_in_an_hour(house, dispute_every=every) <= 16
    assert f"somebody else commands valve {LIVING_VALVE} too" in (house.status().alert or "")


def test_a_valve_that_is_given_up_and_speaks_again_is_told_at_once_and_then_seldom(house: House) -> None:
    house.pass_minutes(12)
    assert minutes_of_commands(house, 3) == []
    said = house.report(LIVING_VALVE, opening=0, setpoint=5)
    assert f"valve/{LIVING_VALVE}/set" in [one.path for one in said]
    told = 0
    for _ in range(14):
        house.pass_minutes(1)
        told += f"valve/{LIVING_VALVE}/set" in [one.path for one in house.report(LIVING_VALVE, opening=0, setpoint=5)]
    assert told == 0


@pytest.mark.parametrize(("opening", "setpoint"), [(0, 10), (0, 5), (5, 12), (None, 7.5), (0, 18)])
def test_a_shut_valve_at_its_own_lowest_setpoint_has_obeyed(opening: float | None, setpoint: float) -> None:
    assert told(shut(20), minutes_ago=5).is_obeyed_by(reported(1, opening=opening, setpoint=setpoint))


@pytest.mark.parametrize(("opening", "setpoint"), [(0, 19), (60, 10), (None, 12), (0, 30)])
def test_a_valve_that_will_open_again_has_not_obeyed(opening: float | None, setpoint: float) -> None:
    assert not told(shut(20), minutes_ago=5).is_obeyed_by(reported(1, opening=opening, setpoint=setpoint))


@pytest.mark.parametrize(
    ("target", "expected"), [(shut(20), 10), (open_fully(20), 24), (regulate_itself(20.5), 20), (shut(12), 10)]
)
def test_a_valve_is_told_what_it_can_be(target: ValveTarget, expected: float) -> None:
    assert target.within(Range(10, 24, 1)).setpoint == expected


OWN_RANGE = HOUSE.replace("{valve: 00:1A:22:00:00:01,", "{valve: 00:1A:22:00:00:01, lowest: 10, highest: 24, step: 1,")
NARROW: dict[str, Any] = {"lowest": 10, "highest": 24}


@pytest.mark.parametrize(("air", "expected"), [(22.0, 10.0), (18.0, 24.0)], ids=["shut", "open"])
@pytest.mark.parametrize("who", ["settings", "valve"])
def test_a_valve_of_its_own_range_is_told_what_it_can_be_and_has_obeyed_there(
    who: str, air: float, expected: float
) -> None:
    """Whether the settings say so or the valve itself does; better_thermostat #812."""
    house = House(settings.parse(OWN_RANGE) if who == "settings" else wiring())
    house.deaf.add(LIVING_VALVE)
    house.air["living"] = air
    if who == "valve":
        house.report(LIVING_VALVE, **NARROW)
    for _ in range(12):
        house.pass_minutes(1)
        command = house.command()
        assert command is not None
        own = NARROW if who == "valve" else {}
        house.report(LIVING_VALVE, setpoint=command.setpoint, **own)
    assert setpoint_of(house) == expected
    assert house.status().alert is None


def setpoint_of(house: House) -> float:
    command = house.command()
    assert command is not None
    return command.setpoint


def test_a_range_that_leaves_nothing_is_not_believed() -> None:
    house = House()
    house.air["living"] = 22.0
    house.report(LIVING_VALVE, lowest=30, highest=5)
    house.pass_minutes(2)
    assert setpoint_of(house) == 5


def test_a_valve_in_bypass_is_left_at_what_it_can_be_and_told_so_once() -> None:
    house = House(settings.parse(OWN_RANGE))
    house.air["living"] = 18.0
    house.pass_minutes(2)
    house.say("room/living/setpoint/set", "7")
    house.say("room/living/mode/set", "bypass")
    assert setpoint_of(house) == 20
    house.pass_minutes(3)
    assert house.command() is None
