"""Reading what devices write: the many spellings of a boolean, numbers that stand for "unknown", JSON that may be none.

Nothing here raises: what cannot be read is None, since one odd value must not cost the others.
"""

import json
import math
from collections.abc import Mapping
from typing import Any

_YES_OR_NO = {"on": True, "true": True, "1": True, "online": True}
_YES_OR_NO |= {"off": False, "false": False, "0": False, "offline": False}


MAXIMUM_PAYLOAD = 65_536  # bytes; a device's whole state has some thousands
_DEEPEST = 32


def json_object(payload: bytes) -> Mapping[str, Any]:
    """The object in a payload; empty for anything else, for one too large, and for one nested too deep."""
    if len(payload) > MAXIMUM_PAYLOAD or payload.count(b"[") + payload.count(b"{") > MAXIMUM_PAYLOAD // 16:
        return {}
    try:
        value = json.loads(payload)
    except (ValueError, RecursionError):
        return {}
    return _cleaned(value, _DEEPEST) if isinstance(value, dict) else {}


def _cleaned(value: Any, depth: int) -> Any:
    """Without halves of characters (lone surrogates), which no program could write again; what lies deeper is None."""
    if depth == 0:
        return None
    if isinstance(value, str):
        return value.encode(errors="replace").decode()
    if isinstance(value, dict):
        return {_cleaned(key, depth): _cleaned(one, depth - 1) for key, one in value.items()}
    return [_cleaned(one, depth - 1) for one in value] if isinstance(value, list) else value


def yes_or_no(value: Any) -> bool | None:
    """A boolean in any of the spellings devices use (on, ON, 1, true, True); None for anything else."""
    text = value.decode(errors="replace") if isinstance(value, bytes) else str(value)
    return _YES_OR_NO.get(text.strip().lower())


def number(value: Any, lowest: float, highest: float) -> float | None:
    """A number or its text, within bounds; None for anything else, since devices say 25.5 bar or 3276.7 °C for
    "unknown".
    """
    if isinstance(value, bool) or not isinstance(value, int | float | str | bytes):
        return None
    try:
        found = float(value)
    except (ValueError, OverflowError):
        return None
    return found if math.isfinite(found) and lowest <= found <= highest else None


def pressure(value: Any) -> float | None:
    """Water pressure in bar: above 0 and at most 4, beyond which a boiler's relief valve would have opened."""
    found = number(value, 0, 4)
    return found or None
