"""A radiator valve: a slow motor on a quick-opening seat, a radio that dawdles and forgets, a small mind of its own.

Commands wait in one slot (the newest replaces an older one that still waits) and arrive after a random delay, or not
at all. Told no opening, or left alone past the command's end, the valve regulates proportionally by its own sensor,
which sits beside the radiator and so reads too warm: the way an EQ3 does.
"""

from math import exp
from random import Random

from simulation.device_messages import ValveCommand, ValveReport
from simulation.plan import RadioPlan

STROKE_S = 60.0
OWN_SENSOR_BIAS = 0.03  # of the radiator's excess temperature
OWN_SENSOR_LAG_S = 480.0
PROPORTIONAL_BAND_K = 1.8
OWN_OPENING_LIMIT = 0.8
DECISION_S = 240
SMALLEST_MOVE = 0.08


class Valve:
    """The present state of one valve; `position` and `target` are lifts from 0 to 1."""

    def __init__(self, address: str, radio: RadioPlan, seed: int, temperature: float) -> None:
        self.address = address
        self.loss = radio.loss
        self.position = self.target = 0.0
        self.setpoint = 17.0
        self.regulates_itself = True
        self.moves = 0
        self.sensed = temperature
        self._delay_s = radio.delay_s
        self._random = Random(f"valve/{seed}/{address}")
        self._miscalibration = self._random.gauss(0.0, 0.4)
        self._waiting: ValveCommand | None = None
        self._expires_at: int | None = None
        self._fallback: float | None = None
        self._decides_at = 0

    @property
    def water_share(self) -> float:
        """Part of the full water flow at this lift: a quick-opening seat passes half of it at a fifth of the lift."""
        return 1.0 - (1.0 - self.position) ** 3

    def stay_open(self) -> None:
        """As a radiator is that has no valve: nobody commands it, nobody hears of it."""
        self.position = self.target = 1.0
        self.regulates_itself = False

    def send(self, command: ValveCommand, now: int) -> int | None:
        """Hand a command to the radio; returns when to call `arrive`, None when an arrival is already under way."""
        under_way = self._waiting is not None
        self._waiting = command
        return None if under_way else now + self._random.randint(*self._delay_s)

    def arrive(self, now: int) -> ValveReport | None:
        """The radio's turn: obey and answer, or lose the command (None)."""
        command, self._waiting = self._waiting, None
        lost = self._random.random() < self.loss
        if command is None or lost or (command.expires_at is not None and command.expires_at <= now):
            return None
        self._expires_at, self._fallback = command.expires_at, command.fallback
        self.setpoint = command.setpoint
        self.regulates_itself = command.opening is None
        self._decides_at = now
        if command.opening is not None:
            self._aim(command.opening / 100)
        return self.report(now)

    def report(self, now: int) -> ValveReport:
        return ValveReport(self.address, round(100 * self.target), self.setpoint, self.regulates_itself, now)

    def take_up(self, opening: float, setpoint: float | None, regulates_itself: bool) -> None:
        """Be on the way to where it was before a restart; `opening` in percent."""
        self.target = opening / 100
        self.setpoint = self.setpoint if setpoint is None else setpoint
        self.regulates_itself = regulates_itself

    def move(self, seconds: int) -> None:
        """Let the motor run towards its target."""
        reach = seconds / STROKE_S
        self.position = min(max(self.target, self.position - reach), self.position + reach)

    def watch(self, now: int, seconds: int, air: float, radiator: float) -> ValveReport | None:
        """Feel the room; end an expired command; if on its own, decide. Returns a report when a command ended."""
        near = air + OWN_SENSOR_BIAS * (radiator - air) + self._miscalibration
        self.sensed += (near - self.sensed) * (1.0 - exp(-seconds / OWN_SENSOR_LAG_S))
        ended = self._end_if_expired(now)
        if self.regulates_itself and now >= self._decides_at:
            self._decides_at = now + DECISION_S
            self._regulate()
        return self.report(now) if ended else None

    def _end_if_expired(self, now: int) -> bool:
        if self._expires_at is None or now < self._expires_at:
            return False
        self._expires_at = None
        if self._fallback is None:
            return False
        self.setpoint, self.regulates_itself = self._fallback, True
        self._decides_at = now
        return True

    def _regulate(self) -> None:
        lift = OWN_OPENING_LIMIT * (self.setpoint - self.sensed) / PROPORTIONAL_BAND_K + 0.1
        wanted = min(OWN_OPENING_LIMIT, max(0.0, lift))
        at_an_end = wanted in (0.0, OWN_OPENING_LIMIT)
        if abs(wanted - self.target) >= SMALLEST_MOVE or (at_an_end and wanted != self.target):
            self._aim(wanted)

    def _aim(self, target: float) -> None:
        if target != self.target:
            self.target = target
            self.moves += 1
