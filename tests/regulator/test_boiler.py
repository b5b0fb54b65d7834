"""When the boiler is called, and which valves stay open so that a burn can end well."""

import json
from datetime import timedelta

import pytest

from house import messages, topics
from tests.regulator.house import BATH_VALVE, LIVING_VALVE, House, iso, wiring

COLD, WARM = 18.0, 22.0


def a_house(**safety: float) -> House:
    """Both rooms are warm, and nothing has happened yet."""
    house = House(wiring("hysteresis", overrun_min=0, moves_per_day=60, **safety))
    house.air = {"living": WARM, "bath": WARM}
    house.tick()
    return house


@pytest.fixture
def house() -> House:
    return a_house()


def calls(house: House, minutes: int) -> list[bool]:
    """Whether the boiler is called, minute by minute."""
    return [(house.pass_minutes(1), house.boiler.call)[1] for _ in range(minutes)]


# --- only on a confirmed open radiator --------------------------------------------------------------------------------


def test_the_boiler_is_called_in_the_first_minute_after_an_open_radiator_has_confirmed(house: House) -> None:
    house.deaf.add(LIVING_VALVE)
    house.air["living"] = COLD
    assert calls(house, 5) == [False] * 5
    assert "waits: no radiator has confirmed that it is open" in house.status().reason
    house.report(LIVING_VALVE, opening=100)
    assert calls(house, 1) == [True]
    assert house.status().action == "heating"
    assert house.boiler.reason == "heats Living room"


def test_the_echo_of_the_setpoint_confirms_while_the_motor_runs(house: House) -> None:
    house.deaf.add(LIVING_VALVE)
    house.air["living"] = COLD
    house.pass_minutes(1)
    house.report(LIVING_VALVE, opening=0, setpoint=26)
    assert calls(house, 1) == [True]


def test_a_report_from_before_the_command_confirms_nothing(house: House) -> None:
    house.deaf.add(LIVING_VALVE)
    house.report(LIVING_VALVE, opening=100, setpoint=26)
    house.air["living"] = COLD
    assert calls(house, 5) == [False] * 5


def test_a_report_between_the_last_tick_and_a_wish_confirms_nothing(house: House) -> None:
    house.deaf.add(LIVING_VALVE)
    house.air["living"] = 19.9
    house.pass_minutes(1)
    house.report(LIVING_VALVE, opening=100, setpoint=26)
    house.say("room/living/setpoint/set", "25")
    assert calls(house, 2) == [False, False]


def test_an_unreachable_valve_ends_the_call_even_within_the_minimum_burn(house: House) -> None:
    house.air["living"] = COLD
    house.pass_minutes(2)
    assert house.boiler.call
    house.report(LIVING_VALVE, opening=100, setpoint=26, reachable=False)
    house.deaf.add(LIVING_VALVE)
    assert calls(house, 1) == [False]


def test_a_report_of_more_than_three_hours_ago_ends_the_call(house: House) -> None:
    house.air["living"] = COLD
    house.pass_minutes(2)
    house.deaf.add(LIVING_VALVE)
    house.now += timedelta(hours=2, minutes=57)
    assert calls(house, 1) == [True]
    house.now += timedelta(minutes=3)
    assert calls(house, 1) == [False]


# --- minimum burn, rest, starts ---------------------------------------------------------------------------------------


def test_the_last_room_stays_open_until_the_minimum_burn_is_over(house: House) -> None:
    house.air["living"] = COLD
    house.pass_minutes(2)
    house.air["living"] = WARM
    openings = [(house.pass_minutes(1), house.opening(), house.boiler.call)[1:] for _ in range(6)]
    assert openings == [(100, True)] * 3 + [(0, False)] * 3


def test_the_last_open_radiator_stays_open_while_the_pump_may_run_on() -> None:
    house = House(wiring(overrun_min=3))
    house.air = {"living": COLD, "bath": WARM}
    house.pass_minutes(10)
    house.air["living"] = WARM
    openings = [(house.pass_minutes(1), house.opening(), house.boiler.call)[1:] for _ in range(5)]
    assert openings == [(100, False)] * 2 + [(0, False)] * 3


@pytest.mark.parametrize("law", ["hysteresis", "doses"])
def test_a_satisfied_room_that_stays_open_for_the_pump_calls_for_no_other_room(law: str) -> None:
    house = House(wiring(law, overrun_min=5))
    house.deaf.add(BATH_VALVE)
    house.air = {"living": COLD, "bath": COLD}
    house.pass_minutes(20)
    house.air["living"] = WARM + 1
    house.pass_minutes(60)
    calls = [house.boiler.call for _ in range(60) if house.pass_minutes(1)]
    assert not any(calls)
    assert house.opening() == 0


def test_a_window_closes_the_last_radiator_though_the_pump_may_run_on() -> None:
    house = House(wiring(overrun_min=3))
    house.air = {"living": COLD, "bath": WARM}
    house.pass_minutes(10)
    house.say("room/living/window", "open")
    house.pass_minutes(2)
    assert house.opening() == 0


def test_a_room_that_stays_open_says_why(house: House) -> None:
    house.air["living"] = COLD
    house.pass_minutes(2)
    house.air["living"] = WARM
    house.pass_minutes(1)
    assert "stays open: the burn has just begun" in house.status().reason
    assert house.status().demand == 0


