"""What users of comparable controllers reported in public, made small, played through the regulator as a filter.

The streams stand in tests/captures/reported_faults; a line `# RESTART` kills the regulator, and another goes on. Behind
each stands the public report that it comes from ("ours" were found here).
"""

import json
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from house import settings
from regulator.stdio import filter_lines

FOLDER = Path("tests/captures/reported_faults")
LIVING = "valve/001a22000001/set"

Last = dict[str, Any]
Out = list[tuple[str, Any]]


def status(last: Last, room: str = "living") -> Any:
    return last[f"room/{room}/status"]


def on(out: Out, path: str) -> list[Any]:
    return [payload for one, payload in out if one == path and payload]


def calls(out: Out) -> int:
    return sum(one["call"] for one in on(out, "boiler/set"))


def starts(out: Out) -> int:
    said = [one["call"] for one in on(out, "boiler/set")]
    return sum(now and not before for before, now in pairwise(said))


def play(name: str) -> tuple[Last, Out]:
    """What is retained at the end, and all that was said."""
    last: Last = {}
    out: Out = []
    house = settings.load(FOLDER / "house.yaml")
    for part in (FOLDER / f"{name}.jsonl").read_text(encoding="utf-8").split("# RESTART\n"):
        for line in filter_lines(house, part.splitlines()):
            said = json.loads(line)
            if "topic" in said:
                path = said["topic"].removeprefix("home/")
                out.append((path, said["payload"]))
                last[path] = said["payload"]
    return last, out


CASES: list[tuple[str, Callable[[Last, Out], bool]]] = [
    (
        "min_k02_away",
        lambda last, out: status(last, "store")["setpoint"] == 10,
    ),  # K02, esphome feature-requests #918, wiserHomeAssistantPlatform #281, home-assistant/core #134204
    ("min_k04_away_warms", lambda last, out: status(last, "store")["setpoint"] <= 12),  # K04, evohome-client #119
    (
        "min_k01_blind",
        lambda last, out: any(one["call"] and one["issued_at"] > "2026-01-12T14:30" for one in on(out, "boiler/set")),
    ),  # K01, versatile_thermostat #1520, HASmartThermostat #48
    ("min_k06_85", lambda last, out: bool(status(last)["alert"])),  # K06, pihome #25, diyless/opentherm-thermostat #62
    ("min_k07_sensor", lambda last, out: "clock" in status(last)["alert"]),  # K07, ariston #427
    ("min_k08_away", lambda last, out: last["settings"]["away"] is not None),  # K08, HeishaMon #472
    (
        "min_k05_restart",
        lambda last, out: status(last)["window"] == "open",
    ),  # K05, ioBroker.heatingcontrol #44, versatile_thermostat #2052
    ("min_k05b_dead_open", lambda last, out: bool(status(last)["alert"])),  # K05b, ioBroker.heatingcontrol #44
    (
        "min_k09_mode",
        lambda last, out: (last.get(LIVING) or {"setpoint": 99})["setpoint"] <= 20,
    ),  # K09, HASmartThermostat #136
    ("min_k10", lambda last, out: starts(out) <= 6),  # K10, pihome #427
    ("min_k11_preset", lambda last, out: status(last)["rule"] == "schedule"),  # K11, scheduler-card #619
    (
        "min_k12_dht11",
        lambda last, out: status(last)["rule"] != "frozen",
    ),  # K12, HASmartThermostat #48, versatile_thermostat #1317
    (
        "min_k14",
        lambda last, out: len(on(out, LIVING)) <= 20 or "somebody else" in status(last)["alert"],
    ),  # K14, better_thermostat #330
    ("min_k15_temp", lambda last, out: status(last)["temperature"] == 20.4),  # K15, psa_car_controller #1241
    ("min_k16_earlier", lambda last, out: status(last)["setpoint"] == 18),  # K16, ioBroker.heatingcontrol #214
    ("min_k17", lambda last, out: status(last)["rule"] != "boost"),  # K17, wiserHomeAssistantPlatform #225
    (
        "min_k18_50min",
        lambda last, out: calls(out) >= 0.7 * len(on(out, "boiler/set")) or bool(status(last)["alert"]),
    ),  # K18, zigbee2mqtt #10429
    ("min_k19_open", lambda last, out: last[LIVING]["issued_at"] >= "2026-01-12T12:18:00Z"),  # K19, ours
    ("min_k20_min10", lambda last, out: status(last)["alert"] is None),  # K20, better_thermostat #812
    ("min_k21_away_on", lambda last, out: not on(out, "rejected")),  # K21, WThermostatBeca #160
    ("min_k22_away_off", lambda last, out: last["boiler/set"]["reason"] != "no room needs heat"),  # K22, ours
    ("min_k23", lambda last, out: status(last)["until"] == "2026-01-13T05:00:00Z"),  # K23, homebridge-evohome #149
    ("ok_restart_override", lambda last, out: status(last)["setpoint"] == 21.5),  # OK, ours
]


@pytest.mark.parametrize(("name", "is_right"), CASES, ids=[name for name, _ in CASES])
def test_what_was_reported_of_other_controllers_does_not_happen_here(
    name: str, is_right: Callable[[Last, Out], bool]
) -> None:
    assert is_right(*play(name))
