"""Open window suspected: a room without a contact whose air falls much faster than it can by itself.

Thermometers speak every few minutes, in tenths of a kelvin, late and with noise, so no slope is computed from reading
to reading. What is remembered is a level that follows the temperature in steps of STEP_K, and when it last moved. Two
steps down in a row, the second faster by so much than a room falls unheated, look like an open window:
what comes from noise goes up again, and what comes from a radiator that gets cold is slower. That is over when the air
warms again, or after a while; then for a while nothing is suspected, so that no room is kept shut for ever. It is not
suspected of a very cold room. Humidity is not asked: whether it rises or sinks with a window open depends on what it
is outside, which nobody measures.
"""

from datetime import datetime, timedelta
from typing import NamedTuple

from pydantic import JsonValue

from regulator.laws.interface import LawInput, LawRoom, Wire
from regulator.laws.remembered import minutes_since, moment, number, second, seconds, section, to_the_second

STEP_K = 0.4
RECOVERS_K = 0.2
COLDEST = 12.0
BLOCKED_MIN = 15.0
UNSETTLED_MIN = 30.0  # for so long after, its walls warm the room: that is not how it coasts or falls
LOWEST, HIGHEST = -60.0, 130.0
SHORTEST_MIN = 1.0
USUAL_FALL_K_PER_H = 0.5
LONGEST_MIN = 60


class SuspectedWindow(NamedTuple):
    """An open window suspected: the room `fell` by so many kelvin in so many `minutes`; `until` is the latest end."""

    fell: float
    minutes: float
    until: datetime


class Aired(NamedTuple):
    """Since when an open window is suspected, and how the room had fallen: K, minutes."""

    at: datetime
    fell: float
    minutes: int


class Level(NamedTuple):
    """The level that follows the temperature, °C, and when it last moved, seconds since 1970; whether the last step
    went down, whether an open window is suspected, and when it last ceased to be.
    """

    of: float
    at: int | None
    falls: bool = False
    aired: Aired | None = None
    ended: datetime | None = None

    def kept(self) -> dict[str, JsonValue]:
        """For a retained topic."""
        kept: dict[str, JsonValue] = {"of": self.of} if self.at is None else {"at": self.at, "of": self.of}
        if self.aired is not None:
            kept["aired"] = {"at": seconds(self.aired.at), "fell": self.aired.fell, "min": self.aired.minutes}
        if self.ended is not None:
            kept["ended"] = seconds(self.ended)
        if self.falls:
            kept["falls"] = True
        return kept


def read_level(kept: Wire) -> Level | None:
    """What was kept; a level that cannot be read lies far below: the next tick lifts it to where the room is."""
    if not kept:
        return None
    of, aired = number(kept.get("of"), LOWEST, LOWEST, HIGHEST), section(kept.get("aired"))
    return Level(of, second(kept.get("at")), kept.get("falls") is True, _aired(aired), moment(kept.get("ended")))


def _aired(kept: Wire) -> Aired | None:
    began = moment(kept.get("at"))
    if began is None:
        return None
    minutes = round(number(kept.get("min"), SHORTEST_MIN, SHORTEST_MIN, LONGEST_MIN))
    return Aired(began, number(kept.get("fell"), STEP_K, STEP_K, HIGHEST), minutes)


def airing(room: LawRoom, level: Level | None, house: LawInput) -> SuspectedWindow | None:
    """How an open window is suspected, if it does."""
    aired = level.aired if level is not None else None
    if room.has_contact or aired is None or aired.at > house.now:
        return None
    until = aired.at + timedelta(minutes=house.numbers.airing.longest_min)
    return SuspectedWindow(aired.fell, aired.minutes, until) if until > house.now else None


def is_disturbed(level: Level | None, now: datetime) -> bool:
    """Whether an open window is suspected, or was until a while ago: what it does then says nothing of the room."""
    if level is None or (level.aired is None and level.ended is None):
        return False
    return level.aired is not None or _since_end(level, now) < UNSETTLED_MIN


def watch(
    room: LawRoom, level: Level | None, house: LawInput, falls_k_per_h: float = USUAL_FALL_K_PER_H
) -> Level | None:
    """The level after one more tick; none where a contact is heard: that knows better."""
    if room.has_contact or house.numbers.airing.longest_min == 0:
        return None
    if level is None:
        return Level(room.temperature, _taken(room, house))
    if level.aired is not None:
        return _watched_while_aired(room, level, house)
    fell = round(level.of - room.temperature, 2)
    if abs(fell) < STEP_K:
        return level
    since_end = _since_end(level, house.now)
    stands = Level(room.temperature, _taken(room, house), ended=level.ended if since_end < UNSETTLED_MIN else None)
    if fell < 0:
        return stands
    minutes = max(SHORTEST_MIN, minutes_since(moment(level.at), room.measured_at or house.now))
    is_steep = fell / minutes * 60 >= falls_k_per_h + house.numbers.airing.steeper_k_per_h
    if is_steep and level.falls and room.temperature >= COLDEST and since_end >= BLOCKED_MIN:
        aired = Aired(to_the_second(house.now), min(max(fell, STEP_K), HIGHEST), min(round(minutes), LONGEST_MIN))
        return Level(room.temperature, stands.at, aired=aired)
    return stands._replace(falls=True)


def _taken(room: LawRoom, house: LawInput) -> int:
    return seconds(room.measured_at or house.now)


def _watched_while_aired(room: LawRoom, level: Level, house: LawInput) -> Level:
    """The level of a room with an open window suspected: the lowest that it was, until that is over."""
    recovers = room.temperature - level.of >= RECOVERS_K - 0.01
    if recovers or room.temperature < COLDEST or airing(room, level, house) is None:
        return Level(room.temperature, _taken(room, house), ended=to_the_second(house.now))
    return level._replace(of=min(level.of, room.temperature))


def _since_end(level: Level, now: datetime) -> float:
    """Minutes since the room last ceased to look aired."""
    return minutes_since(level.ended, now)
