"""Play the record through the regulator again: it must say what was recorded, to the byte; with other numbers, see what
would have been decided otherwise.

The regulator is a pure function of what it hears, and the recorder keeps all of that, with the regulator's version and
settings. With --law, --set or --as a second regulator hears the same beside it. The house's temperatures stay those
that were recorded. Status 1 if the record differs.

examples:
  haard replay --from yesterday --to today
  haard replay --from "mon 6:00" --to "mon 9:00" --set regulator.doses.rest_min=15
  haard replay --law tpi --from 2026-01-12 --to 2026-01-19
  haard replay hour.jsonl.gz
"""

import threading
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, get_args
from zoneinfo import ZoneInfo

import typer

from haard import settings_file
from haard.open_database import record
from haard.options import JsonOption, SettingsOption
from haard.output import console, write_json
from haard.replay.changes import change
from haard.replay.replayed_regulator import unchanged
from haard.replay.replaying import replay
from haard.replay.report import lines
from haard.replay.sources import DatabaseRecord, FileRecord, root_of
from haard.replay.span import Source
from haard.replay.when import EXPECTED, past
from house import topics
from house.errors import SettingsError
from house.messages import Replayed
from house.mqtt import Link
from house.settings import Regulator, Settings, load
from house.topics import Root

PATIENCE_S = 10.0
LAWS = get_args(Regulator.model_fields["law"].annotation)


def command(
    file: Annotated[
        Path | None,
        typer.Argument(metavar="FILE", help="What `haard export` or `haard capture` wrote; default: the database."),
    ] = None,
    since: Annotated[str | None, typer.Option("--from", metavar="WHEN", help=f"From: {EXPECTED}.")] = None,
    until: Annotated[
        str | None, typer.Option("--to", metavar="WHEN", help="Up to this instant; default: the end.")
    ] = None,
    other: Annotated[Path | None, typer.Option("--as", metavar="FILE", help="Decide as with this house.yaml.")] = None,
    law: Annotated[str | None, typer.Option(help=f"Decide by another law: {', '.join(LAWS)}.")] = None,
    assignments: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="Decide with another setting; may be repeated."),
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="List every decision that differs.")] = False,
    say: Annotated[
        bool, typer.Option("--say", help="Say on home/replayed what came of it; a difference becomes an alert.")
    ] = False,
    settings: SettingsOption = None,
    as_json: JsonOption = False,
) -> int:
    if law is not None and law not in LAWS:
        raise SettingsError(f"--law {law} should be one of {', '.join(LAWS)}")
    house = settings_file.of_running_house(settings)
    zone, now = ZoneInfo(house.home.timezone), datetime.now(UTC)
    begin = past("--from", since, now, zone) if since else None
    end = past("--to", until, now, zone) if until else None
    if begin is not None and end is not None and begin >= end:
        raise SettingsError(f"--from {since} should be before --to {until}")
    wanted = change(load(other) if other is not None else None, law, assignments or ())
    with ExitStack() as stack:
        source: Source
        if file is not None:
            source = FileRecord(file, root_of(file))
        else:
            source = DatabaseRecord(stack.enter_context(closing(record(house))), Root(house.mqtt.root))
        report = replay(source, begin, end, house, wanted)
    if say:
        if begin is None or end is None or file is not None or wanted is not unchanged:
            raise SettingsError("--say is for a span of the database with --from and --to, played as it was")
        _say(house, report.message(begin, end, version("haard")))
    if as_json:
        write_json(report.values())
    else:
        for line in lines(report, version("haard"), every=every):
            console().print(line)
    return 0 if report.is_identical else 1


def _say(house: Settings, message: Replayed) -> None:
    with Link(house.mqtt, "person", stop=threading.Event(), announce=False) as link:
        link.flush(PATIENCE_S)  # there is a connection
        link.publish(topics.publication(topics.REPLAYED, message=message))
        link.flush(PATIENCE_S)
