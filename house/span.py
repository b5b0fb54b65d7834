"""A length of time as people say it: `2h`, `90m`, `1h30m`, `2d`."""

import re

MINUTES_OF_A_YEAR = 527_040
EXPECTED_SPAN = "a span such as 2h, 90m, 1h30m or 2d, of a year at most"

_SPAN = re.compile(r"(?:(\d{1,6})d)?(?:(\d{1,6})h)?(?:(\d{1,6})(?:m|min))?", re.ASCII)


def minutes_of(span: str) -> int | None:
    """How many minutes that is; None for anything else."""
    found = _SPAN.fullmatch("".join(span.lower().split()))
    days, hours, rest = (int(part or 0) for part in found.groups()) if found else (0, 0, 0)
    total = (days * 24 + hours) * 60 + rest
    return total if 0 < total <= MINUTES_OF_A_YEAR else None
