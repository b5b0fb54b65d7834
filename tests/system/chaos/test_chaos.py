"""A short chaos run on real servers, and whether its judges would notice what they have not found."""

import json
from collections.abc import Callable
from datetime import timedelta
from itertools import islice
from types import SimpleNamespace
from typing import Any

import pytest

from devtools.servers import postgres_folder
from haard.settings_file import example
from house import topics
from house.errors import PayloadError
from house.settings import parse
from tests.system.chaos import plan
from tests.system.chaos.disturbances import DO
from tests.system.chaos.hostile import hostile
from tests.system.chaos.ledger import Ledger
from tests.system.chaos.relay import moved
from tests.system.chaos.run import run
from tests.system.chaos.witness import Witness

HOUSE = parse(example())
VALVE, ROOM = "001a22000001", "living"
SHORT_MIN = 1.0
BACK_ON_A_BUSY_MACHINE_S = 45.0
NOON, PAST_NOON, ONE = "2026-01-12T12:00:00Z", "2026-01-12T12:10:00Z", "2026-01-12T13:00:00Z"
CALL = {"call": True, "issued_at": NOON, "expires_at": PAST_NOON, "reason": "heats Living room"}


@pytest.mark.system
@pytest.mark.timeout(400)
def test_a_house_in_chaos_is_well_again_and_breaks_no_rule() -> None:
    kinds = (
        "kill",
        "broker is killed",
        "postgres crashes",
        "network swallows all",
        "hostile payloads",
        "broker restarts",
    )
    told: list[str] = []
    with postgres_folder() as folder:
        outcome = run(folder, 1, plan.scenes(1, kinds), SHORT_MIN, BACK_ON_A_BUSY_MACHINE_S, told.append)
    assert outcome.violations == [], told
    assert outcome.played


# --- the plan ---------------------------------------------------------------------------------------------------------


def test_a_seed_is_the_same_chaos_each_time_and_a_file_plays_it_again() -> None:
    played = list(islice(plan.scenes(7), 40))
    assert played == list(islice(plan.scenes(7), 40))
    assert played != list(islice(plan.scenes(8), 40))
    assert plan.read(plan.written(7, played, ["lost: 1"])) == played


def test_every_kind_of_disturbance_comes_before_any_comes_twice() -> None:
    kinds = [one.kind for scene in islice(plan.scenes(3), len(plan.KINDS)) for one in scene]
    assert set(kinds[: len(plan.KINDS)]) == set(plan.KINDS) == set(DO)


# --- what is thrown ---------------------------------------------------------------------------------------------------


def test_hostile_payloads_are_on_every_topic_and_none_is_taken() -> None:
    said = list(islice(hostile(HOUSE, 1), 3_000))
    assert {name.topic for path, _ in said if (name := topics.parse(path))} == set(topics.TOPICS)
    for path, payload in said:
        try:
            assert topics.read(path, payload) is None, (path, payload)
        except PayloadError:
            continue


def test_a_clock_that_is_wrong_moves_every_instant() -> None:
    said = {"at": NOON, "hours": [{"at": NOON, "value": 1}], "reason": "since 12:00"}
    assert json.loads(moved(json.dumps(said).encode(), timedelta(hours=1))) == {
        "at": ONE,
        "hours": [{"at": ONE, "value": 1}],
        "reason": "since 12:00",
    }
    assert moved(b"on", timedelta(hours=1)) == b"on"


# --- the judges -------------------------------------------------------------------------------------------------------


@pytest.fixture
def hear() -> Callable[..., dict[str, list[str]]]:
    """Let a witness hear `topic=..., {...}` at a second; what it says then."""
    witness = Witness(HOUSE)

    def heard(topic: str, said: dict[str, Any], second: float = 0.0) -> dict[str, list[str]]:
        witness.hear(topic, json.dumps(said).encode(), second)
        return {rule: words for rule, words in witness.violations.items() if words}

    return heard


Hear = Callable[..., dict[str, list[str]]]


def test_a_call_on_closed_valves_is_noticed(hear: Hear) -> None:
    hear(f"home/valve/{VALVE}/status", {"opening": 0, "reported_at": NOON})
    assert set(hear("home/boiler/set", CALL)) == {
        "a call on closed valves",
        "an untrue reason: heats a room that is shut",
    }


def test_a_call_on_a_valve_that_closed_long_ago_is_noticed(hear: Hear) -> None:
    hear(f"home/valve/{VALVE}/status", {"opening": 100, "reported_at": "2026-01-12T11:00:00Z"}, 0)
    hear(f"home/valve/{VALVE}/status", {"opening": 0, "reported_at": "2026-01-12T11:30:00Z"}, 30)
    assert "a call on closed valves" in hear("home/boiler/set", CALL, 60)


