"""Optimum start and stop: heat early enough to be warm on time, and stop early enough to coast into the next period.

Minutes to warm up from T to X at outside temperature O: `lead + (X - reached - T) * (k0 + k1 * (X - O))`. The two
coefficients are learned for each switch point of the day by normalised least mean squares (Widrow and Hoff 1960), more
quickly when it was late than when it was early. What is learned is the house, not the room: other rooms and the
boiler's rests slow it down. A start is latched: what begins to prepare goes on until the switch.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from pydantic import JsonValue

from house.settings.laws import Prepare
from regulator.laws.interface import LawInput, LawRoom, Memory, Switch
from regulator.laws.remembered import moment, number, seconds, section

K0, K1 = 30.0, 0.9
K0_BOUNDS, K1_BOUNDS = (5.0, 300.0), (0.0, 12.0)
LEAD_MIN = 20.0
REACHED_K = 0.25
RISE_K = 0.3
DROP_K = 0.5
WHEN_LATE, WHEN_EARLY = 0.6, 0.2
EARLIEST_MIN, LATEST_MIN = -90.0, 120.0
USUAL_DIFFERENCE_K = 15.0  # brings the second coefficient to the size of the first, so that both learn alike
USUAL_OUTSIDE = 5.0
LARGEST_RISE_K, LARGEST_OVER_K = 20.0, 60.0
KEPT_POINTS = 32
NEAR, FAR_K = timedelta(hours=4), 0.9  # longer before the switch a room is warmed by so much at most


@dataclass(frozen=True, slots=True)
class WarmUpRate:
    """How long a room takes to warm up: minutes per kelvin, and more for each kelvin between setpoint and outside."""

    k0: float = K0
    k1: float = K1

    def minutes(self, rise: float, over_outside: float) -> float:
        return max(0.0, rise) * (self.k0 + self.k1 * max(0.0, over_outside))

    def learned(self, rise: float, over_outside: float, late_min: float) -> "WarmUpRate":
        """After a start that was `late_min` too late (negative: too early)."""
        error = min(LATEST_MIN, max(EARLIEST_MIN, late_min))
        first, second = rise, rise * over_outside / USUAL_DIFFERENCE_K
        step = (WHEN_LATE if error > 0 else WHEN_EARLY) * error / (first**2 + second**2 + 0.05)
        return WarmUpRate(
            number(self.k0 + step * first, K0, *K0_BOUNDS),
            number(self.k1 + step * second / USUAL_DIFFERENCE_K, K1, *K1_BOUNDS),
        )


class TargetTemperature(NamedTuple):
    """What a room should be now, °C, and what to remember.

    `prepares` is the switch point that it warms up for and `behind_min` how late it will be; `coasts` the one that it
    sinks towards, and with `ends` it is not heated any more until then.
    """

    target: float
    memory: dict[str, JsonValue]
    prepares: Switch | None = None
    behind_min: float = 0.0
    coasts: Switch | None = None
    ends: bool = False


def aim(room: LawRoom, remembered: Memory, house: LawInput) -> TargetTemperature:
    """What the room aims at, with the learning that is remembered brought up to date."""
    memory = {key: value for key, value in remembered.items() if key != "start"}
    run = section(remembered.get("start"))
    going_on = _go_on(room, run, memory, house) if run else None
    if going_on is not None:
        return going_on
    return _begin(room, memory, house) or _coast(room, memory, house.now, house.numbers.prepare)


def _begin(room: LawRoom, memory: dict[str, JsonValue], house: LawInput) -> TargetTemperature | None:
    """A start for the next rise, if it is time."""
    rise = next((one for one in room.coming if one.setpoint >= room.setpoint + RISE_K), None)
    if rise is None:
        return None
    short = rise.setpoint - REACHED_K - room.temperature
    over = rise.setpoint - (USUAL_OUTSIDE if house.outside is None else house.outside)
    needed = min(house.numbers.prepare.start_at_most_min, LEAD_MIN + _way(memory, rise.name).minutes(short, over))
    if short <= 0 or rise.at - house.now > timedelta(minutes=needed):
        return None
    run: dict[str, JsonValue] = {
        "for": seconds(rise.at),
        "setpoint": rise.setpoint,
        "name": rise.name,
        "rise": round(short, 2),
        "over": round(over, 1),
    }
    return _preparing(room, run, memory, rise, house.now)


def _go_on(
    room: LawRoom, run: Mapping[str, JsonValue], memory: dict[str, JsonValue], house: LawInput
) -> TargetTemperature | None:
    """A start that was begun: learn when the room is warm, go on until the switch; None when it is over."""
    at, setpoint = moment(run.get("for")), number(run.get("setpoint"), 0.0, 0.0, 30.0)
    if at is None:
        return None
    late_min = (house.now - at) / timedelta(minutes=1)
    run = _with_hot_water(run, house)
    short = round(setpoint - REACHED_K - room.temperature, 2)
    if run.get("learned") is not True and (short <= 0 or late_min >= LATEST_MIN):
        if short != run.get("rise"):  # as cold as at its begin: the thermometer is frozen, or no heat comes
            _learn(memory, run, late_min - number(run.get("drawn_min"), 0.0, 0.0, 1440.0))
        run = {**run, "learned": True}
    if house.now >= at:
        if run.get("learned") is True or abs(room.setpoint - setpoint) > 0.05:
            return None
        return TargetTemperature(room.setpoint, {**memory, "start": dict(run)})
    switch = next((one for one in room.coming if one.at == at and one.setpoint == setpoint), None)
    if switch is None:
        return None
    return _preparing(room, run, memory, switch, house.now)


def _preparing(
    room: LawRoom, run: Mapping[str, JsonValue], memory: dict[str, JsonValue], switch: Switch, now: datetime
) -> TargetTemperature:
    short = switch.setpoint - REACHED_K - room.temperature
    over = number(run.get("over"), USUAL_DIFFERENCE_K, 0.0, LARGEST_OVER_K)
    behind_min = _way(memory, switch.name).minutes(short, over) - (switch.at - now) / timedelta(minutes=1)
    highest = switch.setpoint if switch.at - now <= NEAR else min(switch.setpoint, room.setpoint + FAR_K)
    target = max(highest, room.setpoint)
    return TargetTemperature(target, {**memory, "start": dict(run)}, prepares=switch, behind_min=behind_min)


def _with_hot_water(run: Mapping[str, JsonValue], house: LawInput) -> Mapping[str, JsonValue]:
    """The start with one more minute in which the boiler heated no room: that is not the room's slowness."""
    if house.hot_water is not True or run.get("drawn_at") == seconds(house.now):
        return run
    return {**run, "drawn_min": number(run.get("drawn_min"), 0.0, 0.0, 1440.0) + 1, "drawn_at": seconds(house.now)}


