"""`haard COMMAND ...`: the commands as one Typer application, and what an error becomes.

Of the table in `haard.commands` every command is known by its name; the module of one is imported when it is resolved,
be it to run, to show its help or to complete a word of it.
"""

import importlib
import logging
import os
import sys
from collections.abc import Callable, Sequence
from functools import wraps
from importlib.metadata import version
from keyword import iskeyword
from types import ModuleType
from typing import Annotated, Any, Final

import structlog
import typer
from typer.main import get_command

from haard import INTERRUPTED
from haard.commands import COMMANDS
from haard.help_text import help_of
from haard.narrow_help import ReadableCommand, ReadableGroup
from house.errors import HaardError, SettingsError

MARKUP: Final = "rich"
HELP = """haard heats a house room by room.

`haard COMMAND --help` shows a command's options and examples. To begin: haard up"""
EXIT_STATUS = (
    "Exit status: 0 it is well, 1 something failed or is not well, 2 wrong usage or settings, 130 ended with Ctrl-C."
)


class _Commands(ReadableGroup):
    """Puts the real command in the place of its line in the table, once it is asked for."""

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[Any, Any, list[str]]:
        if args and args[0] in COMMANDS:
            self.commands[args[0]] = loaded(args[0])
        return super().resolve_command(ctx, args)


def loaded(name: str) -> Any:
    """One command, ready to parse its arguments."""
    command = get_command(_application(name))
    command.name = name
    return command


def _application(name: str) -> typer.Typer:
    """One command, with its own actions where it has some."""
    module = importlib.import_module(f"haard.commands.{name.replace('-', '_')}{'_' if iskeyword(name) else ''}")
    if hasattr(module, "app"):
        return _group(module, name)
    alone = typer.Typer(add_completion=False, rich_markup_mode=MARKUP)
    text, examples = help_of(module.__doc__ or "")
    alone.command(name, cls=ReadableCommand, help=text, epilog=examples)(_answering(module.command))
    return alone


def _group(module: ModuleType, name: str) -> typer.Typer:
    text, examples = help_of(module.__doc__ or "")
    group = typer.Typer(name=name, cls=ReadableGroup, add_completion=False, rich_markup_mode=MARKUP)
    for action in module.app.registered_commands:
        about, example = help_of(action.callback.__doc__ or "")
        group.command(action.name, cls=ReadableCommand, help=about, epilog=example)(_answering(action.callback))
    group.callback(help=text, epilog=examples)(_nothing)
    return group


def _nothing() -> None:
    """With it Typer keeps the name of an action even where there is only one."""


def _answering(command: Callable[..., int]) -> Callable[..., None]:
    @wraps(command)
    def run(*arguments: Any, **options: Any) -> None:
        raise typer.Exit(outcome(lambda: command(*arguments, **options)))

    return run


def _version(wanted: bool) -> None:
    if wanted:
        sys.stdout.write(f"haard {version('haard')}\n")
        raise typer.Exit


def _begin(
    _: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show which haard this is.")
    ] = False,
) -> None:
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def application() -> typer.Typer:
    """All commands, each as its line in the table."""
    text, epilog = help_of(HELP)[0], help_of(EXIT_STATUS)[0]
    app = typer.Typer(cls=_Commands, rich_markup_mode=MARKUP, no_args_is_help=True, pretty_exceptions_enable=False)
    app.callback(help=text, epilog=epilog)(_begin)
    for name, row in COMMANDS.items():
        app.command(name, help=row.about, rich_help_panel=row.panel)(_nothing)
    return app


def run(arguments: Sequence[str] | None = None) -> int:
    """Run one command, as the way in (`haard.__main__`) does; its exit status."""
    try:
        application()(args=arguments, prog_name="haard")
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else 1
    return 0


def outcome(command: Callable[[], int]) -> int:
    """The exit status of a command; an error is told in its own words, never as a traceback."""
    try:
        return command()
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # whoever read has enough: `haard logs | head`
        return 0
    except (HaardError, OSError) as error:
        sys.stderr.write(f"haard: {error}\n")
        return 1
    except KeyboardInterrupt:
        return INTERRUPTED
