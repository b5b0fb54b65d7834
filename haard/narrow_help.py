"""Help for a narrow terminal, where Typer's tables cut words: each argument, option or command has its explanation
below it.
"""

import shutil
from collections.abc import Iterator
from typing import Any

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.text import Text
from typer.core import TyperCommand, TyperGroup

NARROW = 60
"""Columns below which tables cannot be read."""


class ReadableCommand(TyperCommand):
    """A command whose help can be read in any terminal."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        if not _tell_narrow(self, ctx, {}):
            super().format_help(ctx, formatter)


class ReadableGroup(TyperGroup):
    """Commands whose help can be read in any terminal."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        known = {name: self.get_command(ctx, name) for name in self.list_commands(ctx)}
        if not _tell_narrow(self, ctx, {name: one.get_short_help_str(200) for name, one in known.items() if one}):
            super().format_help(ctx, formatter)


def _tell_narrow(command: Any, ctx: Any, actions: dict[str, str]) -> bool:
    """Whether the terminal is narrow; its help is told then."""
    width = shutil.get_terminal_size().columns
    if width >= NARROW:
        return False
    out = Console(width=width, highlight=False)
    for part in _parts(command, ctx, actions):
        out.print(part)
    return True


def _parts(command: Any, ctx: Any, actions: dict[str, str]) -> Iterator[RenderableType]:
    yield command.get_usage(ctx).replace("[", r"\[")
    yield f"\n{command.help or ''}"
    records = [record for param in command.get_params(ctx) if (record := param.get_help_record(ctx))]
    for heading, rows in (("Commands", list(actions.items())), ("Arguments and options", records)):
        if rows:
            yield f"\n[bold]{heading}"
        for name, about in rows:
            yield Text(name, style="cyan")
            yield Padding(Text.from_markup(about), (0, 0, 0, 4))
    if command.epilog:
        yield f"\n{command.epilog}"
