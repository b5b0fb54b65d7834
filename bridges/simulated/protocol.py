"""The simulated house in the words of the topics: settings become a plan, reports messages, `set` messages commands.

It says what real bridges say, under the same topics and in the same steps: temperatures to 0.1 °C, gas to a litre. A
`set` message is a level: one that has expired, in simulated time, means its fallback; one that was taken back (an empty
payload) means nothing, the device stays as it is.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from zoneinfo import ZoneInfo

from house import messages, topics
from house.errors import PayloadError, SettingsError
from house.schedule import in_force, week_of
from house.settings import Room, Settings
from simulation.device_messages import (
    BoilerCommand,
    BoilerReport,
    ForecastReport,
    GasReport,
    OutsideReport,
    Report,
    SensorReport,
    ValveCommand,
    ValveReport,
    WindowReport,
)
from simulation.house import House
from simulation.house_plans import RoomSketch, house_around
from simulation.plan import BoilerPlan, HousePlan

METER = "simulated"
PRESSURE_BAR = 1.6
KEPT_ABOVE_K = 0.3
ML_PER_LITRE, LITRES_PER_M3 = 1000, 1000

COMMANDS = (topics.VALVE_SET, topics.VALVE_COMMAND, topics.BOILER_SET)
"""What the simulated house hears: it obeys each `set`, and refuses what only a real valve can do."""


# --- settings ---------------------------------------------------------------------------------------------------------


def house_plan(settings: Settings) -> HousePlan:
    """A house around the rooms, radiators and boiler of the settings; raises SettingsError where there can be none."""
    _refuse_real_devices(settings)
    sketches = [_sketch(room_id, room) for room_id, room in settings.rooms.items()]
    home, gas = settings.home, settings.boiler
    boiler = BoilerPlan(gas.minimum_power_w, gas.maximum_power_w, flow_setpoint=gas.flow_setpoint)
    build = partial(house_around, timezone=home.timezone, latitude=home.latitude, longitude=home.longitude)
    try:
        return build(sketches, boiler=boiler)
    except ValueError as error:
        raise SettingsError(f"rooms: {error}") from error


def kept_air(settings: Settings, at: datetime) -> dict[str, float]:
    """How warm the rooms of a house are that is kept well: a little above what the schedule asks for at `at`, °C."""
    zone = ZoneInfo(settings.home.timezone)
    asked = {id_: in_force(week_of(room.schedule), zone, at) for id_, room in settings.rooms.items()}
    return {id_: one.setpoint + KEPT_ABOVE_K for id_, one in asked.items() if one is not None}


def _refuse_real_devices(settings: Settings) -> None:
    """A simulated house beside real devices would have them obey what was decided for simulated rooms."""
    drivers = {"boiler": settings.boiler.driver, "meter": settings.meter.driver, "weather": settings.weather.driver}
    for section, driver in drivers.items():
        if driver != "simulated":
            raise SettingsError(f"{section}.driver: is {driver}; beside the simulated house it should be simulated")


def _sketch(room_id: str, room: Room) -> RoomSketch:
    """A room without a thermometer gets one by its own id: nothing could be regulated without."""
    radiators = tuple((radiator.valve, radiator.power_w) for radiator in room.radiators)
    return RoomSketch(room_id, room.name or room_id, radiators, room.thermometers or (room_id,), room.windows)


# --- what the house says ----------------------------------------------------------------------------------------------


def tick(at: int) -> topics.Publication:
    """The time, whole minutes in seconds UTC."""
    return topics.publication(topics.TICK, message=messages.Tick(at=instant(at)))


def publications(report: Report) -> Iterator[topics.Publication]:
    """What one report of a device says on the topics."""
    match report:
        case SensorReport():
            yield from _sensor(report)
        case WindowReport():
            window = messages.Window(
                value="open" if report.is_open else "closed", measured_at=instant(report.measured_at)
            )
            yield topics.publication(topics.ROOM_WINDOW, report.room_id, report.contact, message=window)
        case ValveReport():
            yield topics.publication(topics.VALVE_STATUS, report.valve, message=_valve_status(report))
        case BoilerReport():
            yield topics.publication(topics.BOILER_STATUS, message=_boiler_status(report))
        case GasReport():
            yield topics.publication(topics.METER_GAS, message=_gas(report))
        case OutsideReport():
            outside = messages.Temperature(value=report.temperature, measured_at=instant(report.measured_at))
            yield topics.publication(topics.OUTSIDE_TEMPERATURE, message=outside)
        case ForecastReport():
            yield topics.publication(topics.FORECAST, message=_forecast(report))


def instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _sensor(report: SensorReport) -> Iterator[topics.Publication]:
    at, ids = instant(report.measured_at), (report.room_id, report.sensor)
    temperature = messages.RoomTemperature(value=report.temperature, measured_at=at)
    yield topics.publication(topics.ROOM_TEMPERATURE, *ids, message=temperature)
    yield topics.publication(
        topics.ROOM_HUMIDITY, *ids, message=messages.Humidity(value=report.humidity, measured_at=at)
    )
    status = messages.SensorStatus(battery=report.battery, measured_at=at)
    yield topics.publication(topics.SENSOR_STATUS, report.sensor, message=status)


def _valve_status(report: ValveReport) -> messages.ValveStatus:
    return messages.ValveStatus(
        opening=report.opening,
        setpoint=report.setpoint,
        mode="auto" if report.regulates_itself else "manual",
        battery_low=False,
        window=False,
        locked=False,
        reachable=True,
        reported_at=instant(report.reported_at),
    )


def _boiler_status(report: BoilerReport) -> messages.BoilerStatus:
    return messages.BoilerStatus(
        flame=report.flame_on,
        modulation=report.modulation,
        flow_temperature=report.flow_temperature,
        return_temperature=report.return_temperature,
        pressure_bar=PRESSURE_BAR,
        hot_water=report.hot_water,
        reported_at=instant(report.reported_at),
    )


def _gas(report: GasReport) -> messages.GasReading:
    cubic_metres = report.reading_ml // ML_PER_LITRE / LITRES_PER_M3
    return messages.GasReading(value=cubic_metres, measured_at=instant(report.measured_at), equipment=METER)


def _forecast(report: ForecastReport) -> messages.Forecast:
    hours = (
        messages.ForecastHour(at=instant(hour.at), temperature=hour.temperature, irradiance=hour.irradiance)
        for hour in report.hours
    )
    return messages.Forecast(issued_at=instant(report.issued_at), hours=tuple(hours))


# --- what the house is told -------------------------------------------------------------------------------------------


def obey(house: House, path: str, payload: bytes) -> None:
    """Carry a `set` message to its device; raises PayloadError, and changes nothing, where it cannot be used."""
    name = topics.parse(path)
    if name is None:
        raise PayloadError("no such topic; the simulated house obeys valve/<address>/set and boiler/set")
    if name.topic in (topics.VALVE_SET, topics.VALVE_COMMAND) and name.ids[0] not in house.valves:
        raise PayloadError(f"{name.ids[0]} is no valve of the simulated house; known are {', '.join(house.valves)}")
    if name.topic not in COMMANDS or not payload:
        return
    match name.topic.message.decode(payload):
        case messages.ValveSet() as told:
            house.command_valve(name.ids[0], _valve_command(told, house.now))
        case messages.BoilerSet() as told:
            house.command_boiler(_boiler_command(told, house.now))
        case messages.ValveCommand():
            raise PayloadError("a simulated valve only obeys its set; boost, mode and program are for EQ3 valves")


def _valve_command(told: messages.ValveSet, now: int) -> ValveCommand:
    expires_at = int(told.expires_at.timestamp())
    if expires_at <= now:
        return ValveCommand(None, told.fallback)
    opening = None if told.opening is None else round(told.opening)
    return ValveCommand(opening, told.setpoint, expires_at, told.fallback)


def _boiler_command(told: messages.BoilerSet, now: int) -> BoilerCommand:
    expires_at = int(told.expires_at.timestamp())
    if expires_at <= now:
        return BoilerCommand(call=False)
    return BoilerCommand(told.call, told.flow_setpoint, expires_at)
