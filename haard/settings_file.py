"""Where the settings of the house are looked for, and which room a person means."""

import os
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path

from house.errors import SettingsError
from house.nearest import did_you_mean
from house.settings import Settings, load

DATA_FOLDER = ".haard"
PLACES = ("house.yaml", f"{DATA_FOLDER}/house.yaml")
WHERE = f"$HAARD_SETTINGS, else {', else '.join(PLACES)}"


def example() -> str:
    """The text of the example house that comes with haard."""
    return files("haard").joinpath("example/house.yaml").read_text(encoding="utf-8")


def find(given: Path | None, folder: Path, environment: Mapping[str, str] = os.environ) -> Path:
    """The settings file: as given, else what HAARD_SETTINGS names, else the first of PLACES that exists in `folder`."""
    if given is not None:
        return given
    if environment.get("HAARD_SETTINGS"):
        return Path(environment["HAARD_SETTINGS"])
    for place in PLACES:
        if (folder / place).exists():
            return folder / place
    raise SettingsError(
        f"no settings: there is no {' and no '.join(PLACES)} here\n"
        "hint: start a house here with `haard up`, or name its file with --settings FILE"
    )


def of_running_house(given: Path | None) -> Settings:
    """The settings that `find` finds from the current folder."""
    return load(find(given, Path.cwd()))


def room_called(word: str, house: Settings) -> str:
    """The id of the room with this id or name, in any case; raises SettingsError that names the nearest."""
    ids = {name.lower(): id_ for id_, room in house.rooms.items() for name in (room.name, id_) if name}
    if word.lower() in ids:
        return ids[word.lower()]
    raise SettingsError(f"there is no room {word}; {did_you_mean(word, ids)}")


def room_name(room: str, house: Settings) -> str:
    """What people call the room."""
    return house.rooms[room].name or room
