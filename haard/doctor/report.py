"""Tells a person, while it goes on, what is being checked and what came of it."""

from collections import Counter
from collections.abc import Callable

from rich.console import Console

from haard.doctor.finding import Finding, Verdict

WORDS: dict[Verdict, str] = {"well": "ok", "doubt": "DOUBT", "failure": "FAILED"}


class Report:
    """Makes checks one after the other and counts what they find."""

    def __init__(self, out: Console) -> None:
        self._out = out
        self._count: Counter[Verdict] = Counter()
        self.findings: dict[str, Finding] = {}

    def check(self, name: str, examine: Callable[[], Finding]) -> bool:
        """Make one check and tell it; False if it found a failure."""
        self._out.print(f"checking {name} ...", end=" ", soft_wrap=True)
        try:
            finding = examine()
        except BaseException:
            self._out.print(WORDS["failure"])  # the error's own words follow
            raise
        self._tell(finding)
        self.findings[name] = finding
        return finding.verdict != "failure"

    def tell(self, name: str, finding: Finding) -> None:
        """Tell what was found already."""
        self.check(name, lambda: finding)

    def _tell(self, finding: Finding) -> None:
        self._count[finding.verdict] += 1
        word = WORDS[finding.verdict]
        if finding.verdict == "well":
            self._out.print(f"{word}: {finding.what}", soft_wrap=True)
        else:
            self._out.print(f"{word}\n    {finding.what}\n    do: {finding.remedy}", soft_wrap=True)

    def end(self) -> int:
        """Tell the sum; the exit status."""
        count = self._count
        self._out.print(f"{count['well']} well, {count['doubt']} in doubt, {count['failure']} failed")
        return 1 if count["failure"] else 0
