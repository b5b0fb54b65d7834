"""Frost, hands off, windows and old readings: the rules that win over the law, in this order."""

from datetime import timedelta

import pytest

from tests.regulator.house import BATH_VALVE, LIVING_VALVE, House, iso, paths, wiring

STALE, ALERT, LOST = timedelta(minutes=15), timedelta(minutes=60), timedelta(minutes=120)
SECOND = timedelta(seconds=1)


@pytest.fixture
def house() -> House:
    built = House()
    built.tick()
    return built


def open_window(house: House) -> None:
    house.say("room/living/window", {"value": "open", "measured_at": iso(house.now)})
    house.pass_minutes(1)


def with_reading_of_age(age: timedelta, value: float = 10.0) -> House:
    house = House()
    house.air = {}
    house.measure("living", value, at=house.now - age)
    house.tick()
    return house


def test_a_cold_room_is_opened_a_warm_one_is_shut() -> None:
    house = House()
    house.air = {"living": 19.0, "bath": 21.0}
    house.tick()
    assert (house.opening(LIVING_VALVE), house.opening(BATH_VALVE)) == (100, 0)
    assert (house.status("living").demand, house.status("bath").demand) == (100, 0)


# --- the order --------------------------------------------------------------------------------------------------------


def test_frost_wins_over_bypass_and_window_and_off(house: House) -> None:
    for mode in ("off", "bypass"):
        house.say("room/living/mode/set", mode)
        open_window(house)
        house.air["living"] = 6.9
        house.pass_minutes(4)
        assert (house.opening(), house.status().rule) == (100, "frost")
        assert house.boiler.call
        house.air["living"] = 20.0
        house.pass_minutes(10)


@pytest.mark.parametrize("mode", ["auto", "heat", "off", "bypass"])
def test_frost_heats_in_every_mode(house: House, mode: str) -> None:
    house.say("room/living/mode/set", mode)
    house.air["living"] = 6.0
    house.pass_minutes(4)
    assert (house.opening(), house.status().rule, house.status().action) == (100, "frost", "heating")


def test_a_room_at_exactly_the_frost_limit_is_not_freezing(house: House) -> None:
    house.say("room/living/mode/set", "off")
    house.air["living"] = 7.0
    house.pass_minutes(1)
    assert house.status().rule == "off"


def test_bypass_wins_over_the_window(house: House) -> None:
    house.say("room/living/mode/set", "bypass")
    open_window(house)
    assert house.status().rule == "bypass"
    assert house.command() is None


def test_bypass_wins_over_a_lost_reading(house: House) -> None:
    house.say("room/living/mode/set", "bypass")
    house.air = {}
    house.pass_minutes(16)
    assert (house.status().rule, house.command()) == ("bypass", None)


def test_a_room_with_an_open_window_that_nobody_knows_is_kept_from_frost_by_its_valve(house: House) -> None:
    house.say("room/living/window", {"value": "open", "measured_at": iso(house.now)})
    house.air = {}
    house.pass_minutes(17)
    told = house.command()
    assert told is not None
    assert (house.status().rule, told.opening, told.setpoint, house.status().staleness) == ("window", None, 7, "stale")
    assert "kept from frost at 7 °C" in house.status().reason


@pytest.mark.parametrize(("opening", "burns"), [(None, False), (0, False), (25, False), (60, True)])
def test_beside_an_open_window_the_boiler_runs_only_for_a_valve_that_says_it_is_open(
    house: House, opening: float | None, burns: bool
) -> None:
    house.say("room/living/window", {"value": "open", "measured_at": iso(house.now)})
    house.air = {}
    house.deaf |= {LIVING_VALVE, BATH_VALVE}
    house.pass_minutes(20)
    house.report(LIVING_VALVE, opening=opening, setpoint=7)
    house.pass_minutes(30)
    assert house.boiler.call is burns


# --- hands off --------------------------------------------------------------------------------------------------------


