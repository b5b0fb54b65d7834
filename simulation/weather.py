"""The weather over the simulated house: hourly values, either invented by seed or given, and a forecast of them.

Invented weather is a mean, a slow random course of some days, a random cloud cover, and a daily course that clouds
flatten. Hours are made in order and kept, so what has been asked before never changes what comes next.
"""

from collections.abc import Sequence
from math import cos, exp, pi, sqrt
from random import Random
from typing import Protocol

from simulation.device_messages import ForecastHour
from simulation.sun import clear_sky_irradiance, sun_position

HOUR_S = 3600
SLOW_HOURS = 32.0
SLOW_K = 2.8
AIR_MASS_HOURS = 5.0  # so long the temperature lags behind what drives it
CLOUD_HOURS = 10.0
DAILY_SWING_K = 4.0
WARMEST_SOLAR_HOUR = 14.5


class Hours(Protocol):
    """Weather by whole hours since 1970: temperature at its begin, mean irradiance over it."""

    def hour(self, index: int) -> tuple[float, float]: ...


class GivenHours:
    """Weather from arrays that begin at the whole hour `start_at`; before and after, they repeat themselves."""

    def __init__(self, start_at: int, temperatures: Sequence[float], irradiances: Sequence[float]) -> None:
        if not temperatures or len(temperatures) != len(irradiances):
            raise ValueError(
                f"weather needs one irradiance for each temperature, and at least one hour; "
                f"got {len(temperatures)} temperatures and {len(irradiances)} irradiances"
            )
        self._first = start_at // HOUR_S
        self._hours = tuple(zip(temperatures, irradiances, strict=True))

    def hour(self, index: int) -> tuple[float, float]:
        return self._hours[(index - self._first) % len(self._hours)]


class InventedHours:
    """A winter by seed, from the hour of `start_at` on; the hours before it are all like the first."""

    def __init__(
        self, seed: int, start_at: int, *, mean_temperature: float = 4.0, latitude: float = 52.1, longitude: float = 5.1
    ) -> None:
        self._random = Random(f"weather/{seed}")
        self._first = start_at // HOUR_S
        self._mean = mean_temperature
        self._place = (latitude, longitude)
        self._drive = self._slow = self._random.gauss(0.0, SLOW_K)
        self._cloud = self._random.gauss(0.0, 1.0)
        self._hours: list[tuple[float, float]] = []

    def hour(self, index: int) -> tuple[float, float]:
        wanted = max(0, index - self._first)
        while len(self._hours) <= wanted:
            self._hours.append(self._next_hour(self._first + len(self._hours)))
        return self._hours[wanted]

    def _next_hour(self, index: int) -> tuple[float, float]:
        self._drive = _wander(self._random, self._drive, SLOW_HOURS, SLOW_K)
        self._slow += (self._drive - self._slow) / AIR_MASS_HOURS
        self._cloud = _wander(self._random, self._cloud, CLOUD_HOURS, 1.0)
        cover = 1.0 / (1.0 + exp(-1.4 - 1.5 * self._cloud))
        solar_hour = index % 24 + 0.5 + self._place[1] / 15.0
        swing = DAILY_SWING_K * (1.0 - 0.75 * cover) * cos(2 * pi * (solar_hour - WARMEST_SOLAR_HOUR) / 24)
        return self._mean + self._slow + swing, self._irradiance(index, cover)

    def _irradiance(self, index: int, cover: float) -> float:
        """Mean of the hour; what clouds let through after Kasten and Czeplak (1980)."""
        moments = (index * HOUR_S + part for part in range(300, HOUR_S, 600))
        clear = sum(clear_sky_irradiance(sun_position(at, *self._place).sine) for at in moments) / 6
        through: float = 1.0 - 0.75 * cover**3.4
        return clear * through


class Weather:
    """Continuous weather over hourly values; `seed` decides only how the forecast errs."""

    def __init__(self, hours: Hours, seed: int = 0) -> None:
        self._hours = hours
        self._seed = seed

    def temperature(self, at: int) -> float:
        """Outside temperature, °C."""
        index, past = divmod(at, HOUR_S)
        begin, end = self._hours.hour(index)[0], self._hours.hour(index + 1)[0]
        return begin + (end - begin) * past / HOUR_S

    def irradiance(self, at: int) -> float:
        """Global horizontal irradiance, W/m²: the mean of the hour."""
        return self._hours.hour(at // HOUR_S)[1]

    def forecast(self, issued_at: int, hours: int = 48) -> tuple[ForecastHour, ...]:
        """The coming hours as a weather service would see them: the further away, the worse (about 0.4 K to 1.5 K)."""
        random = Random(f"forecast/{self._seed}/{issued_at}")
        first = issued_at // HOUR_S
        error, haze = random.gauss(0.0, 0.3), random.gauss(0.0, 0.1)
        forecast = []
        for lead in range(hours):
            temperature, irradiance = self._hours.hour(first + lead)
            error += random.gauss(0.0, 0.2)
            haze = _wander(random, haze, 8.0, 0.2)
            seen = max(0.0, irradiance * (1.0 + haze))
            forecast.append(ForecastHour((first + lead) * HOUR_S, round(temperature + error, 1), round(seen)))
        return tuple(forecast)


def winter(seed: int, start_at: int, *, mean_temperature: float = 4.0) -> Weather:
    """Invented weather at latitude 52 N around `mean_temperature`, with its forecast."""
    return Weather(InventedHours(seed, start_at, mean_temperature=mean_temperature), seed)


def _wander(random: Random, value: float, hours: float, spread: float) -> float:
    """One hour of a first-order autoregressive course with this memory and standard deviation."""
    keep = exp(-1.0 / hours)
    return keep * value + sqrt(1.0 - keep * keep) * random.gauss(0.0, spread)
