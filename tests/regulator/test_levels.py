"""What a wish does and when it ends: every kind of wish over every kind of level.

Public reports behind these rules: esphome feature-requests #918, wiserHomeAssistantPlatform #281 and #225,
home-assistant/core #134204 (held setpoints), evohome-client #119 (away that warms), scheduler-card #619 (auto),
ioBroker.heatingcontrol #214 (an edited schedule), homebridge-evohome #149 (an end forgotten), WThermostatBeca #160.
"""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from house import topics
from tests.regulator.house import MONDAY_NOON, House, iso, refusal

WEEK = [
    {"day": day, "time": time, "setpoint": setpoint}
    for day in range(1, 8)
    for time, setpoint in (("06:30", 12), ("22:30", 10))
]
SOON = iso(MONDAY_NOON + timedelta(minutes=30))

Wish = tuple[str, Any]

TEMPORARY: tuple[Wish, ...] = (
    ("setpoint/set", {"value": 24, "until": SOON}),
    ("setpoint/set", {"value": 24, "minutes": 30}),
    ("preset/set", {"value": "comfort", "until": SOON}),
    ("preset/set", {"value": "eco", "minutes": 30}),
    ("preset/set", {"value": "away", "until": SOON}),
    ("preset/set", "boost"),
    ("boost/set", 30),
    ("boost/set", {"until": SOON}),
)
"""All of it is over after an hour."""


@pytest.fixture
def house() -> House:
    """Monday 13:00; the living room's schedule asks 12 °C until 22:30."""
    return built()


def built() -> House:
    house = House()
    house.tick()
    house.say("room/living/schedule/set", WEEK)
    return house


def wish(house: House, one: Wish, room: str = "living") -> None:
    house.say(one[0] if one[0].startswith("away") else f"room/{room}/{one[0]}", one[1])


def in_force(house: House, room: str = "living") -> tuple[float | None, str]:
    return house.status(room).setpoint, house.status(room).rule


@pytest.mark.parametrize(
    "temporary", [*TEMPORARY, ("away/set", {"until": SOON}), ("away/set", {"minutes": 30})], ids=str
)
@pytest.mark.parametrize("held", [10, 16.5, 21])
def test_what_mode_heat_holds_is_there_again_after_anything_temporary(
    house: House, held: float, temporary: Wish
) -> None:
    wish(house, ("mode/set", "heat"))
    wish(house, ("setpoint/set", held))
    wish(house, temporary)
    house.pass_minutes(61)
    assert in_force(house) == (held, "mode heat")


@pytest.mark.parametrize("mode", ["off", "bypass"])
def test_what_mode_heat_holds_is_there_again_after_another_mode(house: House, mode: str) -> None:
    for one in (("mode/set", "heat"), ("setpoint/set", 10), ("mode/set", mode), ("mode/set", "heat")):
        wish(house, one)
    assert in_force(house) == (10, "mode heat")


@pytest.mark.parametrize("temporary", [*TEMPORARY, ("preset/set", "comfort"), ("setpoint/set", 24)], ids=str)
def test_mode_heat_holds_what_held_before_and_not_what_is_temporary(house: House, temporary: Wish) -> None:
    wish(house, temporary)
    wish(house, ("mode/set", "heat"))
    assert in_force(house) == (12, "mode heat")


@pytest.mark.parametrize("temporary", [*TEMPORARY, ("preset/set", "eco"), ("setpoint/set", 24)], ids=str)
@pytest.mark.parametrize("auto", [("setpoint/set", "auto"), ("mode/set", "auto"), ("mode/set", "Auto")], ids=str)
def test_auto_gives_a_room_back_to_its_schedule(house: House, temporary: Wish, auto: Wish) -> None:
    wish(house, temporary)
    wish(house, auto)
    assert in_force(house) == (12, "schedule")


@pytest.mark.parametrize("temporary", TEMPORARY, ids=str)
def test_another_mode_ends_what_is_temporary(house: House, temporary: Wish) -> None:
    for one in (temporary, ("mode/set", "off"), ("mode/set", "bypass")):
        wish(house, one)
    assert in_force(house)[0] == 12


@pytest.mark.parametrize("saving", [("away/set", "on"), ("preset/set", "away"), ("preset/set", "eco")], ids=str)
def test_away_and_eco_never_warm(house: House, saving: Wish) -> None:
    wish(house, saving)
    assert house.status().setpoint == 12


def test_what_is_wished_in_one_room_while_nobody_is_home_wins_there_and_ends_as_meant(house: House) -> None:
    wish(house, ("away/set", "on"))
    wish(house, ("setpoint/set", {"value": 21, "minutes": 30}))
    wish(house, ("preset/set", "comfort"), "bath")
    assert in_force(house) == (21, "override")
    assert in_force(house, "bath") == (20.5, "preset comfort")
    house.pass_minutes(31)
    assert in_force(house) == (12, "away")
    assert in_force(house, "bath") == (20.5, "preset comfort")
    wish(house, ("away/set", "on"))
    assert in_force(house, "bath") == (15, "away")


def test_a_setpoint_held_while_nobody_is_home_wins_in_its_room(house: House) -> None:
    for one in (("mode/set", "heat"), ("away/set", "on"), ("setpoint/set", 18)):
        wish(house, one)
    assert in_force(house) == (18, "mode heat")


@pytest.mark.parametrize("payload", ["{}", '{"setpoint": 12}', '{"value": null}'])
def test_away_for_good_is_said_in_so_many_words(house: House, payload: str) -> None:
    assert "for good" in refusal(house.say("away/set", payload))


