"""Coast: how far a room still warms after its heat has ended; learned, so that it can be closed that much earlier."""

from datetime import datetime

from pydantic import JsonValue

from regulator.laws import Memory
from regulator.laws.remembered import minutes_since, moment, number, seconds, section

FIRST_K, LARGEST_K = 0.15, 1.0
SHARE = 0.25
WATCHED_MIN = 40.0


def coast(memory: Memory) -> float:
    """How much a room is expected to warm after closing, K."""
    return number(memory.get("coast"), FIRST_K, 0.0, LARGEST_K)


def watch(memory: dict[str, JsonValue], temperature: float, supplied: bool, now: datetime) -> None:
    """Follow a room after its heat has ended, and learn from the peak; `memory` is changed in place."""
    if supplied:
        memory["fed"] = True
        memory.pop("ended", None)
        return
    if memory.pop("fed", None) is True:
        memory["ended"] = {"at": seconds(now), "from": temperature, "peak": temperature}
        return
    ended = section(memory.get("ended"))
    if not ended:
        return
    peak = max(temperature, number(ended.get("peak"), temperature, -50.0, 60.0))
    since = minutes_since(moment(ended.get("at")), now)
    if since < WATCHED_MIN:
        if peak != ended.get("peak"):
            memory["ended"] = {**ended, "peak": peak}
        return
    del memory["ended"]
    if since < WATCHED_MIN + 5:
        rose = min(LARGEST_K, max(0.0, peak - number(ended.get("from"), peak, -50.0, 60.0)))
        memory["coast"] = round(coast(memory) + SHARE * (rose - coast(memory)), 3)
