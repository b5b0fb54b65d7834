"""Control laws compared in a closed loop: the same varied houses, weather and people under each law.

    python -m benchmarks.control                        a quick look: 2 houses, 8 days in the cold
    python -m benchmarks.control --scenario mild --write    as it stands in docs/control_results.md; an hour or so
    python -m benchmarks.control --whole                through the whole regulator instead of the law alone

Law and house go minute by minute in a short loop (`short_loop`); what is scored is what really happened
(haard.simulation.scorecard). `forward` is hysteresis with every rise of the schedules an hour earlier, what a clever
owner does by hand. No number of any law was chosen in the houses from HOUSES on.
"""

import argparse
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from statistics import median
from typing import Any

from benchmarks import kept
from benchmarks.scenarios import settings
from benchmarks.short_loop import ShortLoop
from haard.simulation.closed_loop import ClosedLoop
from haard.simulation.scorecard import METRICS, Score, Scorecard
from simulation.house import House
from simulation.house_plans import varied_house
from simulation.plan import RadioPlan
from simulation.weather import winter

START = 1_768_176_000  # Monday 2026-01-12 00:00 UTC
DAY_S = 86_400
PUNCTUAL_AFTER_DAYS = 7
HOUSES = 21
"""The first of the houses that chose no number."""


@dataclass(frozen=True)
class Contender:
    """A law with its settings; `earlier_min` brings every rise forward."""

    name: str
    regulator: Mapping[str, Any]
    earlier_min: int = 0
    loss: float = 0.0


YARDSTICKS = ("hysteresis", "forward")
LOST, FORWARD_LOST = "doses, 5 % lost", "forward, 5 % lost"
UNSPARED = {"moves_per_day": 1000}  # the other laws as they are, without the budget of moves
CONTENDERS = {
    one.name: one
    for one in (
        Contender("hysteresis", {"law": "hysteresis", **UNSPARED}),
        Contender("forward", {"law": "hysteresis", **UNSPARED}, earlier_min=60),
        Contender("timeprop", {"law": "timeprop", **UNSPARED}),
        Contender("tpi", {"law": "tpi", **UNSPARED}),
        Contender("doses", {}),
        Contender("doses comfort", {"comfort": "comfort"}),
        Contender("doses quiet", {"comfort": "quiet"}),
        Contender("doses saver", {"comfort": "saver"}),
        Contender(LOST, {}, loss=0.05),
        Contender(FORWARD_LOST, {"law": "hysteresis", **UNSPARED}, earlier_min=60, loss=0.05),
        Contender("doses, flow", {"flow": {}}),
    )
}


@dataclass(frozen=True)
class Scenario:
    """Weather and boiler that all contenders get, how many houses there are, and who lives in them."""

    name: str
    mean_temperature: float
    houses: int
    laws: tuple[str, ...]
    boiler_size: float = 1.0
    days: int = 14


SCENARIOS = {
    "cold": Scenario("cold fortnight, around -1 °C", -1.0, 12, (*YARDSTICKS, "doses")),
    "mild": Scenario("mild fortnight, around 6 °C", 6.0, 8, (*YARDSTICKS, "doses")),
    "big": Scenario("boiler twice too big, cold fortnight", -1.0, 3, (*YARDSTICKS, "doses"), boiler_size=2.0),
    "lost": Scenario("5 % of all commands lost, in the cold", -1.0, 3, ("forward", FORWARD_LOST, "doses", LOST)),
    "sliders": Scenario(
        "every law and slider, cold fortnight",
        -1.0,
        3,
        tuple(one for one in CONTENDERS if "lost" not in one and "flow" not in one),
    ),
    "drawn": Scenario("50 houses drawn at random, six days in the cold", -1.0, 50, ("forward", "doses"), days=6),
    "cold flow": Scenario("a settable flow, cold fortnight", -1.0, 4, ("doses", "doses, flow")),
    "mild flow": Scenario("a settable flow, mild fortnight", 6.0, 4, ("doses", "doses, flow")),
}


@dataclass(frozen=True)
class Limit:
    """A goal: the median over houses of `metric`, as part of `against`'s in the same house where that is given.

    `of` is the contender that should reach it; `more` says that the difference counts and not the ratio.
    """

    metric: str
    against: str | None
    limit: float
    of: str = "doses"
    scenarios: tuple[str, ...] = ("cold",)
    more: bool = field(default=False, kw_only=True)


GOALS = (
    Limit("too_cold_kh", "forward", 5.0, more=True),
    Limit("gas_m3", "forward", 0.99),
    Limit("gas_m3", "forward", 0.95, scenarios=("mild",)),
    Limit("mean_over_k", None, 0.25),
    Limit("starts_per_day", "hysteresis", 0.45),
    Limit("starts_per_day", "hysteresis", 0.60, scenarios=("mild",)),
    Limit("moves_per_valve_day", "hysteresis", 0.80, scenarios=("cold", "mild")),
    Limit("gas_m3", "forward", 1.0, scenarios=("big",)),
    Limit("too_cold_kh", "forward", 1.10, scenarios=("big",)),
    *(
        Limit(metric, "doses", 1.03, LOST, ("lost",))
        for metric in ("too_cold_kh", "gas_m3", "starts_per_day", "moves_per_valve_day")
    ),
    Limit("moves_per_valve_day", "hysteresis", 0.5, "doses quiet", ("sliders",)),
    Limit("gas_m3", "doses", 0.99, "doses, flow", ("cold flow",)),
    Limit("gas_m3", "doses", 0.97, "doses, flow", ("mild flow",)),
    Limit("too_cold_kh", "doses", 5.0, "doses, flow", ("cold flow", "mild flow"), more=True),
)