def test_until_the_next_switch_point_follows_an_edited_schedule(house: House) -> None:
    wish(house, ("setpoint/set", 22))
    wish(
        house,
        ("schedule/set", [{"day": 1, "time": "12:00", "setpoint": 11}, {"day": 1, "time": "15:00", "setpoint": 18}]),
    )
    assert house.status().until == MONDAY_NOON + timedelta(hours=2)
    wish(house, ("schedule/set", [{"day": 1, "time": "16:00", "setpoint": 18}]))
    assert house.status().until == MONDAY_NOON + timedelta(hours=3)
    wish(house, ("schedule/set", []))
    assert in_force(house) == (22, "override")
    assert house.status().until is None
    wish(house, ("schedule/set", [{"day": 1, "time": "13:05", "setpoint": 18}]))
    house.pass_minutes(5)
    assert in_force(house) == (18, "schedule")


def test_an_end_that_was_said_stands_whatever_becomes_of_the_schedule(house: House) -> None:
    wish(house, ("setpoint/set", {"value": 22, "until": SOON}))
    wish(house, ("schedule/set", [{"day": 1, "time": "13:05", "setpoint": 18}]))
    house.pass_minutes(29)
    assert in_force(house) == (22, "override")


def test_a_new_degree_keeps_the_end_that_was_chosen(house: House) -> None:
    wish(house, ("setpoint/set", {"value": 22, "until": SOON}))
    wish(house, ("setpoint/set", 19))
    assert (house.status().setpoint, iso(house.status().until or MONDAY_NOON)) == (19, SOON)


def test_a_switch_point_in_less_than_a_quarter_of_an_hour_is_not_the_next_one_and_that_is_said(house: House) -> None:
    wish(
        house,
        ("schedule/set", [{"day": 1, "time": "13:14", "setpoint": 10}, {"day": 1, "time": "18:00", "setpoint": 18}]),
    )
    wish(house, ("setpoint/set", 22))
    assert house.status().reason.startswith("22 °C by override until 18:00, beyond 13:14;")
    house.pass_minutes(15)
    assert in_force(house) == (22, "override")
    assert house.status().reason.startswith("22 °C by override until 18:00;")


def test_a_switch_point_in_a_quarter_of_an_hour_is_the_next_one(house: House) -> None:
    wish(
        house,
        ("schedule/set", [{"day": 1, "time": "13:15", "setpoint": 10}, {"day": 1, "time": "18:00", "setpoint": 18}]),
    )
    wish(house, ("setpoint/set", 22))
    house.pass_minutes(15)
    assert in_force(house) == (10, "schedule")


@pytest.mark.parametrize(
    ("path", "payload", "expected"),
    [
        ("away/set", "ON", (12, "away")),
        ("away/set", " on ", (12, "away")),
        ("away/set", '{"value": "On"}', (12, "away")),
        ("away/set", '{"value": "ON", "setpoint": "10,5"}', (10.5, "away")),
        ("room/living/mode/set", "Heat", (12, "mode heat")),
        ("room/living/mode/set", "OFF", (7, "off")),
        ("room/living/preset/set", "Comfort", (20.5, "preset comfort")),
        ("room/living/preset/set", "BOOST", (23, "boost")),
        ("room/living/setpoint/set", "20,5", (20.5, "override")),
        ("room/living/setpoint/set", '{"value": "20,5"}', (20.5, "override")),
        ("room/living/setpoint/set", "AUTO", (12, "schedule")),
        ("room/living/boost/set", "On", (23, "boost")),
        ("room/living/boost/set", "true", (23, "boost")),
        ("room/living/boost/set", "20,5", (23, "boost")),
        ("room/living/boost/set", "OFF", (12, "schedule")),
    ],
)
def test_words_in_any_case_and_numbers_with_a_comma_are_understood(
    house: House, path: str, payload: str, expected: tuple[float, str]
) -> None:
    house.say(path, payload)
    assert in_force(house) == expected


wishes = st.sampled_from(
    [
        *TEMPORARY,
        *(("setpoint/set", value) for value in (11, 20, "auto")),
        *(("preset/set", value) for value in ("comfort", "eco", "away", "none")),
        *(("mode/set", value) for value in ("auto", "heat", "off", "bypass")),
        *(("away/set", value) for value in ("on", "off", '{"value": "on", "setpoint": 16}', f'{{"until": "{SOON}"}}')),
    ]
)


@pytest.mark.slow
@settings(max_examples=150)
@given(st.lists(wishes, max_size=8))
def test_whatever_was_wished_away_and_eco_never_warm(said: list[Wish]) -> None:
    house = built()
    for one in said:
        wish(house, one)
    rule, setpoint = house.status().rule, house.status().setpoint
    held = house.heard(topics.ROOM_SETTINGS, "living")
    assert held is not None
    assert setpoint is not None
    if rule in ("away", "preset eco", "preset away"):
        holds = held.held if held.mode == "heat" and held.held is not None else 12
        beneath = [holds, held.override.setpoint if held.override else holds]
        if held.preset == "comfort":
            beneath.append(20.5)
        assert setpoint <= max(beneath)


@pytest.mark.slow
@settings(max_examples=100)
@given(st.lists(wishes.filter(lambda one: one[0] in ("boost/set", "away/set", "preset/set")), max_size=8))
def test_nothing_temporary_changes_what_holds(said: list[Wish]) -> None:
    house = built()
    for one in (("mode/set", "heat"), ("setpoint/set", 10), *said, ("away/set", "off"), ("preset/set", "none")):
        wish(house, one)
    assert in_force(house) == (10, "mode heat")
