"""House and regulator in one process at full speed: the simulated house of `bridges`, the real `regulator.step`.

The time passes minute by minute. What the devices said in a minute is heard in its order, then the tick; what the
regulator says is carried to valves and boiler, which answer late or not at all as the plan's radio has it. Nothing
reads a clock, so a simulation is the same to the byte for the same plan, weather and seed.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from bridges.simulated import signals as s
from bridges.simulated.house import House
from house import messages as m
from house import topics as t
from house.settings import Settings
from regulator.snapshot import Snapshot, empty
from regulator.step import step

MINUTE_S = 60


class ClosedLoop:
    """A regulator that keeps a simulated house; `steps` counts what it has heard."""

    def __init__(self, house: House, wiring: Settings) -> None:
        self.house = house
        self.snapshot: Snapshot = empty(wiring)
        self.steps = 0

    def run(self, until: int, each_minute: Callable[["ClosedLoop"], None] | None = None) -> None:
        """Live until `until`, seconds UTC."""
        while self.house.now < until:
            for report in self.house.advance(self.house.now + MINUTE_S):
                for name, message in heard(report):
                    self._hear(name, message)
            self._hear(t.Name(t.TICK), m.Tick(at=instant(self.house.now)))
            if each_minute is not None:
                each_minute(self)

    def _hear(self, name: t.Name, message: m.Message) -> None:
        self.steps += 1
        self.snapshot, publications = step(self.snapshot, t.Heard(name, message, retained=False))
        for publication in publications:
            obey(self.house, publication)


def instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def heard(report: s.Report) -> Iterator[tuple[t.Name, m.Message]]:
    """What a device of the simulated house says, as messages."""
    match report:
        case s.SensorReport():
            at = instant(report.measured_at)
            ids = (report.room_id, report.sensor)
            yield t.Name(t.ROOM_TEMPERATURE, ids), m.Temperature(value=report.temperature, measured_at=at)
            yield t.Name(t.ROOM_HUMIDITY, ids), m.Humidity(value=report.humidity, measured_at=at)
        case s.WindowReport():
            value = m.Window(value="open" if report.is_open else "closed", measured_at=instant(report.measured_at))
            yield t.Name(t.ROOM_WINDOW, (report.room_id, report.contact)), value
        case s.ValveReport():
            yield t.Name(t.VALVE_STATUS, (report.valve,)), _valve_status(report)
        case s.BoilerReport():
            yield t.Name(t.BOILER_STATUS), _boiler_status(report)
        case s.GasReport():
            reading = m.GasReading(value=report.reading_ml / 1e6, measured_at=instant(report.measured_at))
            yield t.Name(t.METER_GAS), reading
        case s.OutsideReport():
            outside = m.Temperature(value=report.temperature, measured_at=instant(report.measured_at))
            yield t.Name(t.OUTSIDE_TEMPERATURE), outside
        case s.ForecastReport():
            yield t.Name(t.FORECAST), _forecast(report)


def _valve_status(report: s.ValveReport) -> m.ValveStatus:
    return m.ValveStatus(
        opening=report.opening,
        setpoint=report.setpoint,
        mode="auto" if report.regulates_itself else "manual",
        reachable=True,
        reported_at=instant(report.reported_at),
    )


def _boiler_status(report: s.BoilerReport) -> m.BoilerStatus:
    return m.BoilerStatus(
        flame=report.flame_on,
        modulation=report.modulation,
        flow_temperature=report.flow_temperature,
        return_temperature=report.return_temperature,
        hot_water=report.hot_water,
        reported_at=instant(report.reported_at),
    )


def _forecast(report: s.ForecastReport) -> m.Forecast:
    hours = tuple(
        m.ForecastHour(at=instant(hour.at), temperature=hour.temperature, irradiance=hour.irradiance)
        for hour in report.hours
    )
    return m.Forecast(issued_at=instant(report.issued_at), hours=hours)


def obey(house: House, publication: t.Publication) -> None:
    """Carry a command of the regulator to the device; everything else that it says is for people."""
    match publication.message:
        case m.ValveSet() as told:
            command = s.ValveCommand(
                None if told.opening is None else round(told.opening),
                told.setpoint,
                round(told.expires_at.timestamp()),
                told.fallback,
            )
            house.command_valve(publication.name.ids[0], command)
        case m.BoilerSet() as told:
            expires_at = round(told.expires_at.timestamp())
            house.command_boiler(s.BoilerCommand(told.call, told.flow_setpoint, expires_at))
