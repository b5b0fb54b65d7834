"""`haard COMMAND ...`: the table of commands, and what an error becomes.

Only the module of the command that was asked for is imported, so each command starts as quickly as it can. A command
is a module with `arguments(parser)` and `run(options, out) -> exit status`.
"""

import argparse
import importlib
import logging
import sys
from collections.abc import Callable, Sequence
from importlib.metadata import version
from keyword import iskeyword
from typing import NoReturn

import structlog
from rich.console import Console

from house.errors import HaardError, SettingsError
from house.nearest import did_you_mean

COMMANDS = {
    "init": "set up this computer to heat a house: settings, broker, database, services",
    "up": "run a simulated house with all services, and watch it",
    "check": "say whether a house.yaml can be used, and what is wrong with it",
    "doctor": "examine a real installation, and say what to do about each thing that is not well",
    "status": "show how this installation is, on one screen: services, record, disk, backups",
    "logs": "show what the services say",
    "upgrade": "say whether a newer haard is to be had",
    "rooms": "show the rooms of a running house",
    "why": "say why a room heats or not, and what has been learned of it",
    "set": "set a room's temperature by hand, or give it back to its schedule",
    "mode": "choose a room's mode: auto, heat, off or bypass",
    "boost": "heat a room hard for some minutes",
    "away": "nobody is home: save heat until somebody is",
    "discover": "list the Bluetooth thermometers and valves on the air",
    "node": "ESP32 nodes: add, flash, configure, list, watch and update them",
    "simulate": "live through a winter in a simulated house, and score how it was kept",
    "gas": "show how much gas each room took, and what it cost",
    "backup": "keep settings, wishes, what was learned and history in one file",
    "restore": "make this computer the house of such a file",
    "export": "write recorded messages into a file",
    "import": "put the messages of such a file into the database",
    "decode": "show as JSON what a device said in bytes",
}


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}\nhint: {self.prog} --help shows how it is used\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 is well, 1 a failure, 2 wrong usage or settings."""
    given = sys.argv[1:] if arguments is None else list(arguments)
    command = _command(given[:1])
    module = importlib.import_module(f"haard.commands.{command}{'_' if iskeyword(command) else ''}")
    parser = _Parser(
        prog=f"haard {command}",
        description=module.__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    module.arguments(parser)
    options = parser.parse_args(given[1:])
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    return outcome(module.run, options)


def _command(given: Sequence[str]) -> str:
    width = max(map(len, COMMANDS))
    parser = _Parser(
        prog="haard",
        usage="haard COMMAND ...",
        description="haard heats a house room by room.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="commands:\n"
        + "\n".join(f"  {name:<{width}}  {about}" for name, about in COMMANDS.items())
        + "\n\n`haard COMMAND --help` shows a command's options and examples. To begin: haard up",
    )
    parser.add_argument("--version", action="version", version=f"haard {version('haard')}")
    parser.add_argument("command", nargs="?", metavar="COMMAND", help="one of those below")
    command = parser.parse_args(given).command
    if command is None:
        parser.print_help()
        parser.exit(2)
    if command not in COMMANDS:
        parser.error(f"{command} is no command; {did_you_mean(command, COMMANDS)}")
    return str(command)


def outcome(run: Callable[[argparse.Namespace, Console], int], options: argparse.Namespace) -> int:
    """The exit status of a command; an error is told in its own words, never as a traceback."""
    try:
        return run(options, Console(highlight=False, markup=False))
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    except (HaardError, OSError) as error:
        sys.stderr.write(f"haard: {error}\n")
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
