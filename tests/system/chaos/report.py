"""What a run did and what came of it, as Markdown. Pure."""

from tests.system.chaos.plan import counts
from tests.system.chaos.run import Outcome


def markdown(outcome: Outcome) -> str:
    violated = outcome.violations
    lines = [f"## Seed {outcome.seed}: {len(violated)} violations", ""]
    lines += [f"- {words}" for words in violated]
    lines += ["", "| | |", "| --- | --- |", *(f"| {name} | {value} |" for name, value in outcome.figures.items())]
    lines += ["", "| disturbance | times |", "| --- | --- |"]
    lines += [f"| {name} | {times} |" for name, times in counts(outcome.played).items()]
    return "\n".join(lines) + "\n"
