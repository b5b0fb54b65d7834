"""Targets for valves and boiler, and what these report: a target is a level that expires."""

from datetime import datetime

from house.fields import BoilerSetpoint, Celsius, Instant, MeasuredAt, NotNegative, Percent, Setpoint, ValveSetpoint
from house.messages.base import Message

OPEN_ABOVE_FALLBACK_K = 1.5  # a setpoint so far above the room's keeps a valve open
WELL_BELOW_K = 2.0
SHUT_BELOW = 8.0  # °C: a reported setpoint up to here keeps it shut


class ValveSet(Message):
    """How a valve should be until `expires_at`: `opening` 0 or 100 with the setpoint that brings it about, °C.

    Where `opening` is null the valve regulates itself to `setpoint`. After `expires_at` it regulates itself to
    `fallback`.
    """

    opening: Percent | None
    setpoint: ValveSetpoint
    issued_at: Instant
    expires_at: Instant
    fallback: Setpoint
    reason: str = ""

    def is_obeyed_by(self, status: "ValveStatus") -> bool:
        """Whether a report fits this target."""
        if self.opening is None:
            return status.setpoint is None or abs(status.setpoint - self.setpoint) <= 0.5
        if self.opening == 100:
            return self.is_open_in(status)
        if status.setpoint is not None:
            # A valve at its own lowest setpoint has obeyed, and one that is shut well below the room's stays shut.
            is_shut = status.opening is not None and status.opening <= 10
            return status.setpoint <= max(SHUT_BELOW, self.setpoint, self.fallback - WELL_BELOW_K if is_shut else 0)
        return status.opening is None or status.opening <= 10

    def is_open_in(self, status: "ValveStatus") -> bool:
        """Whether a report says open: by its opening, or by having taken a setpoint well above the room's."""
        if status.opening is not None and status.opening >= 20:
            return True
        return status.setpoint is not None and status.setpoint >= min(
            self.fallback + OPEN_ABOVE_FALLBACK_K, self.setpoint
        )


class ValveStatus(Message):
    """What a valve reported of itself; `lowest` and `highest` are the setpoints that it knows, °C; `alert` says what a
    person has to do for it.
    """

    opening: Percent | None = None
    setpoint: Celsius | None = None
    mode: str | None = None
    battery_low: bool | None = None
    window: bool | None = None
    locked: bool | None = None
    lowest: ValveSetpoint | None = None
    highest: ValveSetpoint | None = None
    reachable: bool | None = None
    reported_at: MeasuredAt = None
    alert: str | None = None


class BoilerSet(Message):
    """Whether the boiler should heat until `expires_at`, and how warm the flow should be, °C (null: as it likes)."""

    call: bool
    flow_setpoint: BoilerSetpoint | None = None
    issued_at: Instant
    expires_at: Instant
    reason: str = ""

    def calls(self, now: datetime) -> bool:
        """Whether heat is wanted at this instant: an expired level wants none."""
        return self.call and now < self.expires_at


class BoilerStatus(Message):
    """What the boiler reported: flame, modulation %, water temperatures °C, pressure bar, hot water drawn, fault
    text.
    """

    flame: bool | None = None
    modulation: Percent | None = None
    flow_temperature: Celsius | None = None
    return_temperature: Celsius | None = None
    pressure_bar: NotNegative | None = None
    hot_water: bool | None = None
    fault: str | None = None
    reported_at: MeasuredAt = None
