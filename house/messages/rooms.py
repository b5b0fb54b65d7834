"""What the regulator says of rooms and house: accepted wishes, and all that a person wants to see."""

from typing import Literal

from house.fields import Celsius, Comfort, Instant, Mode, NotNegative, Openness, Percent, Preset, Setpoint, Staleness
from house.messages.base import Message, Value


class Override(Value):
    """A setpoint by hand, °C; without `until` it holds for good. With `after` it ends at the first switch point after
    that instant, and `until` follows the schedule.
    """

    setpoint: Setpoint
    until: Instant | None = None
    after: Instant | None = None


class Away(Value):
    """Nobody is home until then, or for good; without a setpoint, °C, each room's preset `away` counts. An absence that
    was wished as a `duration` moves with a clock that is set.
    """

    setpoint: Setpoint | None = None
    until: Instant | None = None
    duration: bool = False


class PresetTemperatures(Value):
    """What the named setpoints mean in this room, °C."""

    comfort: Setpoint = 20.5
    eco: Setpoint = 17
    away: Setpoint = 15
    frost: Setpoint = 7
    boost: Setpoint = 23


class RoomSettings(Message):
    """The accepted wishes for a room: what holds (the schedule, or in mode heat `held`, °C), and what is temporary
    above it. `durations` names what was wished for some minutes: its end moves with a clock that is set. `despite_away`
    names what was wished while nobody was home: it counts nevertheless.
    """

    mode: Mode = "auto"
    preset: Preset = "none"
    preset_until: Instant | None = None
    presets: PresetTemperatures = PresetTemperatures()
    held: Setpoint | None = None
    override: Override | None = None
    boost_until: Instant | None = None
    durations: tuple[Literal["boost", "override", "preset"], ...] = ()
    despite_away: tuple[Literal["held", "override", "preset"], ...] = ()


class HouseSettings(Message):
    """The accepted wishes for the whole house."""

    away: Away | None = None
    comfort: Comfort | None = None


class RoomStatus(Message):
    """All that a person wants to see of a room; `rule` names in one word what decided, `reason` says it in a
    sentence.
    """

    temperature: Celsius | None = None
    humidity: Percent | None = None
    setpoint: Setpoint | None = None
    action: Literal["heating", "idle", "off"] = "idle"
    demand: Percent = 0
    rule: str = ""
    reason: str = ""
    until: Instant | None = None
    next_setpoint: Setpoint | None = None
    next_switch_at: Instant | None = None
    mode: Mode = "auto"
    preset: Preset = "none"
    window: Openness | None = None
    staleness: Staleness = "fresh"
    measured_at: Instant | None = None
    alert: str | None = None


class ValveDescription(Value):
    """A valve and the nominal power of its radiator, W."""

    address: str
    power_w: NotNegative


class RoomDescription(Value):
    """A room as house.yaml describes it: what people call it, and which devices are in it."""

    id: str
    name: str
    sensors: tuple[str, ...] = ()
    windows: tuple[str, ...] = ()
    valves: tuple[ValveDescription, ...] = ()


class HouseDescription(Message):
    """What a page must know of house.yaml: names, order and wiring of rooms, time zone, presets, currency."""

    name: str
    timezone: str
    boost_min: NotNegative
    law: str
    comfort: str
    presets: PresetTemperatures
    rooms: tuple[RoomDescription, ...]
    currency: str = "EUR"
