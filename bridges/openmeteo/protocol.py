"""Open-Meteo's forecast as our messages, and when to ask for the next one.

Radiation there is the mean of the hour *before* its stamp, here of the hour that begins at `at`: it moves one hour
back. Times are asked for in unixtime, since local ISO times are ambiguous in October. null is missing, never 0.
Source: open-meteo.com, documentation of the forecast API and its terms (free for private use, CC BY 4.0).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import ValidationError

from bridges.parse_values import json_object, number
from house.errors import DeviceError
from house.messages import Forecast, ForecastHour, Temperature
from house.settings import Home

HOUR = timedelta(hours=1)
SUN = 1400  # W/m²; more never reaches the ground
PATH = "/v1/forecast"
UNITS = {
    "time": "unixtime",
    "temperature_2m": "°C",
    "shortwave_radiation": "W/m²",
    "direct_radiation": "W/m²",
    "diffuse_radiation": "W/m²",
}
FORECAST_DAYS = 3
SETTLE = timedelta(seconds=5)
"""How long the forecast that the broker kept may take to arrive, before a new one is asked for."""
MAXIMUM_ANSWER = 200_000  # bytes; three days take 6 kB

POLL_FROM, POLL_TO = timedelta(minutes=30), timedelta(minutes=60)
FIRST_BACKOFF, LONGEST_BACKOFF = timedelta(minutes=1), timedelta(minutes=30)
OLD_AFTER = timedelta(hours=6)
USELESS_AFTER = timedelta(hours=24)
OWN_SENSOR_LOST_AFTER = timedelta(hours=24)

_PERIODS = {"minutely": timedelta(minutes=1), "hourly": HOUR, "daily": timedelta(hours=24)}
_OVERLOAD = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Failure:
    """No forecast. `retry_after` is the server's own word; `for_good` means that asking again would not help."""

    text: str
    retry_after: timedelta | None = None
    for_good: bool = False


def query(home: Home) -> dict[str, str]:
    """The parameters of the request; the place is rounded to 0.1 degree (7 to 11 km), so that it does not tell the
    house.
    """
    return {
        "latitude": f"{home.latitude:.1f}",
        "longitude": f"{home.longitude:.1f}",
        "hourly": ",".join(name for name in UNITS if name != "time"),
        "timezone": "GMT",
        "timeformat": "unixtime",
        "forecast_days": str(FORECAST_DAYS),
    }


def failure(status: int, body: bytes) -> Failure:
    """What an answer other than 200 means."""
    reason = str(json_object(body).get("reason", f"status {status}"))[:200]
    if status == 429:
        period = reason.split(" ", 1)[0].lower()
        return Failure(reason, retry_after=_PERIODS.get(period, _PERIODS["minutely"]))
    if status == 503:
        return Failure(reason, retry_after=_OVERLOAD)
    return Failure(reason, for_good=status == 400)  # any other may come from something in between, and pass


def forecast(body: bytes, now: datetime) -> Forecast:
    """Read an answer; hours that have passed are left out. Raises DeviceError for an answer of another form."""
    answer = json_object(body)
    units, hourly = answer.get("hourly_units"), answer.get("hourly")
    if not isinstance(units, dict) or not isinstance(hourly, dict):
        raise DeviceError("Open-Meteo's answer has no hourly values", temporary=True)
    wrong = {name: units.get(name) for name, unit in UNITS.items() if units.get(name) != unit}
    if wrong:
        raise DeviceError(f"Open-Meteo's units should be {UNITS}, not {wrong}", temporary=True)
    columns = {name: hourly.get(name) for name in UNITS}
    lengths = {len(column) if isinstance(column, list) else None for column in columns.values()}
    if len(lengths) != 1 or None in lengths:
        raise DeviceError("Open-Meteo's columns are not lists of one length", temporary=True)
    try:
        hours = tuple(hour for hour in _hours(columns) if hour.at > now - HOUR and not _is_empty(hour))
        return Forecast(issued_at=now, hours=hours)
    except (ValidationError, TypeError, ValueError, OverflowError, OSError) as error:
        raise DeviceError(f"Open-Meteo's values cannot be read: {str(error)[:200]}", temporary=True) from error


