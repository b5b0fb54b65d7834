"""One valve behind zigbee2mqtt: what to write next, and what it reports.

The last level wins and is written once; battery valves sleep, so it is written again, with back-off, until the valve
itself reports the setpoint. When the level expires, the valve is told to regulate itself to the fallback. A setpoint
that changes after the valve had taken ours was turned at the knob: it becomes a wish for the room, and is left alone
until the regulator answers. What a valve changes by itself is no hand: its own rounding and limits, its window
function, its programs, an echo of what it was told before. In doubt it is none.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from bridges.knob import meant
from bridges.parse_values import number, yes_or_no
from bridges.zigbee2mqtt import words
from bridges.zigbee2mqtt.protocol import Device
from house import topics
from house.errors import PayloadError
from house.messages import SetpointWish, ValveSet, ValveStatus
from house.topics import Publication, publication

LOW_BATTERY = 15  # %
RETRY_FROM, RETRY_TO = timedelta(minutes=1), timedelta(minutes=30)
LONGEST_TRUST = timedelta(hours=24)
SAME = 0.5
"""K; the coarsest valves round a setpoint to whole degrees."""
ECHO = timedelta(minutes=10)
"""So long after a write what was written before may still come back from the device's own past."""
LOWEST, HIGHEST = 5.0, 30.0
_LIMITS = (
    ("min_heat_setpoint_limit", "max_heat_setpoint_limit"),
    ("min_temperature", "max_temperature"),
    ("min_temperature_limit", "max_temperature_limit"),
)
"""What valves call their own lowest and highest setpoint, °C."""

_POSITIONS = ("position", "pi_heating_demand", "valve_position")
"""What valves call the opening that they measure themselves, %."""
_KEYS = ("battery", "battery_low", *words.KEYS, *(key for pair in _LIMITS for key in pair))


@dataclass(frozen=True, slots=True)
class Level:
    """How the valve should be: setpoint °C and opening %; no opening means that it regulates itself."""

    setpoint: float
    opening: float | None


def accept(target: ValveSet, now: datetime) -> ValveSet:
    """Refuse a target that would outlive the regulator by far; raises PayloadError."""
    ahead = target.expires_at - now
    if ahead > LONGEST_TRUST:
        raise PayloadError(f"valve set: expires_at should be at most a day ahead, not {ahead}")
    return target


