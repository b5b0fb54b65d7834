"""Make this computer the house of a backup: settings, secrets, what the broker retains, history, services.

For a new computer on which haard is installed, or one whose disk was lost. Where another house is set up already
nothing is touched. A broker that lost its memory is told it again with --retained.

examples:
  haard restore house.tar.gz
  haard restore --retained house.tar.gz     only what the broker should retain
"""

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from haard.install import archive, backup, computer, files
from haard.install.layout import Layout
from haard.output import console
from haard.progress import progress
from house.errors import DeviceError
from house.settings import Settings


def command(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="As `haard backup` wrote it.")],
    retained: Annotated[bool, typer.Option("--retained", help="Only tell the broker again what it retained.")] = False,
    without_services: Annotated[
        bool, typer.Option("--without-services", help="Start neither broker nor services.")
    ] = False,
    folder: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="All files below one folder, as in a container.")
    ] = None,
) -> int:
    layout, out = Layout.below(folder) if folder else Layout(), console()
    contents = archive.contents(file)
    settings = backup.restore_files(contents, layout)
    starts = computer.has_systemd() and not folder and not without_services

    def tell(about: str) -> None:
        out.print(f"- {about}", soft_wrap=True)

    if starts and not retained:
        computer.carry_out(computer.broker_steps(), tell)
    _retained(contents, settings, layout, out)
    if retained:
        return 0
    if starts:
        computer.carry_out(computer.database_steps(settings, *files.database_passwords(layout)), tell)
    _history(file, settings, layout, out)
    if starts:
        computer.carry_out(computer.service_steps(settings, computer.enabled_units()), tell)
    out.print(f"{settings.home.name} is restored", soft_wrap=True)
    return 0


def _retained(contents: Mapping[str, bytes], settings: Settings, layout: Layout, out: Console) -> None:
    count, left_out = backup.restore_retained(contents, settings, layout)
    out.print(f"the broker retains {count} messages again", soft_wrap=True)
    for path in left_out:
        out.print(f"left out: {path}, which nobody writes in this house", soft_wrap=True)


def _history(file: Path, settings: Settings, layout: Layout, out: Console) -> None:
    migrate = [sys.executable, "-m", "recorder", "migrate", "--settings", str(layout.settings)]
    if subprocess.run(migrate, check=False).returncode:
        raise DeviceError("the database's tables could not be made; see above", temporary=True)
    with progress("history") as tell:
        count = backup.restore_history(file, settings, tell)
    backup.give_state_to_its_owner(layout)
    out.print(f"{count} recorded messages are back", soft_wrap=True)
