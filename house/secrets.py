"""Secrets come from the environment or from a file that the environment names; never from house.yaml."""

import os
import re
from collections.abc import Mapping
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


def read_bindkeys() -> Mapping[str, bytes]:
    """The keys of thermometers that encrypt, by address: lines `A4:C1:38:00:00:01 <32 hexadecimal digits>` of the file
    that HAARD_BINDKEYS_FILE names. Raises SettingsError that never repeats a secret.
    """
    entries = _read_by_address("BINDKEYS", r"[0-9a-fA-F]{32}", "a key (bindkey) of 32 hexadecimal digits")
    return {address: bytes.fromhex(key) for address, key in entries.items()}


def read_notify_addresses() -> tuple[str, ...]:
    """To whom alerts are sent: lines such as `ntfy://ntfy.example/our-house` of the file that HAARD_NOTIFY_FILE names;
    empty lines and lines that begin with # are left out. Raises SettingsError that never repeats a secret.
    """
    file = os.environ.get("HAARD_NOTIFY_FILE")
    if file is None:
        return ()
    try:
        lines = Path(file).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"HAARD_NOTIFY_FILE={file}: cannot be read ({error})") from error
    return tuple(line.strip() for line in lines if line.strip() and not line.lstrip().startswith("#"))


def read_valve_pins() -> Mapping[str, str]:
    """The PINs of valves that demand one, by address: lines `00:1A:22:00:00:01 123456` of the file that
    HAARD_VALVE_PINS_FILE names. Raises SettingsError that never repeats a secret.
    """
    return _read_by_address("VALVE_PINS", r"\d{4,6}", "a PIN of 4 to 6 digits")


def _read_by_address(name: str, form: str, in_words: str) -> Mapping[str, str]:
    """One secret a device: lines of an address and its secret; empty lines and lines that begin with # are left out."""
    file = os.environ.get(f"HAARD_{name}_FILE")
    if file is None:
        return {}
    try:
        lines = Path(file).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"HAARD_{name}_FILE={file}: cannot be read ({error})") from error
    entries = {}
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        address, _, secret = line.strip().partition(" ")
        digits = re.sub(r"[:\-.]", "", address.lower())
        if not re.fullmatch(r"[0-9a-f]{12}", digits) or not re.fullmatch(form, secret.strip()):
            raise SettingsError(f"{file}:{number}: should be an address such as A4:C1:38:00:00:01, then {in_words}")
        entries[digits] = secret.strip()
    return entries