@pytest.mark.parametrize("stop", ["window", "bypass"])
def test_an_open_window_and_hands_off_end_a_burn_at_once(stop: str) -> None:
    house = a_house(window_open_delay_s=0)
    house.air["living"] = COLD
    house.pass_minutes(2)
    if stop == "window":
        house.say("room/living/window", {"value": "open", "measured_at": iso(house.now)})
    else:
        house.say("room/living/mode/set", "bypass")
    assert not house.boiler.call


def test_after_a_burn_the_boiler_rests() -> None:
    house = a_house(minimum_burn_min=0, minimum_rest_min=4)
    house.air["living"] = COLD
    house.pass_minutes(2)
    house.air["living"] = WARM
    house.pass_minutes(1)
    assert not house.boiler.call
    house.air["living"] = COLD
    assert calls(house, 2) == [False] * 2
    assert "the boiler rests until" in house.status().reason
    assert calls(house, 2) == [True] * 2


def test_the_boiler_starts_no_more_than_so_often_in_an_hour() -> None:
    house = a_house(minimum_burn_min=0, minimum_rest_min=0, maximum_starts_per_hour=2)
    starts = []
    for minute in range(1, 70):
        before = house.boiler.call
        house.air["living"] = COLD if minute % 4 in (0, 1) else WARM
        house.pass_minutes(1)
        if house.boiler.call and not before:
            starts.append(minute)
    assert starts == [1, 4, 61, 64]


def test_too_many_starts_are_told_with_the_time_of_the_next() -> None:
    house = a_house(minimum_burn_min=0, minimum_rest_min=0, maximum_starts_per_hour=1)
    for value in (COLD, COLD, WARM, COLD, COLD):
        house.air["living"] = value
        house.pass_minutes(1)
    assert house.boiler.reason == "waits: 1 starts in the last hour, the next may be at 14:01"


def test_frost_waits_for_no_rest_and_no_number_of_starts() -> None:
    house = a_house(minimum_burn_min=0, minimum_rest_min=60, maximum_starts_per_hour=1)
    for value in (COLD, COLD, WARM):
        house.air["living"] = value
        house.pass_minutes(1)
    house.air["living"] = 5.5
    assert calls(house, 4)[-1]


def test_frost_waits_for_an_open_radiator(house: House) -> None:
    house.deaf.add(LIVING_VALVE)
    house.air["living"] = 6.5
    assert not any(calls(house, 5))


# --- the command ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("air", [COLD, WARM])
def test_the_boilers_command_is_repeated_well_before_it_expires(house: House, air: float) -> None:
    house.air["living"] = air
    house.pass_minutes(3)
    for _ in range(30):
        house.pass_minutes(1)
        assert house.boiler.expires_at - house.now > timedelta(minutes=5)
        assert house.boiler.expires_at - house.boiler.issued_at == timedelta(minutes=10)


def test_a_boiler_command_that_holds_is_not_said_every_minute(house: House) -> None:
    said = [[one.path for one in house.pass_minutes(1)].count("boiler/set") for _ in range(10)]
    assert sum(said) == 5


def test_the_house_remembers_its_starts_of_the_last_hour_only() -> None:
    house = a_house(minimum_burn_min=0, minimum_rest_min=0)
    for minute in range(150):
        house.air["living"] = COLD if minute % 15 < 5 else WARM
        house.pass_minutes(1)
    memory = house.heard(topics.HOUSE_MEMORY)
    assert memory is not None
    assert len(memory.starts) == 4
    assert all(house.now - start < timedelta(hours=1) for start in memory.starts)


def test_damaged_memory_of_the_law_is_as_none() -> None:
    for law in ({"heating": "yes"}, {"heating": 1}, {"heating": [True]}, {"cooling": None}):
        house = House()
        house.air = {"living": 19.9}
        payload = json.dumps({"law": law})
        house.say("room/living/memory", payload, retained=True)
        house.tick()
        assert house.opening() == 0


def test_a_room_heats_from_its_hysteresis_below_until_its_setpoint(house: House) -> None:
    openings = []
    for value in (20.0, 19.9, 19.81, 19.8, 19.9, 19.99, 20.0, 19.9):
        house.air["living"] = value
        house.deaf.add(LIVING_VALVE)
        house.pass_minutes(1)
        openings.append(house.opening())
    assert openings == [0, 0, 0, 100, 100, 100, 0, 0]
    assert isinstance(house.heard(topics.ROOM_STATUS, "living"), messages.RoomStatus)


def test_a_room_tells_once_that_the_boiler_rests() -> None:
    house = House(wiring("doses"))
    house.air = {"living": 19.0, "bath": 21.5}
    told = set()
    for _ in range(20):
        house.pass_minutes(1)
        told.add(house.status().reason.count("rests until"))
    assert told == {0, 1}


def test_a_called_boiler_that_makes_hot_water_does_not_say_that_it_heats(house: House) -> None:
    house.air["living"] = 17.0
    house.pass_minutes(15)
    assert house.boiler.call
    assert house.boiler.reason.startswith("heats Living room")
    house.say("boiler/status", {"flame": True, "hot_water": True, "reported_at": iso(house.now)})
    assert house.boiler.reason.startswith("makes hot water, then heats Living room")
    assert house.status().action == "idle"
    house.say("boiler/status", {"flame": True, "hot_water": False, "reported_at": iso(house.now)})
    assert house.boiler.reason.startswith("heats Living room")
