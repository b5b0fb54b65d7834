"""What the regulator must remember between two messages."""

from pydantic import Field, JsonValue

from house.fields import Count, Instant, Number, Openness
from house.messages.base import Message, Value


class WindowMemory(Value):
    """Since when the windows are as they are, and whether heating is paused for it."""

    value: Openness
    since: Instant
    paused: bool = False


class ValveMemory(Value):
    """How often a valve was told its present target without confirming it, and when it was told first; `moves` is how
    often it was told another opening on the local day of that instant.
    """

    tries: Count = 0
    told_at: Instant | None = None
    moves: Count = 0


class SteadyMemory(Value):
    """What the thermometers of a room said at `at`, °C and %, whether they have `varied` since, and for how many whole
    hours before they had not.
    """

    said: tuple[Number, ...]
    at: Instant
    varied: bool = False
    hours: Count = 0


class RoomMemory(Message):
    """What must be remembered of a room between two messages; `law` belongs to the control law alone."""

    sparse = True
    window: WindowMemory | None = None
    steady: SteadyMemory | None = None
    valves: dict[str, ValveMemory] = Field(default_factory=dict)
    law: dict[str, JsonValue] = Field(default_factory=dict)


class HouseMemory(Message):
    """What must be remembered of the house: the last tick, the boiler call and its recent starts, the law's own."""

    sparse = True
    tick_at: Instant | None = None
    call: bool = False
    call_since: Instant | None = None
    starts: tuple[Instant, ...] = ()
    law: dict[str, JsonValue] = Field(default_factory=dict)


class Learned(Message):
    """What the control law `law` has learned of a room, or of the house and its boiler; to empty the topic before the
    regulator starts is to forget it.
    """

    law: dict[str, JsonValue] = Field(default_factory=dict)
