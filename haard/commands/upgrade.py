"""Say whether a newer haard is to be had, and whether this one has done all that it should: nothing is changed.

The package itself is upgraded by apt (`sudo apt install ./haard_NEW.deb`), which keeps everything and brings files,
rights and tables up to date.

examples:
  haard upgrade --check
"""

import shutil
import subprocess
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from haard import settings_file
from haard.install import files
from haard.install.layout import Layout
from haard.options import JsonOption, SettingsOption
from haard.output import console, write_json
from house.errors import HaardError, SettingsError
from house.settings import load
from recorder.open import open_database

APT_S = 30


def command(
    check: Annotated[bool, typer.Option("--check", help="Only look, which is all it does.")],
    settings: SettingsOption = None,
    as_json: JsonOption = False,
) -> int:
    """0 nothing to do, 1 something to do."""
    if not check:
        raise SettingsError("haard upgrade only looks: haard upgrade --check")
    file, out = settings_file.find(settings, Path.cwd()), console()
    out.quiet = as_json
    out.print(f"installed: {version('haard')}")
    newer = _newer(version("haard"))
    if newer:
        out.print(f"newer: {newer}; sudo apt install haard")
    is_current = _tables(load(file).database.url, out)
    is_derived = _files(file, out)
    if as_json:
        done = {"tables_are_current": is_current, "files_are_current": is_derived}
        write_json({"installed": version("haard"), "newer": newer, **done})
    return 0 if not newer and is_current and is_derived else 1


def _newer(installed: str) -> str | None:
    """The version that apt would install, where apt knows one; a Debian revision of the installed one is none."""
    if shutil.which("apt-cache") is None:
        return None
    said = subprocess.run(
        ["apt-cache", "policy", "haard"], check=False, capture_output=True, text=True, timeout=APT_S
    ).stdout
    found = next((line.split()[-1] for line in said.splitlines() if line.strip().startswith("Candidate:")), "(none)")
    return None if found == "(none)" or found.partition("-")[0] == installed else found


def _tables(url: str, out: Console) -> bool:
    try:
        database = open_database(url)
        is_current = database.is_current()
        database.close()
    except SettingsError:
        raise
    except HaardError as error:
        out.print(f"tables: {error}", soft_wrap=True)
        return False
    out.print("tables: up to date" if is_current else "tables: the recorder brings them up to date when it starts")
    return is_current


def _files(file: Path, out: Console) -> bool:
    """Whether the broker's files are those that follow from house.yaml; only root may compare all."""
    layout, text = Layout.of(file), file.read_text(encoding="utf-8")
    if not layout.acl.exists():
        return True  # a try-out, or a broker of one's own
    try:
        wanted = files.wanted(load(file), text, layout, files.read_text, files.certificates_there(layout))
        changes = [one.file.path.name for one in files.changes(wanted, files.read_text)]
    except PermissionError:
        out.print("files: only root may compare them (sudo haard upgrade --check)")
        return True
    out.print(f"files: {', '.join(changes)} differ; sudo haard init" if changes else "files: as house.yaml wants them")
    return not changes
