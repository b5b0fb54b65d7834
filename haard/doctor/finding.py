"""What a check found, and how old is too old. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

Verdict = Literal["well", "doubt", "failure"]

CLOCK_SLACK = timedelta(minutes=1)
"""By so much two clocks may differ without harm."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What is so, and what to do about it unless it is well. A doubt may be as it should; a failure is not."""

    verdict: Verdict
    what: str
    remedy: str = ""

    def __post_init__(self) -> None:
        if (self.verdict == "well") == bool(self.remedy):
            raise ValueError(f"a remedy belongs to what is not well, and only to that: {self}")


def well(what: str) -> Finding:
    return Finding("well", what)


def doubt(what: str, remedy: str) -> Finding:
    return Finding("doubt", what, remedy)


def failure(what: str, remedy: str) -> Finding:
    return Finding("failure", what, remedy)


@dataclass(frozen=True, slots=True)
class Limits:
    """From which age on something is in doubt, and from which it has failed."""

    doubt: timedelta
    failure: timedelta


def aged(what: str, at: datetime | None, now: datetime, limits: Limits, remedy: str) -> Finding:
    """Judge what was said at `at` by its age; without an instant nobody can tell."""
    if at is None:
        return doubt(f"{what}, of unknown age", remedy)
    age = now - at
    if age < -CLOCK_SLACK:
        clocks = "let every computer that speaks on the broker synchronise its clock (sudo timedatectl set-ntp true)"
        return doubt(f"{what}, dated {duration(-age)} in the future", clocks)
    told = f"{what}, {duration(max(age, timedelta(0)))} ago"
    if age >= limits.failure:
        return failure(told, remedy)
    return doubt(told, remedy) if age >= limits.doubt else well(told)


def duration(time: timedelta) -> str:
    """`45 s`, `12 min`, `3 h`, `5 days`: rounded down, in the unit that a person would use."""
    seconds = int(time.total_seconds())
    units = ((172_800, 86_400, "days"), (7_200, 3_600, "h"), (120, 60, "min"))
    for least, unit, name in units:
        if seconds >= least:
            return f"{seconds // unit} {name}"
    return f"{seconds} s"
