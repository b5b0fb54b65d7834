"""One gas boiler: a burner that modulates within limits, a pump that runs on, hot water first.

The flow temperature is that of the water in boiler and pipes. When the radiators take less than the burner's minimum
the water warms past its limit, the burner stops, and the anti-cycle timer decides when it may start again. Hot
water takes a lit flame over without a new start, and hands it back.
"""

from bisect import bisect
from collections import deque
from dataclasses import dataclass
from enum import Enum
from math import exp

from simulation.device_messages import BoilerCommand, BoilerReport
from simulation.meter import GasMeter, gas_ul
from simulation.plan import BoilerPlan

HOT_WATER_EFFICIENCY = 0.88
CELLAR = 18.0
RAMP_S = 60.0
SETTLING_S = 60.0
KEPT_BURNS = 10_000

# Efficiency on the upper calorific value by return temperature: below the dew point of the flue gas (about 57 °C)
# its water condenses and gives its heat back.
EFFICIENCY = ((20.0, 0.975), (30.0, 0.965), (40.0, 0.94), (50.0, 0.905), (57.0, 0.88), (80.0, 0.865))


class Duty(Enum):
    """What the boiler works for."""

    NONE = "none"
    HEATING = "heating"
    HOT_WATER = "hot water"


@dataclass(frozen=True, slots=True)
class Burn:
    """One time that the flame was lit, and how many of its seconds went to what."""

    started_at: int
    ended_at: int
    heating_s: int
    hot_water_s: int


def efficiency(return_temperature: float) -> float:
    """Heat into the water per heat in the gas (upper calorific value), linear between the points of `EFFICIENCY`."""
    after = bisect(EFFICIENCY, (return_temperature,))
    if after in (0, len(EFFICIENCY)):
        return EFFICIENCY[min(after, len(EFFICIENCY) - 1)][1]
    (cold, best), (warm, worst) = EFFICIENCY[after - 1], EFFICIENCY[after]
    return best + (worst - best) * (return_temperature - cold) / (warm - cold)


