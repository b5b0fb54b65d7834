"""Show what happened in a room, a line for each change: what people wished, what was decided and why, what its valves
and windows said, and when the boiler was called.

examples:
  haard log living
  haard log living --from "yesterday 18:00" --to "yesterday 23:00"
"""

from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from haard import settings_file
from haard.open_database import record
from haard.options import JsonOption, RoomArgument, SettingsOption
from haard.output import console, write_json
from haard.replay.report import clock
from haard.replay.sources import DatabaseRecord
from haard.replay.timeline import is_of_room, timeline
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
    for one in events:
        console().print(f"{clock(one.at, zone)}  {one.kind:<8}  {one.text}")
    if not events:
        console().print("nothing happened in this time, or nothing of it was recorded")
    return 0