def unlearned(memory: Memory) -> Memory:
    """The memory with a start that goes on but teaches nothing."""
    run = section(memory.get("start"))
    return {**memory, "start": {**run, "learned": True}} if run else memory


def _coast(room: LawRoom, memory: dict[str, JsonValue], now: datetime, numbers: Prepare) -> TargetTemperature:
    """The setpoint itself, or a little less shortly before it drops."""
    switch = room.coming[0] if room.coming else None
    if switch is None or switch.setpoint > room.setpoint - DROP_K:
        return TargetTemperature(room.setpoint, memory)
    left = switch.at - now
    if left > timedelta(minutes=numbers.stop_min):
        return TargetTemperature(room.setpoint, memory)
    target = max(switch.setpoint, room.setpoint - numbers.stop_k)
    return TargetTemperature(target, memory, coasts=switch, ends=left <= timedelta(minutes=numbers.last_min))


def _learn(memory: dict[str, JsonValue], run: Mapping[str, JsonValue], late_min: float) -> None:
    """Put what a start has taught into the memory: for its switch point, and for the room."""
    rise = number(run.get("rise"), 0.0, 0.0, LARGEST_RISE_K)
    over = number(run.get("over"), USUAL_DIFFERENCE_K, 0.0, LARGEST_OVER_K)
    if rise < RISE_K:
        return
    name = str(run.get("name", ""))
    way = _way(memory, name).learned(rise, over, late_min)
    others = [(key, value) for key, value in section(memory.get("ways")).items() if key != name]
    memory["ways"] = {**dict(others[-KEPT_POINTS + 1 :]), name: _written(way)}
    memory["way"] = _written(_read(memory.get("way")).learned(rise, over, late_min))


def _way(memory: Memory, name: str) -> WarmUpRate:
    """What was learned for the switch point, else for the room, else what is usual."""
    ways = section(memory.get("ways"))
    return _read(ways[name] if name in ways else memory.get("way"))


def _written(way: WarmUpRate) -> list[JsonValue]:
    return [round(way.k0, 1), round(way.k1, 2)]


def _read(value: JsonValue) -> WarmUpRate:
    if not isinstance(value, list) or len(value) != 2:
        return WarmUpRate()
    return WarmUpRate(number(value[0], K0, *K0_BOUNDS), number(value[1], K1, *K1_BOUNDS))
