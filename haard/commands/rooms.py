"""Show the rooms of a running house: how warm they are, what they should be, what the regulator does and why.

examples:
  haard rooms
  haard rooms --settings /etc/haard/house.yaml
"""

from datetime import datetime
from typing import Any

from rich.console import RenderableType

from haard import settings_file
from haard.client import conversation
from haard.options import JsonOption, SettingsOption
from haard.output import console, write_json
from haard.plan_text import house_plan
from haard.room_rows import Column, Row, rooms_table
from house import topics
from house.messages import RoomStatus
from regulator.setpoint import house_settings
from regulator.snapshot import Snapshot


def command(settings: SettingsOption = None, as_json: JsonOption = False) -> int:
    house, out = settings_file.of_running_house(settings), console()
    with conversation(house) as talk:
        if as_json:
            write_json(values(talk.snapshot, talk.now, is_live=talk.regulator_is_there))
            return 0
        out.print(f"{settings_file.heading(settings, house)}, {talk.time}")
        out.print(table(talk.snapshot, out.width))
        out.print(house_plan(talk.snapshot, talk.now))
        if not talk.regulator_is_there:
            out.print("note: the regulator is not running; this is what it said last")
    return 0


def values(house: Snapshot, now: datetime, *, is_live: bool) -> dict[str, Any]:
    """The same for a program: each room's status, and the house's settings."""
    return {
        "house": house.wiring.home.name,
        "now": now,
        "regulator_is_running": is_live,
        "rooms": {room: house.last(topics.ROOM_STATUS, room) for room in house.wiring.rooms},
        "settings": house_settings(house),
    }


COLUMNS = (
    Column("room"),
    Column("id", least=60),
    Column("now °C", is_number=True),
    Column("set °C", is_number=True),
    Column("mode", least=50),
    Column("does"),
)


def table(house: Snapshot, width: int) -> RenderableType:
    """A row for each room."""
    return rooms_table(COLUMNS, [_row(house, room) for room in house.wiring.rooms], width)


def _row(house: Snapshot, room: str) -> Row:
    status = house.last(topics.ROOM_STATUS, room) or RoomStatus(reason="the regulator has said nothing of this room")
    temperature = "-" if status.temperature is None else f"{status.temperature:.1f}"
    setpoint = "-" if status.setpoint is None else f"{status.setpoint:g}"
    name = settings_file.room_name(room, house.wiring)
    return Row((name, room, temperature, setpoint, status.mode, status.action), status.alert or status.reason)
