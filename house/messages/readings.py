"""What sensors, meters and the weather service measured: facts with the time at which they were true."""

from house.fields import (
    AnyCelsius,
    Celsius,
    Count,
    Instant,
    MeasuredAt,
    NotNegative,
    Number,
    Openness,
    Percent,
    Presentness,
)
from house.messages.base import Message, Value


class Tick(Message):
    """Time passed: a minute, where the clock does not know what time it is (null)."""

    bare = "at"
    at: MeasuredAt


class Temperature(Message):
    """A room's or the outside air's temperature, °C."""

    bare = "value"
    value: Celsius
    measured_at: MeasuredAt = None


class RoomTemperature(Temperature):
    """A room's temperature as its thermometer says it, °C: a broken one says -127 or 999, which is told of it."""

    value: AnyCelsius


class Humidity(Message):
    """Relative humidity, %."""

    bare = "value"
    value: Percent
    measured_at: MeasuredAt = None


class Window(Message):
    """A contact on a window or door."""

    bare = "value"
    value: Openness
    measured_at: MeasuredAt = None


class Presence(Message):
    """Whether somebody is in the room."""

    bare = "value"
    value: Presentness
    measured_at: MeasuredAt = None


class SensorStatus(Message):
    """How a thermometer or contact is doing: battery %, voltage V, signal dBm."""

    battery: Percent | None = None
    voltage: NotNegative | None = None
    rssi: Number | None = None
    firmware: str | None = None
    measured_at: MeasuredAt = None


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
