"""Thermometers, contacts and clocks, each judged alone.

Public reports behind these rules: pihome #25, diyless/opentherm-thermostat #62 (85 and -127 °C), ariston #427 and
HeishaMon #472 (clocks), zigbee2mqtt #10429 (slow thermometers), HASmartThermostat #48 (whole degrees),
psa_car_controller #1241 (late messages), ioBroker.heatingcontrol #44 (contacts over a restart).
"""

from datetime import timedelta

import pytest

from tests.regulator.house import LIVING_VALVE, House, iso

MINUTE = timedelta(minutes=1)


@pytest.fixture
def house() -> House:
    built = House()
    built.pass_minutes(3)
    return built


def say(house: House, value: float, minutes: int = 1, *, ahead: timedelta = timedelta(0)) -> None:
    """The living room's thermometer says this each minute, by a clock that is so far ahead."""
    house.air.pop("living", None)
    for _ in range(minutes):
        house.now += MINUTE
        at = iso(house.now + ahead)
        house.say("room/living/temperature", {"value": value, "measured_at": at})
        house.tick()


@pytest.mark.parametrize("value", [85.0, -40.0, 127.9, -20.0, 46.0])
def test_what_no_room_has_is_not_believed_and_after_ten_minutes_it_is_a_fault(house: House, value: float) -> None:
    say(house, value, 9)
    assert (house.status().temperature, house.status().alert) == (20, None)
    say(house, value, 4)
    assert "which no room has" in (house.status().alert or "")
    assert house.status().temperature == 20
    say(house, 20.1)
    assert (house.status().temperature, house.status().alert) == (20.1, None)


@pytest.mark.parametrize("value", [0.0, 10.0, 16.9, 23.1, 35.0])
def test_a_leap_is_believed_once_it_has_been_confirmed_for_ten_minutes(house: House, value: float) -> None:
    say(house, value, 10)
    assert house.status().temperature == 20
    say(house, value, 2)
    assert (house.status().temperature, house.status().alert) == (value, None)


@pytest.mark.parametrize("value", [17.0, 22.9])
def test_three_kelvin_are_no_leap(house: House, value: float) -> None:
    say(house, value)
    assert house.status().temperature == value


@pytest.mark.parametrize("steps", [(22, 24.5), (21, 23, 25), (17, 14), (18, 17.2, 16.5)])
def test_a_leap_in_several_steps_is_a_leap(house: House, steps: tuple[float, ...]) -> None:
    del house.air["living"]
    for value in steps:
        house.now += timedelta(minutes=1)
        house.say("room/living/temperature", {"value": value, "measured_at": iso(house.now)})
        house.tick()
    assert house.status().temperature == steps[-2]


def test_a_room_that_warms_fast_all_the_time_is_believed(house: House) -> None:
    del house.air["living"]
    for minute in range(1, 9):
        house.now += timedelta(minutes=1)
        house.say("room/living/temperature", {"value": 20 + 0.7 * minute, "measured_at": iso(house.now)})
        house.tick()
    assert house.status().temperature == 25.6


def test_a_faulty_thermometer_is_left_out_and_named_beside_one_that_is_well(house: House) -> None:
    for _ in range(13):
        house.measure("living", 19.0, sensor="a4c138000002")
        say(house, 85.0)
    assert house.status().temperature == pytest.approx(19, abs=1)
    assert "thermometer" in (house.status().alert or "")


def test_a_reading_that_a_person_said_by_hand_is_left_out_after_a_while_and_blames_no_thermometer(house: House) -> None:
    """Or an owner who tries `mosquitto_pub` is told for ever to change the battery of a thermometer that is well."""
    house.air, alerts, declared = {}, set[str](), "a4c138000003"
    house.say("room/bath/temperature", "19")
    for minute in range(1600):
        house.measure("bath", 20.0 + minute % 2 / 10, sensor=declared)
        house.pass_minutes(1)
        alerts.add(house.status("bath").alert or "")
        assert declared not in (house.status("bath").alert or ""), minute
    assert house.status("bath").alert is None
    silent = "the thermometer without address is silent and left out: look after its battery and its distance"
    assert alerts == {"", silent}


@pytest.mark.parametrize("hours", [-20, -2, -1, 0.5, 1, 23])
def test_a_clock_that_is_wrong_is_named_and_its_readings_count(house: House, hours: float) -> None:
    say(house, 18.0, 20, ahead=timedelta(hours=hours))
    status = house.status()
    assert (status.temperature, status.staleness) == (18, "fresh")
    assert "the clock of" in (status.alert or "")
    assert ("ahead" if hours > 0 else "behind") in (status.alert or "")
    say(house, 18.0, 3)
    assert house.status().alert is None


@pytest.mark.parametrize("late", [1, 5, 50, 3000])
def test_an_older_reading_never_replaces_a_newer_one(house: House, late: int) -> None:
    house.say("room/living/temperature", {"value": 17.0, "measured_at": iso(house.now - late * MINUTE)})
    assert house.status().temperature == 20
    del house.air["living"]
    house.pass_minutes(1)
    assert house.status().temperature == 20


