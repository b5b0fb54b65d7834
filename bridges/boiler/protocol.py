"""What the bridges of all boilers share: which demand is in force, when to repeat it, when to say the status.

A demand is a level that expires on our side, by our clock. A boiler hears it again every half minute, since each of
them returns to something of its own when it hears nothing. Nothing heard, or nothing valid any more, is no demand.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol, Self

from house.errors import PayloadError
from house.messages import BoilerSet, BoilerStatus

REPEAT = timedelta(seconds=30)
SETTLE = timedelta(seconds=5)
"""How long what the broker kept may take to arrive; no wish after that is no demand."""
STATUS_EVERY = timedelta(minutes=5)
LONGEST_TRUST = timedelta(hours=1)
OBEDIENCE = timedelta(minutes=2)
"""How long a boiler may take to show what it was told."""
LOWEST_FLOW = 20.0
"""°C; a call below it would read as "no heat" (EMS) or as "the thermostat decides" (OpenTherm)."""


@dataclass(frozen=True, slots=True)
class Demand:
    """What the boiler is asked since an instant: heat or not, and the flow setpoint, °C."""

    call: bool
    flow_setpoint: float
    since: datetime

    def is_overdue(self, now: datetime) -> bool:
        """Whether the device has had time enough to show it."""
        return now - self.since >= OBEDIENCE


@dataclass(frozen=True, slots=True)
class Write:
    """A command in a topic of the device's own; never retained."""

    topic: str
    payload: bytes


class Driver(Protocol):
    """A boiler behind MQTT as last heard: a frozen value that knows the device's topics and words."""

    @property
    def filters(self) -> tuple[str, ...]:
        """Where the device speaks."""

    @property
    def silence(self) -> str:
        """What the device does when it hears nothing more; for the log."""

    def heard(self, topic: str, payload: bytes, now: datetime, *, live: bool) -> Self:
        """With what the device said; `live` unless the broker had kept it. Nonsense changes nothing."""

    def writes(self, demand: Demand) -> tuple[Write, ...]:
        """What makes the device do so."""

    def safe(self) -> tuple[Write, ...]:
        """What leaves the device in good hands when we go."""

    def status(self, demand: Demand | None, now: datetime) -> BoilerStatus:
        """What it reported; where it has contradicted the demand for long, that is the fault."""


def accept(wish: BoilerSet, now: datetime) -> BoilerSet:
    """Refuse a wish that would outlive a dead regulator by far; raises PayloadError."""
    ahead = wish.expires_at - now
    if ahead > LONGEST_TRUST:
        raise PayloadError(f"boiler set: expires_at should be at most an hour ahead, not {ahead}")
    return wish


@dataclass(frozen=True, slots=True)
class Control:
    """The wish as last heard, what was told to the device for it, and when."""

    default_flow: float
    started: datetime | None = None
    wish: BoilerSet | None = None
    demand: Demand | None = None
    told_at: datetime | None = None

    def is_settled(self, now: datetime) -> bool:
        """Whether all that the broker had kept, of people and devices, must have arrived."""
        return self.started is not None and not timedelta(0) <= now - self.started < SETTLE

    def due(self, now: datetime) -> tuple["Control", Demand | None]:
        """What to tell the device now, if anything: the demand when it changes, and again every half minute."""
        if self.started is None:
            return replace(self, started=now).due(now)
        if self.wish is None and not self.is_settled(now):
            return self, None
        demand = self._in_force(now)
        recently = self.told_at is not None and timedelta(0) <= now - self.told_at < REPEAT
        if recently and demand is self.demand:
            return self, None
        return replace(self, demand=demand, told_at=now), demand

    def _in_force(self, now: datetime) -> Demand:
        call = self.wish is not None and self.wish.calls(now)
        wished = self.wish.flow_setpoint if self.wish is not None and call else None
        flow = max(LOWEST_FLOW, self.default_flow if wished is None else wished)
        if self.demand and (self.demand.call, self.demand.flow_setpoint) == (call, flow):
            return self.demand
        return Demand(call, flow, since=now)


@dataclass(frozen=True, slots=True)
class Said:
    """The status as last published."""

    status: BoilerStatus | None = None
    at: datetime | None = None

    def is_due(self, status: BoilerStatus, now: datetime) -> bool:
        """Whether it tells something new, or the last one is five minutes old."""
        if self.status is None or self.at is None or not timedelta(0) <= now - self.at < STATUS_EVERY:
            return True
        if self.status.reported_at is None:
            return status != self.status
        return status.model_copy(update={"reported_at": self.status.reported_at}) != self.status
