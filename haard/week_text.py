"""A week on the command line and in an editor: house.yaml's own form, and the words that change one."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import yaml

from house.errors import SettingsError
from house.messages import ScheduleWish, SwitchPoint
from house.messages.week import WeekError, days_of, points_of, week_of

SWITCH = re.compile(r"(\d{1,2}:\d{2})=(\d+(?:[.,]\d+)?)", re.ASCII)
EXPECTED = "should be such as mon-fri 06:30=20 22:30=17, or 'daily: {\"06:30\": 20}'"


def as_yaml(points: Sequence[SwitchPoint]) -> str:
    """`mon-fri: {"06:30": 20, "22:30": 17}`, a line for the days that are alike."""
    return "\n".join(f"{days}: {{{_times(times)}}}" for days, times in week_of(points).items())


def _times(times: Mapping[str, float]) -> str:
    return ", ".join(f'"{time}": {setpoint:g}' for time, setpoint in times.items())


def from_yaml(text: str) -> list[SwitchPoint]:
    """The week that stands in a text in house.yaml's form; raises SettingsError that says what is wrong."""
    try:
        return points_of(_mapping(yaml.safe_load(text)))
    except (yaml.YAMLError, WeekError) as error:
        raise SettingsError(f"the week cannot be read: {error}") from error


def _mapping(value: Any) -> Mapping[Any, Any]:
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise WeekError((), f"{value!r} {EXPECTED}")
    return value


def with_days(before: Sequence[SwitchPoint], words: Sequence[str]) -> ScheduleWish:
    """The week in which the days that are named have other switch points, and the others have those of before."""
    named = " ".join(words)
    points = from_yaml(named) if "{" in named else _points(words)
    days = {point.day for point in points}
    return ScheduleWish(points=(*(point for point in before if point.day not in days), *points))


def _points(words: Sequence[str]) -> list[SwitchPoint]:
    week: dict[str, dict[str, float]] = {}
    days = ""
    for word in words:
        found = SWITCH.fullmatch(word)
        if found is None:
            days = word
            week.setdefault(days, {})
        elif not days:
            raise SettingsError(f"{word} {EXPECTED}")
        else:
            week[days][found[1]] = float(found[2].replace(",", "."))
    try:
        empty = next((name for name, times in week.items() if days_of(name) and not times), None)
        if empty is not None or not week:
            raise SettingsError(f"{empty or 'nothing'} {EXPECTED}")
        return points_of(week)
    except WeekError as fault:
        raise SettingsError(str(fault)) from fault