@dataclass(frozen=True, slots=True)
class Valve:
    """The valve: its target, what it was told, and what it said."""

    device: Device
    target: ValveSet | None = None
    told: Level | None = None
    told_before: Level | None = None
    told_at: datetime | None = None
    tries: int = 0
    obeyed: bool = False
    turned: bool = False
    reachable: bool | None = None
    seen: Mapping[str, Any] = field(default_factory=dict)
    seen_at: datetime | None = None

    # --- telling ------------------------------------------------------------------------------------------------------

    def with_target(self, target: ValveSet) -> "Valve":
        """With a new target; the regulator's answer ends a turn of the knob."""
        return replace(self, target=target, turned=False)

    def withdrawn(self) -> "Valve":
        """Without any level: the valve is left as it is, in the hands of people."""
        return replace(self, target=None, told=None, told_at=None, obeyed=False, turned=False)

    def due(self, now: datetime) -> tuple["Valve", bytes | None]:
        """The payload to write now, if any. A valve without a target is left alone."""
        level = self._in_force(now)
        if level is None:
            return self, None
        if level != self.told:
            after = replace(self, told=level, told_before=self.told, told_at=now, tries=1, obeyed=False, turned=False)
            return after, self.payload(level)
        if self.obeyed or self.turned or self.told_at is None or words.window_is_open(self.seen):
            return self, None  # what a valve does for an open window is not fought
        wait = min(RETRY_FROM * 2 ** min(self.tries - 1, 10), RETRY_TO)
        if timedelta(0) <= now - self.told_at < wait:
            return self, None
        return replace(self, told_at=now, tries=self.tries + 1), self.payload(level)

    def _in_force(self, now: datetime) -> Level | None:
        if self.target is None:
            return None
        if now < self.target.expires_at:
            return Level(self._within_limits(self.target.setpoint), self.target.opening)
        return Level(self._within_limits(self.target.fallback), None)

    def _within_limits(self, setpoint: float) -> float:
        """As near as this valve can come."""
        lowest, highest = self._limits()
        return min(max(setpoint, lowest or LOWEST), highest or HIGHEST)

    def _limits(self) -> tuple[float | None, float | None]:
        """The lowest and the highest setpoint that it says it knows; None where it says none, or nonsense."""
        lows = [number(self.seen.get(key), LOWEST, HIGHEST) for key, _ in _LIMITS]
        highs = [number(self.seen.get(key), LOWEST, HIGHEST) for _, key in _LIMITS]
        lowest = max((one for one in lows if one is not None), default=None)
        highest = min((one for one in highs if one is not None), default=None)
        return (lowest, highest) if (lowest or LOWEST) < (highest or HIGHEST) else (None, None)

    def payload(self, level: Level) -> bytes:
        """A level in the words of this device; a valve driven by its opening is fully released to regulate itself."""
        settings = self.device.settings
        said: dict[str, Any] = {"system_mode": settings.system_mode} if settings.system_mode else {}
        said[settings.setpoint_key] = level.setpoint
        if settings.control == "opening":
            said[settings.opening_key] = 100 if level.opening is None else level.opening
        return json.dumps(said).encode()

    # --- hearing ------------------------------------------------------------------------------------------------------

    def heard(self, said: Mapping[str, Any], at: datetime | None) -> tuple["Valve", Publication | None]:
        """With what the valve reported at an instant, and the wish of whoever turned its knob, if somebody did.

        What is of no known age, or older than what was told and heard since, proves nothing.
        """
        if at is None or any(earlier is not None and at < earlier for earlier in (self.told_at, self.seen_at)):
            return self, None
        seen = {**self.seen, **{key: said[key] for key in self._keys if key in said}}
        setpoint = number(said.get(self.device.settings.setpoint_key), 0, 40)
        valve = replace(self, seen=seen, seen_at=at, reachable=True)
        if setpoint is None or self.told is None:
            return valve, None
        if abs(setpoint - self.told.setpoint) <= SAME:
            return replace(valve, obeyed=True, turned=False), None
        if not self._is_hand(setpoint, seen, at) or self.device.room is None or self.target is None:
            return replace(valve, obeyed=False), None
        wish = SetpointWish(value=meant(setpoint, self.told.setpoint, self.target.fallback))
        return replace(valve, obeyed=False, turned=True), publication(
            topics.ROOM_SETPOINT_WISH, self.device.room, message=wish
        )

    def _is_hand(self, setpoint: float, seen: Mapping[str, Any], at: datetime) -> bool:
        """Whether a setpoint that differs from ours was turned by a person."""
        if not self.obeyed or words.window_is_open(seen) or words.is_locked(seen):
            return False
        if words.follows_its_own_program(seen, self.device.settings.system_mode) or self._is_at_its_end(setpoint):
            return False
        is_recent = self.told_at is not None and at - self.told_at < ECHO
        return not (is_recent and self.told_before and abs(setpoint - self.told_before.setpoint) <= SAME)

    def _is_at_its_end(self, setpoint: float) -> bool:
        """Whether it went to its own lowest or highest: so it does for frost, a window, boost or a flat battery."""
        lowest, highest = self._limits()
        return not (lowest or LOWEST) < setpoint < (highest or HIGHEST)

    @property
    def _keys(self) -> tuple[str, ...]:
        return (*_KEYS, *_POSITIONS, self.device.settings.setpoint_key)

    @property
    def is_known(self) -> bool:
        """Whether anything was heard of it."""
        return bool(self.seen) or self.reachable is not None

    def status(self) -> ValveStatus:
        """What the valve reported; no opening unless it measures one."""
        seen = self.seen.get
        lowest, highest = self._limits()
        battery = number(seen("battery"), 0, 100)
        low = yes_or_no(seen("battery_low"))
        return ValveStatus(
            opening=next((number(self.seen[key], 0, 100) for key in _POSITIONS if key in self.seen), None),
            setpoint=number(seen(self.device.settings.setpoint_key), 0, 40),
            mode=str(seen("system_mode"))[:20] if seen("system_mode") else None,
            battery_low=low if low is not None or battery is None else battery <= LOW_BATTERY,
            window=words.window_is_open(self.seen),
            locked=words.is_locked(self.seen),
            lowest=lowest,
            highest=highest,
            reachable=self.reachable,
            reported_at=self.seen_at,
        )
