"""Coast: how far a room still warms after its heat has ended; learned, so that it can be closed that much earlier.

A radiator that was fed for some minutes only holds a part of that, and what it held is given off within half an hour.
"""

from datetime import datetime

from pydantic import JsonValue

from regulator.laws.interface import LawInput, Memory
from regulator.laws.remembered import minutes_since, moment, number, seconds, section

FIRST_K, LARGEST_K = 0.15, 1.0
SHARE = 0.25
WATCHED_MIN = 40.0
OVERDUE_MIN = 45.0
WARM_UP_MIN = 15.0  # of being fed until a radiator holds all the heat that makes its room coast
GIVES_OFF_MIN = 30.0
SUNNY_W_M2 = 100.0


def coast(memory: Memory) -> float:
    """How much a room is expected to warm after its heat has ended, K."""
    return number(memory.get("coast"), FIRST_K, 0.0, LARGEST_K)


def coming(memory: Memory, now: datetime) -> float:
    """How much a room is still expected to warm from what its radiators hold, K."""
    fed_at = moment(memory.get("fed"))
    if fed_at is not None:
        return _held(memory, fed_at, now)
    held = section(memory.get("held"))
    left = 1.0 - minutes_since(moment(held.get("at")), now) / GIVES_OFF_MIN
    return max(0.0, left) * number(held.get("rise"), 0.0, 0.0, LARGEST_K)


def _held(memory: Memory, fed_at: datetime, now: datetime) -> float:
    return coast(memory) * min(1.0, minutes_since(fed_at, now, 0.0) / WARM_UP_MIN)


def follow(memory: Memory, temperature: float, fed: bool, house: LawInput) -> dict[str, JsonValue]:
    """The memory of a room followed for one more tick; `fed` is whether hot water may reach it.

    Nothing is learned when it is fed again too soon, while hot water is drawn, or when the sun helps.
    """
    kept = {key: value for key, value in memory.items() if key not in ("fed", "ended")}
    fed_at = moment(memory.get("fed"))
    if fed:
        return {**kept, "fed": seconds(fed_at or house.now)}
    if fed_at is not None:
        at = seconds(house.now)
        held: JsonValue = {"at": at, "rise": round(_held(memory, fed_at, house.now), 2)}
        return {**kept, "held": held, "ended": {"at": at, "from": temperature, "peak": temperature}}
    if minutes_since(moment(section(memory.get("held")).get("at")), house.now) >= GIVES_OFF_MIN:
        kept.pop("held", None)
    ended = section(memory.get("ended"))
    since = minutes_since(moment(ended.get("at")), house.now)
    if since >= OVERDUE_MIN or house.hot_water is True or is_sunny(house):
        return kept
    peak = max(temperature, number(ended.get("peak"), temperature, -50.0, 60.0))
    if since < WATCHED_MIN:
        return {**kept, "ended": {**ended, "peak": peak}}
    begun = number(ended.get("from"), peak, -50.0, 60.0)
    if temperature == peak == begun:
        return kept  # no room stands still for so long: the thermometer is frozen
    rose = min(LARGEST_K, max(0.0, peak - begun))
    return {**kept, "coast": round(coast(memory) + SHARE * (rose - coast(memory)), 3)}


def is_sunny(house: LawInput) -> bool:
    """Whether the forecast says that the sun shines at this hour."""
    return any(hour.irradiance >= SUNNY_W_M2 and minutes_since(hour.at, house.now) < 60 for hour in house.forecast)
