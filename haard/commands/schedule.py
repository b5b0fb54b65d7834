"""The weeks of rooms: which temperature from when on. What is set here is kept, whatever house.yaml says.

The schedule in house.yaml is only a room's first one; `reset` takes it again. Days that are not named stay as they are.

examples:
  haard schedule show
  haard schedule show living
  haard schedule set living mon-fri 06:30=20 22:30=17
  haard schedule set bath 'sat,sun: {"08:00": 21, "22:00": 18}'
  haard schedule copy living study
  haard schedule edit living        in $EDITOR
  haard schedule reset living       as house.yaml has it
"""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from haard import settings_file
from haard.client import HouseClient, conversation
from haard.editor import edited
from haard.options import JsonOption, RoomArgument, SettingsOption, room_names
from haard.output import console, write_json
from haard.week_text import as_yaml, from_yaml, with_days
from house import topics
from house.errors import SettingsError
from house.messages import ScheduleWish, SwitchPoint
from house.messages.week import week_of
from house.settings import Settings
from regulator.snapshot import Snapshot

app = typer.Typer()


@app.command()
def show(
    room: Annotated[
        str | None,
        typer.Argument(metavar="[ROOM]", help="The room's id or name; default: all.", autocompletion=room_names),
    ] = None,
    settings: SettingsOption = None,
    as_json: JsonOption = False,
) -> int:
    """Show the week of a room, or of all rooms, in house.yaml's form."""
    with _house(settings) as (house, talk):
        rooms = [settings_file.room_called(room, house)] if room else list(house.rooms)
        if as_json:
            write_json({one: week_of(points_in_force(talk.snapshot, one)) for one in rooms})
            return 0
        _head(settings, house, talk, as_json=False)
        for one in rooms:
            _print(one, talk.snapshot)
    return 0


@app.command(name="set")
def set_(
    room: RoomArgument,
    week: Annotated[
        list[str],
        typer.Argument(metavar="WEEK", help="Days with their times and degrees, such as mon-fri 06:30=20 22:30=17."),
    ],
    settings: SettingsOption = None,
    as_json: JsonOption = False,
) -> int:
    """Give some days of a room other temperatures; the other days stay."""
    with _house(settings) as (house, talk):
        id_ = settings_file.room_called(room, house)
        _head(settings, house, talk, as_json=as_json)
        return _say(talk, id_, with_days(points_in_force(talk.snapshot, id_), week), as_json=as_json)


@app.command()
def copy(
    source: RoomArgument,
    to: Annotated[
        list[str],
        typer.Argument(metavar="ROOMS", help="The rooms that get the same week.", autocompletion=room_names),
    ],
    settings: SettingsOption = None,
    as_json: JsonOption = False,
) -> int:
    """Give rooms the week of another room."""
    with _house(settings) as (house, talk):
        wish = ScheduleWish(points=tuple(points_in_force(talk.snapshot, settings_file.room_called(source, house))))
        targets = [settings_file.room_called(one, house) for one in to]
        _head(settings, house, talk, as_json=as_json)
        return max(_say(talk, one, wish, as_json=as_json) for one in targets)


@app.command()
def edit(room: RoomArgument, settings: SettingsOption = None) -> int:
    """Change a room's week in $EDITOR, in house.yaml's form."""
    with _house(settings) as (house, talk):
        id_ = settings_file.room_called(room, house)
        before = as_yaml(points_in_force(talk.snapshot, id_))
    head = f"# The week of {settings_file.room_name(id_, house)}, °C. Save it to set it; an empty file changes nothing."
    points = edited(f"{head}\n{before}\n", ".yaml", from_yaml, _is_again)
    if not points or as_yaml(points) == before:
        console().print("nothing is changed")
        return 0
    with _house(settings) as (house, talk):  # an editor may be open for hours
        _head(settings, house, talk, as_json=False)
        return _say(talk, id_, ScheduleWish(points=tuple(points)), as_json=False)


def _is_again(fault: str) -> bool:
    """Whether a person edits once more what cannot be read; without a terminal nobody is there to be asked."""
    if not sys.stdin.isatty():
        return False
    sys.stderr.write(f"{fault}\n")
    try:
        return typer.confirm("edit it again?", default=True, err=True)
    except typer.Abort:  # Ctrl-C here leaves the question, and not what was typed
        return False


@app.command()
def reset(room: RoomArgument, settings: SettingsOption = None, as_json: JsonOption = False) -> int:
    """Give a room the week that stands in house.yaml."""
    with _house(settings) as (house, talk):
        id_ = settings_file.room_called(room, house)
        if not house.rooms[id_].schedule:
            raise SettingsError(f"{settings_file.room_name(id_, house)} has no schedule in house.yaml")
        _head(settings, house, talk, as_json=as_json)
        return _say(talk, id_, ScheduleWish(points=house.rooms[id_].schedule), as_json=as_json)


@contextmanager
def _house(settings: Path | None) -> Iterator[tuple[Settings, HouseClient]]:
    house = settings_file.of_running_house(settings)
    with conversation(house) as talk:
        yield house, talk


def _head(settings: Path | None, house: Settings, talk: HouseClient, *, as_json: bool) -> None:
    """Which house it is, and its time."""
    if not as_json:
        console().print(f"{settings_file.heading(settings, house)}, {talk.time}")


def points_in_force(house: Snapshot, room: str) -> Sequence[SwitchPoint]:
    """The retained week; house.yaml's where none was ever set."""
    retained = house.last(topics.ROOM_SCHEDULE, room)
    return house.wiring.rooms[room].schedule if retained is None else retained.points


def _say(talk: HouseClient, room: str, wish: ScheduleWish, *, as_json: bool) -> int:
    talk.ask(
        topics.publication(topics.ROOM_SCHEDULE_WISH, room, message=wish),
        lambda heard: tuple(points_in_force(heard, room)) == wish.points,
    )
    if as_json:
        write_json({"room": room, "week": week_of(wish.points)})
    else:
        _print(room, talk.snapshot)
    return 0


def _print(room: str, house: Snapshot) -> None:
    out, points = console(), points_in_force(house, room)
    out.print(f"{settings_file.room_name(room, house.wiring)} ({room})")
    for line in (as_yaml(points) or "no schedule: frost protection, unless something is wished").splitlines():
        out.print(f"  {line}")
    if differs_from_settings(house, room):
        out.print(f"  note: house.yaml has another week; haard schedule reset {room} takes it")


def differs_from_settings(house: Snapshot, room: str) -> bool:
    """Whether the week in force is another than house.yaml's, which is only a room's first."""
    return tuple(points_in_force(house, room)) != tuple(house.wiring.rooms[room].schedule)
