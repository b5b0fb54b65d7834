"""What each number of the law `doses` does: the same houses with it 30 % smaller and 30 % larger, one number at a
time, where the settings take it.

    python -m benchmarks.sensitivity --houses 2 --days 8 --write
    python -m benchmarks.sensitivity --numbers spare joins --write      some of them; the others stay as they were kept

Printed is the difference from the numbers as they are, summed over the houses: K·h and gas as they are, starts and
moves as a fraction.
"""

import argparse
from collections.abc import Mapping
from dataclasses import astuple, replace
from typing import Any

from benchmarks import kept
from benchmarks.control import HOUSES, SCENARIOS, Contender, run
from haard.simulation.scorecard import Score
from house.settings import Regulator
from house.settings.laws import Doses

FACTORS = (0.7, 1.3)


def totals(numbers: Mapping[str, float], houses: range, days: int) -> Score:
    """The sum of all houses' scores with these numbers."""
    scenario = replace(SCENARIOS["cold"], days=days)
    scores = [run(Contender("doses", {"doses": numbers}), scenario, number) for number in houses]
    return Score(*(sum(values) for values in zip(*(astuple(score) for score in scores), strict=True)))


def with_one(name: str, value: float) -> dict[str, float] | None:
    """All numbers with this one, if the settings take it: alone it is refused where another slider's do not fit."""
    numbers = {**Doses().model_dump(), name: value}
    try:
        Regulator(doses=numbers)
    except ValueError:
        return None
    return numbers


def difference(now: Score, before: Score, houses: int) -> dict[str, float]:
    """What an owner would notice, per house."""
    return {
        "too_cold_kh": (now.too_cold_kh - before.too_cold_kh) / houses,
        "mean_over_k": (now.mean_over_k - before.mean_over_k) / houses,
        "gas": now.gas_m3 / before.gas_m3 - 1,
        "starts": now.starts_per_day / before.starts_per_day - 1,
        "moves": now.moves_per_valve_day / before.moves_per_valve_day - 1,
    }


def section_of(houses: range, days: int) -> dict[str, Any]:
    """What was kept of the same houses and code, to go on with; empty where that is something else."""
    section: dict[str, Any] = {"houses": list(houses), "days": days, "code": kept.code_version()}
    before = kept.read("sensitivity").get("cold", {})
    return section | {"numbers": before["numbers"] if section.items() <= before.items() else {}}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--houses", type=int, default=2)
    parser.add_argument("--days", type=int, default=8)
    parser.add_argument("--numbers", nargs="+", choices=list(Doses.model_fields), default=list(Doses.model_fields))
    parser.add_argument("--write", action="store_true", help="keep the figures in benchmarks/results")
    options = parser.parse_args()
    houses = range(HOUSES, HOUSES + options.houses)
    section, before = section_of(houses, options.days), totals(Doses().model_dump(), houses, options.days)
    print("| number | K·h | mean, K | gas | starts | moves |\n| --- | --- | --- | --- | --- | --- |")
    for name in options.numbers:
        for factor in FACTORS:
            value = factor * float(getattr(Doses(), name))
            numbers = with_one(name, value)
            if numbers is None:
                continue
            one = difference(totals(numbers, houses, options.days), before, options.houses)
            section["numbers"][f"{name}: {value:g}"] = one
            cold, mean, gas, starts, moves = one.values()
            print(
                f"| `{name}: {value:g}` | {cold:+.1f} | {mean:+.2f} | {gas:+.1%} | {starts:+.0%} | {moves:+.0%} |",
                flush=True,
            )
    if options.write:
        kept.keep("sensitivity", "cold", section)


if __name__ == "__main__":
    main()
