"""The arguments and options that several commands have, as annotations of their parameters; rooms complete."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from haard import settings_file
from house.errors import HaardError

SettingsOption = Annotated[
    Path | None,
    typer.Option(
        "--settings",
        metavar="FILE",
        help=f"The house's settings; default: {settings_file.WHERE}.",
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="For programs: one JSON value in place of text.")]
UntilOption = Annotated[
    str | None,
    typer.Option("--until", metavar="WHEN", help="A time such as 22:30, or a date and time (ISO 8601)."),
]
ForOption = Annotated[str | None, typer.Option("--for", metavar="TIME", help="How long, such as 2h, 90m or 1d12h.")]


def room_names(ctx: typer.Context, incomplete: str) -> Iterator[tuple[str, str]]:
    """The rooms of the house whose ids or names begin so, for the shell; none where there are no usable settings."""
    given: Any = ctx.params.get("settings")
    try:
        house = settings_file.of_running_house(Path(given) if given else None)
    except (HaardError, OSError):
        return
    for room in house.rooms:
        name = settings_file.room_name(room, house)
        if room.startswith(incomplete.lower()) or name.lower().startswith(incomplete.lower()):
            yield room, name


RoomArgument = Annotated[
    str, typer.Argument(metavar="ROOM", help="The room's id or name.", show_default=False, autocompletion=room_names)
]
