"""The control laws behind one door: what they see of the house, what they answer, and which there are.

A law is a pure function. It sees only rooms whose temperature can be relied on and whose windows are closed; what it
answers is a wish: confirmation of valves, burner times and everything about safety are applied afterwards, to every
law alike.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from pydantic import JsonValue

Memory = Mapping[str, JsonValue]
"""What a law remembers, as it comes from a retained topic: it may be empty or, in a damaged topic, anything."""


@dataclass(frozen=True, slots=True)
class LawRoom:
    """A room to be heated: temperatures °C, power of its radiators W, hysteresis K."""

    temperature: float
    setpoint: float
    power_w: float
    confirmed_w: float
    hysteresis: float
    memory: Memory


@dataclass(frozen=True, slots=True)
class LawHouse:
    """All rooms that the law may decide on, and whether the boiler is called now."""

    now: datetime
    rooms: Mapping[str, LawRoom]
    call: bool
    memory: Memory


@dataclass(frozen=True, slots=True)
class RoomVerdict:
    """Whether a room's valves should be open; `demand` is how much it asks, 0-100, and `reason` says why."""

    open: bool
    demand: int
    reason: str
    memory: Memory = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Verdict:
    """The law's answer; with `call` the boiler should heat as soon as an open radiator has confirmed."""

    rooms: Mapping[str, RoomVerdict]
    call: bool
    memory: Memory = field(default_factory=dict)


Law = Callable[[LawHouse], Verdict]
