"""Heat a room hard for some minutes, then go back to what it did.

examples:
  haard boost bath      the usual time, safety.boost_min in house.yaml
  haard boost bath 20
  haard boost bath off
"""

from argparse import ArgumentParser, ArgumentTypeError, Namespace

from rich.console import Console

from haard import settings_file
from haard.client import conversation
from haard.plan_text import sentences
from house import topics
from house.errors import PayloadError
from house.messages import BoostWish
from regulator.setpoint import room_settings


def arguments(parser: ArgumentParser) -> None:
    settings_file.option(parser)
    parser.add_argument("room", metavar="ROOM", help="the room's id or name")
    parser.add_argument("wish", nargs="?", type=_wish, default=BoostWish(), metavar="MINUTES", help="minutes, or off")


def run(options: Namespace, out: Console) -> int:
    house = settings_file.of_running_house(options.settings)
    room = settings_file.room_called(options.room, house)
    is_on = options.wish.minutes != 0
    wish = topics.publication(topics.ROOM_BOOST_WISH, room, message=options.wish)
    with conversation(house) as talk:
        talk.ask(wish, lambda heard: (room_settings(heard, room).boost_until is not None) == is_on)
        for sentence in sentences(talk.snapshot, room, talk.now):
            out.print(sentence, soft_wrap=True)
    return 0


def _wish(text: str) -> BoostWish:
    try:
        return BoostWish.decode(text.encode())
    except PayloadError as error:
        raise ArgumentTypeError(f"{text} should be minutes, at most 1440, or off") from error
