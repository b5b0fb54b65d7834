"""Write recorded messages into a file, for a backup or another database; `haard import` reads it.

The file is gzipped JSON, one message a line, in the order of recording and with every byte. It appears when it is
complete.

examples:
  haard export house.jsonl.gz
  haard export --from 2026-01-01 --to 2026-02-01 january.jsonl.gz
"""

from argparse import ArgumentParser, Namespace
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from rich.console import Console

from haard import settings_file
from haard.open_database import record
from haard.progress import progress, waiting
from house.errors import SettingsError
from recorder import transfer

BEGIN, END = datetime(1970, 1, 1, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC)


def arguments(parser: ArgumentParser) -> None:
    settings_file.option(parser)
    when = "a day or a date and time (ISO 8601), on the house's clock"
    parser.add_argument("--from", dest="since", metavar="WHEN", help=f"{when}; default: all that was recorded")
    parser.add_argument("--to", dest="until", metavar="WHEN", help="up to, but not with, this instant")
    parser.add_argument("file", type=Path, metavar="FILE", help="such as house.jsonl.gz; replaced if it is there")


def run(options: Namespace, out: Console) -> int:
    house = settings_file.of_running_house(options.settings)
    zone = ZoneInfo(house.home.timezone)
    since = _instant("--from", options.since, zone) if options.since else BEGIN
    until = _instant("--to", options.until, zone) if options.until else END
    if since >= until:
        raise SettingsError(f"--from {options.since} should be before --to {options.until}")
    with closing(record(house)) as database, progress(f"writing {options.file}") as tell:
        wait = waiting("another program writes to the record; this goes on when it has committed")
        count = transfer.export(database, options.file, since, until, tell, wait)
    out.print(f"{options.file}: {count} messages", soft_wrap=True)
    return 0


def _instant(option: str, text: str, zone: ZoneInfo) -> datetime:
    try:
        at = datetime.fromisoformat(text)
        return (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise SettingsError(f"{option} {text} should be such as 2026-01-31 or 2026-01-31T12:00") from error
