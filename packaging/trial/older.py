"""The package as it was first made, built from its commit, to be upgraded from.

It carries an older form of the record's tables and of the broker's rights, so an upgrade has something to bring up to
date. Its version sorts before today's.
"""

import shutil
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).parents[2]
COMMIT = "fbf55e9a9c04138632efe9c60db689b4775ba013"
AGE = "~before"
"""Debian sorts 0.1.0~before below 0.1.0."""


def build_older(folder: Path) -> Path:
    """The package's file, built in `folder` by the builder of that time."""
    source = folder / "source"
    source.mkdir()
    archive = subprocess.run(["git", "-C", str(PROJECT), "archive", COMMIT], check=True, capture_output=True)
    subprocess.run(["tar", "-x", "-C", str(source)], check=True, input=archive.stdout)
    _date(source)
    command = [sys.executable, "-m", "devtools.build_deb", "--out", str(folder)]
    subprocess.run(command, check=True, cwd=source, stdout=subprocess.DEVNULL)
    shutil.rmtree(source)
    (file,) = folder.glob("*.deb")
    return file.rename(folder / "haard_before.deb")


def _date(source: Path) -> None:
    control = source / "packaging/deb/control"
    control.write_text(control.read_text().replace("@version@", f"@version@{AGE}"))
    builder = source / "devtools/build_deb.py"
    builder.write_text(builder.read_text().replace('"-Zxz", "-z3"', '"-Zgzip", "-z1"'))  # quick to unpack
