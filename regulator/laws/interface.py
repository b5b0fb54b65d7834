"""The control laws behind one door: what they see of the house, what they answer, and which there are.

A law is a pure function. It sees only rooms whose temperature can be relied on and where no contact tells of an open
window; what it answers is a wish: confirmation of valves, burner times and everything about safety are applied
afterwards, to every law alike.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any, NamedTuple, Protocol
from zoneinfo import ZoneInfo

from pydantic import JsonValue

from house.fields import Comfort
from house.settings import Regulator

Wire = Mapping[str, JsonValue]
"""What a law remembers, as a retained topic has it: it may be empty or, in a damaged topic, anything."""


class Kept(NamedTuple):
    """A memory for the retained topics: what changes from minute to minute, and what was learned, which seldom does."""

    passing: dict[str, JsonValue]
    learned: Mapping[str, JsonValue] = MappingProxyType({})


class Memory(Protocol):
    """What a law remembers of a room or of the house: a frozen value, read once from the retained topics.

    `read(*memory.kept())` is the same memory, so that a restart is not noticed.
    """

    def kept(self) -> Kept:
        """For the retained topics."""

    def out_of_sight(self) -> "Memory":
        """What remains of it where the law may not decide on the room: nothing that it was in the midst of watching."""


class Nothing(NamedTuple):
    """The memory of a law that remembers nothing."""

    def kept(self) -> Kept:
        return Kept({})

    def out_of_sight(self) -> "Nothing":
        return self


NO_MEMORY = Nothing()


def nothing(_passing: Wire, _learned: Wire) -> Nothing:
    """Whatever was remembered, by another law perhaps."""
    return Nothing()


@dataclass(frozen=True, slots=True)
class Switch:
    """From `at` on the setpoint will be this, °C; `name` is the same for the same switch point on other days."""

    at: datetime
    setpoint: float
    name: str


class LawRoom(NamedTuple):
    """A room to be heated: temperatures °C, power of its radiators W, hysteresis K."""

    temperature: float
    setpoint: float
    power_w: float
    confirmed_w: float
    hysteresis: float
    memory: Memory | None = None
    """What the law itself has remembered of it; None of a room that is new."""
    told_open: bool = False
    coming: tuple[Switch, ...] = ()
    """What is planned for the next hours, in order; empty where the setpoint holds for good."""
    measured_at: datetime | None = None
    """When the newest reading was taken; None counts as now."""
    has_contact: bool = False
    """Whether a window contact has been heard of."""
    is_scheduled: bool = True
    """Whether the setpoint is the schedule's own: what a person wished is kept to its end."""

    def with_memory(self, memory: Memory | None) -> "LawRoom":
        """The same room where the law remembers something else of it."""
        return LawRoom._make((*self[:_MEMORY], memory, *self[_MEMORY + 1 :]))

    def is_like(self, other: "LawRoom") -> bool:
        """Whether the rooms are the same but for what the law remembers of them."""
        return self[:_MEMORY] == other[:_MEMORY] and self[_MEMORY + 1 :] == other[_MEMORY + 1 :]


_MEMORY = LawRoom._fields.index("memory")


@dataclass(frozen=True, slots=True)
class LawInput:
    """All rooms that the law may decide on, the boiler, and the air outside; None where that is not known."""

    now: datetime
    rooms: Mapping[str, LawRoom]
    call: bool
    memory: Memory | None = None
    last_tick: datetime | None = None
    """When it was decided last; equal to `now` where something else than a tick leads to a second decision."""
    numbers: Regulator = field(default_factory=Regulator)
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    minimum_power_w: float = 6500.0
    flame: bool | None = None
    hot_water: bool | None = None
    flow: float | None = None
    outside: float | None = None
    comfort: Comfort | None = None
    """What a person wishes in place of the comfort that the settings name."""
    worked_out: Any = None
    """What the law itself had worked out at the last decision: of a room that is the same value the same follows."""

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
    memory: Memory = NO_MEMORY
    waits: str = NO_NEED
    flow_setpoint: float | None = None
    worked_out: Any = None
    """For the next decision, which may be about another room: a law that has nothing to keep leaves it out."""


def _no_words(_memory: Any) -> Iterable[str]:
    return ()


@dataclass(frozen=True, slots=True)
class Law:
    """A control law, and how what it remembers of a room and of the house is read from their two topics: what changes
    from minute to minute and what was learned. What cannot be read counts as never learned.
    """

    decide: Callable[[LawInput], LawOutput]
    read_room: Callable[[Wire, Wire], Memory] = nothing
    read_house: Callable[[Wire, Wire], Memory] = nothing
    explain_room: Callable[[Any], Iterable[str]] = _no_words
    """What has been learned of a room, a sentence each."""
