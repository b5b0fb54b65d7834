"""Why a payload was refused, in plain words: what, where in it, and what would be right.

`setpoint wish: should be at most 30, not 50`; `mode wish: temprature means nothing here: did you mean temperature?`
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from house.nearest import did_you_mean

MOST_FAULTS = 3
LONGEST_QUOTE = 60


def noun(name: str) -> str:
    """`setpoint wish` of the class name SetpointWish."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower()


def in_words(error: ValidationError, known: tuple[str, ...], bare: str | None = None) -> str:
    """The faults; `known` are the fields, and `bare` is the one that the payload as a whole stood for, if it did."""
    return "; ".join(_fault(one, known, bare) for one in error.errors(include_url=False)[:MOST_FAULTS])


def _fault(fault: ErrorDetails, known: tuple[str, ...], bare: str | None) -> str:
    place = " ".join(str(part + 1 if isinstance(part, int) else part) for part in fault["loc"])
    if fault["type"] == "extra_forbidden":
        return f"{place[:LONGEST_QUOTE]} means nothing here: {did_you_mean(place, known)}"
    if fault["type"] == "missing":
        return f"{place} is missing"
    said = f"{should(fault)}, not {_quoted(fault['input'])}"
    return said if place == bare else f"{place} {said}"


def _quoted(value: Any) -> str:
    return repr(value[:LONGEST_QUOTE] if isinstance(value, str) else value)[: LONGEST_QUOTE + 2]


def should(fault: ErrorDetails) -> str:
    """What would be right, in one clause."""
    words = _WORDS.get(fault["type"])
    if words is not None:
        return words(fault.get("ctx", {}))
    said = fault["msg"].removeprefix("Value error, ").removeprefix("Input ")
    return said[0].lower() + said[1:]


def _a_number(_: Mapping[str, Any]) -> str:
    return "should be a number"


def _an_instant(_: Mapping[str, Any]) -> str:
    return "should be a date and time with its zone, such as 2026-01-12T22:30:00+01:00"


_WORDS: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "literal_error": lambda said: f"should be {said['expected']}".replace("'", ""),
    "less_than_equal": lambda said: f"should be at most {said['le']:g}",
    "greater_than": lambda said: f"should be more than {said['gt']:g}",
    "less_than": lambda said: f"should be less than {said['lt']:g}",
    "greater_than_equal": lambda said: f"should be at least {said['ge']:g}",
    **dict.fromkeys(("float_parsing", "float_type", "int_parsing", "int_type"), _a_number),
    **dict.fromkeys(("timezone_aware", "datetime_parsing", "datetime_from_date_parsing", "datetime_type"), _an_instant),
}
