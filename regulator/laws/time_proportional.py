"""Time-proportional, the second seed's law: each room heats for a share of a cycle and learns how large it should be.

At the begin of a cycle power % = c (SP - T) + t (SP - outside), kept within 0 and 100. At its end the room learns. If
it warmed, c is scaled by the rise that was wanted over the rise that came. Otherwise t grows by what is still missing.
Both are running means whose weight of the past is capped. Nothing is learned from a cycle that had no power, that had
all and was not enough, or that a new setpoint has cut short. Boost, window and stale readings are the regulator's.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from pydantic import JsonValue

from house.settings.laws import TimeProportional
from house.wall_time import wall_time
from regulator.laws.interface import Kept, Law, LawInput, LawOutput, LawRoom, RoomDemand, Wire
from regulator.laws.remembered import NEVER, minutes_since, moment, number, seconds, section, to_the_second

LARGEST = 1000.0
SAMPLES = 1e6


@dataclass(frozen=True, slots=True)
class Cycle:
    """A cycle under way: when and at which temperatures it began, for which setpoint, with how much power, %."""

    begun: datetime
    inside: float
    outside: float
    setpoint: float
    power: float


@dataclass(frozen=True, slots=True)
class Learned:
    """The two coefficients, % per K, and from how many samples each comes."""

    c: float
    t: float
    c_samples: int = 0
    t_samples: int = 0


class RoomMemory(NamedTuple):
    """The coefficients of a room that has learned, and its cycle under way."""

    learned: Learned | None = None
    cycle: Cycle | None = None

    def kept(self) -> Kept:
        return Kept(
            {"cycle": _kept_cycle(self.cycle)} if self.cycle is not None else {},
            _kept_coefficients(self.learned) if self.learned is not None else {},
        )

    def out_of_sight(self) -> "RoomMemory":
        return self


def _kept_cycle(cycle: Cycle) -> dict[str, JsonValue]:
    return {
        "begun": seconds(cycle.begun),
        "inside": cycle.inside,
        "outside": cycle.outside,
        "setpoint": cycle.setpoint,
        "power": cycle.power,
    }


def _kept_coefficients(learned: Learned) -> dict[str, JsonValue]:
    return {"c": learned.c, "t": learned.t, "c_samples": learned.c_samples, "t_samples": learned.t_samples}


def decide(house: LawInput) -> LawOutput:
    """Every room for itself; the boiler serves whoever heats."""
    rooms = {id_: _room(room, house) for id_, room in house.rooms.items()}
    return LawOutput(rooms, call=any(room.open for room in rooms.values()))


def _room(room: LawRoom, house: LawInput) -> RoomDemand:
    numbers, now = house.numbers.timeprop, house.now
    before = room.memory if isinstance(room.memory, RoomMemory) else RoomMemory()
    learned, cycle = before.learned or Learned(numbers.c_per_k, numbers.t_per_k), before.cycle
    outside = room.setpoint if house.outside is None else house.outside
    if cycle is None or cycle.setpoint != room.setpoint or _is_over(cycle, numbers, now):
        if cycle is not None and cycle.setpoint == room.setpoint:
            learned = learn(learned, cycle, room.temperature, now, numbers)
        power = power_percent(learned, room.setpoint, room.temperature, outside, numbers)
        cycle = Cycle(to_the_second(now), room.temperature, outside, room.setpoint, power)
    ends_at = cycle.begun + timedelta(minutes=numbers.cycle_min * cycle.power / 100)
    heating = now < ends_at
    share = f"{cycle.power:.0f} % of {numbers.cycle_min:g} min"
    reason = f"heats {share}, until {wall_time(ends_at, house.zone, now)}" if heating else f"waits: heated {share}"
    return RoomDemand(heating, round(cycle.power), reason, RoomMemory(learned, cycle))


def power_percent(learned: Learned, setpoint: float, inside: float, outside: float, numbers: TimeProportional) -> float:
    """Share of the next cycle to heat for."""
    if inside > setpoint + numbers.delta_max_k:
        return numbers.minimum_percent if numbers.minimum_when == "always" else 0.0
    if inside < setpoint - numbers.boost_gap_k:
        return 100.0
    power = min(100.0, max(0.0, learned.c * (setpoint - inside) + learned.t * (setpoint - outside)))
    if power > 0 or numbers.minimum_when == "always":
        power = max(power, numbers.minimum_percent)
    return round(power)


def learn(learned: Learned, cycle: Cycle, inside: float, now: datetime, numbers: TimeProportional) -> Learned:
    """What a cycle that is over has taught; `inside` is the temperature at its end."""
    enough = inside >= cycle.setpoint
    if cycle.power == 0 or (cycle.power >= 100 and not enough):
        return learned
    part = minutes_since(cycle.begun, now) / numbers.cycle_min
    if part > 2:
        return learned  # the regulator was away
    cap = numbers.largest_weight
    if inside > cycle.inside and cycle.setpoint > cycle.inside:
        sample = learned.c * (cycle.setpoint - cycle.inside) / (inside - cycle.inside) * part
        c = _mean(learned.c, learned.c_samples, sample)
        return Learned(c, learned.t, min(learned.c_samples + 1, cap), learned.t_samples)
    if cycle.setpoint > cycle.outside:
        missing = (cycle.setpoint - inside) / (cycle.setpoint - cycle.outside)
        t = _mean(learned.t, learned.t_samples, learned.t + missing * learned.c * part)
        return Learned(learned.c, t, learned.c_samples, min(learned.t_samples + 1, cap))
    return learned


def _mean(before: float, samples: int, new: float) -> float:
    return round(number((before * samples + new) / (samples + 1), before, 0.0, LARGEST), 1)


def _is_over(cycle: Cycle, numbers: TimeProportional, now: datetime) -> bool:
    return minutes_since(cycle.begun, now) >= numbers.cycle_min


def read_room(passing: Wire, learned: Wire) -> RoomMemory:
    return RoomMemory(_learned({**passing, **learned}), _cycle(section(passing.get("cycle"))))


def _learned(kept: Wire) -> Learned | None:
    c, t = (number(kept.get(name), NEVER, 0.0, LARGEST) for name in ("c", "t"))
    if NEVER in (c, t):
        return None
    c_samples, t_samples = (round(number(kept.get(name), 0, 0, SAMPLES)) for name in ("c_samples", "t_samples"))
    return Learned(c, t, c_samples, t_samples)


def _cycle(kept: Wire) -> Cycle | None:
    begun = moment(kept.get("begun"))
    inside, outside, setpoint = (number(kept.get(key), NEVER, -60.0, 60.0) for key in ("inside", "outside", "setpoint"))
    if begun is None or NEVER in (inside, outside, setpoint):
        return None
    return Cycle(begun, inside, outside, setpoint, number(kept.get("power"), 0.0, 0.0, 100.0))


def explain_room(memory: RoomMemory) -> Iterator[str]:
    """What has been learned of a room."""
    if memory.learned is not None:
        yield f"heats {memory.learned.c:g} % for each K below, and {memory.learned.t:g} % for each K over outside"


LAW = Law(decide, read_room, explain_room=explain_room)
