"""Houses for laws, as values: rooms with a setpoint and what is planned, minute by minute."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from house.settings import Regulator
from regulator.laws.interface import LawInput, LawOutput, LawRoom, Switch

NOON = datetime(2026, 1, 12, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
Decide = Callable[[LawInput], LawOutput]


def room(temperature: float, setpoint: float = 20.0, **fields: Any) -> LawRoom:
    return LawRoom(
        **{
            "temperature": temperature,
            "setpoint": setpoint,
            "power_w": 2000.0,
            "confirmed_w": 0.0,
            "hysteresis": 0.2,
            **fields,
        }
    )


def switch(minutes: float, setpoint: float, *, begin: datetime = NOON) -> Switch:
    at = begin + minutes * MINUTE
    return Switch(at, setpoint, f"{at:%H:%M} {setpoint:g}")


def house(rooms: Mapping[str, LawRoom], **fields: Any) -> LawInput:
    given = {"call": False, "flame": False, "hot_water": False, "flow": 40.0, "outside": 5.0, **fields}
    numbers, now = Regulator(**given.pop("numbers", {})), given.pop("now", NOON)
    return LawInput(now, rooms, numbers=numbers, **{"last_tick": now - MINUTE, **given})


def after(before: LawInput, verdict: LawOutput, minutes: float = 1, **changes: Any) -> LawInput:
    """The house a little later, in which everything obeyed; temperatures stay as they are unless `rooms` says more."""
    temperatures: Mapping[str, float] = changes.pop("temperatures", {})
    rooms = {
        id_: one._replace(
            temperature=temperatures.get(id_, one.temperature),
            memory=verdict.rooms[id_].memory,
            told_open=verdict.rooms[id_].open,
            confirmed_w=one.power_w if verdict.rooms[id_].open else 0.0,
        )
        for id_, one in before.rooms.items()
    }
    call = verdict.call and any(one.open for one in verdict.rooms.values())
    state = {"call": call, "flame": call, "memory": verdict.memory, "last_tick": before.now, **changes}
    return replace(before, now=before.now + minutes * MINUTE, rooms=rooms, **state)


def run(decide: Decide, now: LawInput, minutes: int, **changes: Any) -> tuple[LawInput, LawOutput]:
    """Let minutes pass; the house before its last decision, and that decision."""
    verdict = decide(now)
    for _ in range(minutes):
        now = after(now, verdict, **changes)
        verdict = decide(now)
    return now, verdict
