"""How a simulated house goes on after its process has died: from what it had said, which the broker has kept.

An honest approximation, since topics do not say all. Exact are the time (the minute after the last thing said), the
weather, the people's habits (both follow from seed and date) and the gas meter to a litre, which never falls. Close are
the air of the rooms (as measured), the water in the boiler and the valves (they run back to where they reported to
be). Guessed are the walls (as in a steady state with this air) and the radiators (as warm as the air). Forgotten is how
long the boiler had burnt or rested, and the thermometers have new batteries.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from statistics import fmean

from house import messages, topics
from simulation.house import MINUTE_S, House
from simulation.plan import HousePlan
from simulation.weather import Weather

TOPICS = (topics.ROOM_TEMPERATURE, topics.VALVE_STATUS, topics.BOILER_STATUS, topics.METER_GAS, topics.HOUSE_MEMORY)
"""Where a house finds its past."""

ML_PER_M3 = 1_000_000
LARGEST_READING_M3 = 1e6  # no dial has more digits
USUAL_INDOOR = 19.0


@dataclass(frozen=True, slots=True)
class Past:
    """What is known of the house before `at` (seconds UTC, a whole minute): air by room °C, valves, boiler, meter."""

    at: int
    air: Mapping[str, float] = field(default_factory=dict)
    valves: Mapping[str, messages.ValveStatus] = field(default_factory=dict)
    boiler: messages.BoilerStatus = field(default_factory=messages.BoilerStatus)
    meter_ml: int | None = None


def past_of(plan: HousePlan, kept: Iterable[topics.Heard], new: Past) -> Past:
    """The past by the retained messages; a house of which none tells a time begins as `new`."""
    own = [heard for heard in kept if _is_of(plan, heard.name)]
    instants = [said_at for heard in own if (said_at := _said_at(heard.message)) is not None]
    if not instants:
        return new
    temperatures: dict[str, list[float]] = {}
    valves, boiler, meter_ml = {}, messages.BoilerStatus(), None
    for heard in own:
        match heard.message:
            case messages.Temperature(value=value):
                temperatures.setdefault(heard.name.ids[0], []).append(value)
            case messages.ValveStatus() as status:
                valves[heard.name.ids[0]] = status
            case messages.BoilerStatus() as status:
                boiler = status
            case messages.GasReading(value=value) if value < LARGEST_READING_M3:
                meter_ml = round(value * ML_PER_M3)
    air = {room_id: fmean(values) for room_id, values in temperatures.items()}
    return Past(_minute_after(max(instants)), air, valves, boiler, meter_ml)


def go_on(plan: HousePlan, weather: Weather, past: Past, *, seed: int) -> House:
    """A house that lives on from its past."""
    start_ml = plan.meter_start_ml if past.meter_ml is None else past.meter_ml
    usual = fmean(past.air.values()) if past.air else USUAL_INDOOR
    indoor = {room.room_id: past.air.get(room.room_id, usual) for room in plan.rooms}
    house = House(replace(plan, meter_start_ml=start_ml), weather, past.at, seed=seed, indoor=indoor)
    for address, status in past.valves.items():
        house.valves[address].take_up(status.opening or 0.0, status.setpoint, status.mode == "auto")
    boiler = house.boiler
    boiler.flow_temperature = past.boiler.flow_temperature or boiler.flow_temperature
    boiler.return_temperature = past.boiler.return_temperature or boiler.return_temperature
    return house


def _is_of(plan: HousePlan, name: topics.Name) -> bool:
    """Whether the house itself had said it, or it is the regulator's memory of the time."""
    if name.topic is topics.ROOM_TEMPERATURE:
        return name.ids in {(room.room_id, sensor.address) for room in plan.rooms for sensor in room.sensors}
    if name.topic is topics.VALVE_STATUS:
        return name.ids[0] in {radiator.valve for room in plan.rooms for radiator in room.radiators}
    return name.topic in TOPICS


def _said_at(message: messages.Message) -> datetime | None:
    match message:
        case messages.Temperature() | messages.GasReading():
            return message.measured_at
        case messages.ValveStatus() | messages.BoilerStatus():
            return message.reported_at
        case messages.HouseMemory():
            return message.tick_at
    return None


def _minute_after(instant: datetime) -> int:
    """The first whole minute that is not before the instant."""
    return -(-int(instant.timestamp()) // MINUTE_S) * MINUTE_S