def _hours(columns: Mapping[str, Any]) -> list[ForecastHour]:
    stamps = [datetime.fromtimestamp(stamp, UTC) for stamp in columns["time"]]
    temperature = dict(zip(stamps, columns["temperature_2m"], strict=True))
    begins = [stamp - HOUR for stamp in stamps]
    mean = {name: dict(zip(begins, columns[name], strict=True)) for name in UNITS if UNITS[name] == "W/m²"}
    return [
        ForecastHour(
            at=at,
            temperature=number(temperature.get(at), -60, 60),
            irradiance=number(mean["shortwave_radiation"].get(at), 0, SUN),
            direct=number(mean["direct_radiation"].get(at), 0, SUN),
            diffuse=number(mean["diffuse_radiation"].get(at), 0, SUN),
        )
        for at in sorted({*stamps, *begins})
    ]


def _is_empty(hour: ForecastHour) -> bool:
    return hour.temperature is None and hour.irradiance is None


# --- when to ask, and how warm it is outside --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Weather:
    """The last forecast, when to ask for the next, and the own outdoor thermometers as last heard."""

    next_poll: datetime
    failures: int = 0
    error: str | None = None
    gave_up: bool = False
    forecast: Forecast | None = None
    own: Mapping[str, Temperature] = field(default_factory=dict)

    def should_ask(self, now: datetime) -> bool:
        """Whether it is time; also when the clock was put back so far that it would not be for days."""
        return not self.gave_up and (now >= self.next_poll or self.next_poll - now > USELESS_AFTER)

    def renewed(self, found: Forecast, chance: float) -> "Weather":
        """With a new forecast, or the one that the broker kept, so that a restart costs no request.

        `chance` (0 to 1) spreads the next poll, so that houses do not all ask at once.
        """
        wait = POLL_FROM + chance * (POLL_TO - POLL_FROM)
        return replace(self, forecast=found, failures=0, error=None, next_poll=found.issued_at + wait)

    def failed(self, fault: Failure, now: datetime) -> "Weather":
        """Without a forecast this time; a request that is wrong in itself is not sent again."""
        wait = fault.retry_after or min(FIRST_BACKOFF * 2 ** min(self.failures, 10), LONGEST_BACKOFF)
        return replace(self, failures=self.failures + 1, error=fault.text, gave_up=fault.for_good, next_poll=now + wait)

    def heard(self, sensor: str, value: float, measured_at: datetime) -> "Weather":
        """With what an own thermometer says, °C."""
        return replace(self, own={**self.own, sensor: Temperature(value=value, measured_at=measured_at)})

    def alarm(self, now: datetime) -> str | None:
        """What a person should know, if anything."""
        if self.gave_up:
            return f"Open-Meteo refuses the request for good: {self.error}"
        age = now - self.forecast.issued_at if self.forecast else None
        if age is not None and age >= OLD_AFTER:
            return f"the forecast has not been renewed for {age // OLD_AFTER * 6} hours or more: {self.error}"
        return self.error

    def usable_forecast(self, now: datetime) -> Forecast | None:
        """The last forecast; without hours once it is a day old, so that nobody goes by it."""
        if self.forecast is None or now - self.forecast.issued_at < USELESS_AFTER:
            return self.forecast
        return Forecast(issued_at=self.forecast.issued_at, hours=())

    def outside(self, now: datetime) -> Temperature | None:
        """The mean of the own thermometers heard within a day, as old as the newest; else the forecast's this hour."""
        fresh = [
            (one.measured_at, one.value)
            for one in self.own.values()
            if one.measured_at is not None and now - one.measured_at < OWN_SENSOR_LOST_AFTER
        ]
        if fresh:
            mean = round(sum(value for _, value in fresh) / len(fresh), 2)
            return Temperature(value=mean, measured_at=max(at for at, _ in fresh))
        usable = self.usable_forecast(now)
        hours = usable.hours if usable else ()
        current = next((hour for hour in hours if hour.at <= now < hour.at + HOUR), None)
        if current is None or current.temperature is None:
            return None
        return Temperature(value=current.temperature, measured_at=current.at)
