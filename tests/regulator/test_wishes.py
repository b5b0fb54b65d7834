"""What people wish, and which setpoint is in force."""

from datetime import timedelta
from typing import Any

import pytest

from house import messages, topics
from regulator.demand import seen_by_law
from regulator.room import observe
from tests.regulator.house import MONDAY_NOON, House, iso, paths, refusal, wiring

LATER = iso(MONDAY_NOON + timedelta(hours=2))


@pytest.fixture
def house() -> House:
    """Monday 13:00: the schedule asks 20 °C in the living room until 22:30; the bath has no schedule."""
    built = House()
    built.tick()
    return built


def in_force(house: House, room: str = "living") -> tuple[float | None, str]:
    status = house.status(room)
    return status.setpoint, status.rule


def words(house: House, room: str = "living") -> str:
    return house.status(room).reason.partition(";")[0]


def test_the_schedule_holds_until_its_next_switch_point(house: House) -> None:
    status = house.status()
    assert words(house) == "20 °C by schedule until 22:30"
    assert (status.setpoint, status.next_setpoint) == (20, 17)
    assert status.next_switch_at == status.until == MONDAY_NOON + timedelta(hours=9, minutes=30)


def test_an_empty_schedule_asks_for_comfort(house: House) -> None:
    assert words(house, "bath") == "20.5 °C by preset comfort"
    assert house.status("bath").until is None


def test_a_wished_schedule_replaces_the_week_at_once_and_is_kept(house: House) -> None:
    house.say("room/living/schedule/set", [{"day": 1, "time": "12:30", "setpoint": 22}])
    assert words(house) == "22 °C by schedule until Mon 12:30"
    assert house.heard(topics.ROOM_SCHEDULE, "living") == messages.Schedule(
        points=(messages.SwitchPoint(day=1, time="12:30", setpoint=22),)
    )


def test_an_emptied_schedule_asks_for_comfort(house: House) -> None:
    house.say("room/living/schedule/set", [])
    assert words(house) == "20.5 °C by preset comfort"


def test_the_settings_schedule_is_only_the_first_value(house: House) -> None:
    other = House()
    other.say("room/living/schedule", house.kept["room/bath/schedule"], retained=True)
    other.tick()
    assert words(other) == "20.5 °C by preset comfort"


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        ("auto", "20 °C by schedule until 22:30"),
        ("heat", "20 °C by mode heat"),
        ("off", "7 °C by off"),
        ("bypass", "hands off: nobody regulates here"),
    ],
)
def test_each_mode_has_its_setpoint(house: House, mode: str, expected: str) -> None:
    house.say("room/living/mode/set", mode)
    assert words(house) == expected
    assert house.status().mode == mode


def test_heat_holds_the_setpoint_over_switch_points(house: House) -> None:
    house.say("room/living/mode/set", "heat")
    house.now += timedelta(hours=10)
    house.tick()
    assert in_force(house) == (20, "mode heat")


def test_heat_after_off_holds_comfort(house: House) -> None:
    house.say("room/living/mode/set", "off")
    house.say("room/living/mode/set", "heat")
    assert words(house) == "20.5 °C by mode heat"


def test_in_heat_a_setpoint_holds_for_good(house: House) -> None:
    house.say("room/living/mode/set", "heat")
    house.say("room/living/setpoint/set", "18.5")
    assert words(house) == "18.5 °C by mode heat"


def test_the_same_mode_again_changes_nothing(house: House) -> None:
    house.say("room/living/mode/set", "heat")
    house.say("room/living/boost/set", "on")
    assert house.say("room/living/mode/set", "heat") == []


def test_another_mode_ends_the_override(house: House) -> None:
    house.say("room/living/mode/set", "heat")
    house.say("room/living/mode/set", "auto")
    assert words(house) == "20 °C by schedule until 22:30"


@pytest.mark.parametrize(("preset", "setpoint"), [("comfort", 20.5), ("eco", 17), ("away", 15)])
def test_a_preset_holds_its_setpoint_until_none(house: House, preset: str, setpoint: float) -> None:
    house.say("room/living/preset/set", preset)
    assert words(house) == f"{setpoint:g} °C by preset {preset}"
    assert house.status().preset == preset
    house.say("room/living/preset/set", "none")
    assert words(house) == "20 °C by schedule until 22:30"


def test_a_preset_ends_at_its_instant(house: House) -> None:
    house.say("room/living/preset/set", {"value": "eco", "until": LATER})
    house.pass_minutes(119)
    assert words(house) == "17 °C by preset eco until 15:00"
    house.pass_minutes(1)
    assert words(house) == "20 °C by schedule until 22:30"
    settings = house.heard(topics.ROOM_SETTINGS, "living")
    assert settings is not None
    assert (settings.preset, settings.preset_until) == ("none", None)


