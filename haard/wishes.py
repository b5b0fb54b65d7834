"""Say a wish to the house, wait until the regulator has accepted it, and tell what the room does now."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from haard import settings_file
from haard.client import conversation
from haard.output import console, write_json
from haard.plan_text import sentences
from house import topics
from house.messages import Message, RoomSettings
from regulator.setpoint import room_settings

Phrase = Callable[[datetime, ZoneInfo], Message]
"""The wish as a message, once the time in the house is known."""


def wish_in_room(
    room: str,
    settings: Path | None,
    *,
    topic: topics.Topic[Any],
    phrase: Phrase,
    is_fulfilled: Callable[[Message, RoomSettings], bool],
    as_json: bool,
) -> int:
    """Say it, and answer with the room's plan; raises SettingsError or DeviceError as the conversation does."""
    house = settings_file.of_running_house(settings)
    id_ = settings_file.room_called(room, house)
    with conversation(house) as talk:
        wish = phrase(talk.now, talk.snapshot.zone)
        talk.ask(
            topics.publication(topic, id_, message=wish),
            lambda heard: is_fulfilled(wish, room_settings(heard, id_)),
        )
        told = sentences(talk.snapshot, id_, talk.now)
        if as_json:
            write_json({"room": id_, "plan": told, "settings": room_settings(talk.snapshot, id_)})
            return 0
        out = console()
        out.print(f"{settings_file.heading(settings, house)}, {talk.time}")
        for sentence in told:
            out.print(sentence)
    return 0
