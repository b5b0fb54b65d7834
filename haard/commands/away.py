"""Nobody is home: every room goes to the preset away, until somebody is back.

examples:
  haard away
  haard away --until 18:00
  haard away --until 2026-02-01T12:00
  haard away off
"""

from argparse import ArgumentParser, Namespace

from rich.console import Console

from haard import settings_file
from haard.client import conversation
from haard.parse_time import moment
from haard.plan_text import house_plan
from house import topics
from house.errors import SettingsError
from house.messages import AwayWish
from regulator.setpoint import house_settings
from regulator.snapshot import Snapshot


def arguments(parser: ArgumentParser) -> None:
    settings_file.option(parser)
    parser.add_argument("value", nargs="?", choices=("on", "off"), default="on", help="off: somebody is home again")
    parser.add_argument("--until", metavar="WHEN", help="a time such as 18:00, or a date and time (ISO 8601)")


def run(options: Namespace, out: Console) -> int:
    house = settings_file.of_running_house(options.settings)
    if options.value == "off" and options.until:
        raise SettingsError("off ends the absence; it has no --until")
    with conversation(house) as talk:
        until = moment(options.until, talk.now, talk.snapshot.zone) if options.until else None
        wish = AwayWish(value=options.value, until=until)
        talk.ask(topics.publication(topics.AWAY_WISH, message=wish), lambda heard: _is_accepted(wish, heard))
        out.print(house_plan(talk.snapshot, talk.now), soft_wrap=True)
    return 0


def _is_accepted(wish: AwayWish, heard: Snapshot) -> bool:
    away = house_settings(heard).away
    if wish.value == "off" or away is None:
        return wish.value == "off" and away is None
    return away.until == wish.until
