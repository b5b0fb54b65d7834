"""Every message that can be said in the house: small frozen values, each with its codec.

Facts are nouns (`Temperature`, `ValveStatus`), wishes of people end in `Wish`, levels for devices end in `Set`.
`decode` takes any bytes and either returns a message or raises PayloadError; `encode` writes compact JSON with the
fields in the order of the class. Readers accept more than writers send: a bare number or word stands for the field
named in `bare`, unknown fields are ignored, and every optional field may be missing or null. Units: °C, percent
0-100, W, V, bar, m³, kWh; instants are UTC.
"""

from house.messages.analysis import Alert, Day, HouseGas, PipeLoss, RadiatorPower, RoomDay, RoomGas, RoomModel
from house.messages.base import MAXIMUM_PAYLOAD, Message, Value
from house.messages.devices import BoilerSet, BoilerStatus, ValveSet, ValveStatus
from house.messages.history import HistoryQuery, HistoryReply
from house.messages.memory import (
    ClockMemory,
    ContactMemory,
    DoubtMemory,
    FrostMemory,
    HouseMemory,
    Learned,
    RoomMemory,
    SensorMemory,
    SteadyMemory,
    TickDoubt,
    ValveMemory,
    WindowMemory,
)
from house.messages.nodes import (
    NodeConfig,
    NodeFile,
    NodeLog,
    NodeSensor,
    NodeStatus,
    NodeUpdate,
    NodeValve,
    NodeWindow,
    UtcOffset,
)
from house.messages.readings import (
    ElectricityReading,
    Forecast,
    ForecastHour,
    GasReading,
    Humidity,
    Presence,
    SensorStatus,
    Temperature,
    Tick,
    Window,
)
from house.messages.rooms import (
    Away,
    HouseDescription,
    HouseSettings,
    Override,
    PresetTemperatures,
    RoomDescription,
    RoomSettings,
    RoomStatus,
    ValveDescription,
)
from house.messages.schedule import Schedule, SwitchPoint, SwitchPoints
from house.messages.services import About, Availability, Echo, Notified, Rejected
from house.messages.wishes import AwayWish, BoostWish, ModeWish, PresetWish, ScheduleWish, SetpointWish, ValveCommand

__all__ = [
    "MAXIMUM_PAYLOAD",
    "About",
    "Alert",
    "Availability",
    "Away",
    "AwayWish",
    "BoilerSet",
    "BoilerStatus",
    "BoostWish",
    "ClockMemory",
    "ContactMemory",
    "Day",
    "DoubtMemory",
    "Echo",
    "ElectricityReading",
    "Forecast",
    "ForecastHour",
    "FrostMemory",
    "GasReading",
    "HistoryQuery",
    "HistoryReply",
    "HouseDescription",
    "HouseGas",
    "HouseMemory",
    "HouseSettings",
    "Humidity",
    "Learned",
    "Message",
    "ModeWish",
    "NodeConfig",
    "NodeFile",
    "NodeLog",
    "NodeSensor",
    "NodeStatus",
    "NodeUpdate",
    "NodeValve",
    "NodeWindow",
    "Notified",
    "Override",
    "PipeLoss",
    "Presence",
    "PresetTemperatures",
    "PresetWish",
    "RadiatorPower",
    "Rejected",
    "RoomDay",
    "RoomDescription",
    "RoomGas",
    "RoomMemory",
    "RoomModel",
    "RoomSettings",
    "RoomStatus",
    "Schedule",
    "ScheduleWish",
    "SensorMemory",
    "SensorStatus",
    "SetpointWish",
    "SteadyMemory",
    "SwitchPoint",
    "SwitchPoints",
    "Temperature",
    "Tick",
    "TickDoubt",
    "UtcOffset",
    "Value",
    "ValveCommand",
    "ValveDescription",
    "ValveMemory",
    "ValveSet",
    "ValveStatus",
    "Window",
    "WindowMemory",
]
