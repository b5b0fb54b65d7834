"""What zigbee2mqtt's devices call an open window, a lock and a program of their own: one table each.

Makers name the same thing differently; keys and values are those of zigbee-herdsman-converters (`exposes` of devices).
"""

from collections.abc import Iterable, Mapping
from typing import Any

_OPEN = {"open", "opened", "yes", "on", "true", "1", "tilted", "external_open"}
_CLOSED = {"closed", "close", "no", "off", "false", "0"}
"""Not among them: Danfoss' `quarantine` and `hold` and `pending`, with which a valve says that it does not know."""

_WINDOW_STATES = (
    "window_open",
    "window_state",
    "window",
    "open_window_detected",
    "window_open_internal",
    "window_open_external",
    "opening_state",
)
"""Keys that tell how a window is."""
_WINDOW_OR_SWITCH = "window_detection"
"""How the window is (a word for open or closed, and anything that Bosch says), or whether the function is on."""
_ONLY_BOSCH_SAYS = "operating_mode"

_LOCKS = ("child_lock", "keypad_lockout", "lock_state")
_LOCKED = {"lock", "locked", "on", "true", "1", "lock1", "lock2", "lock3", "lock4", "lock5"}
_UNLOCKED = {"unlock", "unlocked", "off", "false", "0"}

_RUNS = {"on", "true", "1"}
_PROGRAMS = {
    "preset": {
        "schedule",
        "programming",
        "complex",
        "auto",
        "holiday",
        "away",
        "boost",
        "antifrost",
        "anti_frost",
        "frost",
        "eco",
    },
    "mode": {"schedule", "programming", "auto", "holiday", "away", "boost", "eco", "off"},
    "operating_mode": {"schedule", "pause"},
    "programming_operation_mode": {"schedule", "schedule_with_preheat", "eco"},
    "system_mode": {"off", "auto"},
    **dict.fromkeys(
        (
            *("away_mode", "holiday_mode", "eco_mode", "boost", "boost_heating", "heating_stop"),
            *("frost_protection", "scale_protection", "anti_scaling"),
        ),
        _RUNS,
    ),
    "adaptation_run_status": {"in_progress"},
    "setpoint_change_source": {"schedule"},
}
"""While a valve says one of these its setpoint is its own."""

KEYS = (*_WINDOW_STATES, _WINDOW_OR_SWITCH, *_LOCKS, *_PROGRAMS)


def _word(value: Any) -> str:
    return str(value).strip().lower()


def _is_one_of(value: Any, yes: set[str], no: set[str]) -> bool | None:
    word = _word(value)
    return True if word in yes else False if word in no else None


def window_is_open(said: Mapping[str, Any]) -> bool | None:
    """Whether a device says that a window is open; open wins where it says several things, None where it says none."""
    keys = [key for key in _WINDOW_STATES if key in said]
    if _WINDOW_OR_SWITCH in said and (_ONLY_BOSCH_SAYS in said or _word(said[_WINDOW_OR_SWITCH]) in _WORDS_OF_A_WINDOW):
        keys.append(_WINDOW_OR_SWITCH)
    return _any(_is_one_of(said[key], _OPEN, _CLOSED) for key in keys)


def openness(word: Any) -> bool | None:
    """Whether a word says open; None for any other word than open and closed."""
    return _is_one_of(word, _OPEN, _CLOSED) if _word(word) in _WORDS_OF_A_WINDOW else None


_WORDS_OF_A_WINDOW = {"open", "opened", "close", "closed", "pending"}


def is_locked(said: Mapping[str, Any]) -> bool | None:
    """Whether a valve's buttons are locked."""
    return _any(_is_one_of(said[key], _LOCKED, _UNLOCKED) for key in _LOCKS if key in said)


def follows_its_own_program(said: Mapping[str, Any], written_mode: str = "") -> bool:
    """Whether a valve says that its setpoint is its own: a schedule, a holiday, boost, frost protection. The
    `system_mode` that we write ourselves says nothing.
    """
    own = {key: _word(said.get(key)) for key in _PROGRAMS}
    return any(
        word in _PROGRAMS[key] and not (key == "system_mode" and word == _word(written_mode))
        for key, word in own.items()
    )


def _any(states: Iterable[bool | None]) -> bool | None:
    known = [state for state in states if state is not None]
    return any(known) if known else None
