"""What a law remembers comes back from a retained topic and may be anything: numbers within bounds, or the default."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from pydantic import JsonValue

from house.wall_time import MINUTE

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LARGEST = 1e300  # an integer beyond it has no float; nor is infinity or NaN within
LATEST = 4_102_444_800  # 2100-01-01; larger values are corrupt
NEVER = -1000.0  # no temperature: where a number cannot be read


def number(value: JsonValue, default: float, low: float, high: float) -> float:
    """A number kept within bounds; the default where there is none."""
    if (type(value) is not float and type(value) is not int) or not -LARGEST < value < LARGEST:
        return default
    return low if value <= low else high if value >= high else float(value)


def second(value: JsonValue) -> int | None:
    """An instant that was remembered by `seconds`, as such."""
    return value if type(value) is int and 0 <= value <= LATEST else None


def moment(value: JsonValue) -> datetime | None:
    """An instant that was remembered by `seconds`."""
    known = second(value)
    return None if known is None else EPOCH + timedelta(seconds=known)


def seconds(at: datetime) -> int:
    """An instant as whole seconds since 1970, never later than it was."""
    return int(at.timestamp())


def to_the_second(at: datetime) -> datetime:
    """An instant as it comes back once it was remembered."""
    return EPOCH + timedelta(seconds=seconds(at))


def section(value: JsonValue) -> Mapping[str, JsonValue]:
    """A mapping inside a memory; empty where there is none."""
    return value if isinstance(value, dict) else {}


def minutes_since(at: datetime | None, now: datetime, never: float = 1e6) -> float:
    """Minutes since an instant; `never` where there is none or it lies in the future."""
    if at is None or at > now:
        return never
    return (now - at) / MINUTE
