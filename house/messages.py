"""Every message that can be said in the house: small frozen values, each with its codec.

Facts are nouns (`Temperature`, `ValveStatus`), wishes of people end in `Wish`, levels for devices end in `Set`.
`decode` takes any bytes and either returns a message or raises PayloadError; `encode` writes compact JSON with the
fields in the order of the class. Readers accept more than writers send: a bare number or word stands for the field
named in `bare`, unknown fields are ignored, and every optional field may be missing or null. Units: °C, percent
0-100, W, V, bar, m³, kWh; instants are UTC.
"""

from collections.abc import Mapping
from datetime import date, datetime
from itertools import pairwise
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    JsonValue,
    ValidationError,
)
from pydantic_core import from_json

from house.errors import PayloadError
from house.fields import (
    BoilerSetpoint,
    Celsius,
    Count,
    Instant,
    MinutesOfADay,
    Mode,
    NotNegative,
    Number,
    Openness,
    Percent,
    Presentness,
    Preset,
    Setpoint,
    Staleness,
    ValveSetpoint,
    WallTime,
)

MAXIMUM_PAYLOAD = 65_536  # bytes; the largest message we write (a forecast of 16 days) has a tenth of it


class Value(BaseModel):
    """A frozen value; parts of messages are Values too."""

    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False)

    def __eq__(self, other: object) -> bool:
        """As pydantic has it for values without extras, in a third of the time."""
        return self is other or (type(self) is type(other) and vars(self) == vars(other))


class Message(Value):
    """What one payload says."""

    bare: ClassVar[str | None] = None
    """The field that a bare number or word stands for; None where only an object is understood."""
    sparse: ClassVar[bool] = False
    """Whether fields at their default are not written: so it is where only programs read the message."""

    @classmethod
    def decode(cls, payload: bytes) -> Self:
        """Read a payload as received; raises PayloadError that says what was expected."""
        if len(payload) > MAXIMUM_PAYLOAD:
            raise PayloadError(f"{cls.__name__}: {len(payload)} bytes are more than {MAXIMUM_PAYLOAD}")
        try:
            return cls.model_validate(cls._fields_from(_parsed(payload)))
        except ValidationError as error:
            raise PayloadError(f"{cls.__name__}: {_in_words(error)}") from error

    @classmethod
    def _fields_from(cls, value: Any) -> Mapping[str, Any]:
        if isinstance(value, dict):
            required = {name for name, field in cls.model_fields.items() if field.is_required()}
            return {name: one for name, one in value.items() if one is not None or name in required}
        if cls.bare is None or isinstance(value, list) or value is None:
            raise PayloadError(f"{cls.__name__}: should be a JSON object with {', '.join(cls.model_fields)}")
        return {cls.bare: value}

    def encode(self) -> bytes:
        """Compact JSON, UTF-8; `decode` gives an equal message back."""
        return self.model_dump_json(exclude_defaults=self.sparse).encode()


def _parsed(payload: bytes) -> Any:
    try:
        return from_json(payload, allow_inf_nan=False)
    except ValueError as error:
        word = payload.decode(errors="replace").strip()
        if word and len(word) <= 64 and word.isprintable() and word[0] not in '{["':
            return word
        raise PayloadError(f"neither JSON nor a single word: {error}") from error


def _in_words(error: ValidationError) -> str:
    faults = []
    for fault in error.errors(include_url=False, include_context=False)[:3]:
        place = ".".join(str(part) for part in fault["loc"])
        what = fault["msg"].removeprefix("Value error, ")
        faults.append(f"{place}: {what[0].lower()}{what[1:]}, not {str(fault['input'])[:60]!r}")
    return "; ".join(faults)


# --- time -------------------------------------------------------------------------------------------------------------


class Tick(Message):
    """Time passed."""

    bare = "at"
    at: Instant


# --- what sensors say -----------------------------------------------------------------------------------------------


class Temperature(Message):
    """A room's or the outside air's temperature, °C."""

    bare = "value"
    value: Celsius
    measured_at: Instant | None = None


class Humidity(Message):
    """Relative humidity, %."""

    bare = "value"
    value: Percent
    measured_at: Instant | None = None


class Window(Message):
    """A contact on a window or door."""

    bare = "value"
    value: Openness
    measured_at: Instant | None = None


