"""Where the settings of the house are looked for, and which room a person means."""

import fcntl
import os
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path

from house.errors import SettingsError
from house.nearest import did_you_mean
from house.settings import Settings, load

DATA_FOLDER = ".haard"
OWN, TRIED = "house.yaml", f"{DATA_FOLDER}/house.yaml"
LOCK = "lock"
"""A try-out holds the lock on this file of its folder for as long as it runs."""
WHERE = f"$HAARD_SETTINGS, else the try-out that runs here, else {OWN}, else {TRIED}, here or above"


def example() -> str:
    """The text of the example house that comes with haard."""
    return files("haard").joinpath("example/house.yaml").read_text(encoding="utf-8")


def find(given: Path | None, folder: Path, environment: Mapping[str, str] = os.environ) -> Path:
    """The settings file: as given, else what HAARD_SETTINGS names, else that of the nearest folder from `folder` up in
    which there is a house. A try-out that runs there wins over the folder's own house.yaml.
    """
    if given is not None:
        return given
    if environment.get("HAARD_SETTINGS"):
        return Path(environment["HAARD_SETTINGS"])
    for place in (folder, *folder.absolute().parents):
        own, tried = place / OWN, place / TRIED
        if tried.exists() and (is_running(tried.parent) or not own.exists()):
            return tried
        if own.exists():
            return own
    raise SettingsError(
        f"no settings: there is no {OWN} and no {TRIED} here\n"
        "hint: start a house here with `haard up`, or name its file with --settings FILE"
    )


def is_running(data_folder: Path) -> bool:
    """Whether a try-out has this folder now."""
    try:
        with (data_folder / LOCK).open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


def of_running_house(given: Path | None) -> Settings:
    """The settings that `find` finds from the current folder."""
    return load(find(given, Path.cwd()))


def heading(given: Path | None, house: Settings) -> str:
    """Which house a command talks to: `Terrace house (try-out in .haard)`."""
    file = find(given, Path.cwd())
    shown = os.path.relpath(file) if file.is_absolute() and Path.cwd() in file.parents else str(file)
    place = f"try-out in {Path(shown).parent}" if file.parent.name == DATA_FOLDER else shown
    return f"{house.home.name} ({place})"


def room_called(word: str, house: Settings) -> str:
    """The id of the room with this id or name, in any case; raises SettingsError that names the nearest."""
    ids = {name.lower(): id_ for id_, room in house.rooms.items() for name in (room.name, id_) if name}
    if word.lower() in ids:
        return ids[word.lower()]
    raise SettingsError(f"there is no room {word}; {did_you_mean(word, ids)}")


def room_name(room: str, house: Settings) -> str:
    """What people call the room."""
    return house.rooms[room].name or room
