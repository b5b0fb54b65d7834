"""Nobody is home: every room goes to the preset away, until somebody is back.

examples:
  haard away
  haard away --until 18:00
  haard away --for 2d
  haard away --until 2026-02-01T12:00
  haard away off
"""

from typing import Annotated, Literal

import typer

from haard import settings_file
from haard.client import conversation
from haard.options import ForOption, JsonOption, SettingsOption, UntilOption
from haard.output import console, write_json
from haard.parse_time import end
from haard.plan_text import house_plan
from house import topics
from house.errors import SettingsError
from house.messages import AwayWish
from regulator.setpoint import house_settings
from regulator.snapshot import Snapshot


def command(
    value: Annotated[
        Literal["on", "off"], typer.Argument(metavar="[on|off]", help="off: somebody is home again.")
    ] = "on",
    until: UntilOption = None,
    span: ForOption = None,
    settings: SettingsOption = None,
    as_json: JsonOption = False,
) -> int:
    house = settings_file.of_running_house(settings)
    if value == "off" and (until or span):
        raise SettingsError("off ends the absence; it has no --until and no --for")
    with conversation(house) as talk:
        ends = end(until, span, talk.now, talk.snapshot.zone)
        wish = AwayWish(value=value, until=ends.until, minutes=ends.minutes)
        talk.ask(topics.publication(topics.AWAY_WISH, message=wish), lambda heard: _is_accepted(wish, heard))
        told = house_plan(talk.snapshot, talk.now)
        if as_json:
            write_json({"plan": [told], "settings": house_settings(talk.snapshot)})
        else:
            out = console()
            out.print(f"{settings_file.heading(settings, house)}, {talk.time}")
            out.print(told)
    return 0


def _is_accepted(wish: AwayWish, heard: Snapshot) -> bool:
    away = house_settings(heard).away
    if wish.value == "off" or away is None:
        return wish.value == "off" and away is None
    return wish.minutes is not None or away.until == wish.until