def test_a_preset_ends_what_was_set_by_hand(house: House) -> None:
    house.say("room/living/setpoint/set", "25")
    house.say("room/living/boost/set", "on")
    house.say("room/living/preset/set", "eco")
    assert in_force(house) == (17, "preset eco")


def test_an_override_holds_until_the_next_switch_point(house: House) -> None:
    house.say("room/living/setpoint/set", "21.5")
    assert words(house) == "21.5 °C by override until 22:30"
    house.now += timedelta(minutes=569)
    house.tick()
    assert in_force(house) == (21.5, "override")
    house.pass_minutes(1)
    assert in_force(house) == (17, "schedule")


def test_an_override_without_a_schedule_holds_for_good(house: House) -> None:
    house.say("room/bath/setpoint/set", "23")
    assert words(house, "bath") == "23 °C by override"


def test_an_override_ends_at_its_own_instant_and_is_taken_out_of_the_settings(house: House) -> None:
    house.say("room/living/setpoint/set", {"value": 21.5, "until": LATER})
    house.pass_minutes(119)
    assert in_force(house) == (21.5, "override")
    house.pass_minutes(1)
    assert in_force(house) == (20, "schedule")
    settings = house.heard(topics.ROOM_SETTINGS, "living")
    assert settings is not None
    assert settings.override is None


def test_the_word_auto_ends_an_override(house: House) -> None:
    house.say("room/living/setpoint/set", "21.5")
    house.say("room/living/setpoint/set", "auto")
    assert in_force(house) == (20, "schedule")


def test_an_override_below_frost_is_raised_to_it(house: House) -> None:
    house.say("room/living/setpoint/set", "5")
    assert in_force(house) == (7, "override")


@pytest.mark.parametrize(
    ("topic", "wish"),
    [
        ("room/living/setpoint/set", {"value": 21}),
        ("room/living/preset/set", {"value": "eco"}),
        ("room/living/preset/set", {"value": "boost"}),
        ("room/living/boost/set", {}),
        ("away/set", {}),
    ],
)
@pytest.mark.parametrize("minutes", [0, -60])
def test_a_wish_until_the_past_is_refused_and_changes_nothing(
    house: House, topic: str, wish: dict[str, Any], minutes: int
) -> None:
    before = house.snapshot
    said = house.say(topic, wish | {"until": iso(house.now + timedelta(minutes=minutes))})
    assert "has passed already" in refusal(said)
    assert house.snapshot is before


def test_a_wish_before_the_first_tick_is_refused_because_the_time_is_not_known() -> None:
    assert "is the clock running?" in refusal(House().say("room/living/setpoint/set", "21"))


def test_a_retained_wish_is_an_event_of_long_ago_and_changes_nothing(house: House) -> None:
    assert house.say("room/living/setpoint/set", "25", retained=True) == []
    assert in_force(house) == (20, "schedule")


@pytest.mark.parametrize(
    ("wish", "minutes"), [("on", 60), ("20", 20), ({"minutes": 5}, 5), ({"until": LATER}, 120)], ids=str
)
def test_a_boost_ends_at_its_time_and_what_was_before_comes_back(house: House, wish: Any, minutes: int) -> None:
    house.say("room/living/setpoint/set", "21.5")
    house.say("room/living/boost/set", wish)
    assert in_force(house) == (23, "boost")
    assert house.status().preset == "boost"
    house.pass_minutes(minutes - 1)
    assert in_force(house) == (23, "boost")
    house.pass_minutes(1)
    assert in_force(house) == (21.5, "override")


@pytest.mark.parametrize("wish", ["off", "0", {"minutes": 0}], ids=str)
def test_a_boost_can_be_ended_by_hand(house: House, wish: Any) -> None:
    house.say("room/living/preset/set", "boost")
    assert in_force(house) == (23, "boost")
    house.say("room/living/boost/set", wish)
    assert in_force(house) == (20, "schedule")


def test_a_boost_never_lowers_a_room(house: House) -> None:
    house.say("room/living/setpoint/set", "25")
    house.say("room/living/boost/set", "on")
    assert in_force(house) == (25, "boost")


def test_a_setpoint_by_hand_ends_a_boost(house: House) -> None:
    house.say("room/living/boost/set", "on")
    house.say("room/living/setpoint/set", "19")
    assert in_force(house) == (19, "override")


def test_away_lowers_every_room_ends_boosts_and_lets_what_was_set_by_hand_come_back(house: House) -> None:
    house.say("room/living/setpoint/set", "21.5")
    house.say("room/bath/boost/set", "on")
    house.say("away/set", {"until": LATER, "setpoint": 14})
    assert words(house) == words(house, "bath") == "14 °C by away until 15:00"
    house.pass_minutes(120)
    assert in_force(house) == (21.5, "override")
    assert in_force(house, "bath") == (20.5, "preset comfort")
    assert house.heard(topics.HOUSE_SETTINGS) == messages.HouseSettings()


