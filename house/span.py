"""A length of time as people say it: `2h`, `90m`, `1h30m`, `1.5 hours`, `2d`, `1 week`."""

import re

MINUTES_OF_A_YEAR = 527_040
EXPECTED_SPAN = "a span such as 2h, 90m, 1h30m or 2d, of a year at most"

_N = r"(\d{1,6}(?:[.,]\d{1,2})?)"
_UNITS = (r"w(?:eeks?)?", r"d(?:ays?)?", r"h(?:rs?|ours?)?", r"m(?:in(?:s|utes?)?)?")
_MINUTES = (7 * 1440, 1440, 60, 1)
_SPAN = re.compile(r"\s*".join(rf"(?:{_N}\s*{unit})?" for unit in _UNITS), re.ASCII)
_HOURS_AND_MINUTES = re.compile(r"(\d{1,4})\s*h\s*([0-5]\d)", re.ASCII)


def minutes_of(span: str) -> int | None:
    """How many minutes that is, to the nearest, and 0 where it says so; None for anything else."""
    text = span.strip().lower()
    if found := _HOURS_AND_MINUTES.fullmatch(text):
        total = 60.0 * int(found[1]) + int(found[2])
    elif text and (found := _SPAN.fullmatch(text)):
        parts = (float((part or "0").replace(",", ".")) for part in found.groups())
        total = sum(part * unit for part, unit in zip(parts, _MINUTES, strict=True))
    else:
        return None
    return round(total) if total == 0 or 1 <= total <= MINUTES_OF_A_YEAR else None
