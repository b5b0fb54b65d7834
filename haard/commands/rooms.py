"""Show the rooms of a running house: how warm they are, what they should be, what the regulator does and why.

examples:
  haard rooms
  haard rooms --settings /etc/haard/house.yaml
"""

from datetime import datetime
from typing import Any

from rich import box
from rich.table import Table

from haard import settings_file
from haard.client import conversation
from haard.options import JsonOption, SettingsOption
from haard.output import console, write_json
from haard.plan_text import house_plan
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
        out.print(f"{house.home.name}, {talk.now.astimezone(talk.snapshot.zone):%a %Y-%m-%d %H:%M}")
        out.print(table(talk.snapshot))
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


def table(house: Snapshot) -> Table:
    """A row for each room."""
    rows = Table(box=box.SIMPLE_HEAD)
    for column in ("room", "id"):
        rows.add_column(column, no_wrap=True)
    for column in ("now °C", "set °C"):
        rows.add_column(column, justify="right", no_wrap=True)
    rows.add_column("mode", no_wrap=True)
    rows.add_column("does", no_wrap=True)
    rows.add_column("because")
    for room in house.wiring.rooms:
        status = house.last(topics.ROOM_STATUS, room) or RoomStatus(
            reason="the regulator has said nothing of this room"
        )
        rows.add_row(
            settings_file.room_name(room, house.wiring),
            room,
            "-" if status.temperature is None else f"{status.temperature:.1f}",
            "-" if status.setpoint is None else f"{status.setpoint:g}",
            status.mode,
            status.action,
            status.alert or status.reason,
        )
    return rows
