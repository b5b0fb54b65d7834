"""What a command prints: text to the width of the terminal, or one JSON value for a program."""

import os
import sys
from typing import Any

from pydantic_core import to_json
from rich.console import Console

UNWRAPPED = 1000
"""Columns of what is no terminal, so that a line stays one for `grep`."""


class _Console(Console):
    def on_broken_pipe(self) -> None:
        """Whoever read has enough, as in `haard log living | head`: that is no failure, as Rich takes it for one."""
        raise BrokenPipeError


def console() -> Console:
    """Where text goes, wrapped between words; nothing in it is taken for markup."""
    is_wrapped = sys.stdout.isatty() or "COLUMNS" in os.environ
    return _Console(highlight=False, markup=False, width=None if is_wrapped else UNWRAPPED)


def write_json(value: Any) -> None:
    """Messages, dates and the like as they stand on the broker, with line breaks for people who look."""
    sys.stdout.write(f"{to_json(value, indent=2, timedelta_mode='float').decode()}\n")
