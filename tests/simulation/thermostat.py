"""A simulated house with the simplest thermostat there is, for tests of the house in a closed loop."""

from collections.abc import Callable
from dataclasses import replace

from simulation.device_messages import BoilerCommand, Report, SensorReport, ValveCommand
from simulation.house import House
from simulation.plan import HousePlan, RoomPlan
from simulation.weather import GivenHours, Weather

START = 1_768_176_000  # Monday 2026-01-12 00:00 UTC
HOUR_S = 3600
DAY_S = 86400


def steady(outside: float, irradiance: float = 0.0) -> Weather:
    return Weather(GivenHours(START, [outside], [irradiance]))


def empty(plan: HousePlan) -> HousePlan:
    return replace(plan, people=0)


class Thermostat:
    """Opens below the setpoint - 0.2, shuts above + 0.1, burns while any valve is open."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.heard: dict[str, float] = {}
        self.wants: dict[str, bool] = {}

    def regulate(self, until: int, setpoint: Callable[[int], float]) -> list[Report]:
        """Keep the house until then; returns all that its devices said."""
        reports: list[Report] = []
        while self.house.now < until:
            news = self.house.advance(self.house.now + 60)
            reports += news
            self.heard |= {report.room_id: report.temperature for report in news if isinstance(report, SensorReport)}
            for room in self.house.plan.rooms:
                self._command(room, setpoint(self.house.now))
            self.house.command_boiler(BoilerCommand(call=any(self.wants.values())))
        return reports

    def _command(self, room: RoomPlan, setpoint: float) -> None:
        error = setpoint - self.heard.get(room.room_id, setpoint)
        wants = error > 0.2 or (self.wants.get(room.room_id, False) and error > -0.1)
        if wants is self.wants.get(room.room_id) and self.house.now % 1800:
            return
        self.wants[room.room_id] = wants
        for radiator in room.radiators:
            self.house.command_valve(radiator.valve, ValveCommand(100 if wants else 0, 28.0 if wants else 5.0))


def by_day(now: int) -> float:
    return 20.5 if 6 <= now // HOUR_S % 24 < 22 else 17.0
