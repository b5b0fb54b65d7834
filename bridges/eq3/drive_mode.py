"""How a wish is written to a valve: three profiles, because people's valves and rooms differ.

`setpoint` (default): hold the setpoint of the wish (the room's + 6 for open, 5.0 for shut): the valve's own sensor
bounds the worst case. `ends`: 30.0 and 5.0, for valves whose sensor sits in the radiator's heat and would throttle
too early; costs motor and battery, and stays open for ever if everything else dies. `timed`: the setpoint as a
vacation that ends by itself when the wish expires; the valve then follows its own program.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bridges.eq3 import protocol
from bridges.eq3.protocol import OFF, ON, Status, nearest_setpoint
from house.messages import ValveSet
from house.settings.radio import ValveProfile

SHUT = 5.0
"""The lowest setpoint that keeps the valve's own frost guard; 4.5 would switch it off."""
HALF_HOUR = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Target:
    """What the valve should hold: °C, and until when (None: until told otherwise)."""

    setpoint: float
    until: datetime | None = None


def target_of(wish: ValveSet, profile: ValveProfile, now: datetime) -> Target:
    """What a wish means at this instant for a valve of this profile."""
    if now >= wish.expires_at:
        return Target(nearest_setpoint(wish.fallback))
    if profile == "timed":
        return Target(nearest_setpoint(wish.setpoint), wish.expires_at)
    if profile == "ends" and wish.opening is not None:
        return Target(ON if wish.opening >= 50 else SHUT)
    return Target(nearest_setpoint(wish.setpoint))


def write(target: Target, zone: ZoneInfo) -> bytes:
    """The bytes that bring it about."""
    if target.until is None:
        return protocol.hold(target.setpoint)
    return protocol.hold_until(target.setpoint, target.until.astimezone(zone))


def is_held(target: Target, status: Status) -> bool:
    """Whether a valve that reports this holds the target; at ON and OFF the mode may not show."""
    if status.setpoint != target.setpoint:
        return False
    if target.until is not None:
        return status.vacation
    return (status.manual and not status.vacation) or status.setpoint in (OFF, ON)


def is_soon_over(told: Target, target: Target, now: datetime) -> bool:
    """Whether the time of what was told runs out although the wish goes on."""
    if told.until is None or target.until is None:
        return told.until != target.until
    return target.until - told.until >= HALF_HOUR and told.until - now < HALF_HOUR
