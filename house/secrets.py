"""Secrets come from the environment or from a file that the environment names; never from house.yaml."""

import os
from pathlib import Path

from house.errors import SettingsError


def read_secret(name: str) -> str | None:
    """The value of HAARD_<name>, or the first line of the file that HAARD_<name>_FILE names; None if neither is set.

    Raises SettingsError when the file cannot be read.
    """
    value, file = os.environ.get(f"HAARD_{name}"), os.environ.get(f"HAARD_{name}_FILE")
    if value is not None or file is None:
        return value
    try:
        return Path(file).read_text(encoding="utf-8").splitlines()[0].strip()
    except (OSError, UnicodeDecodeError, IndexError) as error:
        raise SettingsError(f"HAARD_{name}_FILE={file}: cannot read a secret from it ({error})") from error
