"""house.yaml: the static wiring of one house, validated once at start.

What people change from day to day (schedules, presets, overrides) lives in retained topics; the schedule here is only
its first value. Every fault is told as `file:line: key: what, and what would be right`, all of them at once.
"""

from house.settings.faults import SECRETS
from house.settings.home import (
    Database,
    FirstDay,
    Gas,
    Home,
    HomeAssistant,
    Meter,
    Mqtt,
    Notify,
    Recorder,
    Retention,
    TopicFilter,
)
from house.settings.regulator import Regulator, Safety
from house.settings.rooms import Id, Presets, Radiator, Room, Sensor
from house.settings.tree import Settings, load, parse
from house.settings.week import DAYS, Week

__all__ = [
    "DAYS",
    "SECRETS",
    "Database",
    "FirstDay",
    "Gas",
    "Home",
    "HomeAssistant",
    "Id",
    "Meter",
    "Mqtt",
    "Notify",
    "Presets",
    "Radiator",
    "Recorder",
    "Regulator",
    "Retention",
    "Room",
    "Safety",
    "Sensor",
    "Settings",
    "TopicFilter",
    "Week",
    "load",
    "parse",
]
