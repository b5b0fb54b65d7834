"""What a field of a message may be: numbers with their bounds, instants, times of day, words.

Numbers refuse true and false, and are written without a needless `.0`; setpoints, which people type, may have a unit;
instants lie between 2000 and 2100 and are UTC.
"""

import re
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field, PlainSerializer

from house.typed import degrees, number

FIRST_CREDIBLE_YEAR = 2001
FIRST_INSTANT, END_OF_INSTANTS = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


def _in_lower_case(value: Any) -> Any:
    return value.strip().lower() if isinstance(value, str) else value


def _on_or_off(value: Any) -> Any:
    return _SWITCH.get(str(value).strip().lower(), value)


def _shortest(value: float) -> float | int:
    return value if value % 1 else int(value)


def _in_utc(value: datetime) -> datetime:
    if not FIRST_INSTANT <= value < END_OF_INSTANTS:
        raise ValueError("should lie between the years 2000 and 2100")
    return value.astimezone(UTC)


def _none_if_unset(value: Any) -> Any:
    """A clock that tells a time before 2001 has not been set: what it dates has no date."""
    if isinstance(value, datetime):
        return None if value.year < FIRST_CREDIBLE_YEAR else value
    if isinstance(value, str):
        return None if value.startswith(("19", "2000")) and re.match(r"(19\d\d|2000)-", value) else value
    is_epoch = isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 978_307_200
    return None if is_epoch else value


def _nearest_time(text: str) -> str:
    """What a person meant who wrote `6.30`, `6h30` or `24:00`; else an example."""
    if text.startswith("24:"):
        return "06:30 (midnight is 00:00 of the day after)"
    meant = re.fullmatch(r"([01]?\d|2[0-3])[.h:]([0-5]\d)(?::00)?", text.strip(), re.ASCII)
    return f"{int(meant[1]):02}:{meant[2]}" if meant else "06:30"


def _hours_and_minutes(value: str) -> str:
    if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", value, re.ASCII):
        raise ValueError(f"should be a time of day such as {_nearest_time(value)}")
    return value


def _open_or_closed(value: Any) -> Any:
    return _OPENNESS.get(str(value).strip().lower(), value)


def _present_or_absent(value: Any) -> Any:
    return _PRESENCE.get(str(value).strip().lower(), value)


_SWITCH = {"on": "on", "true": "on", "1": "on", "off": "off", "false": "off", "0": "off"}
_OPENNESS = {"on": "open", "true": "open", "1": "open", "open": "open", "tilted": "open"}
_OPENNESS |= {"off": "closed", "false": "closed", "0": "closed", "closed": "closed"}
_PRESENCE = {"on": "present", "true": "present", "1": "present", "home": "present", "present": "present"}
_PRESENCE |= {
    "off": "absent",
    "false": "absent",
    "0": "absent",
    "away": "absent",
    "not_home": "absent",
    "absent": "absent",
}

_NUMBER, _DEGREES, _SHORTEST = BeforeValidator(number), BeforeValidator(degrees), PlainSerializer(_shortest)
# Bounds stand first: behind another validator pydantic would check them in Python, three times as slow.
Number = Annotated[float, _NUMBER, _SHORTEST]
Celsius = Annotated[float, Field(ge=-60, le=130), _NUMBER, _SHORTEST]
AnyCelsius = Annotated[float, Field(ge=-274, le=4096), _NUMBER, _SHORTEST]
Setpoint = Annotated[float, Field(ge=5, le=30), _DEGREES, _SHORTEST]
ValveSetpoint = Annotated[float, Field(ge=4.5, le=30), _NUMBER, _SHORTEST]
BoilerSetpoint = Annotated[float, Field(ge=0, le=90), _NUMBER, _SHORTEST]
Percent = Annotated[float, Field(ge=0, le=100), _NUMBER, _SHORTEST]
NotNegative = Annotated[float, Field(ge=0), _NUMBER, _SHORTEST]
MinutesOfADay = Annotated[float, Field(ge=0, le=1440), _NUMBER, _SHORTEST]
MinutesOfAYear = Annotated[float, Field(ge=1, le=366 * 1440), _NUMBER, _SHORTEST]
DayNumber = Annotated[int, Field(ge=1, le=7), _NUMBER]
Count = Annotated[int, Field(ge=0), _NUMBER]
Instant = Annotated[AwareDatetime, AfterValidator(_in_utc)]
MeasuredAt = Annotated[Instant | None, BeforeValidator(_none_if_unset)]
WallTime = Annotated[str, AfterValidator(_hours_and_minutes)]
Openness = Annotated[Literal["open", "closed"], BeforeValidator(_open_or_closed)]
Presentness = Annotated[Literal["present", "absent"], BeforeValidator(_present_or_absent)]
Word = BeforeValidator(_in_lower_case)
MODES = ("auto", "heat", "off", "bypass")
Mode = Annotated[Literal["auto", "heat", "off", "bypass"], Word]
Preset = Annotated[Literal["none", "comfort", "eco", "boost", "away"], Word]
Comfort = Literal["comfort", "balanced", "quiet", "saver"]
OnOff = Annotated[Literal["on", "off"], BeforeValidator(_on_or_off)]
Staleness = Literal["fresh", "stale", "alert", "lost"]