def run(contender: Contender, scenario: Scenario, number: int, *, whole: bool = False) -> Score:
    """One house under one law; the first day does not count, rises count after a week of learning."""
    plan = varied_house(number, boiler_size=scenario.boiler_size)
    plan = replace(plan, radio=RadioPlan(loss=contender.loss))
    house = House(plan, winter(number, START, mean_temperature=scenario.mean_temperature), START, seed=number)
    wiring = settings(plan, number, dict(contender.regulator), minutes_earlier=contender.earlier_min)
    loop = ClosedLoop(house, wiring) if whole else ShortLoop(house, wiring)
    punctual_from = START + min(PUNCTUAL_AFTER_DAYS, scenario.days - 1) * DAY_S
    card = Scorecard(house, settings(plan, number, {}), START + DAY_S, punctual_from)
    loop.run(START + scenario.days * DAY_S, card.watch)
    return card.score()


Results = Mapping[str, list[Score]]


def measure(laws: Iterable[str], scenario: Scenario, houses: Iterable[int], *, whole: bool = False) -> Results:
    """The scores of each contender in the same houses, in the same order."""
    results: dict[str, list[Score]] = {}
    for law in laws:
        began = time.process_time()
        results[law] = [run(CONTENDERS[law], scenario, number, whole=whole) for number in houses]
        lasted = time.process_time() - began
        print(f"{_row(law, results[law])}   ({lasted / len(results[law]):.0f} s a run)", flush=True)
    return results


def _row(name: str, scores: list[Score]) -> str:
    return (
        f"| {name} | "
        + " | ".join(_cell(median(getattr(score, metric) for score in scores)) for metric in METRICS)
        + " |"
    )


def _cell(value: float) -> str:
    return f"{value:.3g}"


def ratio(goal: Limit, results: Results) -> float:
    """What a goal is about, over the houses."""
    ours: list[float]
    theirs: list[float]
    ours = [getattr(score, goal.metric) for score in results[goal.of]]
    if goal.against is None:
        return median(ours)
    theirs = [getattr(score, goal.metric) for score in results[goal.against]]
    if goal.more:
        return median(one - other for one, other in zip(ours, theirs, strict=True))
    return median(one / other if other else float(one > 0) for one, other in zip(ours, theirs, strict=True))


def table(results: Results) -> str:
    """Medians over houses, as Markdown."""
    head = "| law | " + " | ".join(METRICS) + " |\n|" + " --- |" * (len(METRICS) + 1)
    return "\n".join([head, *(_row(name, scores) for name, scores in results.items())])


def worst(results: Results, houses: Sequence[int], of: str = "doses") -> str:
    """The house in which a law did worst against `forward`, in words: most K·h more, and most gas."""
    if of not in results or "forward" not in results:
        return ""
    pairs = list(zip(houses, results[of], results["forward"], strict=True))
    cold = max(pairs, key=lambda one: one[1].too_cold_kh - one[2].too_cold_kh)
    gas = max(pairs, key=lambda one: one[1].gas_m3 / one[2].gas_m3)
    colder, burns = cold[1].too_cold_kh, gas[1].gas_m3 / gas[2].gas_m3
    return (
        f"Worst for {of}: house {cold[0]} with {colder:.1f} K·h too cold (forward: {cold[2].too_cold_kh:.1f}), "
        f"house {gas[0]} with {burns:.3f} of forward's gas."
    )


def goals(scenario: str, results: Results) -> str:
    """How far the goals are reached, as Markdown; nothing where there are none."""
    lines = ["| goal | measured | at most | reached |", "| --- | --- | --- | --- |"]
    for goal in GOALS:
        if scenario not in goal.scenarios or goal.of not in results or (goal.against or goal.of) not in results:
            continue
        value = ratio(goal, results)
        against = "" if goal.against is None else f" {'less' if goal.more else '/'} {goal.against}"
        lines.append(
            f"| {goal.of}: {goal.metric}{against} | {value:.3f} | {goal.limit:g} | "
            f"{'yes' if value <= goal.limit else 'no'} |"
        )
    return "\n".join(lines) if len(lines) > 2 else ""


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scenario", choices=list(SCENARIOS), default="cold")
    parser.add_argument("--houses", type=int, help="how many")
    parser.add_argument("--first", type=int, default=HOUSES, help="the first house")
    parser.add_argument("--days", type=int)
    parser.add_argument("--laws", nargs="+", choices=list(CONTENDERS), help="only these")
    parser.add_argument("--whole", action="store_true", help="through the whole regulator")
    parser.add_argument("--write", action="store_true", help="keep the figures in benchmarks/results")
    return parser.parse_args()


def main() -> None:
    options, version = _arguments(), kept.code_version()
    scenario = SCENARIOS[options.scenario]
    count = options.houses or (scenario.houses if options.write else 2)
    scenario = replace(scenario, days=options.days or (scenario.days if options.write else 8))
    houses = range(options.first, options.first + count)
    print(f"\n{scenario.name}, {scenario.days} days, houses {houses[0]} to {houses[-1]}\n\n{table({})}", flush=True)
    results = measure(options.laws or scenario.laws, scenario, houses, whole=options.whole)
    print(f"\n{goals(options.scenario, results)}\n\n{worst(results, houses)}", flush=True)
    if options.write:
        scores = {law: [asdict(score) for score in found] for law, found in results.items()}
        section = {"houses": list(houses), "days": scenario.days, "code": version}
        before = kept.read("control").get(options.scenario, {})
        if section.items() <= before.items():  # laws that were not measured now stay as they were
            scores = before["scores"] | scores
        kept.keep("control", options.scenario, {**section, "scores": scores})


if __name__ == "__main__":
    main()
