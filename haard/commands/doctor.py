"""Examine a real installation step by step; whatever is not well comes with what to do about it.

Nothing is changed: no valve is moved, no setting written. It takes a few seconds, and needs the same rights and the
same HAARD_... secrets in the environment as the services have. Exit status: 0 all is well (doubts allowed), 1 something
has failed, 2 the settings cannot be used.

examples:
  haard doctor
  haard doctor --settings /etc/haard/house.yaml
  haard doctor --valves     ask each Bluetooth valve too; stop the bluetooth bridge first
"""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from haard import settings_file
from haard.doctor.examination import examine
from haard.options import JsonOption, SettingsOption
from haard.output import console, write_json


def command(
    valves: Annotated[
        bool, typer.Option("--valves", help="Connect to each Bluetooth valve and ask how it is; up to a minute each.")
    ] = False,
    settings: SettingsOption = None,
    as_json: JsonOption = False,
) -> int:
    out = Console(quiet=True) if as_json else console()
    report = examine(settings_file.find(settings, Path.cwd()), out, asks_valves=valves)
    if as_json:
        write_json(report.findings)
    return report.end()
