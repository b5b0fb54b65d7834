"""Hold a named temperature in a room, until `none`, an instant or for a while.

What the names mean stands under presets in house.yaml, for the house and for each room. Away in one room saves there
as `haard away` does everywhere; it never warms.

examples:
  haard preset living eco
  haard preset living comfort --for 3h
  haard preset bath comfort --until 22:30
  haard preset living none
"""

from datetime import datetime
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

import typer

from haard.options import ForOption, JsonOption, RoomArgument, SettingsOption, UntilOption
from haard.parse_time import end
from haard.wishes import wish_in_room
from house import topics
from house.errors import SettingsError
from house.messages import Message, PresetWish, RoomSettings


def command(
    room: RoomArgument,
    preset: Annotated[
        Literal["none", "comfort", "eco", "away", "boost"],
        typer.Argument(metavar="PRESET", help="Which one: comfort, eco, away, boost, or none.", show_default=False),
    ],
    until: UntilOption = None,
    span: ForOption = None,
    settings: SettingsOption = None,
    as_json: JsonOption = False,
) -> int:
    if preset == "none" and (until or span):
        raise SettingsError("none ends a preset; it has no --until and no --for")

    def phrase(now: datetime, zone: ZoneInfo) -> PresetWish:
        ends = end(until, span, now, zone)
        return PresetWish(value=preset, until=ends.until, minutes=ends.minutes)

    return wish_in_room(
        room,
        settings,
        topic=topics.ROOM_PRESET_WISH,
        phrase=phrase,
        is_fulfilled=_is_fulfilled,
        as_json=as_json,
    )


def _is_fulfilled(wish: Message, settings: RoomSettings) -> bool:
    assert isinstance(wish, PresetWish)
    if wish.value == "boost":
        return settings.boost_until is not None
    return settings.preset == wish.value
