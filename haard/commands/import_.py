"""Put the messages of an exported file into the house's database, in their order and with every byte.

A file is imported once: a second time nothing happens, and after an interruption it goes on. Where the database holds
other messages of the same span of time nothing is imported; export only what is missing, with --from and --to. The
recorder may go on meanwhile.

examples:
  haard import house.jsonl.gz
  haard import --settings new/house.yaml house.jsonl.gz
"""

from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from haard import settings_file
from haard.open_database import record
from haard.options import JsonOption, SettingsOption
from haard.output import console, write_json
from haard.progress import progress
from recorder import transfer


def command(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="As `haard export` wrote it.")],
    settings: SettingsOption = None,
    as_json: JsonOption = False,
) -> int:
    house = settings_file.of_running_house(settings)
    with closing(record(house)) as database:
        held = transfer.contents(file)
        if held is None:
            return _tell(file, 0, 0, as_json)
        with progress(f"reading {file}") as tell:
            count = transfer.import_(database, file, held, tell)
    return _tell(file, held.messages, count, as_json)


def _tell(file: Path, messages: int, imported: int, as_json: bool) -> int:
    if as_json:
        write_json({"file": file, "messages": messages, "imported": imported})
        return 0
    known = "" if imported == messages else f", {messages - imported} were there already"
    words = f"{imported} messages imported{known}" if messages else "no message in it"
    console().print(f"{file}: {words}", soft_wrap=True)
    return 0
