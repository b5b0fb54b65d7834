"""What passes between the simulated house and the outside world: commands in, reports out.

These are the words of the devices, not those of the topics: `bridge.py` translates. Instants are whole seconds
since 1970 UTC, temperatures °C, openings and batteries percent, gas millilitres.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ValveCommand:
    """Take this opening; with `opening` None regulate to `setpoint` by the valve's own sensor.

    From `expires_at` on the valve regulates to `fallback` by itself; without a fallback it keeps what it has.
    """

    opening: int | None
    setpoint: float
    expires_at: int | None = None
    fallback: float | None = None


@dataclass(frozen=True, slots=True)
class BoilerCommand:
    """Heat (or do not) until `expires_at`; `flow_setpoint` None means the boiler's own dial."""

    call: bool
    flow_setpoint: float | None = None
    expires_at: int | None = None


@dataclass(frozen=True, slots=True)
class SensorReport:
    """A thermometer was heard."""

    room_id: str
    sensor: str
    temperature: float
    humidity: int
    battery: int
    measured_at: int


@dataclass(frozen=True, slots=True)
class WindowReport:
    """A window contact changed."""

    room_id: str
    contact: str
    is_open: bool
    measured_at: int


@dataclass(frozen=True, slots=True)
class ValveReport:
    """A valve answered; `opening` is the position it has or is moving to."""

    valve: str
    opening: int
    setpoint: float
    regulates_itself: bool
    reported_at: int


@dataclass(frozen=True, slots=True)
class BoilerReport:
    """What the boiler shows; `modulation` is percent of its maximum power, 0 without flame."""

    flame_on: bool
    modulation: int
    flow_temperature: float
    return_temperature: float
    hot_water: bool
    reported_at: int


@dataclass(frozen=True, slots=True)
class GasReport:
    """The meter's reading."""

    reading_ml: int
    measured_at: int


@dataclass(frozen=True, slots=True)
class OutsideReport:
    """The outside thermometer."""

    temperature: float
    measured_at: int


@dataclass(frozen=True, slots=True)
class ForecastHour:
    """Temperature at `at` and mean global horizontal irradiance (W/m²) over the hour that begins there."""

    at: int
    temperature: float
    irradiance: float


@dataclass(frozen=True, slots=True)
class ForecastReport:
    """A weather forecast."""

    issued_at: int
    hours: tuple[ForecastHour, ...]


Report = SensorReport | WindowReport | ValveReport | BoilerReport | GasReport | OutsideReport | ForecastReport
