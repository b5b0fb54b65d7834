"""How well gas is attributed to rooms: a simulated winter week, whose true heat per room is known.

`python -m benchmarks.gas` prints, for the example house and for varied ones, by how much each room's share of the
heating gas misses its share of the heat that its radiators really gave, and the same for the share of open time.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from bridges.simulated import protocol
from haard.settings_file import example
from haard.simulation.closed_loop import ClosedLoop
from house import topics
from house.settings import Settings, parse
from recorder.gas import Split, gas_by_day
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


@dataclass(frozen=True, slots=True)
class Lived:
    """What was recorded of a simulated house from a day before MONDAY on, and what really happened since MONDAY."""

    records: tuple[Record, ...]
    before: Truth
    after: Truth

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
        if said.message is not None:
            records.append(Record(datetime.fromtimestamp(house.now, UTC), said.name, said.message))

    loop = ClosedLoop(house, wiring, overhear)
    loop.run(START)
    before = house.truth()
    loop.run(START + days * DAY_S)
    return Lived(tuple(records), before, house.truth())


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


def main() -> None:
    for title, plan, wiring in _houses():
        lived = live(plan, wiring, 7, seed=1)
        told = history(lived.records)
        split, true = week_of_gas(told, wiring), lived.heat_shares
        ours, by_time = misses(gas_shares(split), true), misses(open_shares(told, wiring), true)
        print(f"\n{title}: a week, {split.total / 1e6:.3f} m³")
        print("  room        heat share    gas share is off    open time is off")
        for room, share in true.items():
            print(f"  {room:<10} {share:>10.1%} {ours[room]:>+19.1%} {by_time[room]:>+19.1%}")
        gas = lived.after.gas.total_ml - lived.before.gas.total_ml
        truth = lived.after.gas.hot_water_ul - lived.before.gas.hot_water_ul
        cooking = lived.after.gas.cooking_ul - lived.before.gas.cooking_ul
        print(
            f"  m³: hot water {split.hot_water / 1e6:.3f} (true {truth / 1e9:.3f}), other {split.other / 1e6:.3f}",
            end="",
        )
        print(
            f" (cooking {cooking / 1e9:.3f}), unallocated {split.unallocated / 1e6:.3f}, all {split.total / 1e6:.3f}",
            end="",
        )
        print(f" (true {gas / 1e6:.3f})")


if __name__ == "__main__":
    main()
