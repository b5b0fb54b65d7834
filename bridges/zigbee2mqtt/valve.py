"""One valve behind zigbee2mqtt: what to write next, and what it reports.

The last level wins and is written once; battery valves sleep, so it is written again, with back-off, until the valve
itself reports the setpoint. When the level expires, the valve is told to regulate itself to the fallback. A setpoint
that changes after the valve had taken ours was turned at the knob: it becomes a wish for the room, and is left alone
until the regulator answers.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from bridges.parse_values import number, yes_or_no
from bridges.zigbee2mqtt.protocol import Device
from house import topics
from house.errors import PayloadError
from house.messages import SetpointWish, ValveSet, ValveStatus
from house.topics import Publication, publication

LOW_BATTERY = 15  # %
RETRY_FROM, RETRY_TO = timedelta(minutes=1), timedelta(minutes=30)
LONGEST_TRUST = timedelta(hours=24)
SAME = 0.3
"""K; valves round a setpoint to half or tenth degrees."""
LOWEST, HIGHEST = 5.0, 30.0

_POSITIONS = ("position", "pi_heating_demand", "valve_position")
"""What valves call the opening that they measure themselves, %."""
_KEYS = ("battery", "battery_low", "child_lock", "system_mode", "window_open")
_LOCKS = {"LOCK": True, "UNLOCK": False}


@dataclass(frozen=True, slots=True)
class Level:
    """How the valve should be: setpoint °C and opening %; no opening means that it regulates itself."""

    setpoint: float
    opening: float | None


def accept(wish: ValveSet, now: datetime) -> ValveSet:
    """Refuse a wish that would outlive the regulator by far; raises PayloadError."""
    ahead = wish.expires_at - now
    if ahead > LONGEST_TRUST:
        raise PayloadError(f"ValveSet: expires_at: should be at most a day ahead, not {ahead}")
    return wish


@dataclass(frozen=True, slots=True)
class Valve:
    """The valve as last wished, told and heard."""

    device: Device
    wish: ValveSet | None = None
    told: Level | None = None
    told_at: datetime | None = None
    tries: int = 0
    obeyed: bool = False
    turned: bool = False
    reachable: bool | None = None
    seen: Mapping[str, Any] = field(default_factory=dict)
    seen_at: datetime | None = None

    # --- telling ------------------------------------------------------------------------------------------------------

    def wished(self, wish: ValveSet) -> "Valve":
        """With a new level; the regulator's answer ends a turn of the knob."""
        return replace(self, wish=wish, turned=False)

    def withdrawn(self) -> "Valve":
        """Without any level: the valve is left as it is, in the hands of people."""
        return replace(self, wish=None, told=None, told_at=None, obeyed=False, turned=False)

    def due(self, now: datetime) -> tuple["Valve", bytes | None]:
        """The payload to write now, if any. A valve that nobody has wished anything of is left alone."""
        level = self._in_force(now)
        if level is None:
            return self, None
        if level != self.told:
            return replace(self, told=level, told_at=now, tries=1, obeyed=False, turned=False), self.payload(level)
        if self.obeyed or self.turned or self.told_at is None:
            return self, None
        wait = min(RETRY_FROM * 2 ** min(self.tries - 1, 10), RETRY_TO)
        if timedelta(0) <= now - self.told_at < wait:
            return self, None
        return replace(self, told_at=now, tries=self.tries + 1), self.payload(level)

    def _in_force(self, now: datetime) -> Level | None:
        if self.wish is None:
            return None
        if now < self.wish.expires_at:
            return Level(min(max(self.wish.setpoint, LOWEST), HIGHEST), self.wish.opening)
        return Level(self.wish.fallback, None)

    def payload(self, level: Level) -> bytes:
        """A level in the words of this device; a valve driven by its opening is fully released to regulate itself."""
        settings = self.device.settings
        said: dict[str, Any] = {"system_mode": settings.system_mode} if settings.system_mode else {}
        said[settings.setpoint_key] = level.setpoint
        if settings.control == "opening":
            said[settings.opening_key] = 100 if level.opening is None else level.opening
        return json.dumps(said).encode()

    def farewell(self) -> bytes | None:
        """What makes the valve regulate itself while nobody is in charge; None if nobody ever was."""
        return self.payload(Level(self.wish.fallback, None)) if self.wish else None

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
        if not self.obeyed or yes_or_no(seen.get("window_open")) or self.device.room is None:
            return replace(valve, obeyed=False), None
        wish = SetpointWish(value=min(max(setpoint, LOWEST), HIGHEST))
        return replace(valve, obeyed=False, turned=True), publication(
            topics.ROOM_SETPOINT_WISH, self.device.room, message=wish
        )

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
        battery = number(seen("battery"), 0, 100)
        low = yes_or_no(seen("battery_low"))
        lock = seen("child_lock")
        return ValveStatus(
            opening=next((number(self.seen[key], 0, 100) for key in _POSITIONS if key in self.seen), None),
            setpoint=number(seen(self.device.settings.setpoint_key), 0, 40),
            mode=str(seen("system_mode"))[:20] if seen("system_mode") else None,
            battery_low=low if low is not None or battery is None else battery <= LOW_BATTERY,
            window=yes_or_no(seen("window_open")),
            locked=_LOCKS.get(str(lock), yes_or_no(lock)),
            reachable=self.reachable,
            reported_at=self.seen_at,
        )
