"""What the regulator must remember between two messages."""

from pydantic import Field, JsonValue

from house.fields import Count, Instant, MeasuredAt, NotNegative, Number, Openness
from house.messages.base import Message, Value
from house.messages.devices import ValveStatus


class WindowMemory(Value):
    """Since when the windows are as they are, and whether heating is paused for it."""

    value: Openness
    since: Instant
    paused: bool = False


class ClockMemory(Value):
    """How far the clock of a device is `ahead_s` of the house's, s (negative: behind). `late_s` is by how much it has
    seemed to be behind since `late_since`: that may also be the delay of messages that were waiting.
    """

    ahead_s: Number = 0
    late_s: Number | None = None
    late_since: Instant | None = None


class ValveMemory(Value):
    """How often a valve was told its present target without confirming it, and when it was told first; `moves` is how
    often it was told another opening on the local day of that instant; `newest` is its newest report where the broker
    keeps an older one; since when it has `obeyed` it may be `contradicted` by somebody else, and was at these instants.
    """

    tries: Count = 0
    told_at: Instant | None = None
    moves: Count = 0
    clock: ClockMemory | None = None
    newest: ValveStatus | None = None
    obeyed: bool = False
    contradicted: tuple[Instant, ...] = ()


class SteadyMemory(Value):
    """What a thermometer said at `at`, °C and %, whether that has `varied` since, and for how many whole
    hours before it had not.
    """

    said: tuple[Number, ...]
    at: Instant
    varied: bool = False
    hours: Count = 0


class DoubtMemory(Value):
    """What a thermometer says that is not believed yet: its newest such reading, °C, and since when."""

    value: Number
    since: Instant
    at: Instant


class ReadingMemory(Value):
    """A believed reading, °C, from which the next ones moved fast, and when it was taken."""

    value: Number
    at: Instant


class SensorMemory(Value):
    """What is known of one thermometer: its last believable reading, °C, and when that was taken; when by its own clock
    it took the last one; the latest intervals between its readings, s; whether it tells parts of half a degree; from
    where it has moved fast in the last minutes.
    """

    value: Number | None = None
    at: Instant | None = None
    said_at: Instant | None = None
    clock: ClockMemory | None = None
    doubt: DoubtMemory | None = None
    intervals: tuple[NotNegative, ...] = ()
    is_fine: bool = False
    steady: SteadyMemory | None = None
    moved_from: ReadingMemory | None = None


class ContactMemory(Value):
    """When a contact was heard of, to the hour, and its newest word by the contact's own clock."""

    heard_at: Instant
    value: Openness | None = None
    measured_at: MeasuredAt = None


class FrostMemory(Value):
    """Since which reading the room is below frost, and whether it is heated for that."""

    since: Instant
    on: bool = False


class ShutMemory(Value):
    """Whether a room gets warmer from burns for others: in how many of the last ones, without a break, it did; since
    when it is being watched in one, from which temperature, °C, and whether that one has been `judged`.
    """

    rises: Count = 0
    since: Instant | None = None
    value: Number | None = None
    judged: bool = False


class RoomMemory(Message):
    """What must be remembered of a room between two messages; `law` belongs to the control law alone."""

    sparse = True
    window: WindowMemory | None = None
    sensors: dict[str, SensorMemory] = Field(default_factory=dict)
    contacts: dict[str, ContactMemory] = Field(default_factory=dict)
    frost: FrostMemory | None = None
    valves: dict[str, ValveMemory] = Field(default_factory=dict)
    shut: ShutMemory | None = None
    law: dict[str, JsonValue] = Field(default_factory=dict)


class TickDoubt(Value):
    """A time that the clock tells and that is not believed yet, and how many ticks have agreed with it."""

    at: Instant
    agreed: Count = 0


class HouseMemory(Message):
    """What must be remembered of the house: the last tick, the boiler call and its recent starts, the law's own;
    `is_clockless` while the clock does not know the time and only counts minutes; how far the boiler's clock is off;
    since when a called boiler says that it does not burn.
    """

    sparse = True
    tick_at: Instant | None = None
    doubt: TickDoubt | None = None
    is_clockless: bool = False
    call: bool = False
    call_since: Instant | None = None
    starts: tuple[Instant, ...] = ()
    boiler_clock: ClockMemory | None = None
    dark_since: Instant | None = None
    law: dict[str, JsonValue] = Field(default_factory=dict)


class Learned(Message):
    """What the control law `law` has learned of a room, or of the house and its boiler; to empty the topic before the
    regulator starts is to forget it.
    """

    law: dict[str, JsonValue] = Field(default_factory=dict)