def test_before_bypass_lets_a_valve_go_it_is_told_to_regulate_itself(house: House) -> None:
    """HASmartThermostat #136: an open valve would stay open for ever."""
    house.air["living"] = 18.0
    house.pass_minutes(2)
    house.say("room/living/mode/set", "bypass")
    command = house.command()
    assert command is not None
    assert (command.opening, command.setpoint, command.fallback) == (None, 20, 20)
    house.valves_answer()
    assert house.command() is None
    assert house.status().reason == f"hands off: nobody regulates here; valve {LIVING_VALVE} was left at 20 °C"
    house.air["living"] = 12.0
    assert not any(f"valve/{LIVING_VALVE}" in path for path in paths(house.pass_minutes(60)))


def test_a_valve_that_does_not_answer_is_let_go_after_its_tries(house: House) -> None:
    house.deaf.add(LIVING_VALVE)
    house.air["living"] = 18.0
    house.pass_minutes(2)
    house.say("room/living/mode/set", "bypass")
    house.pass_minutes(60)
    assert house.command() is None


def test_a_regulator_that_finds_a_bypassed_room_tells_its_valve_nothing() -> None:
    house = House()
    house.say("room/living/settings", {"mode": "bypass"}, retained=True)
    house.tick()
    assert house.command() is None


def test_after_bypass_the_valve_is_told_again(house: House) -> None:
    house.say("room/living/mode/set", "bypass")
    house.say("room/living/mode/set", "auto")
    assert house.opening() == 0


def test_a_bypassed_room_never_fires_the_boiler(house: House) -> None:
    house.say("room/living/mode/set", "bypass")
    house.air["living"] = 12.0
    house.pass_minutes(10)
    assert not house.boiler.call


def test_frost_wins_over_a_room_that_looks_aired() -> None:
    house = House(wiring("doses"))
    house.tick()
    house.say("room/bath/setpoint/set", "13")
    for temperature in (14.0, 13.7, 13.4, 13.1, 12.8):
        house.air["bath"] = temperature
        house.pass_minutes(1)
    assert house.opening(BATH_VALVE) == 0
    assert (house.status("bath").rule, house.status("bath").action) == ("airing", "idle")
    assert (
        "; open window suspected: fell 0.6 K in 2 min; heats again when it recovers, at " in house.status("bath").reason
    )
    house.air["bath"] = 6.5
    house.pass_minutes(3)
    assert (house.opening(BATH_VALVE), house.status("bath").rule) == (100, "frost")


# --- windows ----------------------------------------------------------------------------------------------------------


def test_a_window_open_for_its_delay_shuts_the_valves_and_closed_for_its_delay_resumes(house: House) -> None:
    house = House(wiring(window_open_delay_s=120, window_closed_delay_s=180))
    house.air["living"] = 18.0
    house.tick()
    house.say("room/living/window", "open")
    openings = [(house.pass_minutes(1), house.opening())[1] for _ in range(3)]
    assert openings == [100, 0, 0]
    house.say("room/living/window", "closed")
    openings = [(house.pass_minutes(1), house.opening())[1] for _ in range(4)]
    assert openings == [0, 0, 100, 100]


def test_a_window_that_is_open_for_a_moment_changes_nothing(house: House) -> None:
    house = House(wiring(window_open_delay_s=120))
    house.air["living"] = 18.0
    house.tick()
    for word in ("open", "closed", "open", "closed"):
        house.say("room/living/window", word)
        house.pass_minutes(1)
        assert house.opening() == 100


def test_without_a_delay_the_window_shuts_the_valves_at_once(house: House) -> None:
    house = House(wiring(window_open_delay_s=0))
    house.air["living"] = 18.0
    house.tick()
    house.say("room/living/window", "open")
    assert (house.opening(), house.status().rule) == (0, "window")


def test_one_of_two_windows_open_is_an_open_window(house: House) -> None:
    house.say("room/living/window/a4c138000011", "closed")
    house.say("room/living/window/a4c138000012", "open")
    house.pass_minutes(1)
    assert (house.status().window, house.status().rule) == ("open", "window")


def test_a_contact_that_is_silent_for_a_day_is_broken_and_no_longer_counts(house: House) -> None:
    open_window(house)
    house.now += timedelta(hours=24)
    house.tick()
    assert (house.status().window, house.status().rule) == (None, "schedule")
