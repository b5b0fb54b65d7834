"""Show what the services say: of this computer's house from the journal, of a try-out from its folder .haard/log.

examples:
  haard logs                    all services, the last hundred lines
  haard logs regulator -f       one of them, and all that it says from now on
"""

import os
import re
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from haard.install.computer import has_systemd, unit
from haard.settings_file import DATA_FOLDER
from haard.tryout.data_folder import DataFolder
from house.errors import DeviceError, SettingsError
from house.nearest import did_you_mean


def command(
    service: Annotated[str | None, typer.Argument(metavar="[SERVICE]", help="Such as regulator; default: all.")] = None,
    lines: Annotated[int, typer.Option("--lines", "-n", help="How many of the last lines.")] = 100,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on with what is said from now on.")] = False,
) -> int:
    if service and not re.fullmatch(r"[a-z0-9_]+", service):
        raise SettingsError(f"{service!r} is no name of a service")
    program = _command(service, lines, follow=follow)
    if shutil.which(program[0]) is None:
        raise DeviceError(f"{program[0]} is missing on this computer", temporary=False)
    os.execvp(program[0], program)


def _command(service: str | None, lines: int, *, follow: bool) -> list[str]:
    """The program that shows it: journalctl, or tail for a try-out in this folder."""
    folder = DataFolder(Path(DATA_FOLDER)).logs
    if folder.is_dir():
        return ["tail", "-n", str(lines), *(["-F"] if follow else []), *_files(folder, service)]
    if not has_systemd():
        raise DeviceError(
            "neither a try-out nor systemd is here to keep logs; see `docker compose logs`", temporary=False
        )
    units = ["-u", unit(service)] if service else ["-u", "haard@*", "-u", "mosquitto"]
    return ["journalctl", "--no-hostname", "-o", "cat", "-n", str(lines), *(["-f"] if follow else []), *units]


def _files(folder: Path, service: str | None) -> Sequence[str]:
    names = {path.stem: str(path) for path in sorted(folder.glob("*.log"))}
    if service is None:
        return list(names.values())
    if service not in names:
        raise SettingsError(f"{service} has no log here; {did_you_mean(service, names)}")
    return [names[service]]
