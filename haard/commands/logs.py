"""Show what the services say: of this computer's house from the journal, of a try-out from its folder .haard/log.

examples:
  haard logs                    all services, the last hundred lines
  haard logs regulator -f       one of them, and all that it says from now on
  haard logs --json             each line as JSON, with its service
"""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated

import typer

from haard.install.computer import has_systemd, unit
from haard.settings_file import DATA_FOLDER
from haard.tryout.data_folder import DataFolder
from house.errors import DeviceError, SettingsError
from house.nearest import did_you_mean

HEADER = re.compile(r"==> (.+) <==")


def command(
    service: Annotated[str | None, typer.Argument(metavar="[SERVICE]", help="Such as regulator; default: all.")] = None,
    lines: Annotated[int, typer.Option("--lines", "-n", min=0, help="How many of the last lines.")] = 100,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on with what is said from now on.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="For programs: a JSON object for each line.")] = False,
) -> int:
    if service and not re.fullmatch(r"[a-z0-9_]+", service):
        raise SettingsError(f"{service!r} is no name of a service")
    program = _command(service, lines, follow=follow)
    if shutil.which(program[0]) is None:
        raise DeviceError(f"{program[0]} is missing on this computer", temporary=False)
    if not as_json:
        os.execvp(program[0], program)
    return _tell_as_json(program)


def _tell_as_json(program: Sequence[str]) -> int:
    is_journal = program[0] == "journalctl"
    command = [*program, "-o", "json"] if is_journal else [program[0], "-v", *program[1:]]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, errors="replace") as process:
        assert process.stdout is not None
        for said in of_journal(process.stdout) if is_journal else of_tail(process.stdout):
            sys.stdout.write(f"{json.dumps(said, ensure_ascii=False)}\n")
            sys.stdout.flush()
    return 1 if process.returncode else 0


def of_tail(lines: Iterable[str]) -> Iterator[Mapping[str, str]]:
    """What tail shows of several files, each below its name."""
    service = ""
    for line in lines:
        if header := HEADER.fullmatch(line.strip()):
            service = Path(header[1]).stem
        elif line.strip():
            yield {"service": service, "line": line.rstrip("\n")}


def of_journal(lines: Iterable[str]) -> Iterator[Mapping[str, str]]:
    """What the journal shows as JSON; it has bytes as a list where they are no text."""
    for line in lines:
        entry = json.loads(line)
        unit_name, said = str(entry.get("_SYSTEMD_UNIT", "")), entry.get("MESSAGE") or ""
        text = bytes(said).decode(errors="replace") if isinstance(said, list) else str(said)
        yield {"service": unit_name.removesuffix(".service").rpartition("@")[2], "line": text}


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
