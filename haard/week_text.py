"""A week on the command line and in an editor: house.yaml's own form, and the words that change one."""

from collections.abc import Mapping, Sequence

from house.errors import SettingsError
from house.messages import ScheduleWish, SwitchPoint
from house.messages.week import WeekError, days_of, points_of, week_of
from house.settings import yaml_lines

NAME = "week"
EXPECTED = "should be such as mon-fri 06:30=20 22:30=17, or 'daily: {\"06:30\": 20}'"


def as_yaml(points: Sequence[SwitchPoint]) -> str:
    """`mon-fri: {"06:30": 20, "22:30": 17}`, a line for the days that are alike."""
    return "\n".join(f"{days}: {{{_times(times)}}}" for days, times in week_of(points).items())


def _times(times: Mapping[str, float]) -> str:
    return ", ".join(f'"{time}": {setpoint:g}' for time, setpoint in times.items())


def from_yaml(text: str) -> list[SwitchPoint]:
    """The week that stands in a text in house.yaml's form; raises SettingsError with the line of what is wrong."""
    document = yaml_lines.parse(text, NAME)
    if not isinstance(document.values, Mapping):
        raise SettingsError(f"{NAME}:1: {document.values!r} {EXPECTED}")
    try:
        return points_of(document.values)
    except WeekError as error:
        raise SettingsError(f"{NAME}:{document.line(error.path)}: {error}") from error


def with_days(before: Sequence[SwitchPoint], words: Sequence[str]) -> ScheduleWish:
    """The week in which the days that are named have other switch points, and the others have those of before."""
    named = " ".join(words)
    points = from_yaml(named) if "{" in named else _points(words)
    days = {point.day for point in points}
    return ScheduleWish(points=(*(point for point in before if point.day not in days), *points))


def _points(words: Sequence[str]) -> list[SwitchPoint]:
    week: dict[str, dict[str, str]] = {}
    days = ""
    for word in words:
        time, equals, setpoint = word.partition("=")
        if not equals:
            days = word
            week.setdefault(days, {})
        elif not days:
            raise SettingsError(f"{word} {EXPECTED}")
        else:
            week[days][time] = setpoint
    try:
        empty = next((name for name, times in week.items() if days_of(name) and not times), None)
        if empty is not None or not week:
            raise SettingsError(f"{empty or 'nothing'} {EXPECTED}")
        return points_of(week)
    except WeekError as fault:
        raise SettingsError(str(fault)) from fault
