"""What a reading is worth as it grows old, and how old one is that says nothing of it."""

from datetime import timedelta

import pytest

from house import messages, topics
from tests.regulator.house import HALL_VALVE, MONDAY_NOON, House, iso
from tests.regulator.test_safety import ALERT, LOST, SECOND, STALE, house, with_reading_of_age

__all__ = ["house"]


# --- old readings -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("age", "staleness"),
    [
        (timedelta(0), "fresh"),
        (STALE, "fresh"),
        (STALE + SECOND, "stale"),
        (ALERT, "stale"),
        (ALERT + SECOND, "alert"),
        (LOST, "alert"),
        (LOST + SECOND, "lost"),
    ],
    ids=str,
)
def test_a_reading_ages_by_the_ladder(age: timedelta, staleness: str) -> None:
    assert with_reading_of_age(age).status().staleness == staleness


def test_with_a_stale_reading_the_valve_regulates_itself_to_the_setpoint() -> None:
    command = with_reading_of_age(STALE + SECOND).command()
    assert command is not None
    assert (command.opening, command.setpoint, command.fallback) == (None, 20, 20)


@pytest.mark.parametrize("age", [ALERT + SECOND, LOST + SECOND], ids=str)
def test_after_the_alert_the_valve_still_regulates_itself_to_the_setpoint(age: timedelta) -> None:
    house = with_reading_of_age(age)
    command = house.command()
    assert command is not None
    assert (command.opening, command.setpoint, command.fallback) == (None, 20, 20)
    assert "look after the thermometer" in (house.status().alert or "")


@pytest.mark.parametrize("age", [STALE, ALERT, LOST], ids=str)
def test_a_stale_room_asks_for_nothing_by_a_reading_that_is_old(age: timedelta) -> None:
    house = with_reading_of_age(age + SECOND)
    house.pass_minutes(10)
    assert house.status().demand == 0


def test_a_room_that_becomes_stale_while_it_burns_lets_the_boiler_go(house: House) -> None:
    house.air["living"] = 18.0
    house.pass_minutes(3)
    assert house.boiler.call
    del house.air["living"]
    house.pass_minutes(15)
    assert house.boiler.call
    house.pass_minutes(1)
    assert not house.boiler.call


def test_an_old_frosty_reading_is_no_frost() -> None:
    assert with_reading_of_age(STALE + SECOND, value=3.0).status().rule == "stale"


@pytest.mark.parametrize(
    ("ahead", "staleness"), [(timedelta(minutes=5), "fresh"), (timedelta(days=1, seconds=1), "lost")], ids=str
)
def test_a_reading_from_the_future_counts_only_as_far_as_clocks_may_be_wrong(ahead: timedelta, staleness: str) -> None:
    assert with_reading_of_age(-ahead).status().staleness == staleness


def test_several_fresh_sensors_are_averaged_and_stale_ones_left_out(house: House) -> None:
    house.air = {}
    house.now += timedelta(hours=1)
    house.measure("living", 10.0, sensor="a4c138000004", at=house.now - STALE - SECOND)
    house.measure("living", 30.0, sensor="a4c138000005", at=house.now + timedelta(hours=50))
    house.measure("living", 19.0, sensor="a4c138000001")
    house.measure("living", 20.0, sensor="a4c138000002")
    house.tick()
    assert house.status().temperature == 19.5


@pytest.mark.parametrize("ages", [(timedelta(0), -SECOND), (STALE + SECOND, STALE + SECOND)], ids=["fresh", "stale"])
def test_of_two_readings_that_are_equally_new_the_order_of_arrival_decides_nothing(
    ages: tuple[timedelta, timedelta],
) -> None:
    readings = list(zip(("a4c138000001", "a4c138000002"), (19.0, 20.0), ages, strict=True))
    said = []
    for order in (readings, readings[::-1]):
        house = House()
        house.air = {}
        for sensor, value, age in order:
            house.measure("living", value, sensor=sensor, at=house.now - age)
        house.tick()
        said.append(house.status())
    assert said[0] == said[1]


def test_a_room_without_thermometer_regulates_itself_without_alert(house: House) -> None:
    command = house.command(HALL_VALVE)
    assert command is not None
    assert (command.opening, command.setpoint) == (None, 20.5)
    house.deaf = set()
    house.pass_minutes(10)
    status = house.status("hall")
    assert (status.rule, status.alert, status.demand) == ("own sensor", None, 0)


def test_a_thermometer_that_is_not_in_the_settings_regulates_its_room_all_the_same(house: House) -> None:
    house.air["hall"] = 18.0
    house.pass_minutes(1)
    assert house.opening(HALL_VALVE) == 100


# --- bare values ------------------------------------------------------------------------------------------------------


def test_a_bare_value_is_as_old_as_its_arrival(house: House) -> None:
    del house.air["living"]
    house.say("room/living/temperature", "18.5")
    house.pass_minutes(15)
    assert (house.status().temperature, house.status().staleness) == (18.5, "fresh")
    house.pass_minutes(1)
    assert house.status().staleness == "stale"


def test_a_retained_bare_value_has_no_age_until_a_live_one_comes() -> None:
    house = House()
    house.air = {}
    house.say("room/living/temperature", "18.5", retained=True)
    house.tick()
    assert (house.status().temperature, house.status().staleness) == (None, "lost")
    house.say("room/living/temperature", "18.5")
    house.pass_minutes(1)
    assert (house.status().temperature, house.status().staleness) == (18.5, "fresh")


def test_a_bare_value_before_the_first_tick_is_as_old_as_that_tick() -> None:
    house = House()
    house.air = {}
    house.say("room/living/temperature", "18.5")
    house.tick()
    assert house.status().measured_at == MONDAY_NOON


def test_a_bare_value_after_a_restart_is_not_as_old_as_the_last_tick_before_it(house: House) -> None:
    other = House(at=MONDAY_NOON + timedelta(hours=5))
    other.air = {}
    other.say("memory", house.kept["memory"], retained=True)
    other.say("room/living/temperature", "18.5")
    other.tick()
    assert (other.status().temperature, other.status().staleness) == (18.5, "fresh")


def test_a_bare_value_gives_way_to_what_comes_after_it_before_the_first_tick() -> None:
    house = House()
    house.air = {}
    house.say("room/living/temperature", "10")
    house.measure("living", 18.5)
    house.tick()
    assert house.status().temperature == 18.5


def test_without_a_clock_nothing_piles_up() -> None:
    house = House()
    for number in range(100):
        house.say("room/living/temperature", str(18 + number / 100))
        house.measure("bath", 20.0)
    assert len(house.snapshot.undated) <= 1


def test_an_emptied_reading_is_forgotten(house: House) -> None:
    house.air = {}
    house.say("room/living/temperature", b"", retained=True)
    house.pass_minutes(1)
    assert (house.status().temperature, house.status().staleness) == (None, "lost")


def test_humidity_is_shown_while_it_is_fresh(house: House) -> None:
    house.say("room/living/humidity", {"value": 52.5, "measured_at": iso(house.now)})
    house.pass_minutes(15)
    assert house.status().humidity == 52.5
    house.pass_minutes(1)
    assert house.status().humidity is None


def test_every_room_says_what_it_is_in(house: House) -> None:
    statuses = [house.heard(topics.ROOM_STATUS, room) for room in house.wiring.rooms]
    assert all(isinstance(status, messages.RoomStatus) and status.reason for status in statuses)
