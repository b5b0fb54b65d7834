"""The board as a person sees it: one screen for a terminal, one line for a log, a summary at the end.

Pure: values in, something that rich can draw (or a string) out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from textwrap import wrap
from zoneinfo import ZoneInfo

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from haard.room_rows import Column, Row, rooms_table
from haard.settings_file import room_name
from haard.tryout.dashboard import Dashboard, opening
from house.messages import BoilerSet, BoilerStatus, RoomStatus
from house.settings import Settings

UNKNOWN = "-"
NARROW = 60
"""Columns of a terminal below which less is said."""
COLUMNS = (
    Column("room"),
    *(Column(head, is_number=True) for head in ("now", "set")),
    *(Column(head, is_number=True, least=NARROW) for head in ("valve", "asks")),
    Column("does"),
)
COLOURS = {"heating": "red", "idle": "", "off": "dim"}


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What no message tells: which broker it is, who should be there, messages a minute, and the last news."""

    broker: str
    services: Sequence[str] = ()
    per_minute: float = 0.0
    news: Sequence[str] = ()


def screen(board: Dashboard, house: Settings, around: Surroundings, size: tuple[int, int]) -> RenderableType:
    """Everything on one screen of so many columns and lines; 40 and 24 are enough for a house of six rooms."""
    width, lines = size
    head = Text(_head(board, house, width), style="bold")
    below = [*([] if width < NARROW else [Text()]), *_below(board, around, width)]
    taken = sum(max(len(wrap(text.plain, width)), 1) for text in (head, *below))
    return Group(head, rooms(board, house, width, lines - taken), *below)


def _head(board: Dashboard, house: Settings, width: int) -> str:
    if width < NARROW:
        return f"{_time(board.at, house, '%a %H:%M')}  outside {_degrees(board.outside)}"
    return f"{house.home.name}   {_time(board.at, house)}   outside {_degrees(board.outside)}"


def _below(board: Dashboard, around: Surroundings, width: int) -> list[Text]:
    """A narrow screen has no lines to spare for what nobody asks of it."""
    is_narrow = width < NARROW
    broker = f"broker  {around.broker}, {around.per_minute:.0f} messages/min, {board.heard} heard"
    parts = [
        Text(f"boiler  {_boiler(board.boiler, board.call)}; {board.boiler_starts} starts"),
        Text(f"gas     {board.gas_used:.2f} m³ used" if is_narrow else f"gas     {_reading(board)}"),
        *([] if is_narrow else [Text(broker)]),
        Text(f"up      {_services(board, around.services, is_narrow=is_narrow)}"),
    ]
    if board.rejected:
        parts.append(Text(f"refused {board.rejected}, the last: {board.last_rejection}", style="yellow"))
    return parts + [Text(line, style="yellow") for line in around.news]


def rooms(board: Dashboard, house: Settings, width: int, lines: int | None = None) -> RenderableType:
    """A row for each room: temperature, setpoint, valves, what it asks and why."""
    return rooms_table(COLUMNS, [_row(board, room, house) for room in house.rooms], width, lines)


def _row(board: Dashboard, room: str, house: Settings) -> Row:
    status = board.rooms.get(room, RoomStatus())
    cells = (
        room_name(room, house),
        _number(status.temperature, 1, "°"),
        _number(status.setpoint, 1, "°"),
        _number(opening(board, room, house), 0, "%"),
        f"{status.demand:.0f}%",
        status.action,
    )
    return Row(cells, status.alert or status.reason, COLOURS[status.action])


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


def _time(at: datetime | None, house: Settings, form: str = "%a %Y-%m-%d %H:%M") -> str:
    return at.astimezone(ZoneInfo(house.home.timezone)).strftime(form) if at else "no tick yet"


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


def _services(board: Dashboard, expected: Sequence[str], *, is_narrow: bool) -> str:
    missing = [name for name in expected if name not in board.services_up]
    if is_narrow:
        return f"all {len(expected)} services" if not missing else f"NOT THERE: {', '.join(missing)}"
    return ", ".join(f"{name} (NOT THERE)" if name in missing else name for name in expected)


def _number(value: float | None, digits: int, unit: str = "") -> str:
    return UNKNOWN if value is None else f"{value:.{digits}f}{unit}"


def _degrees(value: float | None) -> str:
    return _number(value, 1, " °C")
