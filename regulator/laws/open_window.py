"""Open window suspected: a room without a contact whose air falls much faster than it can by itself.

Thermometers speak every few minutes, in tenths of a kelvin, late and with noise, so no slope is computed from reading
to reading. What is remembered is a level that follows the temperature in steps of STEP_K, and when it last moved. Two
steps down in a row, the second faster by so much than a room falls unheated, look like an open window:
what comes from noise goes up again, and what comes from a radiator that gets cold is slower. That is over when the air
warms again, or after a while; then for a while nothing is suspected, so that no room is kept shut for ever. It is not
suspected of a very cold room. Humidity is not asked: whether it rises or sinks with a window open depends on what it
is outside, which nobody measures.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import JsonValue

from regulator.laws.interface import LawInput, LawRoom, Memory
from regulator.laws.remembered import minutes_since, moment, number, seconds, section

STEP_K = 0.4
RECOVERS_K = 0.2
COLDEST = 12.0
BLOCKED_MIN = 15.0
UNSETTLED_MIN = 30.0  # for so long after, its walls warm the room: that is not how it coasts or falls
LOWEST, HIGHEST = -60.0, 130.0
SHORTEST_MIN = 1.0
USUAL_FALL_K_PER_H = 0.5
LONGEST_MIN = 60.0


@dataclass(frozen=True, slots=True)
class SuspectedWindow:
    """An open window suspected: the room `fell` by so many kelvin in so many `minutes`; `until` is the latest end."""

    fell: float
    minutes: float
    until: datetime


def airing(room: LawRoom, memory: Memory, house: LawInput) -> SuspectedWindow | None:
    """How an open window is suspected, if it does."""
    aired = section(section(memory.get("air")).get("aired"))
    began = moment(aired.get("at"))
    if room.has_contact or began is None or began > house.now:
        return None
    until = began + timedelta(minutes=house.numbers.airing.longest_min)
    if until <= house.now:
        return None
    minutes = number(aired.get("min"), SHORTEST_MIN, SHORTEST_MIN, LONGEST_MIN)
    return SuspectedWindow(number(aired.get("fell"), STEP_K, STEP_K, HIGHEST), minutes, until)


def is_disturbed(memory: Memory, now: datetime) -> bool:
    """Whether an open window is suspected, or was until a while ago: what it does then says nothing of the room."""
    level = section(memory.get("air"))
    return "aired" in level or _since_end(level, now) < UNSETTLED_MIN


def watch(room: LawRoom, memory: Memory, house: LawInput, falls_k_per_h: float = USUAL_FALL_K_PER_H) -> Memory:
    """The memory of a room watched for one more tick; nothing where a contact is heard: that knows better."""
    level = section(memory.get("air"))
    is_off = room.has_contact or house.numbers.airing.longest_min == 0
    following = None if is_off else _follow(room, level, falls_k_per_h, house)
    if following == level:
        return memory
    kept = {key: value for key, value in memory.items() if key != "air"}
    return kept if following is None else {**kept, "air": dict(following)}


def _follow(room: LawRoom, level: Memory, falls_per_h: float, house: LawInput) -> Memory:
    """The level after one more tick."""
    if "aired" in level:
        return _aired(room, level, house)
    # A level that cannot be read lies far below, so that the next tick lifts it to where the room is.
    fell = round(number(level.get("of"), LOWEST, LOWEST, HIGHEST) - room.temperature, 2)
    if abs(fell) < STEP_K:
        return level
    since_end = _since_end(level, house.now)
    stands = {**_standing(room, house), **({"ended": level["ended"]} if since_end < UNSETTLED_MIN else {})}
    if fell < 0:
        return stands
    minutes = max(SHORTEST_MIN, minutes_since(moment(level.get("at")), room.measured_at or house.now))
    is_steep = fell / minutes * 60 >= falls_per_h + house.numbers.airing.steeper_k_per_h
    may_be = level.get("falls") is True and room.temperature >= COLDEST and since_end >= BLOCKED_MIN
    if is_steep and may_be:
        aired: JsonValue = {"at": seconds(house.now), "fell": fell, "min": round(minutes)}
        return {**_standing(room, house), "aired": aired}
    return {**stands, "falls": True}


def _standing(room: LawRoom, house: LawInput) -> dict[str, JsonValue]:
    return {"at": seconds(room.measured_at or house.now), "of": room.temperature}


def _aired(room: LawRoom, level: Memory, house: LawInput) -> Memory:
    """The level of a room with an open window suspected: the lowest that it was, until that is over."""
    lowest = number(level.get("of"), LOWEST, LOWEST, HIGHEST)
    recovers = room.temperature - lowest >= RECOVERS_K - 0.01
    if recovers or room.temperature < COLDEST or airing(room, {"air": dict(level)}, house) is None:
        return {**_standing(room, house), "ended": seconds(house.now)}
    return {**level, "of": min(lowest, room.temperature)}


def _since_end(level: Memory, now: datetime) -> float:
    """Minutes since the room last ceased to look aired."""
    return minutes_since(moment(level.get("ended")), now)
