"""Keep what a house cannot derive again: settings, wishes, schedules, what was learned, history; secrets if wished.

The house goes on meanwhile. With a folder in place of a file the backup gets a name of its time; the package makes one
each night in /var/backups/haard and keeps the last 14. `haard restore` brings it back.

examples:
  haard backup house.tar.gz
  haard backup --secrets --keep 14 /var/backups/haard
"""

from argparse import ArgumentParser, Namespace
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from haard import settings_file
from haard.install.backup import Wanted, back_up, prune
from haard.install.layout import Layout


def arguments(parser: ArgumentParser) -> None:
    settings_file.option(parser)
    parser.add_argument("--secrets", action="store_true", help="passwords too, so that devices need not be told anew")
    parser.add_argument("--without-history", action="store_true", help="leave out what was recorded")
    parser.add_argument("--keep", type=int, metavar="N", help="in a folder: remove all backups but the newest N")
    parser.add_argument("file", type=Path, metavar="FILE", help="such as house.tar.gz, or a folder")


def run(options: Namespace, out: Console) -> int:
    layout = Layout.of(settings_file.find(options.settings, Path.cwd()))
    wanted = Wanted(secrets=options.secrets, history=not options.without_history)
    path = back_up(options.file, layout, wanted, datetime.now(UTC))
    out.print(f"{path}: {path.stat().st_size / 1e6:.1f} MB", soft_wrap=True)
    if options.keep is not None and options.file.is_dir():
        for name in prune(options.file, max(options.keep, 1)):
            out.print(f"removed {name}")
    return 0
