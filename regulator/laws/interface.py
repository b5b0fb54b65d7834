"""The control laws behind one door: what they see of the house, what they answer, and which there are.

A law is a pure function. It sees only rooms whose temperature can be relied on and where no contact tells of an open
window; what it answers is a wish: confirmation of valves, burner times and everything about safety are applied
afterwards, to every law alike.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from pydantic import JsonValue

from house.settings import Regulator

Memory = Mapping[str, JsonValue]
"""What a law remembers, as it comes from a retained topic: it may be empty or, in a damaged topic, anything."""


@dataclass(frozen=True, slots=True)
class Switch:
    """From `at` on the setpoint will be this, °C; `name` is the same for the same switch point on other days."""

    at: datetime
    setpoint: float
    name: str


@dataclass(frozen=True, slots=True)
class LawRoom:
    """A room to be heated: temperatures °C, power of its radiators W, hysteresis K."""

    temperature: float
    setpoint: float
    power_w: float
    confirmed_w: float
    hysteresis: float
    memory: Memory
    told_open: bool = False
    coming: tuple[Switch, ...] = ()
    """What is planned for the next hours, in order; empty where the setpoint holds for good."""
    measured_at: datetime | None = None
    """When the newest reading was taken; None counts as now."""
    has_contact: bool = False
    """Whether a window contact has been heard of."""
    is_scheduled: bool = True
    """Whether the setpoint is the schedule's own: what a person wished is kept to its end."""


@dataclass(frozen=True, slots=True)
class LawInput:
    """All rooms that the law may decide on, the boiler, and the air outside; None where that is not known."""

    now: datetime
    rooms: Mapping[str, LawRoom]
    call: bool
    memory: Memory
    last_tick: datetime | None = None
    """When it was decided last; equal to `now` where something else than a tick leads to a second decision."""
    numbers: Regulator = field(default_factory=Regulator)
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    minimum_power_w: float = 6500.0
    flame: bool | None = None
    hot_water: bool | None = None
    flow: float | None = None
    outside: float | None = None

    @property
    def ticked(self) -> bool:
        """Whether time has passed since the last decision; what is watched over time goes on only then."""
        return self.last_tick != self.now


NO_NEED = "no room needs heat"


class RoomDemand(NamedTuple):
    """Whether a room's valves should be open; `demand` is how much it asks, 0-100, and `reason` says why.

    `rule` is one word for what decided, where that is not the setpoint in force.
    """

    open: bool
    demand: int
    reason: str
    memory: Memory
    rule: str | None = None


@dataclass(frozen=True, slots=True)
class LawOutput:
    """The law's answer; with `call` the boiler should heat as soon as an open radiator has confirmed.

    Without, `waits` says why, of the boiler and of each room. `flow_setpoint` is how warm the water should be, °C; None
    leaves that to the boiler.
    """

    rooms: Mapping[str, RoomDemand]
    call: bool
    memory: Memory = field(default_factory=dict)
    waits: str = NO_NEED
    flow_setpoint: float | None = None


def _nothing(_learned: Memory) -> Iterable[str]:
    return ()


@dataclass(frozen=True, slots=True)
class Law:
    """A control law, and two kinds of keys in what it remembers: what it has `learned` is kept apart, and what it is in
    the midst of `watching` is forgotten once it may not decide on a room any more.
    """

    decide: Callable[[LawInput], LawOutput]
    learned: frozenset[str] = frozenset()
    watching: frozenset[str] = frozenset()
    explain_room: Callable[[Memory], Iterable[str]] = _nothing
    """What has been learned of a room, a sentence each."""
    explain_house: Callable[[Memory], Iterable[str]] = _nothing
    """The same of the house and its boiler."""
