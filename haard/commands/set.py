"""Set a room's temperature by hand, or give the room back to its schedule.

Without --until it holds until the schedule's next switch point, or the one after if that is less than 15 minutes
away (in mode heat: for good).

examples:
  haard set living 21
  haard set living 21 --until 22:30
  haard set bedroom 16,5 --until 2026-02-01T12:00
  haard set living auto
"""

from argparse import ArgumentParser, ArgumentTypeError, Namespace

from rich.console import Console

from haard import settings_file
from haard.client import conversation
from haard.parse_time import moment
from haard.plan_text import sentences
from house import topics
from house.errors import PayloadError, SettingsError
from house.messages import SetpointWish
from regulator.setpoint import room_settings
from regulator.snapshot import Snapshot


def arguments(parser: ArgumentParser) -> None:
    settings_file.option(parser)
    parser.add_argument("room", metavar="ROOM", help="the room's id or name")
    parser.add_argument("wish", type=_wish, metavar="SETPOINT", help="degrees Celsius from 5 to 30, or auto")
    parser.add_argument("--until", metavar="WHEN", help="a time such as 22:30, or a date and time (ISO 8601)")


def run(options: Namespace, out: Console) -> int:
    house = settings_file.of_running_house(options.settings)
    room, wish = settings_file.room_called(options.room, house), options.wish
    if wish.value is None and options.until:
        raise SettingsError("auto ends what was set by hand; it has no --until")
    with conversation(house) as talk:
        if options.until:
            wish = SetpointWish(value=wish.value, until=moment(options.until, talk.now, talk.snapshot.zone))
        talk.ask(
            topics.publication(topics.ROOM_SETPOINT_WISH, room, message=wish),
            lambda heard: _is_accepted(wish, heard, room),
        )
        for sentence in sentences(talk.snapshot, room, talk.now):
            out.print(sentence, soft_wrap=True)
    return 0


def _is_accepted(wish: SetpointWish, heard: Snapshot, room: str) -> bool:
    settings = room_settings(heard, room)
    override = settings.override
    if wish.value is None:
        return settings.mode == "auto" and override is None and settings.preset == "none"
    if override is None:
        return wish.until is None and settings.held == wish.value
    return override.setpoint == wish.value and (wish.until is None or wish.until == override.until)


def _wish(text: str) -> SetpointWish:
    try:
        return SetpointWish.decode(text.replace(",", ".").encode())
    except PayloadError as error:
        raise ArgumentTypeError(f"{text} should be degrees Celsius from 5 to 30, or auto") from error
