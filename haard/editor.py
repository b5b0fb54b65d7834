"""A text in the editor that a person has chosen.

What was typed is never lost: where nothing can be made of it, it may be edited again, or else is told where it is kept.
"""

import os
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from house.errors import DeviceError, SettingsError

FALLBACKS = ("sensible-editor", "nano", "vi")

T = TypeVar("T")


def edited(text: str, suffix: str, read: Callable[[str], T], is_again: Callable[[str], bool]) -> T:
    """What `read` makes of the text as it was saved; where it raises SettingsError, `is_again` is asked with its words.

    Raises DeviceError where there is no editor, or it fails.
    """
    folder = Path(tempfile.mkdtemp(prefix="haard-"))
    file = folder / f"week{suffix}"
    file.write_text(text, encoding="utf-8")
    try:
        found = _edit(file, read, is_again)
    except SettingsError as error:
        raise SettingsError(f"{error}\nhint: nothing is changed; what was typed is kept in {file}") from error
    except BaseException:
        shutil.rmtree(folder)
        raise
    shutil.rmtree(folder)
    return found


def _edit(file: Path, read: Callable[[str], T], is_again: Callable[[str], bool]) -> T:
    program = _chosen()
    while True:
        _run([*program, str(file)])
        try:
            return read(_saved(file))
        except SettingsError as error:
            if not is_again(str(error)):
                raise


def _chosen() -> Sequence[str]:
    chosen = os.environ.get("VISUAL") or os.environ.get("EDITOR")
    try:
        program = shlex.split(chosen) if chosen else [name for name in FALLBACKS if shutil.which(name)][:1]
    except ValueError as error:
        raise DeviceError(f"EDITOR is {chosen!r}, which cannot be run: {error}", temporary=False) from error
    if not program:
        raise DeviceError("no editor: name one in EDITOR", temporary=False)
    return program


def _run(command: Sequence[str]) -> None:
    try:
        status = subprocess.run(command, check=False).returncode
    except OSError as error:
        raise DeviceError(f"the editor {command[0]} cannot be run: {error.strerror}", temporary=False) from error
    if status:
        raise DeviceError(f"{command[0]} ended with {status}; nothing is changed", temporary=False)


def _saved(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise DeviceError("the editor left no file; nothing is changed", temporary=False) from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"the text is not in UTF-8: {error.reason} at byte {error.start}") from error
