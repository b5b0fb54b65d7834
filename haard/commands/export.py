"""Write recorded messages into a file, for a backup or another database; `haard import` reads it.

The file is gzipped JSON, one message a line, in the order of recording and with every byte. It appears when it is
complete.

examples:
  haard export house.jsonl.gz
  haard export --from 2026-01-01 --to 2026-02-01 january.jsonl.gz
  haard export --from "yesterday 18:00" evening.jsonl.gz
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
from haard.progress import progress, waiting
from haard.replay.sources import DatabaseRecord
from haard.replay.when import EXPECTED, past
from house.errors import SettingsError
from house.settings import Settings
from house.topics import Root
from recorder import transfer
from recorder.database import Database

BEGIN, END = datetime(1970, 1, 1, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC)


def command(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Such as house.jsonl.gz; replaced if it is there.")],
    since: Annotated[
        str | None, typer.Option("--from", metavar="WHEN", help=f"From: {EXPECTED}; default: all that was recorded.")
    ] = None,
    until: Annotated[
        str | None, typer.Option("--to", metavar="WHEN", help="Up to, but not with, this instant.")
    ] = None,
    settings: SettingsOption = None,
    as_json: JsonOption = False,
) -> int:
    house = settings_file.of_running_house(settings)
    with closing(record(house)) as database, progress(f"writing {file}") as tell:
        begin, end = _received(since, until, database, house)
        wait = waiting("another program writes to the record; this goes on when it has committed")
        count = transfer.export(database, file, begin, end, tell, wait)
    if as_json:
        write_json({"file": file, "messages": count})
    else:
        console().print(f"{file}: {count} messages", soft_wrap=True)
    return 0


def _received(since: str | None, until: str | None, database: Database, house: Settings) -> tuple[datetime, datetime]:
    """The span in which the messages were received; a simulated house lives at another time than its recorder."""
    ours, zone = datetime.now(UTC), ZoneInfo(house.home.timezone)
    source = DatabaseRecord(database, Root(house.mqtt.root))
    now = source.now(ours)
    begin = past("--from", since, now, zone) if since else BEGIN
    end = past("--to", until, now, zone) if until else END
    if begin >= end:
        raise SettingsError(f"--from {since} should be before --to {until}")
    if now == ours:
        return begin, end
    return source.received(begin) or END if since else begin, source.received(end) or END if until else end
