"""Choose a room's mode.

auto follows the schedule, heat holds one setpoint for good, off only keeps frost away, bypass leaves the valves alone.

examples:
  haard mode study off
  haard mode living auto
"""

from argparse import ArgumentParser, Namespace

from rich.console import Console

from haard import settings_file
from haard.client import conversation
from haard.plan_text import sentences
from house import topics
from house.fields import MODES
from house.messages import ModeWish
from regulator.setpoint import room_settings


def arguments(parser: ArgumentParser) -> None:
    settings_file.option(parser)
    parser.add_argument("room", metavar="ROOM", help="the room's id or name")
    parser.add_argument("mode", choices=MODES)


def run(options: Namespace, out: Console) -> int:
    house = settings_file.of_running_house(options.settings)
    room = settings_file.room_called(options.room, house)
    wish = topics.publication(topics.ROOM_MODE_WISH, room, message=ModeWish(value=options.mode))
    with conversation(house) as talk:
        talk.ask(wish, lambda heard: room_settings(heard, room).mode == options.mode)
        for sentence in sentences(talk.snapshot, room, talk.now):
            out.print(sentence, soft_wrap=True)
    return 0
