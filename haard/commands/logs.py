"""Show what the services say: of this computer's house from the journal, of a try-out from its folder .haard/log.

examples:
  haard logs                    all services, the last hundred lines
  haard logs regulator -f       one of them, and all that it says from now on
"""

import os
import re
import shutil
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from haard.install.computer import has_systemd, unit
from haard.settings_file import DATA_FOLDER
from haard.tryout.data_folder import DataFolder
from house.errors import DeviceError, SettingsError
from house.nearest import did_you_mean


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("service", nargs="?", metavar="SERVICE", help="such as regulator; default: all")
    parser.add_argument("-n", "--lines", type=int, default=100, help="how many of the last lines; default: %(default)s")
    parser.add_argument("-f", "--follow", action="store_true", help="go on with what is said from now on")


def run(options: Namespace, out: Console) -> int:
    if options.service and not re.fullmatch(r"[a-z0-9_]+", options.service):
        raise SettingsError(f"{options.service!r} is no name of a service")
    command = _command(options.service, options.lines, follow=options.follow)
    if shutil.which(command[0]) is None:
        raise DeviceError(f"{command[0]} is missing on this computer", temporary=False)
    os.execvp(command[0], command)


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
