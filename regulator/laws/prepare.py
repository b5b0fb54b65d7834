"""Optimum start and stop: heat early enough to be warm on time, and stop early enough to coast into the next period.

Minutes to warm up from T to X at outside temperature O: `lead + (X - reached - T) * (k0 + k1 * (X - O))`. The two
coefficients are learned for each switch point of the day by normalised least mean squares (Widrow and Hoff 1960), more
quickly when it was late than when it was early. A start is latched: what begins to prepare goes on until the switch.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import JsonValue

from regulator.laws import LawRoom, Memory, Switch
from regulator.laws.remembered import minutes_since, moment, number, seconds, section

K0, K1 = 30.0, 1.0
K0_BOUNDS, K1_BOUNDS = (5.0, 300.0), (0.0, 12.0)
LEAD_MIN = 15.0
LONGEST_MIN = 480.0
REACHED_K = 0.3
RISE_K = 0.3
WHEN_LATE, WHEN_EARLY = 0.5, 0.25
EARLIEST_MIN, LATEST_MIN = -90.0, 120.0
DESIGN_DIFFERENCE_K = 15.0
USUAL_OUTSIDE = 5.0
KEPT_POINTS = 32
STOP_K = 0.3
STOP_MIN = 40.0
DROP_K = 0.5


@dataclass(frozen=True, slots=True)
class Way:
    """How long a room takes to warm up: minutes per kelvin, and per kelvin for each kelvin of it over outside."""

    k0: float = K0
    k1: float = K1

    def minutes(self, rise: float, over_outside: float) -> float:
        if rise <= 0:
            return 0.0
        return LEAD_MIN + rise * (self.k0 + self.k1 * max(0.0, over_outside))

    def learned(self, rise: float, over_outside: float, late_min: float) -> "Way":
        error = min(LATEST_MIN, max(EARLIEST_MIN, late_min))
        first, second = rise, rise * over_outside / DESIGN_DIFFERENCE_K
        step = (WHEN_LATE if error > 0 else WHEN_EARLY) * error / (first**2 + second**2 + 0.05)
        return Way(
            number(self.k0 + step * first, K0, *K0_BOUNDS),
            number(self.k1 + step * second / DESIGN_DIFFERENCE_K, K1, *K1_BOUNDS),
        )


@dataclass(frozen=True, slots=True)
class Aim:
    """What a room should be now, °C; `prepares` is the switch point it warms up for; `memory` what to remember."""

    target: float
    prepares: Switch | None
    coasts: Switch | None
    memory: dict[str, JsonValue]
    behind: float = 0.0


def aim(room: LawRoom, outside: float | None, now: datetime) -> Aim:
    """What the room aims at, with its learning brought up to date."""
    memory = dict(room.memory)
    o = USUAL_OUTSIDE if outside is None else outside
    run = section(memory.get("start"))
    if run:
        kept = _go_on(room, run, memory, now)
        if kept is not None:
            return kept
        memory.pop("start", None)
    rise = next((one for one in room.coming if one.setpoint >= room.setpoint + RISE_K), None)
    if rise is not None:
        way = _way(memory, rise.name)
        over = rise.setpoint - o
        minutes = min(LONGEST_MIN, way.minutes(rise.setpoint - REACHED_K - room.temperature, over))
        if minutes > 0 and rise.at - now <= timedelta(minutes=minutes):
            memory["start"] = {
                "for": seconds(rise.at),
                "setpoint": rise.setpoint,
                "name": rise.name,
                "begun": seconds(now),
                "rise": round(rise.setpoint - REACHED_K - room.temperature, 2),
                "over": round(over, 1),
            }
            return Aim(rise.setpoint, rise, None, memory)
    nxt = room.coming[0] if room.coming else None
    if nxt is not None and nxt.setpoint <= room.setpoint - DROP_K and nxt.at - now <= timedelta(minutes=STOP_MIN):
        return Aim(room.setpoint - STOP_K, None, nxt, memory)
    return Aim(room.setpoint, None, None, memory)


def _go_on(room: LawRoom, run: Mapping[str, JsonValue], memory: dict[str, JsonValue], now: datetime) -> Aim | None:
    """A start that was begun: learn when the room is warm, go on until the switch; None when it is over."""
    at, setpoint = moment(run.get("for")), number(run.get("setpoint"), 0.0, 0.0, 30.0)
    if at is None:
        return None
    reached = room.temperature >= setpoint - REACHED_K
    late = (now - at) / timedelta(minutes=1)
    done = run.get("done") is True
    if not done and (reached or late >= LATEST_MIN):
        _learn(memory, run, late)
        done = True
    if now >= at:
        if done or abs(room.setpoint - setpoint) > 0.05:
            return None
        return Aim(room.setpoint, None, None, memory)
    switch = next((one for one in room.coming if one.at == at and one.setpoint == setpoint), None)
    if switch is None:
        return None
    if done:
        memory["start"] = {**run, "done": True}
    return Aim(max(setpoint, room.setpoint), switch, None, memory, _needed(room, memory, run, setpoint) + late)


def _needed(room: LawRoom, memory: Memory, run: Mapping[str, JsonValue], setpoint: float) -> float:
    """Minutes that the room still needs, by what has been learned."""
    rise, over = setpoint - REACHED_K - room.temperature, number(run.get("over"), 15.0, 0.0, 50.0)
    way = _way(memory, str(run.get("name", "")))
    return max(0.0, rise) * (way.k0 + way.k1 * over)


def _learn(memory: dict[str, JsonValue], run: Mapping[str, JsonValue], late_min: float) -> None:
    rise, over = number(run.get("rise"), 0.0, 0.0, 20.0), number(run.get("over"), 15.0, 0.0, 50.0)
    name = str(run.get("name", ""))
    if rise < RISE_K:
        return
    ways = {key: value for key, value in section(memory.get("ways")).items() if key != name}
    way = _way(memory, name).learned(rise, over, late_min)
    while len(ways) >= KEPT_POINTS:
        ways.pop(next(iter(ways)))
    memory["ways"] = {**ways, name: [round(way.k0, 1), round(way.k1, 2)]}
    room_way = _read(memory.get("way")).learned(rise, over, late_min)
    memory["way"] = [round(room_way.k0, 1), round(room_way.k1, 2)]


def _way(memory: Memory, name: str) -> Way:
    """What was learned for the switch point, else for the room, else what is usual."""
    ways = section(memory.get("ways"))
    return _read(ways[name] if name in ways else memory.get("way"))


def _read(value: JsonValue) -> Way:
    if not isinstance(value, list) or len(value) != 2:
        return Way()
    return Way(number(value[0], K0, *K0_BOUNDS), number(value[1], K1, *K1_BOUNDS))
