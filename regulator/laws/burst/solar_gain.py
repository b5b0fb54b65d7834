"""The sun of the coming hour and a half may only delay heating: a room that it will warm is not heated now.

The room's model, dT/dt = -b (T - outside) + s I, is played forward over the forecast. Where the room, unheated, nearly
reaches what it aims at, it waits, for an hour at most, and no longer than it warms at least half as fast as foretold.
Without a model or a forecast nothing waits.
"""

from datetime import datetime, timedelta

from pydantic import JsonValue

from regulator.laws.interface import LawInput, LawRoom, Memory, Sky
from regulator.laws.remembered import minutes_since, moment, number, seconds, section

REACHED_K = 0.2
SHORT_AT_MOST_K = 0.6
AHEAD = timedelta(minutes=90)
STEP = timedelta(minutes=10)
WAITS_MIN = 60.0
WATCHED_MIN = 20.0
WARMS_PART = 0.5
AGAIN_AFTER_MIN = 180.0
FASTEST_K_PER_H = 10.0
HOUR = timedelta(hours=1)


def wait(room: LawRoom, target: float, memory: Memory, house: LawInput) -> tuple[datetime | None, dict[str, JsonValue]]:
    """Until when a room that is below its target waits for the sun, if it does; and what to remember of it."""
    kept = {key: value for key, value in memory.items() if key != "sun"}
    run = section(memory.get("sun"))
    began = moment(run.get("at"))
    lasted = minutes_since(began, house.now)
    if began is None or lasted >= AGAIN_AFTER_MIN:
        foretold = _warmest(room, target, house)
        if foretold is None:
            return None, kept
        begun: JsonValue = {"at": seconds(house.now), "from": room.temperature, "rise_per_h": foretold}
        return house.now + timedelta(minutes=WAITS_MIN), {**kept, "sun": begun}
    is_far = target - room.temperature > SHORT_AT_MOST_K  # a boost, or a person who wants it warmer
    if run.get("over") is True or is_far or lasted >= WAITS_MIN or _disappoints(run, room.temperature, lasted):
        return None, {**kept, "sun": {**run, "over": True}}
    return began + timedelta(minutes=WAITS_MIN), {**kept, "sun": dict(run)}


def _disappoints(run: Memory, temperature: float, lasted_min: float) -> bool:
    rise = temperature - number(run.get("from"), temperature, -50.0, 60.0)
    foretold = number(run.get("rise_per_h"), 0.0, 0.0, FASTEST_K_PER_H) * lasted_min / 60
    return lasted_min >= WATCHED_MIN and rise < WARMS_PART * foretold


def _warmest(room: LawRoom, target: float, house: LawInput) -> float | None:
    """How fast, K/h, the unheated room nears its target; None where it will not get there."""
    model = room.model
    if model is None or not 0 < target - room.temperature <= SHORT_AT_MOST_K:
        return None
    temperature, at = room.temperature, house.now
    while at < house.now + AHEAD:
        sky = _sky(house.forecast, at)
        if sky is None:
            return None
        slope = model.sun * sky.irradiance - model.loss * (temperature - sky.temperature)
        temperature += slope * (STEP / HOUR)
        at += STEP
        if temperature >= target - REACHED_K and temperature > room.temperature:
            return min(FASTEST_K_PER_H, round((temperature - room.temperature) / ((at - house.now) / HOUR), 2))
    return None


def _sky(forecast: tuple[Sky, ...], at: datetime) -> Sky | None:
    return next((one for one in forecast if one.at <= at < one.at + HOUR), None)
