"""How well gas is attributed to rooms: a simulated winter week, whose true heat per room is known.

`python -m benchmarks.gas [DAYS]` prints, for the example house and for varied ones, by how much the worst room's share
of the heating gas misses its share of the heat that its radiators really gave, the same for the share of open time, how
often the truth lies within the band that is said, and what stays unallocated: as told, with a relay and hourly meter,
lost reports, a late or replaced meter, no modulation, and plates that are off by up to a fifth.
"""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from random import Random
from typing import cast

from bridges.simulated import protocol
from haard.settings_file import example
from haard.simulation.closed_loop import ClosedLoop
from house import topics
from house.messages import BoilerStatus, GasReading, ValveStatus
from house.settings import Settings, parse
from recorder.daily import HEARD
from recorder.gas import Split, errors, gas_by_day
from recorder.history import History, Record, history
from recorder.radiator_model import Burner, steps
from simulation.ground_truth import Truth
from simulation.house import House
from simulation.house_plans import varied_house
from simulation.plan import HousePlan
from simulation.weather import winter

START = 1_768_172_400  # Monday 2026-01-12 00:00 in Amsterdam
MONDAY = date(2026, 1, 12)
DAY_S = 86_400
HOUR_S = 3600
METER_MIN = 5  # readings that come later in the hour are left out where the meter reads hourly
LOST_PART = 0.1
DRAWS = 20
KEPT = (*HEARD, topics.ROOM_WINDOW, topics.FORECAST)


@dataclass(frozen=True, slots=True)
class Lived:
    """What was recorded of a simulated house from a day before MONDAY on, and what really happened since MONDAY."""

    records: tuple[Record, ...]
    before: Truth
    after: Truth
    midnights: tuple[Truth, ...] = ()
    """At the end of each day."""

    @property
    def heat_shares(self) -> Mapping[str, float]:
        """Each room's part of the heat that radiators gave."""
        heat = {room: truth.heat_j - self.before.rooms[room].heat_j for room, truth in self.after.rooms.items()}
        return {room: joules / sum(heat.values()) for room, joules in heat.items()}


def live(plan: HousePlan, wiring: Settings, days: int, *, seed: int = 0, mean_outside: float = 4.0) -> Lived:
    """Let the real regulator keep a simulated house for some days."""
    begin = START - DAY_S
    house = House(plan, winter(seed, begin, mean_temperature=mean_outside), begin, seed=seed)
    records: list[Record] = []

    def overhear(said: topics.Publication) -> None:
        if said.message is not None and said.name.topic in KEPT:
            records.append(Record(datetime.fromtimestamp(house.now, UTC), said.name, said.message))

    loop = ClosedLoop(house, wiring, overhear)
    loop.run(START)
    before = house.truth()
    midnights = []
    for day in range(1, days + 1):
        loop.run(START + day * DAY_S)
        midnights.append(house.truth())
    return Lived(tuple(records), before, midnights[-1], tuple(midnights))


def example_house() -> Settings:
    return parse(example())


def varied(seed: int) -> tuple[HousePlan, Settings]:
    """A house whose radiators differ from what is assumed: exponents, unbalanced flows, slow thermometers."""
    plan = varied_house(seed)
    rooms = {
        room.room_id: {
            "sensors": [sensor.address for sensor in room.sensors],
            "radiators": [{"valve": one.valve, "power_w": one.power_w} for one in room.radiators],
            "schedule": {"daily": {"06:30": 18 + number % 4, "09:00": 16, "16:30": 18 + number % 4, "22:30": 16}},
        }
        for number, room in enumerate(plan.rooms)
    }
    boiler = {"minimum_power_w": plan.boiler.minimum_power_w, "maximum_power_w": plan.boiler.maximum_power_w}
    return plan, Settings.model_validate({"rooms": rooms, "boiler": boiler})


def week_of_gas(told: History, wiring: Settings, days: int = 7) -> Split:
    """The gas of the days from MONDAY on, together."""
    return sum(gas_by_day(told, wiring, MONDAY, MONDAY + timedelta(days=days - 1)).values(), Split())


def gas_shares(split: Split) -> dict[str, float]:
    """Each room's part of the gas that went to rooms."""
    whole = sum(split.rooms.values())
    return {room: ml / whole for room, ml in split.rooms.items()}


def open_shares(told: History, wiring: Settings, days: int = 7) -> dict[str, float]:
    """What is usual elsewhere: the time that a room's valves were open while the boiler heated."""
    opened = dict.fromkeys(wiring.rooms, 0.0)
    for one in steps(told, wiring, START, START + days * DAY_S):
        if one.burner is Burner.HEATING:
            for room, power_w in zip(wiring.rooms, one.opened, strict=True):
                opened[room] += power_w > 0
    return {room: seconds / sum(opened.values()) for room, seconds in opened.items()}


def misses(shares: Mapping[str, float], true: Mapping[str, float]) -> dict[str, float]:
    """By how much of its true share each room's share is off."""
    return {room: shares.get(room, 0.0) / share - 1 for room, share in true.items() if share}


def _houses() -> Iterator[tuple[str, HousePlan, Settings]]:
    house = example_house()
    yield "example house, meter each 5 min", protocol.house_plan(house), house
    hourly = replace(protocol.house_plan(house), meter_interval_s=HOUR_S)
    yield "example house, meter each hour", hourly, house
    for seed in (1, 2, 3):
        yield f"varied house {seed}", *varied(seed)


