"""A valve behind zigbee2mqtt, in simulated time."""

import json
import pickle
import random
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridges.zigbee2mqtt.protocol import Device
from bridges.zigbee2mqtt.valve import RETRY_TO, Valve, accept
from house.errors import PayloadError
from house.messages import SetpointWish, ValveSet, ValveStatus
from house.settings.devices import ZigbeeDevice
from tests.strategies import json_values

START = datetime(2026, 1, 12, 6, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
KEY = "occupied_heating_setpoint"
OPEN, CLOSED = 26.5, 5.0


def wish(setpoint: float = OPEN, opening: float | None = 100, at: datetime = START, minutes: float = 90) -> ValveSet:
    expires_at = at + timedelta(minutes=minutes)
    return ValveSet(setpoint=setpoint, opening=opening, issued_at=at, expires_at=expires_at, fallback=20.5)


def valve(**options: Any) -> Valve:
    return Valve(Device("trv", "zigbee2mqtt/trv", ZigbeeDevice(**options), "living", is_valve=True))


def due(found: Valve, now: datetime) -> tuple[Valve, dict[str, Any] | None]:
    found, payload = found.due(now)
    return found, json.loads(payload) if payload else None


def taken(setpoint: float = OPEN) -> Valve:
    """A valve that was told a setpoint and has taken it."""
    found, _ = due(valve().with_target(wish(setpoint)), START)
    found, _ = found.heard({KEY: setpoint}, START + timedelta(seconds=10))
    return found


def test_a_valve_that_nobody_wished_anything_of_is_left_alone() -> None:
    assert due(valve(), START)[1] is None


def test_a_setpoint_valve_is_told_the_setpoint_and_to_drop_its_own_program() -> None:
    assert due(valve().with_target(wish()), START)[1] == {"system_mode": "heat", KEY: OPEN}


def test_keys_and_mode_are_a_matter_of_settings() -> None:
    other = valve(setpoint_key="current_heating_setpoint", system_mode="")
    assert due(other.with_target(wish()), START)[1] == {"current_heating_setpoint": OPEN}


@pytest.mark.parametrize(
    ("opening", "written"), [(100, 100), (0, 0), (None, 100)], ids=["open", "closed", "regulates itself"]
)
def test_an_opening_valve_is_told_both(opening: float | None, written: float) -> None:
    told = due(valve(control="opening").with_target(wish(20, opening)), START)[1]
    assert told == {"system_mode": "heat", KEY: 20, "valve_opening_degree": written}


def test_a_setpoint_below_what_valves_know_is_raised_to_it() -> None:
    told = due(valve().with_target(wish(4.5, 0)), START)[1]
    assert told is not None
    assert told[KEY] == CLOSED


def test_a_level_that_the_valve_has_taken_is_not_written_again() -> None:
    found = taken()
    for minutes in range(1, 80):
        found = found.with_target(wish(at=START + minutes * MINUTE))
        found, told = due(found, START + minutes * MINUTE)
        assert told is None


def test_a_sleeping_valve_is_told_again_with_back_off() -> None:
    found, times = valve().with_target(wish(minutes=1400)), list[int]()
    for minute in range(180):
        found, told = due(found, START + minute * MINUTE)
        times += [minute] if told else []
    assert times[:5] == [0, 1, 3, 7, 15]
    assert all(later - earlier <= 31 for earlier, later in pairwise(times))


def test_the_last_wish_wins() -> None:
    found, _ = due(valve().with_target(wish(OPEN)), START)
    found = found.with_target(wish(18, None)).with_target(wish(CLOSED, 0))
    found, told = due(found, START)
    assert told is not None
    assert told[KEY] == CLOSED
    assert due(found, START)[1] is None


def test_an_expired_level_gives_way_to_the_fallback_once() -> None:
    found, told = due(taken(), START + 90 * MINUTE)
    assert told == {"system_mode": "heat", KEY: 20.5}
    found, _ = found.heard({KEY: 20.5}, START + 91 * MINUTE)
    assert due(found, START + 900 * MINUTE)[1] is None


def test_a_withdrawn_level_leaves_the_valve_as_it_is() -> None:
    found = taken().withdrawn()
    assert due(found, START + 900 * MINUTE)[1] is None


@pytest.mark.parametrize("stands_at", [26, 26.5, 27])
def test_a_valve_that_rounds_is_written_once(stands_at: float) -> None:
    found, told = due(valve().with_target(wish()), START)
    writes = [told]
    for minute in range(1, 80):
        found, turned = found.heard({KEY: stands_at}, START + minute * MINUTE)
        found, told = due(found, START + minute * MINUTE)
        writes += [told] if told else []
        assert turned is None
    assert writes == [{"system_mode": "heat", KEY: OPEN}]


def test_a_turn_of_the_knob_becomes_a_wish_and_is_not_fought() -> None:
    found, turned = taken().heard({KEY: 22.0}, START + 5 * MINUTE)
    assert turned is not None
    assert (turned.path, turned.message) == ("room/living/setpoint/set", SetpointWish(value=22))
    found, again = found.heard({KEY: 22.0}, START + 6 * MINUTE)
    assert again is None
    assert due(found, START + 30 * MINUTE)[1] is None


def test_a_turn_of_the_knob_gives_way_to_what_the_regulator_says_then() -> None:
    found, _ = taken().heard({KEY: 22.0}, START + 5 * MINUTE)
    found, told = due(found.with_target(wish(OPEN, at=START + 6 * MINUTE)), START + 6 * MINUTE)
    assert told is not None
    assert told[KEY] == OPEN


@pytest.mark.parametrize(
    ("said", "at"),
    [
        pytest.param({KEY: 22.0}, None, id="of no known age"),
        pytest.param({KEY: 22.0}, START - MINUTE, id="from before the command"),
        pytest.param({KEY: 22.0}, START + timedelta(seconds=5), id="from before what was heard since"),
        pytest.param({KEY: 5.0, "window_open": True}, START + MINUTE, id="the valve's own window reaction"),
        pytest.param({KEY: 26.4}, START + MINUTE, id="rounding"),
        pytest.param({"battery": 50}, START + MINUTE, id="no setpoint"),
    ],
)
def test_what_is_no_turn_of_the_knob_is_not_taken_for_one(said: dict[str, Any], at: datetime | None) -> None:
    _, turned = taken().heard(said, at)
    assert turned is None


def test_a_report_becomes_the_status() -> None:
    report = {KEY: 21, "system_mode": "heat", "battery": 12, "window_open": False, "child_lock": "LOCK", "position": 45}
    status = valve().heard(report, START)[0].status()
    assert status == ValveStatus(
        opening=45,
        setpoint=21,
        mode="heat",
        battery_low=True,
        window=False,
        locked=True,
        reachable=True,
        reported_at=START,
    )


def test_a_valve_that_measures_no_opening_reports_none() -> None:
    assert taken().status().opening is None


def test_a_wish_that_would_outlive_its_regulator_is_refused() -> None:
    with pytest.raises(PayloadError, match="at most a day ahead"):
        accept(wish(minutes=1441), START)


def test_through_a_day_of_lost_commands_the_last_wish_arrives_and_batteries_are_spared() -> None:
    dice, found, real, written = random.Random(5), valve(), 20.0, 0
    disagreed = timedelta(0)
    for minute in range(1440):
        now = START + minute * MINUTE
        if minute % 30 == 0:
            found = found.with_target(wish(dice.choice([OPEN, CLOSED]), at=now))
        found, told = due(found, now)
        if told is not None:
            written += 1
            real = told[KEY] if dice.random() < 0.75 else real
        if minute % 10 == 5:
            found, _ = found.heard({KEY: real}, now)
        wanted = found.target.setpoint if found.target else real
        disagreed = disagreed + MINUTE if real != wanted else timedelta(0)
        assert disagreed < 30 * MINUTE
    assert written < 200


FAULTS = ("commands are lost", "asleep", "garbage", "device restarts", "regulator gone")
OBEYS_WITHIN = RETRY_TO + 5 * MINUTE
"""The longest pause between two tries, and until the valve reports."""


def test_in_a_day_of_faults_the_valve_obeys_soon_after_their_end_and_no_expired_level_stays() -> None:
    dice, found, real, now = random.Random(9), valve(), 20.0, START
    held, faults = set[float](), frozenset[str]()
    for minute in range(1440):
        now += MINUTE
        if minute % 90 in (0, 50):
            faults = frozenset(dice.sample(FAULTS, 2)) if minute % 90 == 0 else frozenset()
        if minute % 30 == 0 and "regulator gone" not in faults:
            found = found.with_target(wish(dice.choice([OPEN, CLOSED]), at=now, minutes=dice.choice([20, 35, 90])))
        found, told = due(found, now)
        if told is not None and not ("commands are lost" in faults and dice.random() < 0.7):
            real = told[KEY]
        if "device restarts" in faults and dice.random() < 0.05:
            real = 20.0
        if minute % 5 == 4 and "asleep" not in faults:
            garbage = {
                KEY: dice.choice(["warm", None, -3276.8, 20.0]),
                "position": dice.choice([{}, "", 255]),
                f"key{minute}".ljust(200): True,
            }
            found, _ = found.heard(garbage if "garbage" in faults else {KEY: real, "position": 30}, now)
        if minute % 90 >= 50 + OBEYS_WITHIN / MINUTE:
            assert found.target is not None
            wanted = found.target.setpoint if now < found.target.expires_at else found.target.fallback
            assert real == wanted
            assert found.status().setpoint is not None
            held.add(real)
        assert len(pickle.dumps(found)) < 3000
    assert held == {OPEN, CLOSED, 20.5}, "open, closed and the fallback all came to be held"


@given(st.lists(st.dictionaries(st.sampled_from([KEY, "position", "battery", "child_lock", "other"]), json_values)))
def test_whatever_a_valve_says_its_status_can_be_told_and_memory_stays_flat(reports: list[dict[str, Any]]) -> None:
    found = taken()
    for number, report in enumerate(reports):
        found, _ = found.heard(report, START + (number + 1) * MINUTE)
        assert found.status().encode()
        assert "other" not in found.seen


@pytest.mark.parametrize(
    "own",
    [
        {"window": "OPEN"},
        *({"preset": one} for one in ("holiday", "complex", "schedule", "antifrost")),
        *({"mode": one} for one in ("schedule", "holiday", "off")),
        *({one: "ON"} for one in ("away_mode", "boost", "heating_stop", "eco_mode", "scale_protection")),
        {"frost_protection": True},
        {"adaptation_run_status": "in_progress"},
        {"setpoint_change_source": "schedule"},
        {"system_mode": "off"},
        {"system_mode": "auto"},
        {"child_lock": "LOCK"},
    ],
    ids=str,
)
def test_what_a_valve_changes_by_itself_is_no_hand(own: dict[str, Any]) -> None:
    found, turned = taken().heard({KEY: 8, **own}, START + timedelta(minutes=20))
    assert turned is None
    _, turned = found.heard({KEY: 8, **dict.fromkeys(own, "manual")}, START + timedelta(minutes=30))
    assert turned is None, "the setpoint that it left behind is none either"


@pytest.mark.parametrize(
    ("limits", "setpoint"),
    [
        ({}, 5),
        ({}, 30),
        ({}, 0),
        ({"min_temperature": 8, "max_temperature": 28}, 8),
        ({"min_temperature": 8, "max_temperature": 28}, 28),
        ({"min_heat_setpoint_limit": 12}, 12),
    ],
)
def test_a_valve_at_its_own_lowest_or_highest_was_turned_by_nobody(limits: dict[str, Any], setpoint: float) -> None:
    found, _ = valve().heard(limits, START - MINUTE)
    found, _ = due(found.with_target(wish(24.5)), START)
    found, _ = found.heard({KEY: 24.5, **limits}, START + MINUTE)
    assert found.obeyed
    _, turned = found.heard({KEY: setpoint, **limits}, START + 20 * MINUTE)
    assert turned is None


def test_the_mode_that_we_write_is_no_program_of_its_own() -> None:
    found, _ = due(valve(system_mode="auto").with_target(wish()), START)
    found, _ = found.heard({KEY: OPEN, "system_mode": "auto"}, START + MINUTE)
    _, turned = found.heard({KEY: 21, "system_mode": "auto"}, START + 20 * MINUTE)
    assert turned is not None


def test_an_echo_of_an_older_target_is_no_hand() -> None:
    found, _ = due(taken(CLOSED).with_target(wish(OPEN)), START + MINUTE)
    found, _ = found.heard({KEY: OPEN}, START + MINUTE * 2)
    _, turned = found.heard({KEY: CLOSED}, START + MINUTE * 3)
    assert turned is None


def test_a_valve_is_told_what_its_own_limits_allow_and_has_then_obeyed() -> None:
    found, _ = valve().heard({"min_heat_setpoint_limit": 10, "max_heat_setpoint_limit": 25, KEY: 10}, START)
    found, payload = due(found.with_target(wish(CLOSED)), START)
    assert payload is not None
    assert payload[KEY] == 10
    found, _ = found.heard({KEY: 10}, START + MINUTE)
    assert due(found, START + timedelta(hours=1))[1] is None


def test_a_valve_that_closes_for_a_window_is_not_fought() -> None:
    found, _ = taken().heard({KEY: 8, "window": "OPEN"}, START + timedelta(minutes=20))
    assert due(found, START + timedelta(minutes=60))[1] is None