class Presence(Message):
    """Whether somebody is in the room."""

    bare = "value"
    value: Presentness
    measured_at: Instant | None = None


class SensorStatus(Message):
    """How a thermometer or contact is doing: battery %, voltage V, signal dBm."""

    battery: Percent | None = None
    voltage: NotNegative | None = None
    rssi: Number | None = None
    firmware: str | None = None
    measured_at: Instant | None = None


class ForecastHour(Value):
    """Temperature at `at`, and the mean global horizontal irradiance, W/m², of the hour that begins then; `direct` and
    `diffuse` are its two parts, on the horizontal.
    """

    at: Instant
    temperature: Celsius | None = None
    irradiance: NotNegative | None = None
    direct: NotNegative | None = None
    diffuse: NotNegative | None = None


class Forecast(Message):
    """The weather to come, hour by hour."""

    sparse = True
    issued_at: Instant
    hours: tuple[ForecastHour, ...] = ()


class GasReading(Message):
    """The gas meter's cumulative reading, m³; a new `equipment` is a new meter that starts anywhere."""

    bare = "value"
    value: NotNegative
    measured_at: Instant | None = None
    equipment: str | None = None


class ElectricityReading(Message):
    """The electricity meter: delivered to and returned by the house, kWh cumulative; power W, negative while
    returning.
    """

    bare = "value"
    value: NotNegative
    returned: NotNegative | None = None
    power_w: Number | None = None
    tariff: Count | None = None
    measured_at: Instant | None = None


# --- what people wish -----------------------------------------------------------------------------------------------


class ModeWish(Message):
    """auto: follow the schedule; heat: hold the setpoint; off: frost protection; bypass: hands off this room's
    valves.
    """

    bare = "value"
    value: Mode


class PresetWish(Message):
    """Hold a named setpoint, until an instant or until `none`."""

    bare = "value"
    value: Preset
    until: Instant | None = None


def _none_if_auto(value: Any) -> Any:
    return None if value in ("auto", "none") else value


class SetpointWish(Message):
    """An override, °C; `auto` ends it. Without `until` it holds until the next switch point (mode heat: for good)."""

    bare = "value"
    value: Annotated[Setpoint | None, BeforeValidator(_none_if_auto)]
    until: Instant | None = None


class BoostWish(Message):
    """Heat hard for some minutes (a bare number), until an instant, or the usual time (`on`); `off` or 0 ends it."""

    bare = "minutes"
    minutes: MinutesOfADay | None = None
    until: Instant | None = None

    @classmethod
    def _fields_from(cls, value: Any) -> Mapping[str, Any]:
        words: dict[Any, Mapping[str, Any]] = {"on": {}, "off": {"minutes": 0}}
        return words[value] if isinstance(value, str) and value in words else super()._fields_from(value)


class AwayWish(Message):
    """Nobody is home until an instant or until `off`; the setpoint, °C, is by default the preset `away`."""

    bare = "value"
    value: Literal["on", "off"] = "on"
    until: Instant | None = None
    setpoint: Setpoint | None = None


class SwitchPoint(Value):
    """From this local wall time on this day (1 = Monday) the room should have this setpoint, °C."""

    day: Annotated[int, Field(ge=1, le=7)]
    time: WallTime
    setpoint: Setpoint


def _in_order(points: tuple[SwitchPoint, ...]) -> tuple[SwitchPoint, ...]:
    ordered = tuple(sorted(points, key=lambda point: (point.day, point.time)))
    for one, other in pairwise(ordered):
        if (one.day, one.time) == (other.day, other.time):
            raise ValueError(f"should have one setpoint at day {one.day} {one.time}, not two")
    return ordered


SwitchPoints = Annotated[tuple[SwitchPoint, ...], Field(max_length=336), AfterValidator(_in_order)]
"""A week: at most one setpoint at a time, in order, and on average no more than one in half an hour."""


class _SwitchPoints(Message):
    points: SwitchPoints

    @classmethod
    def _fields_from(cls, value: Any) -> Mapping[str, Any]:
        return {"points": value} if isinstance(value, list) else super()._fields_from(value)

    def encode(self) -> bytes:
        return b"[" + b",".join(point.model_dump_json().encode() for point in self.points) + b"]"


