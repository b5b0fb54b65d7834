"""Choose a room's mode.

auto follows the schedule, heat holds one setpoint for good, off only keeps frost away, bypass leaves the valves alone.

examples:
  haard mode study off
  haard mode living auto
"""

from typing import Annotated, Literal

import typer

from haard.options import JsonOption, RoomArgument, SettingsOption
from haard.wishes import wish_in_room
from house import topics
from house.messages import Message, ModeWish, RoomSettings


def command(
    room: RoomArgument,
    mode: Annotated[
        Literal["auto", "heat", "off", "bypass"],
        typer.Argument(metavar="MODE", help="Which one: auto, heat, off or bypass.", show_default=False),
    ],
    settings: SettingsOption = None,
    as_json: JsonOption = False,
) -> int:
    return wish_in_room(
        room,
        settings,
        topic=topics.ROOM_MODE_WISH,
        phrase=lambda _now, _zone: ModeWish(value=mode),
        is_fulfilled=_is_fulfilled,
        as_json=as_json,
    )


def _is_fulfilled(wish: Message, settings: RoomSettings) -> bool:
    assert isinstance(wish, ModeWish)
    return settings.mode == wish.value
