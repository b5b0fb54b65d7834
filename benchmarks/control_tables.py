"""`python -m benchmarks.control_tables` writes docs/control_results.md, and the table in docs/control.md, from what
`benchmarks.control` and `benchmarks.energyplus` have kept in benchmarks/results. `make docs` does it too.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks import kept
from benchmarks.control import SCENARIOS, goals, table, worst
from haard.simulation.scorecard import METRICS, Score

DOCS = Path(__file__).parent.parent / "docs"
BEGIN, END = "<!-- measured: begin (written by `make docs`) -->", "<!-- measured: end -->"
SHOWN = {
    "too_cold_kh": "K·h too cold",
    "gas_m3": "gas, m³",
    "mean_over_k": "mean over the setpoint, K",
    "starts_per_day": "starts a day",
    "moves_per_valve_day": "moves of each valve a day",
}
HEAD = """\
# Control laws in a closed loop

<!-- Written by `make docs` from benchmarks/results, which benchmarks.control and benchmarks.energyplus measure. -->

Medians over houses; the columns are explained in haard/simulation/scorecard.py. Which houses chose a number and which
did not, and which tables are older than the law, is told in [how the house is heated](control.md#how-good-it-is).
"""


def scores_of(section: Any) -> dict[str, list[Score]]:
    """By law, house by house."""
    return {law: [Score(**one) for one in scores] for law, scores in section["scores"].items()}


def results_page() -> str:
    return "\n".join([HEAD, *_simulated(), *_energyplus(), *_sensitivity()])


def _simulated() -> Iterator[str]:
    known = kept.read("control")
    for name, scenario in SCENARIOS.items():
        if name not in known:
            continue
        section, results = known[name], scores_of(known[name])
        houses = section["houses"]
        title = scenario.name[0].upper() + scenario.name[1:]
        yield f"## {title}\n\nHouses {houses[0]} to {houses[-1]}, {section['days']} days{_measured_by(section)}.\n"
        yield f"{table(results)}\n"
        if reached := goals(name, results):
            yield f"{reached}\n"
        if words := worst(results, houses):
            yield f"{words}\n"


def _measured_by(section: Any) -> str:
    """The code version, where it was kept."""
    return f"; code {section['code']}" if section.get("code") else ""


def _energyplus() -> Iterator[str]:
    known = kept.read("energyplus")
    if known:
        yield "## In buildings of EnergyPlus\n\nOne run each.\n"
        yield f"| house, weather, days | law | {' | '.join(METRICS)} |\n|{' --- |' * (len(METRICS) + 2)}"
    for place, section in known.items():
        for law, score in section["scores"].items():
            cells = " | ".join(f"{score[metric]:.3g}" for metric in METRICS)
            yield f"| {place}, {section['days']}{_measured_by(section)} | {law} | {cells} |"
    if known:
        yield ""
    for season in ("cold", "mild"):
        yield from _goals_with_energyplus(season, [one for place, one in known.items() if place.endswith(season)])


def _goals_with_energyplus(season: str, sections: Sequence[Any]) -> Iterator[str]:
    """The goals as medians over the houses of EnergyPlus, and over these and the simulated ones together."""
    theirs = {law: [Score(**one["scores"][law]) for one in sections] for law in ("hysteresis", "forward", "doses")}
    simulated = kept.read("control").get(season)
    if not sections or not simulated:
        return
    yield f"The {len(sections)} {season} ones, as medians:\n\n{goals(season, theirs)}\n"
    together = {law: [*scores, *scores_of(simulated)[law]] for law, scores in theirs.items()}
    yield f"These and the {len(simulated['houses'])} simulated houses together:\n\n{goals(season, together)}\n"


def _sensitivity() -> Iterator[str]:
    for section in kept.read("sensitivity").values():
        houses = ", ".join(map(str, section["houses"]))
        yield "## What each number does\n"
        told = f"Houses {houses}, {section['days']} days in the cold{_measured_by(section)}"
        yield f"{told}; one number 30 % smaller or larger each time.\n"
        yield "| number | K·h too cold | mean over the setpoint, K | gas | starts | moves |\n|" + " --- |" * 6
        for number, (cold, mean, gas, starts, moves) in (
            (name, one.values()) for name, one in section["numbers"].items()
        ):
            yield f"| `{number}` | {cold:+.1f} | {mean:+.2f} | {gas:+.1%} | {starts:+.0%} | {moves:+.0%} |"
        yield ""


def short_tables() -> str:
    """For docs/control.md: the metrics that an owner asks for."""
    parts = []
    known = kept.read("control")
    for name, scenario in SCENARIOS.items():
        if name in known:
            houses = known[name]["houses"]
            rows = {law: _short(scores) for law, scores in scores_of(known[name]).items()}
            counted = f"{len(houses)} house{'s' * (len(houses) > 1)}"
            parts.append(_short_table(f"{scenario.name}; {counted}{_measured_by(known[name])}", rows))
    for place, section in kept.read("energyplus").items():
        rows = {law: _short([Score(**score)]) for law, score in section["scores"].items()}
        parts.append(_short_table(f"EnergyPlus: {place}, {section['days']} days{_measured_by(section)}", rows))
    return "\n\n".join(parts)


def _short(scores: list[Score]) -> list[str]:
    return [_cell(metric, median(getattr(score, metric) for score in scores)) for metric in SHOWN]


def _cell(metric: str, value: float) -> str:
    return (
        f"{value:+.2f}" if metric == "mean_over_k" else f"{value:.1f}" if metric != "starts_per_day" else f"{value:.0f}"
    )


def _short_table(title: str, rows: dict[str, list[str]]) -> str:
    head = f"| {title} | {' | '.join(SHOWN.values())} |\n|{' --- |' * (len(SHOWN) + 1)}"
    return "\n".join([head, *(f"| {law} | {' | '.join(cells)} |" for law, cells in rows.items())])


def main() -> None:
    (DOCS / "control_results.md").write_text(results_page(), encoding="utf-8")
    page = DOCS / "control.md"
    before, _, rest = page.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    page.write_text(f"{before}{BEGIN}\n\n{short_tables()}\n\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
