"""A text in the editor that a person has chosen."""

import os
import shlex
import shutil
import subprocess
import tempfile
from pathlib import Path

from house.errors import DeviceError

FALLBACKS = ("sensible-editor", "nano", "vi")


def edited(text: str, suffix: str) -> str:
    """The text as it was saved; raises DeviceError where there is no editor, or it fails."""
    chosen = os.environ.get("VISUAL") or os.environ.get("EDITOR")
    program = shlex.split(chosen) if chosen else [name for name in FALLBACKS if shutil.which(name)][:1]
    if not program:
        raise DeviceError("no editor: name one in EDITOR", temporary=False)
    with tempfile.TemporaryDirectory(prefix="haard-") as folder:
        file = Path(folder) / f"week{suffix}"
        file.write_text(text, encoding="utf-8")
        done = subprocess.run([*program, str(file)], check=False)
        if done.returncode:
            raise DeviceError(f"{program[0]} ended with {done.returncode}; nothing is changed", temporary=False)
        return file.read_text(encoding="utf-8")
