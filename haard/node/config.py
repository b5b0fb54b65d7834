"""What a node must know of the house, from house.yaml. Pure.

A node knows no time zones: the offsets of the house's clocks are written out from the last change on, for some years.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from house.errors import SettingsError
from house.messages import NodeConfig, NodeSensor, NodeValve, NodeWindow, UtcOffset
from house.settings import Settings
from house.settings.radio import ValveOptions

MOST_BYTES = 3900
"""A node's buffer holds 4 kB with the topic."""
YEARS = 3
DAY = timedelta(days=1)


def node_config(node: str, settings: Settings, now: datetime) -> NodeConfig:
    """All that node `node` is told; raises SettingsError if it is more than a node can hold."""
    declared = settings.nodes[node]
    valves = {address: _valve(address, settings) for address in declared.valves}
    for other in declared.alternative_for:
        valves |= {address: _valve(address, settings, other) for address in settings.nodes[other].valves}
    config = NodeConfig(
        sensors=dict(_sensors(node, settings)),
        valves=valves,
        utc_offsets=tuple(offsets(ZoneInfo(settings.home.timezone), now)),
    )
    size = len(config.encode())
    if size > MOST_BYTES:
        raise SettingsError(
            f"node {node} has too many devices: its configuration takes {size} bytes, and a node holds {MOST_BYTES}\n"
            "hint: give some of them to another node"
        )
    return config


def _sensors(node: str, settings: Settings) -> Iterator[tuple[str, NodeSensor]]:
    mine = set(settings.nodes[node].sensors)
    for room_id, room in settings.rooms.items():
        calibrations = {sensor.address: sensor.calibration for sensor in room.sensors}
        for address in mine & {*calibrations, *room.windows}:
            yield (
                address,
                NodeSensor(
                    room=room_id,
                    calibration=calibrations.get(address, 0),
                    thermometer=address in calibrations,
                    contact=address in room.windows,
                ),
            )


def _valve(address: str, settings: Settings, standby_for: str | None = None) -> NodeValve:
    options = settings.bluetooth.valves.get(address, ValveOptions())
    window: Any = options.window
    return NodeValve(
        room=settings.rooms_by_valve[address],
        profile=options.profile,
        offset=options.offset,
        locked=options.locked,
        comfort=options.comfort,
        eco=options.eco,
        window=None if window is None else NodeWindow(setpoint=window.setpoint, minutes=window.minutes),
        standby_for=standby_for,
    )


def offsets(zone: ZoneInfo, now: datetime) -> Iterator[UtcOffset]:
    """The offset that holds, and each change of it in the years to come."""
    at, before = now.replace(minute=0, second=0, microsecond=0) - DAY, None
    end = now + timedelta(days=366 * YEARS)
    while at < end:
        offset = at.astimezone(zone).utcoffset()
        if offset != before:
            change = at if before is None else _moment(at - DAY, at, zone)
            yield UtcOffset(at=change, minutes=round(change.astimezone(zone).utcoffset() / timedelta(minutes=1)))  # type: ignore[operator]
            before = offset
        at += DAY


def _moment(low: datetime, high: datetime, zone: ZoneInfo) -> datetime:
    """When the offset changed between two instants, to the minute."""
    before = low.astimezone(zone).utcoffset()
    while high - low > timedelta(minutes=1):
        middle = low + (high - low) / 2
        middle = middle.replace(second=0, microsecond=0)
        if middle.astimezone(zone).utcoffset() == before:
            low = middle
        else:
            high = middle
    return high
