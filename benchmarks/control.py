"""Control laws compared in a closed loop: the same varied houses, weather and people under each law.

    python -m benchmarks.control                 a quick look: 2 houses, 8 days
    python -m benchmarks.control --full          6 houses with 3 seeds each, a fortnight, all scenarios (hours)
    python -m benchmarks.control --houses 6 --write   the cold fortnight, and write docs/control_results.md
                                                     and plots

The regulator runs through its own `step`, minute by minute; what is scored is what really happened
(haard.simulation.scorecard). `forward` is hysteresis with every rise of the schedules an hour earlier, what a clever
owner does by hand.
"""

import argparse
import json
import time
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.scenarios import settings
from haard.simulation.closed_loop import ClosedLoop
from haard.simulation.scorecard import METRICS, Score, Scorecard
from simulation.house import House
from simulation.house_plans import varied_house
from simulation.plan import RadioPlan
from simulation.weather import winter

START = 1_768_176_000  # Monday 2026-01-12 00:00 UTC
DAY_S = 86_400
PUNCTUAL_AFTER_DAYS = 7
DOCS = Path(__file__).parent.parent / "docs"


@dataclass(frozen=True)
class Contender:
    """A law with its settings; `earlier_min` brings every rise forward."""

    name: str
    regulator: Mapping[str, Any]
    earlier_min: int = 0
    loss: float = 0.0


UNSPARED = {"moves_per_day": 1000}  # the other laws as they are, without the budget of moves
CONTENDERS = (
    Contender("hysteresis", {"law": "hysteresis", **UNSPARED}),
    Contender("forward", {"law": "hysteresis", **UNSPARED}, earlier_min=60),
    Contender("timeprop", {"law": "timeprop", **UNSPARED}),
    Contender("tpi", {"law": "tpi", **UNSPARED}),
    Contender("doses comfort", {"comfort": "comfort"}),
    Contender("doses", {}),
    Contender("doses quiet", {"comfort": "quiet"}),
    Contender("doses saver", {"comfort": "saver"}),
    Contender("doses, 5 % lost", {}, loss=0.05),
    Contender("hysteresis, 5 % lost", {"law": "hysteresis", **UNSPARED}, loss=0.05),
    Contender("doses, flow", {"flow": {}}),
)


@dataclass(frozen=True)
class Scenario:
    """Weather and boiler that all contenders get."""

    name: str
    days: int
    mean_temperature: float
    boiler_size: float = 1.0


SCENARIOS = (
    Scenario("cold fortnight", 14, -1.0),
    Scenario("mild month", 30, 6.0),
    Scenario("boiler twice too big", 14, -1.0, 2.0),
)


@dataclass(frozen=True)
class Limit:
    """A goal: the median over houses of `metric`, as part of `against`'s in the same house where that is given.

    `of` is the contender that should reach it.
    """

    metric: str
    against: str | None
    limit: float
    at_least: bool = False
    of: str = "doses"


GOALS = (
    Limit("too_cold_kh", "forward", 1.0),
    Limit("gas_m3", "forward", 0.99),
    Limit("mean_over_k", None, 0.25),
    Limit("starts_per_day", "hysteresis", 0.45),
    Limit("moves_per_valve_day", "hysteresis", 0.80),
    Limit("too_cold_kh", "doses", 1.03, of="doses, 5 % lost"),
    Limit("gas_m3", "doses", 1.03, of="doses, 5 % lost"),
    Limit("gas_m3", "doses", 0.99, of="doses, flow"),
)


def run(contender: Contender, scenario: Scenario, house_seed: int, seed: int) -> Score:
    """One house under one law; the first day does not count, rises count after a week of learning."""
    plan = varied_house(house_seed, boiler_size=scenario.boiler_size)
    plan = replace(plan, radio=RadioPlan(loss=contender.loss))
    house = House(plan, winter(seed, START, mean_temperature=scenario.mean_temperature), START, seed=seed)
    loop = ClosedLoop(
        house, settings(plan, house_seed, dict(contender.regulator), minutes_earlier=contender.earlier_min)
    )
    punctual_from = START + min(PUNCTUAL_AFTER_DAYS, scenario.days - 1) * DAY_S
    card = Scorecard(house, settings(plan, house_seed, {}), START + DAY_S, punctual_from)
    loop.run(START + scenario.days * DAY_S, card.watch)
    return card.score()


