"""Heat a room hard for some minutes, then go back to what it did.

examples:
  haard boost bath      the usual time, safety.boost_min in house.yaml
  haard boost bath 20
  haard boost bath off
"""

from typing import Annotated

import typer

from haard.options import JsonOption, RoomArgument, SettingsOption
from haard.wishes import wish_in_room
from house import topics
from house.errors import PayloadError
from house.messages import BoostWish, Message, RoomSettings


def _wish(text: str) -> BoostWish:
    return BoostWish.decode(text.encode())


def _understood(text: str) -> str:
    try:
        _wish(text)
    except PayloadError as error:
        raise typer.BadParameter(f"{text} should be minutes or a time such as 1h, a day at most, or off") from error
    return text


def command(
    room: RoomArgument,
    minutes: Annotated[
        str | None, typer.Argument(parser=_understood, metavar="[MINUTES]", help="How long, or off.")
    ] = None,
    settings: SettingsOption = None,
    as_json: JsonOption = False,
) -> int:
    return wish_in_room(
        room,
        settings,
        topic=topics.ROOM_BOOST_WISH,
        phrase=lambda _now, _zone: _wish(minutes) if minutes else BoostWish(),
        is_fulfilled=_is_fulfilled,
        as_json=as_json,
    )


def _is_fulfilled(wish: Message, settings: RoomSettings) -> bool:
    assert isinstance(wish, BoostWish)
    return (settings.boost_until is not None) == (wish.minutes != 0)
