"""What the analyst found in the record: room models, gas, days, alerts."""

from datetime import date

from pydantic import Field

from house.fields import Count, Instant, NotNegative, Percent
from house.messages.base import Message, Value


class RoomModel(Message):
    """A room as learned: a K/h at full heat, b 1/h, dead time min, solar K/h per W/m², from `count` transients."""

    a: NotNegative | None = None
    b: NotNegative | None = None
    dead_time_min: NotNegative | None = None
    solar: NotNegative | None = None
    count: Count = 0
    spread: NotNegative | None = None
    learned_at: Instant | None = None


class RadiatorPower(Message):
    """How strong a room's radiators proved to be by the gas of `count` quarters of an hour: that part of their nominal
    power (`nominal_w`, of all of them, by the settings), give or take `error` (one standard deviation). Gas is shared
    out by it from the day after `learned_at` on, as long as the settings say the same nominal power.
    """

    bare = "factor"
    factor: NotNegative
    error: NotNegative | None = None
    nominal_w: NotNegative | None = None
    count: Count = 0
    learned_at: Instant | None = None


class PipeLoss(Message):
    """The part of the heating gas that pipes take, by the gas of `count` quarters of an hour."""

    bare = "fraction"
    fraction: NotNegative
    count: Count = 0
    learned_at: Instant | None = None


class MeterLag(Message):
    """By how many seconds the gas meter's readings come late that are dated `since` then or later."""

    bare = "lag_s"
    lag_s: NotNegative
    since: Instant | None = None


class RoomGas(Message):
    """Gas attributed to a room, m³: cumulative (never falls), today and yesterday, and what these two cost."""

    bare = "value"
    value: NotNegative
    today: NotNegative | None = None
    yesterday: NotNegative | None = None
    cost_today: NotNegative | None = None
    cost_yesterday: NotNegative | None = None
    measured_at: Instant | None = None


class HouseGas(Message):
    """Gas of the whole house by its meter, m³, and what it cost: today, yesterday, and this month with today; and how
    often the burner began to heat today.
    """

    today: NotNegative | None = None
    yesterday: NotNegative | None = None
    month: NotNegative | None = None
    cost_today: NotNegative | None = None
    cost_yesterday: NotNegative | None = None
    cost_month: NotNegative | None = None
    starts_today: Count | None = None
    measured_at: Instant | None = None


class RoomDay(Value):
    """A room's day: gas m³ and how far it may be off, K·h too cold and too warm, moves of its valves."""

    gas: NotNegative = 0
    gas_error: NotNegative = 0
    too_cold_kh: NotNegative | None = None
    too_warm_kh: NotNegative | None = None
    moves: Count = 0


class Day(Message):
    """What a local day came to. Gas in m³ to the millilitre: rooms, hot water, other (cooking), pipes and unallocated
    sum to `gas`, which the meter counted; cost in €; degree days below 18 °C outside; starts of the burner for heating
    and the minutes that it burned for it; at its end the batteries of the thermometers, %. Of two messages about a day
    the later counts.
    """

    day: date
    gas: NotNegative
    rooms: dict[str, RoomDay] = Field(default_factory=dict)
    hot_water: NotNegative = 0
    other: NotNegative = 0
    pipes: NotNegative = 0
    unallocated: NotNegative = 0
    cost: NotNegative | None = None
    degree_days: NotNegative | None = None
    starts: Count = 0
    burn_min: NotNegative | None = None
    batteries: dict[str, Percent] = Field(default_factory=dict)


class Alert(Message):
    """Something that a person should see to: what is wrong, what to do, since when. It is taken back when over."""

    about: str
    todo: str
    since: Instant | None = None