Results = Mapping[str, list[Score]]


def measure(contenders: Iterable[Contender], scenario: Scenario, pairs: list[tuple[int, int]]) -> Results:
    """The scores of each contender in the same houses, in the same order."""
    results: dict[str, list[Score]] = {}
    for contender in contenders:
        began = time.perf_counter()
        results[contender.name] = [run(contender, scenario, *pair) for pair in pairs]
        lasted = time.perf_counter() - began
        print(f"{_row(contender.name, results[contender.name])}   ({lasted / len(pairs):.0f} s a run)", flush=True)
    return results


def _row(name: str, scores: list[Score]) -> str:
    return f"| {name:21} | " + " | ".join(f"{_median(metric, scores):8.3g}" for metric in METRICS) + " |"


def _median(metric: str, scores: list[Score]) -> float:
    return float(median(getattr(score, metric) for score in scores))


def _ratio(goal: Limit, results: Results) -> float:
    ours = [getattr(score, goal.metric) for score in results[goal.of]]
    if goal.against is None:
        return float(median(ours))
    theirs = [getattr(score, goal.metric) for score in results[goal.against]]
    return median(one / other if other else float(one > 0) for one, other in zip(ours, theirs, strict=True))


def table(results: Results) -> str:
    """Medians over houses and seeds, as Markdown."""
    head = "| law | " + " | ".join(METRICS) + " |\n|" + " --- |" * (len(METRICS) + 1)
    return "\n".join([head, *(_row(name, scores) for name, scores in results.items())])


def goals(results: Results) -> str:
    """How far the goals are reached, as Markdown."""
    lines = ["| goal | measured | limit | reached |", "| --- | --- | --- | --- |"]
    for goal in GOALS:
        if goal.of not in results or (goal.against is not None and goal.against not in results):
            continue
        value = _ratio(goal, results)
        reached = value >= goal.limit if goal.at_least else value <= goal.limit
        what = f"{goal.of}: {goal.metric}" + (f" / {goal.against}" if goal.against else "")
        sign = "≥" if goal.at_least else "≤"
        lines.append(f"| {what} | {value:.3f} | {sign} {goal.limit:g} | {'yes' if reached else 'no'} |")
    return "\n".join(lines)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--houses", type=int, default=2)
    parser.add_argument("--first", type=int, default=1, help="the first house; the laws were tuned in 1 to 12")
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--days", type=int, help="days instead of those of the scenario")
    parser.add_argument("--laws", nargs="+", choices=[one.name for one in CONTENDERS], help="only these")
    parser.add_argument("--full", action="store_true", help="6 houses, 3 seeds, all scenarios and laws")
    parser.add_argument("--write", action="store_true", help="write docs/control_results.md and .json")
    return parser.parse_args()


def main() -> None:
    options = _arguments()
    houses, seeds = (6, 3) if options.full else (options.houses, options.seeds)
    pairs = [
        (house, house + 10 * seed) for house in range(options.first, options.first + houses) for seed in range(seeds)
    ]
    scenarios = SCENARIOS if options.full else SCENARIOS[:1]
    days = options.days or (None if options.full or options.write else 8)
    parts, kept = [], {}
    for scenario in scenarios:
        played = replace(scenario, days=days) if days else scenario
        print(f"\n{played.name}, {played.days} days, {len(pairs)} runs a law\n\n{table({})}", flush=True)
        chosen = [one for one in CONTENDERS if options.laws is None or one.name in options.laws]
        results = measure(chosen, played, pairs)
        reached = goals(results)
        print(f"\n{reached}", flush=True)
        title = f"## {played.name.capitalize()}, {played.days} days, median of {len(pairs)} runs a law"
        parts.append(f"{title}\n\n{table(results)}\n\nGoals, medians of the ratio in the same house:\n\n{reached}")
        kept[played.name] = {name: [asdict(score) for score in scores] for name, scores in results.items()}
    if options.write:
        intro = "# Control laws in a closed loop\n\nWritten by benchmarks/control.py; columns: haard/scorecard.py."
        (DOCS / "control_results.md").write_text("\n\n".join([intro, *parts]) + "\n", encoding="utf-8")
        (DOCS / "control_results.json").write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