def _as_told(records: Sequence[Record]) -> list[Record]:
    return list(records)


def _behind_a_relay(records: Sequence[Record]) -> list[Record]:
    """A boiler that tells nothing but that it is there, and a meter that reads each hour."""
    kept = []
    for one in records:
        match one.message:
            case BoilerStatus() as status:
                kept.append(replace(one, message=BoilerStatus(reported_at=status.reported_at)))
            case GasReading() as reading if reading.measured_at is not None and reading.measured_at.minute >= METER_MIN:
                continue
            case _:
                kept.append(one)
    return kept


def _lost_reports(records: Sequence[Record]) -> list[Record]:
    """A tenth of what valves report never arrives."""
    random = Random("lost")
    return [one for one in records if not isinstance(one.message, ValveStatus) or random.random() > LOST_PART]


def _late_meter(records: Sequence[Record]) -> list[Record]:
    """Readings stamped at an arrival two hours late."""
    return [_reading(one, late=timedelta(hours=2)) if isinstance(one.message, GasReading) else one for one in records]


def _replaced_meter(records: Sequence[Record]) -> list[Record]:
    """On Monday noon the dial begins at 0, without an id of its own."""
    at = datetime.fromtimestamp(START + 12 * HOUR_S, UTC)
    first = next(one.message.value for one in records if isinstance(one.message, GasReading) and one.received_at >= at)
    return [
        _reading(one, less=first if one.received_at >= at else 0.0) if isinstance(one.message, GasReading) else one
        for one in records
    ]


def _reading(record: Record, *, late: timedelta = timedelta(), less: float = 0.0) -> Record:
    reading = cast("GasReading", record.message)
    measured_at = (reading.measured_at or record.received_at) + late
    return replace(record, message=GasReading(value=reading.value - less, measured_at=measured_at))


def _without_modulation(records: Sequence[Record]) -> list[Record]:
    return [
        replace(one, message=one.message.model_copy(update={"modulation": None}))
        if isinstance(one.message, BoilerStatus)
        else one
        for one in records
    ]


ROWS: Mapping[str, Callable[[Sequence[Record]], list[Record]]] = {
    "as told": _as_told,
    "relay, hourly meter": _behind_a_relay,
    "a tenth of reports lost": _lost_reports,
    "meter two hours late": _late_meter,
    "replaced meter, no id": _replaced_meter,
    "no modulation": _without_modulation,
}
"""What may go wrong with what is told, played on one and the same week."""


def wrong_plates(wiring: Settings, draw: int) -> Settings:
    """Each radiator's power off by up to a fifth."""
    random = Random(f"plates/{draw}")
    values = wiring.model_dump(mode="json", exclude_unset=True)
    for room in values["rooms"].values():
        for radiator in room["radiators"]:
            radiator["power_w"] = round(radiator["power_w"] * random.uniform(0.8, 1.2))
    return Settings.model_validate(values)


def covered(told: History, wiring: Settings, lived: Lived) -> float:
    """In which part of the room-days the true gas lies within the band that is said."""
    days = gas_by_day(told, wiring, MONDAY, MONDAY + timedelta(days=len(lived.midnights) - 1))
    hits = []
    for split, (before, after) in zip(days.values(), pairwise((lived.before, *lived.midnights)), strict=True):
        heat = {room: truth.heat_j - before.rooms[room].heat_j for room, truth in after.rooms.items()}
        bands, gas = errors(split), sum(split.rooms.values())
        for room, joules in heat.items():
            true = gas * joules / sum(heat.values()) if sum(heat.values()) else 0.0
            hits.append(abs(split.rooms.get(room, 0) - true) <= bands.get(room, 0))
    return sum(hits) / len(hits) if hits else 1.0


def _row(title: str, told: History, wiring: Settings, lived: Lived) -> None:
    split, true = week_of_gas(told, wiring, len(lived.midnights)), lived.heat_shares
    ours = worst(misses(gas_shares(split), true))
    by_time = worst(misses(open_shares(told, wiring, len(lived.midnights)), true))
    whole = split.total or 1
    print(
        f"  {title:<26}{ours:>11.1%}{by_time:>12.1%}{covered(told, wiring, lived):>9.0%}"
        f"{split.unallocated / whole:>13.1%}{split.other / whole:>8.1%}"
    )


def worst(off: Mapping[str, float]) -> float:
    return max((abs(one) for one in off.values()), default=0.0)


def main() -> None:
    days = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    for title, plan, wiring in _houses():
        lived = live(plan, wiring, days, seed=1)
        print(f"\n{title}: {days} days of winter\n  {'':<26} worst room   open time    band  unallocated   other")
        for row, changed in ROWS.items():
            _row(row, history(changed(lived.records)), wiring, lived)
        told = history(lived.records)
        drawn = [
            worst(misses(gas_shares(week_of_gas(told, wrong_plates(wiring, draw), days)), lived.heat_shares))
            for draw in range(DRAWS)
        ]
        print(f"  {'plates off by a fifth':<26}{max(drawn):>11.1%}   (mean of {DRAWS} draws: {sum(drawn) / DRAWS:.1%})")


if __name__ == "__main__":
    main()