class Boiler:
    """The present state of the boiler; powers in W of heat into the water, counters since the start."""

    def __init__(self, plan: BoilerPlan, meter: GasMeter, temperature: float) -> None:
        self.plan = plan
        self.meter = meter
        self.flow_temperature = self.return_temperature = temperature
        self.call = False
        self.flow_setpoint = plan.flow_setpoint
        self.hot_water_w = 0.0
        self.flame_on = False
        self.power_w = 0.0
        self.pump_on = False
        self.heating_starts = self.hot_water_starts = 0
        self.heating_s = self.hot_water_s = 0
        self.heat_j = self.pipe_loss_j = self.pipe_loss_w = 0.0
        self.burns: deque[Burn] = deque(maxlen=KEPT_BURNS)
        self._expires_at: int | None = None
        self._rests_until = self._pumps_until = 0
        self._ignites_at: int | None = None
        self._lit = (0, 0, 0)

    @property
    def duty(self) -> Duty:
        """Hot water has priority."""
        if self.hot_water_w > 0.0:
            return Duty.HOT_WATER
        return Duty.HEATING if self.call else Duty.NONE

    def obey(self, command: BoilerCommand, now: int) -> None:
        """Take a command that has arrived; one that has expired on the way is ignored."""
        if command.expires_at is not None and command.expires_at <= now:
            return
        self.call = command.call
        self._expires_at = command.expires_at
        self.flow_setpoint = self.plan.flow_setpoint if command.flow_setpoint is None else command.flow_setpoint

    def report(self, now: int) -> BoilerReport:
        modulation = round(100 * self.power_w / self.plan.maximum_power_w) if self.flame_on else 0
        flow, returned = round(self.flow_temperature, 1), round(self.return_temperature, 1)
        return BoilerReport(self.flame_on, min(100, modulation), flow, returned, self.hot_water_w > 0.0, now)

    def step(self, now: int, seconds: int, taken_w: float) -> None:
        """Let `seconds` up to `now` pass while the radiators take `taken_w` from the water."""
        if self._expires_at is not None and now >= self._expires_at:
            self.call, self._expires_at = False, None
        duty = self.duty
        self._switch_flame(now, duty)
        if self.flame_on:
            self._burn(seconds, duty, taken_w)
        heating_w = self.power_w if self.flame_on and duty is not Duty.HOT_WATER else 0.0
        self.pipe_loss_w = self.plan.pipe_loss_w_per_k * (self.flow_temperature - CELLAR)
        self.flow_temperature += (heating_w - taken_w - self.pipe_loss_w) * seconds / self.plan.water_j_per_k
        self.heat_j += heating_w * seconds
        self.pipe_loss_j += self.pipe_loss_w * seconds
        self._switch_pump(now, duty)

    def mix_return(self, temperature: float | None, seconds: int) -> None:
        """The water that came back; None when the pump stands still and the sensor drifts to the flow's temperature."""
        if temperature is None:
            temperature = self.return_temperature
            temperature += (self.flow_temperature - temperature) * (1.0 - exp(-seconds / 600))
        self.return_temperature = temperature

    def _switch_flame(self, now: int, duty: Duty) -> None:
        wanted = self._wants_flame(now, duty)
        if self.flame_on:
            if not wanted:
                self._extinguish(now, duty)
            return
        if not wanted:
            self._ignites_at = None
        elif self._ignites_at is None:
            self._ignites_at = now + self.plan.ignition_s
        elif now >= self._ignites_at:
            self._ignite(now, duty)

    def _wants_flame(self, now: int, duty: Duty) -> bool:
        if duty is not Duty.HEATING:
            return duty is Duty.HOT_WATER
        if self.flame_on:
            return self.flow_temperature < self.flow_setpoint + self.plan.hysteresis_k
        return now >= self._rests_until and self.flow_temperature <= self.flow_setpoint - self.plan.hysteresis_k

    def _ignite(self, now: int, duty: Duty) -> None:
        self.flame_on, self._ignites_at = True, None
        self.power_w = self.plan.minimum_power_w
        self._lit = (now, self.heating_s, self.hot_water_s)
        wasted = gas_ul(self.plan.start_loss_j)
        if duty is Duty.HOT_WATER:
            self.hot_water_starts += 1
            self.meter.hot_water_ul += wasted
        else:
            self.heating_starts += 1
            self.meter.heating_ul += wasted

    def _extinguish(self, now: int, duty: Duty) -> None:
        self.flame_on, self.power_w = False, 0.0
        started_at, heating_s, hot_water_s = self._lit
        self.burns.append(Burn(started_at, now, self.heating_s - heating_s, self.hot_water_s - hot_water_s))
        if duty is Duty.HEATING:
            self._rests_until = now + self.plan.anticycle_s

    def _burn(self, seconds: int, duty: Duty, taken_w: float) -> None:
        self.power_w = self._modulated(seconds, duty, taken_w)
        joules = self.power_w * seconds
        if duty is Duty.HOT_WATER:
            self.hot_water_s += seconds
            self.meter.hot_water_ul += gas_ul(joules / HOT_WATER_EFFICIENCY)
        else:
            self.heating_s += seconds
            self.meter.heating_ul += gas_ul(joules / efficiency(self.return_temperature))

    def _modulated(self, seconds: int, duty: Duty, taken_w: float) -> float:
        plan = self.plan
        if duty is Duty.HOT_WATER:
            return min(plan.hot_water_power_w, max(plan.minimum_power_w, self.hot_water_w))
        short = self.flow_setpoint - self.flow_temperature
        wanted = taken_w + plan.water_j_per_k * short / SETTLING_S
        ramp = (plan.maximum_power_w - plan.minimum_power_w) * seconds / RAMP_S
        wanted = min(self.power_w + ramp, max(self.power_w - ramp, wanted))
        return min(plan.maximum_power_w, max(plan.minimum_power_w, wanted))

    def _switch_pump(self, now: int, duty: Duty) -> None:
        if duty is Duty.HEATING:
            self._pumps_until = now + self.plan.overrun_s
        self.pump_on = duty is not Duty.HOT_WATER and now < self._pumps_until