def test_a_valve_that_stays_shut_though_its_setpoint_should_open_it_is_not_taken_for_open(hear: Hear) -> None:
    hear(f"real/room/{ROOM}/temperature/x", {"value": 18, "measured_at": NOON})
    shut = {"opening": 0, "setpoint": 26}
    hear(f"home/valve/{VALVE}/status", {**shut, "reported_at": "2026-01-12T11:30:00Z"}, 0)
    early = {**CALL, "issued_at": "2026-01-12T11:31:00Z", "expires_at": "2026-01-12T11:41:00Z"}
    assert hear("home/boiler/set", early, 1) == {}, "its motor may still run"
    hear(f"home/valve/{VALVE}/status", {**shut, "reported_at": "2026-01-12T11:45:00Z"}, 15)
    assert "a call on closed valves" in hear("home/boiler/set", CALL, 60)


def test_a_valve_that_tells_no_opening_is_open_by_its_setpoint(hear: Hear) -> None:
    hear(f"real/room/{ROOM}/temperature/x", {"value": 18, "measured_at": NOON})
    for at, second in (("2026-01-12T11:30:00Z", 0), ("2026-01-12T11:59:00Z", 40)):
        hear(f"home/valve/{VALVE}/status", {"setpoint": 26, "reported_at": at}, second)
    assert hear("home/boiler/set", CALL, 60) == {}


def test_a_call_on_an_open_valve_is_in_order(hear: Hear) -> None:
    hear(f"home/valve/{VALVE}/status", {"opening": 100, "reported_at": "2026-01-12T11:00:00Z"}, 0)
    assert hear("home/boiler/set", CALL, 60) == {}


@pytest.mark.parametrize(
    ("topic", "said", "rule"),
    [
        ("home/boiler/set", {**CALL, "call": False, "expires_at": ONE}, "a call outlives its time"),
        ("home/boiler/set", {**CALL, "call": False, "flow_setpoint": 95}, "a flow beyond the boiler"),
        (
            f"home/valve/{VALVE}/set",
            {"opening": 50, "setpoint": 20, "fallback": 20, "issued_at": NOON, "expires_at": ONE},
            "a command beyond limits",
        ),
        (
            f"home/valve/{VALVE}/set",
            {"opening": 0, "setpoint": 5, "fallback": 20, "issued_at": NOON, "expires_at": "2026-01-12T14:00:00Z"},
            "a valve's command outlives its time",
        ),
        ("real/boiler/status", {"flame": True, "reported_at": NOON}, "a flame after its call expired"),
        (f"real/room/{ROOM}/temperature/x", {"value": 4.9, "measured_at": NOON}, "a room freezes"),
        (f"home/room/{ROOM}/status", {"rule": "window", "reason": "closed"}, "an untrue reason: no window was open"),
    ],
)  # fmt: skip
def test_what_must_not_be_is_noticed(hear: Hear, topic: str, said: dict[str, Any], rule: str) -> None:
    assert set(hear(topic, said)) == {rule}


def test_a_valve_that_obeys_an_expired_command_is_noticed(hear: Hear) -> None:
    hear(f"real/valve/{VALVE}/set", {"opening": 100, "issued_at": NOON, "expires_at": NOON})
    assert hear(f"real/valve/{VALVE}/status", {"mode": "manual", "reported_at": NOON}) == {}
    assert hear(f"real/valve/{VALVE}/status", {"mode": "auto", "reported_at": ONE}) == {}
    assert hear(f"real/valve/{VALVE}/status", {"mode": "manual", "reported_at": ONE})


def test_a_flame_may_outlive_a_closed_tap_by_one_report_and_not_by_two(hear: Hear) -> None:
    hear("real/boiler/status", {"flame": True, "hot_water": True, "reported_at": "2026-01-12T11:58:00Z"})
    assert hear("real/boiler/status", {"flame": True, "hot_water": False, "reported_at": "2026-01-12T11:59:00Z"}) == {}
    assert set(hear("real/boiler/status", {"flame": True, "hot_water": False, "reported_at": NOON})) == {
        "a flame after its call expired"
    }


def test_too_many_starts_are_noticed(hear: Hear) -> None:
    hear(f"home/valve/{VALVE}/status", {"opening": 100, "reported_at": NOON})
    for minute in range(12):
        begun = {
            **CALL,
            "call": minute % 2 == 0,
            "issued_at": f"2026-01-12T12:{minute:02}:00Z",
            "expires_at": PAST_NOON,
        }
        assert hear("home/boiler/set", begun) == {}
    assert set(hear("home/boiler/set", {**CALL, "issued_at": "2026-01-12T12:12:00Z"})) == {"more starts than allowed"}


def test_what_is_lost_or_stored_twice_is_noticed_and_what_is_excused_is_not() -> None:
    ledger = Ledger(SimpleNamespace())  # type: ignore[arg-type]
    ledger.taken, ledger.unsure, ledger.excused = set(range(1, 11)), {3}, [(8, 9)]
    rows = [1, 2, 3, 3, 4, 4, 6, 7, 10]
    assert ledger.faults(rows) == ([5], [4], 2)