@pytest.mark.parametrize("late", [4, 5, 50])
def test_an_older_report_never_replaces_a_newer_one(house: House, late: int) -> None:
    before = house.command()
    house.report(LIVING_VALVE, opening=60, setpoint=21, at=house.now - late * MINUTE)
    house.deaf.add(LIVING_VALVE)
    house.pass_minutes(2)
    assert house.command() == before


@pytest.mark.parametrize("interval", [20, 30, 50, 60, 74])
def test_a_thermometer_is_fresh_by_its_own_rhythm(house: House, interval: int) -> None:
    del house.air["living"]
    for _ in range(4):
        house.now += interval * MINUTE
        house.measure("living", 20.0)
        house.tick()
    house.pass_minutes(interval - 1)
    assert house.status().staleness == "fresh"
    assert house.status().alert is None


def test_a_thermometer_that_speaks_too_seldom_is_told_of(house: House) -> None:
    del house.air["living"]
    for _ in range(4):
        house.now += 100 * MINUTE
        house.measure("living", 20.0)
        house.tick()
    assert "too seldom to heat by" in (house.status().alert or "")


@pytest.mark.parametrize("value", [20.0, 20.5])
def test_whole_and_half_degrees_that_stand_still_are_not_frozen(house: House, value: float) -> None:
    house.say("room/living/humidity", {"value": 45, "measured_at": iso(house.now)})
    house.air["living"] = value
    house.pass_minutes(8 * 60)
    assert house.status().rule == "schedule"


@pytest.mark.parametrize("payload", ['"open"', '{"value": "open", "measured_at": "2020-01-01T00:00:00Z"}'])
def test_the_last_word_of_a_contact_holds_however_it_is_dated(house: House, payload: str) -> None:
    house.say("room/living/window", payload)
    house.pass_minutes(3)
    assert house.status().rule == "window"


def test_a_word_of_a_contact_that_comes_late_does_not_replace_the_newer_one(house: House) -> None:
    house.say("room/living/window", {"value": "closed", "measured_at": iso(house.now)})
    house.say("room/living/window", {"value": "open", "measured_at": iso(house.now - timedelta(minutes=50))})
    house.pass_minutes(3)
    assert house.status().window == "closed"
    house.say("room/living/window", {"value": "open", "measured_at": iso(house.now)})
    house.pass_minutes(3)
    assert house.status().window == "open"


@pytest.mark.parametrize("value", [-127, -40, 85, 99.9, 327.67, 999])
def test_a_thermometer_that_says_what_no_room_has_is_told_of(house: House, value: float) -> None:
    del house.air["living"]
    for _ in range(20):
        house.say("room/living/temperature", {"value": value, "measured_at": iso(house.now + MINUTE)})
        house.pass_minutes(1)
    assert f"the thermometer says {value:g} °C, which no room has" in (house.status().alert or "")


def test_a_contact_whose_device_is_heard_of_elsewhere_is_not_silent(house: House) -> None:
    house.say("room/living/window", "open")
    for _ in range(30):
        house.now += timedelta(hours=1)
        house.say("sensor/a4c138000011/status", {"battery": 80, "measured_at": iso(house.now)})
        house.tick()
    assert (house.status().window, house.status().alert) == ("open", None)


def test_a_contact_that_is_silent_for_a_day_is_told_of_and_open_counts_no_longer(house: House) -> None:
    house.say("room/living/window", "open")
    for _ in range(25):
        house.now += timedelta(hours=1)
        house.tick()
    assert house.status().window is None
    assert "has been silent for a day and last said open, which counts no longer" in (house.status().alert or "")


@pytest.mark.parametrize("jump", [timedelta(minutes=17), timedelta(hours=1), timedelta(days=3650)], ids=str)
def test_one_wrong_tick_ends_nothing(house: House, jump: timedelta) -> None:
    house.say("room/living/boost/set", "30")
    house.say("away/set", {"until": iso(house.now + timedelta(minutes=40))})
    house.say("room/bath/boost/set", "30")
    house.say("tick", {"at": iso(house.now + jump)})
    house.pass_minutes(20)
    assert house.status("bath").rule == "boost"
    assert house.status().rule == "away"


@pytest.mark.parametrize("jump", [timedelta(hours=-5), timedelta(hours=1), timedelta(days=3650)], ids=str)
def test_a_duration_is_as_long_where_the_clock_is_set(house: House, jump: timedelta) -> None:
    house.say("room/bath/boost/set", "30")
    house.pass_minutes(10)
    house.now += jump
    house.pass_minutes(18)
    assert house.status("bath").rule == "boost"
    house.pass_minutes(4)
    assert house.status("bath").rule != "boost"


@pytest.mark.parametrize("tick", ['{"at": null}', '"1970-01-01T00:05:00Z"'])
def test_frost_is_kept_without_the_time_and_the_schedule_waits(tick: str) -> None:
    house = House()
    for _ in range(6):
        house.say("room/living/temperature", "6.5")
        house.say("room/bath/temperature", "15")
        house.say("tick", tick)
    house.say(f"valve/{LIVING_VALVE}/status", {"opening": 100, "setpoint": 26})
    house.say("tick", tick)
    assert (house.status().rule, house.opening()) == ("frost", 100)
    assert house.boiler.call
    assert "the time is not known" in house.status().reason
