"""Cut a span out of the record into a file that a bug report can carry: it replays as it was, and does not tell whose
house it is.

Rooms, devices and the house get other names, dates move by whole weeks, the place is not in it. That it is still
decided the same is tried before it is written. `haard replay FILE` plays it, `haard import` does not take it.

examples:
  haard capture --from "yesterday 21:00" --to "yesterday 22:00" hour.jsonl.gz
"""

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from haard import settings_file
from haard.open_database import record
from haard.options import JsonOption, SettingsOption
from haard.output import console, write_json
from haard.replay.capturing import capture, full
from haard.replay.sources import DatabaseRecord
from haard.replay.when import EXPECTED, past
from house.errors import SettingsError
from house.topics import Root
from recorder import archive


def command(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Such as hour.jsonl.gz; replaced if it is there.")],
    since: Annotated[str, typer.Option("--from", metavar="WHEN", help=f"From: {EXPECTED}.")],
    until: Annotated[str, typer.Option("--to", metavar="WHEN", help="Up to this instant.")],
    named: Annotated[bool, typer.Option("--named", help="Keep names, addresses and dates.")] = False,
    settings: SettingsOption = None,
    as_json: JsonOption = False,
) -> int:
    house = settings_file.of_running_house(settings)
    zone = ZoneInfo(house.home.timezone)
    with closing(record(house)) as database:
        source = DatabaseRecord(database, Root(house.mqtt.root))
        now = source.now(datetime.now(UTC))
        begin, end = past("--from", since, now, zone), past("--to", until, now, zone)
        if begin >= end:
            raise SettingsError(f"--from {since} should be before --to {until}")
        captured = capture(source, begin, end, house, named=named)
    unfinished = file.with_name(f"{file.name}.part")
    with unfinished.open("wb") as target, archive.begin(target) as lines:
        for topic, one in full(captured.record):
            message = archive.Message(one.received_at, topic, 1, one.retained, one.payload)
            lines.write(f"{archive.encode(message)}\n".encode())
    unfinished.replace(file)
    if as_json:
        write_json({"file": file, "messages": len(captured.record), "differences": captured.differences})
    else:
        same = f"{captured.differences} differ" if captured.differences else "it replays to the byte"
        console().print(f"{file}: {len(captured.record)} messages; {same}")
    return 0
