"""A battery thermometer in a room: late, a little wrong, heard now and then; on request it fails as real ones do."""

from dataclasses import replace
from enum import Enum
from math import exp
from random import Random

from simulation.device_messages import SensorReport
from simulation.plan import SensorPlan

BATTERY_PERCENT_PER_DAY = 0.15
DAY_S = 86400


class Fault(Enum):
    """How a sensor can fail."""

    NONE = "none"
    SILENT = "silent"
    FROZEN = "frozen"


class Sensor:
    """The present state of one thermometer. Set `fault` to break it or to mend it."""

    def __init__(self, plan: SensorPlan, room_id: str, seed: int, temperature: float, start_at: int) -> None:
        self.plan = plan
        self.room_id = room_id
        self.fault = Fault.NONE
        self.felt = temperature
        self._random = Random(f"sensor/{seed}/{plan.address}")
        self._start_at = start_at
        self._full = self._random.uniform(70.0, 100.0)
        self._last: SensorReport | None = None

    def feel(self, air: float, seconds: int) -> None:
        """Follow the air with the sensor's lag."""
        self.felt += (air - self.felt) * (1.0 - exp(-seconds / self.plan.lag_s))

    def next_after(self, now: int) -> int:
        """When it will be heard again."""
        return now + self._random.randint(*self.plan.interval_s)

    def report(self, now: int) -> SensorReport | None:
        """What is heard now: temperature in steps of 0.1 K; None from a silent sensor."""
        noise, damp = self._random.gauss(0.0, self.plan.noise_k), self._random.gauss(0.0, 0.7)
        if self.fault is Fault.SILENT:
            return None
        if self.fault is Fault.NONE or self._last is None:
            self._last = self._measure(now, noise, damp)
        return replace(self._last, measured_at=now)

    def _measure(self, now: int, noise: float, damp: float) -> SensorReport:
        """Humidity is only made plausible: the same water in warmer air is a lower percentage."""
        humidity = min(95, max(20, round(50.0 - 2.8 * (self.felt - 20.0) + damp)))
        battery = max(1, round(self._full - BATTERY_PERCENT_PER_DAY * (now - self._start_at) / DAY_S))
        return SensorReport(self.room_id, self.plan.address, round(self.felt + noise, 1), humidity, battery, now)
