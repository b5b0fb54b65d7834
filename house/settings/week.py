"""A week of switch points as people write it: `mon-fri: {"06:30": 20.5}`."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from pydantic import BeforeValidator, ValidationError

from house.messages import SwitchPoint, SwitchPoints
from house.settings.faults import fault_at, message_of

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def _days(text: str) -> tuple[int, ...]:
    """Day numbers (1 = Monday) of `mon`, `mon-fri`, `sat,sun` or `daily`."""
    if text == "daily":
        return tuple(range(1, 8))
    found: list[int] = []
    for part in text.lower().split(","):
        first, _, last = part.strip().partition("-")
        if first not in DAYS or (last and last not in DAYS):
            raise fault_at((text,), "should be days such as mon, mon-fri, sat,sun or daily")
        start, end = DAYS.index(first), DAYS.index(last or first)
        found += [(start + step) % 7 + 1 for step in range((end - start) % 7 + 1)]
    return tuple(found)


def _week(value: Any) -> Any:
    """`{"mon-fri": {"06:30": 20.5}}` becomes a list of switch points; each day may be named once."""
    if not isinstance(value, Mapping):
        return value
    points: list[SwitchPoint] = []
    named: dict[int, str] = {}
    for name, times in value.items():
        if not isinstance(times, Mapping):
            raise fault_at((name,), 'should hold times and setpoints such as "06:30": 20.5')
        days = _days(name)
        for day in days:
            if day in named:
                raise fault_at((name,), f"{DAYS[day - 1]} is named twice: in {named[day]} and in {name}")
            named[day] = name
        points += [point for time, setpoint in times.items() for point in _switch_points(name, days, time, setpoint)]
    return points


def _switch_points(name: str, days: Sequence[int], time: str, setpoint: Any) -> list[SwitchPoint]:
    try:
        return [SwitchPoint(day=day, time=time.zfill(5), setpoint=setpoint) for day in days]
    except ValidationError as error:
        fault = error.errors()[0]
        raise fault_at((name, time), f"{message_of(fault)}, not {fault['input']!r}") from error


Week = Annotated[SwitchPoints, BeforeValidator(_week)]