def test_a_comfort_wished_holds_through_absences_until_it_is_given_back_to_the_settings() -> None:
    house = House(wiring("doses"))
    house.tick()
    house.say("comfort/set", "quiet")
    house.say("away/set", {"until": LATER})
    house.pass_minutes(120)
    assert house.heard(topics.HOUSE_SETTINGS) == messages.HouseSettings(comfort="quiet")
    house.say("comfort/set", "auto")
    assert house.heard(topics.HOUSE_SETTINGS) == messages.HouseSettings()


def test_a_law_without_comfort_refuses_a_wish_of_it(house: House) -> None:
    assert refusal(house.say("comfort/set", "quiet")).startswith("comfort means nothing to the law hysteresis")


def test_a_wished_comfort_is_what_the_law_hears() -> None:
    house = House(wiring("doses"))
    house.tick()
    house.say("comfort/set", "saver")
    assert seen_by_law(house.snapshot, observe(house.snapshot)).comfort == "saver"


def test_away_without_an_end_holds_the_preset_until_off(house: House) -> None:
    house.say("away/set", "on")
    assert words(house) == "15 °C by away"
    assert house.status().preset == "away"
    house.say("away/set", "off")
    assert in_force(house) == (20, "schedule")


def test_a_setpoint_by_hand_wins_over_away(house: House) -> None:
    house.say("away/set", "on")
    house.say("room/bath/setpoint/set", "22")
    assert in_force(house) == (15, "away")
    assert in_force(house, "bath") == (22, "override")


def test_off_wins_over_everything_set_by_hand(house: House) -> None:
    house.say("room/living/boost/set", "on")
    house.say("room/living/mode/set", "off")
    assert words(house) == "7 °C by off"


def test_a_wish_is_answered_at_once_with_settings_valves_and_status(house: House) -> None:
    said = paths(house.say("room/living/setpoint/set", "25"))
    assert {"room/living/settings", "valve/001a22000001/set", "room/living/status"} <= set(said)
    assert not any("bath" in path for path in said)


@pytest.mark.parametrize(
    ("path", "payload", "reason"),
    [
        ("room/living/mode/set", "hot", "should be auto, heat, off or bypass, not 'hot'"),
        ("room/living/setpoint/set", "35", "should be at most 30, not 35"),
        ("room/livnig/setpoint/set", "20", "livnig is not in the settings; known rooms are living, bath, hall"),
        ("valve/001a22000009/status", "{}", "001a22000009 is not in the settings; known valves are 001a22000001"),
        ("room/living/setpiont/set", "20", "no such topic"),
        ("room/living/set", "20", "no such topic"),
        ("away", "on", "no such topic"),
    ],
)
def test_what_cannot_be_used_is_refused_with_the_reason(house: House, path: str, payload: str, reason: str) -> None:
    before = house.snapshot
    said = house.say(path, payload)
    assert reason in refusal(said)
    assert paths(said) == ["rejected"]
    assert house.snapshot is before


# --- what changes nothing now is told at once -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "wish", [("setpoint", "21"), ("setpoint", '{"value": 22, "minutes": 30}'), ("boost", "on"), ("preset", "comfort")]
)
def test_a_wish_in_a_room_that_is_off_says_what_would_end_that(wish: tuple[str, str]) -> None:
    house = House()
    house.pass_minutes(2)
    house.say("room/living/mode/set", "off")
    assert "which only mode" not in house.status().reason
    said = house.say(f"room/living/{wish[0]}/set", wish[1])
    assert "room/living/status" in [one.path for one in said]
    assert house.status().reason.startswith("7 °C by off, which only mode auto or heat changes; ")


@pytest.mark.parametrize(
    "how",
    [
        [("room/living/setpoint/set", "5")],
        [("room/living/setpoint/set", '{"value": 6.5, "minutes": 30}')],
        [("room/living/mode/set", "heat"), ("room/living/setpoint/set", "5")],
        [("room/living/schedule/set", '[{"day": 1, "time": "00:00", "setpoint": 6}]')],
        [("away/set", '{"value": "on", "setpoint": 5}')],
    ],
)
def test_what_frost_protection_lifts_is_said(how: list[tuple[str, str]]) -> None:
    house = House()
    house.pass_minutes(2)
    for path, payload in how:
        house.say(path, payload)
    assert house.status().setpoint == 7
    assert ", since frost protection lifts " in house.status().reason


def test_nothing_is_lifted_at_frost_protection_itself() -> None:
    house = House()
    house.pass_minutes(2)
    house.say("room/living/setpoint/set", "7")
    assert "lifts" not in house.status().reason
