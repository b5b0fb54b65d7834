"""The board as a person sees it: one screen for a terminal, one line for a log, a summary at the end.

Pure: values in, something that rich can draw (or a string) out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from haard.settings_file import room_name
from haard.tryout.dashboard import Dashboard, opening
from house.messages import BoilerSet, BoilerStatus, RoomStatus
from house.settings import Settings

UNKNOWN = "-"
COLOURS = {"heating": "red", "idle": "", "off": "dim"}


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What no message tells: which broker it is, who should be there, messages a minute, and the last news."""

    broker: str
    services: Sequence[str] = ()
    per_minute: float = 0.0
    news: Sequence[str] = ()


def screen(board: Dashboard, house: Settings, around: Surroundings) -> RenderableType:
    """Everything on one screen of 80 columns and 24 lines."""
    parts: list[RenderableType] = [
        Text(f"{house.home.name}   {_time(board.at, house)}   outside {_degrees(board.outside)}\n", style="bold"),
        rooms(board, house),
        Text(f"\nboiler  {_boiler(board.boiler, board.call)}; {board.boiler_starts} starts"),
        Text(f"gas     {_reading(board)}"),
        Text(f"broker  {around.broker}, {around.per_minute:.0f} messages/min, {board.heard} heard"),
        Text(f"up      {_services(board, around.services)}"),
    ]
    if board.rejected:
        parts.append(Text(f"refused {board.rejected}, the last: {board.last_rejection}", style="yellow"))
    parts += [Text(line, style="yellow") for line in around.news]
    return Group(*parts)


def rooms(board: Dashboard, house: Settings) -> Table:
    """A row for each room: temperature, setpoint, valves, what it asks and why."""
    table = Table(box=box.SIMPLE_HEAD, expand=True, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column("room", no_wrap=True)
    for column in ("now", "set", "valve", "asks"):
        table.add_column(column, justify="right", no_wrap=True)
    table.add_column("does", no_wrap=True)
    table.add_column("because", no_wrap=True, ratio=1, overflow="ellipsis")
    for room in house.rooms:
        status = board.rooms.get(room, RoomStatus())
        table.add_row(
            room_name(room, house),
            _number(status.temperature, 1, "°"),
            _number(status.setpoint, 1, "°"),
            _number(opening(board, room, house), 0, "%"),
            f"{status.demand:.0f}%",
            Text(status.action, style=COLOURS[status.action]),
            status.alert or status.reason,
        )
    return table


def line(board: Dashboard, house: Settings, per_minute: float) -> str:
    """The house in one line: time, each room's temperature and setpoint (`*`: heating), boiler, gas."""
    states = [_state(room, board.rooms[room]) for room in house.rooms if room in board.rooms]
    return (
        f"{_time(board.at, house)}  {'  '.join(states) or 'no room has a status yet'}  "
        f"boiler {_boiler(board.boiler, board.call)}  gas {board.gas_used:.2f} m³  {per_minute:.0f} messages/min"
    )


def summary(board: Dashboard, house: Settings, recorded: int | None, restarts: Mapping[str, int]) -> RenderableType:
    """What came of it."""
    table = Table(box=box.SIMPLE_HEAD)
    table.add_column("room")
    for column in ("temperature", "setpoint", "difference"):
        table.add_column(column, justify="right")
    for room in house.rooms:
        status = board.rooms.get(room, RoomStatus())
        table.add_row(
            room_name(room, house),
            _degrees(status.temperature),
            _degrees(status.setpoint),
            UNKNOWN if (cold := too_cold(status)) is None else f"{round(-cold, 1) + 0.0:+.1f} K",
        )
    again = ", ".join(f"{name} {count}x" for name, count in restarts.items() if count) or "none"
    facts = (
        f"simulated until {_time(board.at, house)}",
        f"boiler starts {board.boiler_starts}, gas used {board.gas_used:.2f} m³",
        f"messages heard {board.heard}, recorded {UNKNOWN if recorded is None else recorded}, refused {board.rejected}",
        f"services started again: {again}",
    )
    return Group(table, *map(Text, facts))


def too_cold(status: RoomStatus) -> float | None:
    """How far a room is below its setpoint, K (negative: above); None if either is not known."""
    if status.temperature is None or status.setpoint is None:
        return None
    return status.setpoint - status.temperature


def _time(at: datetime | None, house: Settings) -> str:
    return at.astimezone(ZoneInfo(house.home.timezone)).strftime("%a %Y-%m-%d %H:%M") if at else "no tick yet"


def _state(room: str, status: RoomStatus) -> str:
    mark = "*" if status.action == "heating" else ""
    return f"{room} {_number(status.temperature, 1)}/{_number(status.setpoint, 1)}{mark}"


def _boiler(boiler: BoilerStatus, call: BoilerSet | None) -> str:
    if boiler.fault:
        return f"FAULT {boiler.fault}"
    wanted = "called" if call is not None and call.call else "not called"
    if not boiler.flame:
        return f"off ({wanted})" if boiler.flame is not None else f"{UNKNOWN} ({wanted})"
    modulation = "" if boiler.modulation is None else f" {boiler.modulation:.0f} %"
    flow = "" if boiler.flow_temperature is None else f", flow {boiler.flow_temperature:.0f} °C"
    return f"burns{modulation}{flow}"


def _reading(board: Dashboard) -> str:
    reading = UNKNOWN if board.gas is None else f"{board.gas.value:.3f}"
    return f"{board.gas_used:.2f} m³ used, the meter reads {reading} m³"


def _services(board: Dashboard, expected: Sequence[str]) -> str:
    return ", ".join(name if name in board.services_up else f"{name} (NOT THERE)" for name in expected)


def _number(value: float | None, digits: int, unit: str = "") -> str:
    return UNKNOWN if value is None else f"{value:.{digits}f}{unit}"


def _degrees(value: float | None) -> str:
    return _number(value, 1, " °C")
