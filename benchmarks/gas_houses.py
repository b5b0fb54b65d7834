"""Simulated houses whose true heat per room is known, kept by the real regulator, with all that was recorded of them;
and by how much shares that somebody works out from it miss the truth.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from haard.settings_file import example
from haard.simulation.closed_loop import ClosedLoop
from house import topics
from house.settings import Settings, parse
from recorder.daily import HEARD
from recorder.gas import Split
from recorder.history import Record
from recorder.radiator_model import Burner, Step
from simulation.ground_truth import Truth
from simulation.house import House
from simulation.house_plans import varied_house
from simulation.plan import HousePlan
from simulation.weather import winter

START = 1_768_172_400  # Monday 2026-01-12 00:00 in Amsterdam
MONDAY = date(2026, 1, 12)
ZONE = ZoneInfo("Europe/Amsterdam")
DAY_S = 86_400
KEPT = (*HEARD, topics.ROOM_WINDOW, topics.FORECAST)
DECIDES_EVERY_MIN = 2


@dataclass(frozen=True, slots=True)
class Lived:
    """What was recorded of a simulated house from a day before MONDAY on, and what really happened since MONDAY."""

    records: tuple[Record, ...]
    before: Truth
    midnights: tuple[Truth, ...]
    """At the end of each day."""

    @property
    def after(self) -> Truth:
        return self.midnights[-1]

    @property
    def heat_shares(self) -> Mapping[str, float]:
        """Each room's part of the heat that rooms got."""
        return shares(self.heat(0, len(self.midnights)))

    def heat(self, first: int, end: int) -> dict[str, float]:
        """By room the heat from one day up to another, J."""
        begun = self.before if first == 0 else self.midnights[first - 1]
        return {room: truth.heat_j - begun.rooms[room].heat_j for room, truth in self.midnights[end - 1].rooms.items()}

    def hot_water_ml(self, first: int, end: int) -> float:
        """What hot water took from one day up to another."""
        begun = self.before if first == 0 else self.midnights[first - 1]
        return (self.midnights[end - 1].gas.hot_water_ul - begun.gas.hot_water_ul) / 1000


def live(
    plan: HousePlan,
    wiring: Settings,
    days: int,
    *,
    seed: int = 0,
    mean_outside: float = 4.0,
    every_min: int | None = DECIDES_EVERY_MIN,
    kept: Collection[topics.Topic[Any]] = KEPT,
) -> Lived:
    """Let the real regulator keep a simulated house for some days; recorded is what is said on the topics in `kept`."""
    begin = START - DAY_S
    house = House(plan, winter(seed, begin, mean_temperature=mean_outside), begin, seed=seed)
    records: list[Record] = []

    def overhear(said: topics.Publication) -> None:
        if said.message is not None and said.name.topic in kept:
            records.append(Record(datetime.fromtimestamp(house.now, UTC), said.name, said.message))

    loop = ClosedLoop(house, wiring, overhear, every_min)
    loop.run(START)
    before = house.truth()
    midnights = []
    for day in range(1, days + 1):
        loop.run(START + day * DAY_S)
        midnights.append(house.truth())
    return Lived(tuple(records), before, tuple(midnights))


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


def shares(amounts: Mapping[str, float]) -> dict[str, float]:
    whole = sum(amounts.values())
    return {room: amount / whole for room, amount in amounts.items()}


def gas_shares(split: Split) -> dict[str, float]:
    """Each room's part of the gas that went to rooms."""
    return shares(split.rooms)


def open_shares(water: Sequence[Step], wiring: Settings) -> dict[str, float]:
    """What is usual elsewhere: the time that a room's valves were open while the boiler heated."""
    opened = dict.fromkeys(wiring.rooms, 0.0)
    for one in water:
        if one.burner is Burner.HEATING:
            for room, power_w in zip(wiring.rooms, one.opened, strict=True):
                opened[room] += power_w > 0
    return shares(opened)


def misses(ours: Mapping[str, float], true: Mapping[str, float]) -> dict[str, float]:
    """By how much of its true share each room's share is off."""
    return {room: ours.get(room, 0.0) / share - 1 for room, share in true.items() if share}


def worst(off: Mapping[str, float]) -> float:
    return max((abs(one) for one in off.values()), default=0.0)
