"""A week of switch points as it stands in house.yaml: `mon-fri: {"06:30": 20.5}`."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BeforeValidator

from house.messages import SwitchPoints
from house.messages.week import DAYS, WeekError, points_of
from house.settings.faults import fault_at

__all__ = ["DAYS", "Week"]


def _week(value: Any) -> Any:
    if not isinstance(value, Mapping):
        return value
    try:
        return points_of(value)
    except WeekError as fault:
        raise fault_at(fault.path, fault.text) from fault


Week = Annotated[SwitchPoints, BeforeValidator(_week)]
