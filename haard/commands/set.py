"""Set a room's temperature by hand, or give the room back to its schedule.

Without an end it holds until the schedule's next switch point, or the one after if that is less than 15 minutes away
(in mode heat: for good).

examples:
  haard set living 21
  haard set living 21 --for 2h
  haard set living 21 --until 22:30
  haard set bedroom 16,5 --until 2026-02-01T12:00
  haard set living auto
"""

from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from haard.options import ForOption, JsonOption, RoomArgument, SettingsOption, UntilOption
from haard.parse_time import end
from haard.wishes import wish_in_room
from house import topics
from house.errors import PayloadError, SettingsError
from house.fields import MODES
from house.messages import Message, RoomSettings, SetpointWish
from house.typed import degrees

PRESETS = ("comfort", "eco", "away", "boost")


def _wish(text: str) -> SetpointWish:
    return SetpointWish.decode(text.encode())


def _understood(text: str) -> str:
    try:
        _wish(text)
    except PayloadError as error:
        raise typer.BadParameter(f"{text} should be degrees Celsius from 5 to 30, or auto{_hint(text)}") from error
    return text


def _hint(text: str) -> str:
    """What a person may have meant who named a mode or a preset, or degrees Fahrenheit."""
    word = text.strip().lower()
    if word in MODES:
        return f"; {word} is a mode: haard mode ROOM {word}"
    if word in PRESETS:
        return f"; {word} is a preset: haard preset ROOM {word}"
    try:
        degrees(text)
    except ValueError as error:
        return f"; {str(error).partition('(')[2][:-1]}" if "°F" in str(error) else ""
    return ""


def command(
    room: RoomArgument,
    setpoint: Annotated[
        str, typer.Argument(parser=_understood, metavar="SETPOINT", help="Degrees Celsius from 5 to 30, or auto.")
    ],
    until: UntilOption = None,
    span: ForOption = None,
    settings: SettingsOption = None,
    as_json: JsonOption = False,
) -> int:
    value = _wish(setpoint).value
    if value is None and (until or span):
        raise SettingsError("auto ends what was set by hand; it has no --until and no --for")

    def phrase(now: datetime, zone: ZoneInfo) -> SetpointWish:
        ends = end(until, span, now, zone)
        return SetpointWish(value=value, until=ends.until, minutes=ends.minutes)

    return wish_in_room(
        room,
        settings,
        topic=topics.ROOM_SETPOINT_WISH,
        phrase=phrase,
        is_fulfilled=_is_fulfilled,
        as_json=as_json,
    )


def _is_fulfilled(wish: Message, settings: RoomSettings) -> bool:
    assert isinstance(wish, SetpointWish)
    override = settings.override
    if wish.value is None:
        return settings.mode == "auto" and override is None and settings.preset == "none"
    if override is None:
        return wish.until is None and wish.minutes is None and settings.held == wish.value
    return override.setpoint == wish.value and (wish.until is None or wish.until == override.until)
