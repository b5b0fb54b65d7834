"""Estimate what other numbers would have come to in the days behind: gas, cost, comfort, starts and moves, with a band.

The recorded days are lived again by a regulator with the other numbers; how much warmer or colder each room would have
been follows from what was learned of it. Where that is not enough it says so instead of a figure. The band is that of
people and their things giving little or much of the heat; how often it holds stands in docs/replay.md.

examples:
  haard whatif --set regulator.comfort=quiet --days 7
  haard whatif --as other.yaml --to "mon 0:00" --days 14
"""

from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from haard import settings_file
from haard.open_database import record
from haard.options import JsonOption, SettingsOption
from haard.output import console, write_json
from haard.replay.changes import change, differing
from haard.replay.replayed_regulator import unchanged
from haard.replay.sources import DatabaseRecord
from haard.replay.whatif import lines, whatif
from haard.replay.when import EXPECTED, past
from house import messages, topics
from house.errors import SettingsError
from house.settings import load
from house.topics import Root


def command(
    other: Annotated[Path | None, typer.Option("--as", metavar="FILE", help="Decide as with this house.yaml.")] = None,
    law: Annotated[str | None, typer.Option(help="Decide by another law.")] = None,
    assignments: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="Decide with another setting; may be repeated."),
    ] = None,
    days: Annotated[int, typer.Option("--days", min=1, max=366, help="How many days.")] = 7,
    until: Annotated[
        str | None, typer.Option("--to", metavar="WHEN", help=f"Up to: {EXPECTED}; default: today.")
    ] = None,
    settings: SettingsOption = None,
    as_json: JsonOption = False,
) -> int:
    house = settings_file.of_running_house(settings)
    wanted = change(load(other) if other is not None else None, law, assignments or ())
    if wanted is unchanged:
        raise SettingsError("say what should be otherwise: --set KEY=VALUE, --law or --as FILE")
    with closing(record(house)) as database:
        source = DatabaseRecord(database, Root(house.mqtt.root))
        end = past("--to", until or "today", source.now(datetime.now(UTC)), ZoneInfo(house.home.timezone))
        begin = end - timedelta(days=days)
        estimate = whatif(source, begin, end, house, wanted)
        said = source.messages(begin, end + timedelta(days=1), topics.DAY.path().__eq__)
        each = {day.day: day for one in said for day in [messages.Day.decode(one.payload)]}
    first, last = (
        begin.astimezone(ZoneInfo(house.home.timezone)).date(),
        end.astimezone(ZoneInfo(house.home.timezone)).date(),
    )
    over = [day for day in each.values() if first <= day.day < last]
    if as_json:
        write_json({"hours": estimate.hours, "heat_parts": estimate.heat_parts, "days": over})
        return 0
    for line in differing(house, wanted(house)):
        console().print(f"with {line}")
    for line in lines(estimate, over):
        console().print(line)
    return 0
