"""Show what happened in a room, a line for each change: what people wished, what was decided and why, what its valves
and windows said, and when the boiler was called.

examples:
  haard log living
  haard log living --from "yesterday 18:00" --to "yesterday 23:00"
"""

from contextlib import closing
from datetime import UTC, datetime, timedelta
from textwrap import wrap
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from haard import settings_file
from haard.open_database import record
from haard.options import JsonOption, RoomArgument, SettingsOption
from haard.output import console, write_json
from haard.replay.report import clock
from haard.replay.sources import DatabaseRecord
from haard.replay.timeline import Event, is_of_room, timeline
from haard.replay.when import EXPECTED, past
from house.errors import SettingsError
from house.topics import Root

USUAL = timedelta(hours=24)


def command(
    room: RoomArgument,
    since: Annotated[
        str | None, typer.Option("--from", metavar="WHEN", help=f"From: {EXPECTED}; default: a day before the end.")
    ] = None,
    until: Annotated[str | None, typer.Option("--to", metavar="WHEN", help="Up to this instant; default: now.")] = None,
    settings: SettingsOption = None,
    as_json: JsonOption = False,
) -> int:
    house = settings_file.of_running_house(settings)
    id_, zone = settings_file.room_called(room, house), ZoneInfo(house.home.timezone)
    with closing(record(house)) as database:
        source = DatabaseRecord(database, Root(house.mqtt.root))
        now = source.now(datetime.now(UTC))
        end = past("--to", until, now, zone) if until else now
        begin = past("--from", since, now, zone) if since else end - USUAL
        if begin >= end:
            raise SettingsError(f"--from {since} should be before --to {until}")
        events = list(timeline(source.messages(begin, end, lambda path: is_of_room(path, id_, house)), id_))
    events = [one for one in events if begin <= one.at <= end]
    if as_json:
        write_json([one._asdict() for one in events])
        return 0
    out = console()
    out.print(f"{settings_file.heading(settings, house)}, {settings_file.room_name(id_, house)}")
    for one in events:
        out.print("\n".join(told(one, zone, out.width)))
    if not events:
        out.print("nothing happened in this time, or nothing of it was recorded")
    return 0


def told(event: Event, zone: ZoneInfo, width: int) -> list[str]:
    """A line, and where it does not fit the others below it, indented."""
    head = f"{clock(event.at, zone)}  {event.kind:<8}  "
    return wrap(event.text, width, initial_indent=head, subsequent_indent=" " * min(len(head), width // 3)) or [head]
