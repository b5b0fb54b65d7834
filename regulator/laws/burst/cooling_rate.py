"""How fast a room falls once its heat has ended; learned, so that a quick room is heated before it is cold.

Thermometers lag by minutes and so does the heat, so a room that falls by 2 K an hour is half a kelvin colder than it
shows when its radiator gets warm; a heavy room is not. Watched from the last tick at its peak to the next heat, an hour
at most; while it stands at the peak nothing changes in the memory, and the instant is told once it falls.
"""

from pydantic import JsonValue

from regulator.laws.burst.afterheat import is_sunny
from regulator.laws.interface import LawInput, Memory
from regulator.laws.remembered import minutes_since, moment, number, seconds, section

FIRST_K_PER_H, LARGEST_K_PER_H = 0.5, 3.0
WINDOW_K_PER_H = 5.0  # so fast only with a window open
SHARE = 0.2
LEAST_MIN, LONGEST_MIN = 15.0, 60.0


def fall(memory: Memory) -> float:
    """How fast a room falls unheated, K/h."""
    return number(memory.get("fall"), FIRST_K_PER_H, 0.0, LARGEST_K_PER_H)


def watch(memory: Memory, temperature: float, fed: bool, house: LawInput) -> Memory:
    """The memory of a room watched for one more tick; `fed` is whether hot water may reach it."""
    peak = section(memory.get("peak"))
    kept = {key: value for key, value in memory.items() if key != "peak"} if "peak" in memory else memory
    if is_sunny(house):
        return kept
    if not peak:
        return kept if fed or "fed" not in memory else {**kept, "peak": {"of": temperature}}
    of = number(peak.get("of"), temperature, -60.0, 130.0)
    if not fed and temperature >= of:
        standing: JsonValue = {"of": temperature}
        return memory if peak == standing else {**kept, "peak": standing}
    at = moment(peak.get("at"))
    began = at or house.last_tick
    lasted = minutes_since(began, house.now)
    if fed or began is None or lasted >= LONGEST_MIN:
        return _learned(kept, of - temperature, lasted)
    return memory if at else {**kept, "peak": {"at": seconds(began), "of": of}}


def _learned(memory: Memory, fell: float, minutes: float) -> Memory:
    rate = fell / minutes * 60 if minutes > 0 else 0.0
    if not LEAST_MIN <= minutes <= LONGEST_MIN + 1 or not 0 <= rate <= WINDOW_K_PER_H:
        return memory
    learned = fall(memory) + SHARE * (rate - fall(memory))
    return {**memory, "fall": round(min(LARGEST_K_PER_H, learned), 2)}
