"""A week as people write it, in house.yaml, on the command line and over MQTT: `{"mon-fri": {"06:30": 20.5}}`."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from house.messages.refusal import in_words
from house.messages.schedule import SwitchPoint

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ALL = "daily"


class WeekError(ValueError):
    """What is wrong with a week, and below which keys."""

    def __init__(self, path: tuple[str, ...], text: str) -> None:
        super().__init__(f"{'.'.join(path)}: {text}")
        self.path, self.text = path, text


def points_of(week: Mapping[Any, Any]) -> list[SwitchPoint]:
    """The switch points of a week; each day may be named once. Raises WeekError."""
    points: list[SwitchPoint] = []
    named: dict[int, str] = {}
    for key, times in week.items():
        name = str(key)
        if not isinstance(times, Mapping):
            raise WeekError((name,), 'should hold times and setpoints such as "06:30": 20.5')
        days = days_of(name)
        for day in days:
            if day in named:
                raise WeekError((name,), f"{DAYS[day - 1]} is named twice: in {named[day]} and in {name}")
            named[day] = name
        points += [point for time, setpoint in times.items() for point in _points(name, days, str(time), setpoint)]
    return points


def days_of(text: str) -> tuple[int, ...]:
    """Day numbers (1 = Monday) of `mon`, `mon-fri`, `sat,sun` or `daily`."""
    if text.lower() == ALL:
        return tuple(range(1, 8))
    found: list[int] = []
    for part in text.lower().split(","):
        first, _, last = part.strip().partition("-")
        if first not in DAYS or (last and last not in DAYS):
            raise WeekError((text,), "should be days such as mon, mon-fri, sat,sun or daily")
        start, end = DAYS.index(first), DAYS.index(last or first)
        found += [(start + step) % 7 + 1 for step in range((end - start) % 7 + 1)]
    return tuple(found)


def _points(name: str, days: Sequence[int], time: str, setpoint: Any) -> list[SwitchPoint]:
    padded = time.zfill(5) if re.fullmatch(r"\d:\d\d", time, re.ASCII) else time
    try:
        return [SwitchPoint(day=day, time=padded, setpoint=setpoint) for day in days]
    except ValidationError as error:
        raise WeekError((name, time), in_words(error, (), str(error.errors()[0]["loc"][0]))) from error


def week_of(points: Iterable[SwitchPoint]) -> dict[str, dict[str, float]]:
    """The week of some switch points, days that are alike together; `points_of` gives them back."""
    by_day: dict[int, dict[str, float]] = {}
    for point in points:
        by_day.setdefault(point.day, {})[point.time] = point.setpoint
    alike: dict[tuple[tuple[str, float], ...], list[int]] = {}
    for day in sorted(by_day):
        alike.setdefault(tuple(sorted(by_day[day].items())), []).append(day)
    return {_named(days): dict(times) for times, days in alike.items()}


def _named(days: Sequence[int]) -> str:
    """`mon-wed,fri` of 1, 2, 3, 5."""
    if len(days) == len(DAYS):
        return ALL
    runs: list[list[int]] = []
    for day in days:
        if runs and runs[-1][-1] == day - 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return ",".join(DAYS[run[0] - 1] + (f"-{DAYS[run[-1] - 1]}" if len(run) > 1 else "") for run in runs)
