"""Keep what a house cannot derive again: settings, wishes, schedules, what was learned, history; secrets if wished.

The house goes on meanwhile. With a folder in place of a file the backup gets a name of its time; the package makes one
each night in /var/backups/haard and keeps the last 14. `haard restore` brings it back.

examples:
  haard backup house.tar.gz
  haard backup --secrets --keep 14 /var/backups/haard
"""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from haard import settings_file
from haard.install.backup import Wanted, back_up, prune
from haard.install.layout import Layout
from haard.options import JsonOption, SettingsOption
from haard.output import console, write_json


def command(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Such as house.tar.gz, or a folder.")],
    secrets: Annotated[
        bool, typer.Option("--secrets", help="Passwords too, so that devices need not be told anew.")
    ] = False,
    without_history: Annotated[bool, typer.Option("--without-history", help="Leave out what was recorded.")] = False,
    keep: Annotated[
        int | None, typer.Option("--keep", metavar="N", help="In a folder: remove all backups but the newest N.")
    ] = None,
    settings: SettingsOption = None,
    as_json: JsonOption = False,
) -> int:
    layout = Layout.of(settings_file.find(settings, Path.cwd()))
    wanted = Wanted(secrets=secrets, history=not without_history)
    path = back_up(file, layout, wanted, datetime.now(UTC))
    removed = prune(file, max(keep, 1)) if keep is not None and file.is_dir() else []
    if as_json:
        write_json({"file": path, "bytes": path.stat().st_size, "removed": removed})
        return 0
    out = console()
    out.print(f"{path}: {path.stat().st_size / 1e6:.1f} MB", soft_wrap=True)
    for name in removed:
        out.print(f"removed {name}")
    return 0
