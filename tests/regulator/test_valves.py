"""What a valve is told, what counts as its answer, and what happens when none comes."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from house import messages, settings, topics
from house.messages import ValveMemory, ValveSet, ValveStatus
from regulator.valves import Range, ValveTarget, is_confirmed_open, open_fully, regulate_itself, shut, tell
from tests.regulator.house import BATH_VALVE, HOUSE, LIVING_VALVE, MONDAY_NOON, House, iso, wiring

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


# --- what counts as open ----------------------------------------------------------------------------------------------


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


# --- moves ------------------------------------------------------------------------------------------------------------


def swing(house: House, times: int) -> None:
    """The living room gets a little too cold and a little too warm again, so often."""
    for _ in range(times):
        for air in (19.5, 20.4):
            house.air["living"] = air
            house.pass_minutes(8)


def moves(house: House) -> int:
    memory = house.heard(topics.ROOM_MEMORY, "living")
    assert memory is not None
    return memory.valves[LIVING_VALVE].moves


def test_moves_are_counted_and_those_of_yesterday_forgotten() -> None:
    house = House()
    swing(house, 2)
    assert moves(house) == 4
    house.now += timedelta(hours=24)
    swing(house, 1)
    assert moves(house) == 2


def test_a_valve_that_has_moved_enough_today_moves_only_where_its_room_is_far_off() -> None:
    house = House(wiring(moves_per_day=4))
    swing(house, 4)
    assert moves(house) == 4
    house.air["living"] = 19.5
    house.pass_minutes(2)
    assert house.opening() == 0
    assert "spares its valve, which has moved 4 times today" in house.status().reason
    house.air["living"] = 19.0
    house.pass_minutes(2)
    assert house.opening() == 100
    house.air["living"] = 20.9
    house.pass_minutes(9)
    assert house.opening() == 100
    house.air["living"] = 21.0
    house.pass_minutes(2)
    assert house.opening() == 0


def live_through(house: House, *airs: dict[str, float]) -> None:
    """Ten minutes of each."""
    for air in airs:
        house.air = air
        house.pass_minutes(10)


def test_the_boiler_burns_for_no_room_that_spares_its_shut_valve() -> None:
    house = House(wiring(moves_per_day=2))
    live_through(house, {"living": 18.0, "bath": 18.0}, {"living": 22.0, "bath": 22.0}, {"living": 22.0, "bath": 18.0})
    assert house.boiler.call
    setpoint = house.status("bath").setpoint
    assert setpoint is not None
    live_through(house, {"living": 19.5, "bath": setpoint + 0.5})
    assert (house.opening(), house.opening(BATH_VALVE)) == (0, 100)
    assert not house.boiler.call


def test_a_room_that_regulated_itself_is_not_kept_from_its_law_by_its_moves() -> None:
    house = House(wiring(moves_per_day=2))
    live_through(house, {"living": 18.0}, {"living": 22.0}, {"living": 18.0}, {}, {})
    assert house.opening() is None
    live_through(house, {"living": 19.5})
    assert house.opening() == 100


def test_frost_and_windows_move_a_valve_whatever_it_has_moved() -> None:
    house = House(wiring(moves_per_day=2))
    swing(house, 2)
    house.air["living"] = 6.0
    house.pass_minutes(2)
    assert house.opening() == 100
    house.air["living"] = 19.5
    house.pass_minutes(1)
    house.say("room/living/window", "open")
    house.pass_minutes(2)
    assert house.opening() == 0


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
