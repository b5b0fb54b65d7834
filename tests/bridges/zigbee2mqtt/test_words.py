"""What devices behind zigbee2mqtt call a window, a lock and a program of their own (zigbee-herdsman-converters)."""

from typing import Any

import pytest
from hypothesis import given

from bridges.zigbee2mqtt import words
from tests.strategies import json_values


@pytest.mark.parametrize(
    ("said", "is_open"),
    [
        ({"window_open": "YES"}, True),  # Tuya
        ({"window_open": "NO"}, False),
        ({"window_open": True}, True),
        ({"window": "OPEN", "window_detection": "ON"}, True),  # Moes
        ({"window": "CLOSED", "window_detection": "ON"}, False),
        ({"window": "CLOSE"}, False),
        ({"window_state": "close"}, False),
        ({"open_window_detected": True}, True),
        ({"window_open_internal": "open", "window_open_external": False}, True),  # Danfoss
        ({"window_open_internal": "quarantine"}, None),
        ({"window_open_internal": "external_open"}, True),
        ({"opening_state": "tilted"}, True),  # Senoro
        ({"window_detection": "Opened"}, True),
        ({"window_detection": "Pending"}, None),
        ({"window_detection": "ON", "operating_mode": "manual"}, True),  # Bosch
        ({"window_detection": "ON"}, None),  # a switch: the function is on
        ({}, None),
    ],
)
def test_a_window_is_open_in_every_makers_words(said: dict[str, Any], is_open: bool | None) -> None:
    assert words.window_is_open(said) is is_open


@pytest.mark.parametrize(
    ("said", "is_locked"),
    [
        ({"child_lock": "LOCK"}, True),
        ({"child_lock": "UNLOCKED"}, False),
        ({"child_lock": "locked"}, True),
        ({"child_lock": False}, False),
        ({"keypad_lockout": "lock1"}, True),
        ({"keypad_lockout": "unlock"}, False),
        ({"child_lock": None}, None),
    ],
)
def test_a_lock_is_known_in_every_makers_words(said: dict[str, Any], is_locked: bool | None) -> None:
    assert words.is_locked(said) is is_locked


@given(json_values, json_values)
def test_any_value_is_read_or_unknown(value: Any, other: Any) -> None:
    said = dict.fromkeys(words.KEYS, value) | {"window": other}
    assert words.window_is_open(said) in (True, False, None)
    assert words.is_locked(said) in (True, False, None)
    assert words.follows_its_own_program(said) in (True, False)
