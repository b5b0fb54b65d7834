"""Put the messages of an exported file into the house's database, in their order and with every byte.

A file is imported once: a second time nothing happens, and after an interruption it goes on. Where the database holds
other messages of the same span of time nothing is imported; export only what is missing, with --from and --to. The
recorder may go on meanwhile.

examples:
  haard import house.jsonl.gz
  haard import --settings new/house.yaml house.jsonl.gz
"""

from argparse import ArgumentParser, Namespace
from contextlib import closing
from pathlib import Path

from rich.console import Console

from haard import settings_file
from haard.open_database import record
from haard.progress import progress
from recorder import transfer


def arguments(parser: ArgumentParser) -> None:
    settings_file.option(parser)
    parser.add_argument("file", type=Path, metavar="FILE", help="as `haard export` wrote it")


def run(options: Namespace, out: Console) -> int:
    house = settings_file.of_running_house(options.settings)
    with closing(record(house)) as database:
        held = transfer.contents(options.file)
        if held is None:
            out.print(f"{options.file}: no message in it", soft_wrap=True)
            return 0
        with progress(f"reading {options.file}") as tell:
            count = transfer.import_(database, options.file, held, tell)
    known = "" if count == held.messages else f", {held.messages - count} were there already"
    out.print(f"{options.file}: {count} messages imported{known}", soft_wrap=True)
    return 0
