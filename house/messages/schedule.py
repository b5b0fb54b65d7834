"""A week of switch points, as wished, accepted, or kept by a valve."""

from collections.abc import Mapping
from itertools import pairwise
from typing import Annotated, Any

from pydantic import AfterValidator, Field

from house.fields import DayNumber, Setpoint, WallTime
from house.messages.base import Message, Value


class SwitchPoint(Value):
    """From this local wall time on this day (1 = Monday) the room should have this setpoint, °C."""

    day: DayNumber
    time: WallTime
    setpoint: Setpoint


def _in_order(points: tuple[SwitchPoint, ...]) -> tuple[SwitchPoint, ...]:
    ordered = tuple(sorted(points, key=lambda point: (point.day, point.time)))
    for one, other in pairwise(ordered):
        if (one.day, one.time) == (other.day, other.time):
            raise ValueError(f"should have one setpoint at day {one.day} {one.time}, not two")
    return ordered


SwitchPoints = Annotated[tuple[SwitchPoint, ...], Field(max_length=336), AfterValidator(_in_order)]
"""A week: at most one setpoint at a time, in order, and on average no more than one in half an hour."""


class _SwitchPoints(Message):
    points: SwitchPoints

    @classmethod
    def _fields_from(cls, value: Any) -> Mapping[str, Any]:
        return {"points": value} if isinstance(value, list) else super()._fields_from(value)

    def encode(self) -> bytes:
        return b"[" + b",".join(point.model_dump_json().encode() for point in self.points) + b"]"


class Schedule(_SwitchPoints):
    """A week, as accepted for a room or kept by a valve: a JSON list of switch points in order."""