class ScheduleWish(_SwitchPoints):
    """Replace the room's week: a JSON list of switch points."""


class ValveWish(Message):
    """What one valve should do by itself, now: `boost`, `boost_off`, follow its own week (`auto`), hold a setpoint
    (`manual`; °C, by default the one it has; until an instant, by default for good), or tell its week (`program`).
    """

    bare = "do"
    do: Literal["auto", "manual", "boost", "boost_off", "program"]
    setpoint: Setpoint | None = None
    until: Instant | None = None


# --- what the regulator has accepted, thinks and remembers ----------------------------------------------------------


class Schedule(_SwitchPoints):
    """A week, as accepted for a room or kept by a valve: a JSON list of switch points in order."""


class Override(Value):
    """A setpoint by hand, °C; without `until` it holds for good."""

    setpoint: Setpoint
    until: Instant | None = None


class PresetTemperatures(Value):
    """What the named setpoints mean in this room, °C."""

    comfort: Setpoint = 20.5
    eco: Setpoint = 17
    away: Setpoint = 15
    frost: Setpoint = 7
    boost: Setpoint = 23


class RoomSettings(Message):
    """The accepted wishes for a room."""

    mode: Mode = "auto"
    preset: Preset = "none"
    preset_until: Instant | None = None
    presets: PresetTemperatures = PresetTemperatures()
    override: Override | None = None
    boost_until: Instant | None = None


class HouseSettings(Message):
    """The accepted wishes for the whole house: `away` is the override that holds while nobody is home."""

    away: Override | None = None


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
    valves: dict[str, ValveMemory] = {}
    law: dict[str, JsonValue] = {}


class HouseMemory(Message):
    """What must be remembered of the house: the last tick, the boiler call and its recent starts, the law's own."""

    sparse = True
    tick_at: Instant | None = None
    call: bool = False
    call_since: Instant | None = None
    starts: tuple[Instant, ...] = ()
    law: dict[str, JsonValue] = {}


class Learned(Message):
    """What the control law `law` has learned of a room, or of the house and its boiler; to empty the topic before the
    regulator starts is to forget it.
    """

    law: dict[str, JsonValue] = {}


class RoomModel(Message):
    """A room as learned: a K/h at full heat, b 1/h, dead time min, solar K/h per W/m², from `count` transients."""

    a: NotNegative | None = None
    b: NotNegative | None = None
    dead_time_min: NotNegative | None = None
    solar: NotNegative | None = None
    count: Count = 0
    spread: NotNegative | None = None
    learned_at: Instant | None = None


class RoomGas(Message):
    """Gas attributed to a room, m³: cumulative (never falls), today and yesterday."""

    bare = "value"
    value: NotNegative
    today: NotNegative | None = None
    yesterday: NotNegative | None = None
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
    rooms: dict[str, RoomDay] = {}
    hot_water: NotNegative = 0
    other: NotNegative = 0
    pipes: NotNegative = 0
    unallocated: NotNegative = 0
    cost: NotNegative | None = None
    degree_days: NotNegative | None = None
    starts: Count = 0
    burn_min: NotNegative | None = None
    batteries: dict[str, Percent] = {}


class Alert(Message):
    """Something that a person should see to: what is wrong, what to do, since when. It is taken back when over."""

    about: str
    todo: str
    since: Instant | None = None


# --- devices --------------------------------------------------------------------------------------------------------


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


class ValveStatus(Message):
    """What a valve reported of itself; `alert` says what a person has to do for it."""

    opening: Percent | None = None
    setpoint: Celsius | None = None
    mode: str | None = None
    battery_low: bool | None = None
    window: bool | None = None
    locked: bool | None = None
    reachable: bool | None = None
    reported_at: Instant | None = None
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
    reported_at: Instant | None = None


# --- services -------------------------------------------------------------------------------------------------------


class Availability(Message):
    """Whether a service is there; `offline` is its last will."""

    bare = "value"
    value: Literal["online", "offline"]

    def encode(self) -> bytes:
        return self.value.encode()


class Echo(Message):
    """A service hears its own word: every retained message has arrived before it."""

    bare = "nonce"
    nonce: str


class Rejected(Message):
    """A message that a service could not use: its topic, its payload (cut), and why."""

    topic: str
    payload: str
    reason: str
    service: str | None = None
