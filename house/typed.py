"""A number as a person types it: `20.5`, `20,5`, `+21`, and degrees also as `20.5 °C` or `21C`.

What can be read in two ways is not guessed: other digits than 0 to 9, `2_1`, and words for numbers are none. Text stays
text here, made such that Python reads it; bounds are the affair of what it is typed for.
"""

import re
from typing import Any

WRONG = "should be a number"
NUMBER = r"[+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:[eE][+-]?\d+)?"
_PLAIN = re.compile(NUMBER, re.ASCII)
_DEGREES = re.compile(rf"({NUMBER})\s*(?:([°º]?)\s*([cf]?)|([℃℉]))", re.ASCII | re.IGNORECASE)


def number(value: Any) -> Any:
    """The value, or the text of the number that it is to a person; raises ValueError for text that is none."""
    if isinstance(value, str):
        return _number(value.strip())
    if isinstance(value, bool):
        raise ValueError(WRONG)
    return value


def degrees(value: Any) -> Any:
    """As `number`, with or without the unit °C; Fahrenheit is told in Celsius."""
    if isinstance(value, str):
        return _degrees(value.strip())
    if isinstance(value, bool):
        raise ValueError(WRONG)
    return value


def _number(text: str) -> str:
    if not _PLAIN.fullmatch(text):
        raise ValueError(WRONG)
    return text.replace(",", ".")


def _degrees(text: str) -> str:
    found = _DEGREES.fullmatch(text)
    if found is None:
        raise ValueError(WRONG)
    said = found[1].replace(",", ".")
    if (found[3] or "").lower() == "f" or found[4] == "℉":
        raise ValueError(f"should be in °C ({said} °F are {(float(said) - 32) / 1.8:.3g} °C)")
    return said
