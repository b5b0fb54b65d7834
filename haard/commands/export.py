"""Write recorded messages into a file, for a backup or another database; `haard import` reads it.

The file is gzipped JSON, one message a line, in the order of recording and with every byte. It appears when it is
complete.

examples:
  haard export house.jsonl.gz
  haard export --from 2026-01-01 --to 2026-02-01 january.jsonl.gz
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
from house.errors import SettingsError
from recorder import transfer

BEGIN, END = datetime(1970, 1, 1, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC)


WHEN = "a day or a date and time (ISO 8601), on the house's clock"


def command(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Such as house.jsonl.gz; replaced if it is there.")],
    since: Annotated[
        str | None, typer.Option("--from", metavar="WHEN", help=f"From {WHEN}; default: all that was recorded.")
    ] = None,
    until: Annotated[
        str | None, typer.Option("--to", metavar="WHEN", help="Up to, but not with, this instant.")
    ] = None,
    settings: SettingsOption = None,
    as_json: JsonOption = False,
) -> int:
    house = settings_file.of_running_house(settings)
    zone = ZoneInfo(house.home.timezone)
    begin = _instant("--from", since, zone) if since else BEGIN
    end = _instant("--to", until, zone) if until else END
    if begin >= end:
        raise SettingsError(f"--from {since} should be before --to {until}")
    with closing(record(house)) as database, progress(f"writing {file}") as tell:
        wait = waiting("another program writes to the record; this goes on when it has committed")
        count = transfer.export(database, file, begin, end, tell, wait)
    if as_json:
        write_json({"file": file, "messages": count})
    else:
        console().print(f"{file}: {count} messages", soft_wrap=True)
    return 0


def _instant(option: str, text: str, zone: ZoneInfo) -> datetime:
    try:
        at = datetime.fromisoformat(text)
        return (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise SettingsError(f"{option} {text} should be such as 2026-01-31 or 2026-01-31T12:00") from error
