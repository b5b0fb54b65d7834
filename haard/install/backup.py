"""A backup of a running house, and a house from a backup.

What the house cannot derive again is kept: its settings, what its broker retains (wishes, schedules, what was learned),
its history, and its secrets if wished. All else `haard init` writes anew.
"""

import json
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from haard.install import archive, files, retained
from haard.install.layout import Layout
from haard.open_database import record
from house.errors import PayloadError, SettingsError
from house.settings import Settings, parse
from recorder import transfer

BEGIN, END = datetime(1970, 1, 1, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC)
MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What goes into a backup beside settings and what is retained."""

    secrets: bool = False
    history: bool = True


def back_up(path: Path, layout: Layout, wanted: Wanted, now: datetime) -> Path:
    """Write a backup; into a folder under a name of its time. Returns its file."""
    text = layout.settings.read_text(encoding="utf-8")
    settings = parse(text, str(layout.settings))
    target = path / archive.NAME.format(at=now.astimezone(UTC)) if path.is_dir() else path
    kept = retained.read(settings)
    with archive.new(target) as tar:
        about = {"haard": version("haard"), "house": settings.home.name, "made_at": now.isoformat()}
        archive.add(tar, MANIFEST, json.dumps(about).encode(), now)
        archive.add(tar, archive.SETTINGS, text.encode(), now)
        archive.add(tar, archive.RETAINED, archive.retained_lines(kept), now)
        if wanted.secrets:
            for file in _secret_files(layout):
                archive.add(tar, archive.SECRETS + file.name, file.read_bytes(), now)
        if wanted.history:
            with _exported(settings) as exported:
                tar.add(exported, archive.HISTORY)
    return target


def _secret_files(layout: Layout) -> list[Path]:
    return sorted(layout.secrets.iterdir()) if layout.secrets.is_dir() else []


@contextmanager
def _exported(settings: Settings) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="haard-backup-") as folder, closing(record(settings)) as database:
        path = Path(folder) / archive.HISTORY
        transfer.export(database, path, BEGIN, END, lambda _part: None, lambda _busy: None)
        yield path


def prune(folder: Path, keep: int) -> list[str]:
    """Remove the oldest backups of a folder; returns their names."""
    old = archive.outdated((path.name for path in folder.iterdir()), keep)
    for name in old:
        (folder / name).unlink()
    return old


# --- a house from a backup ------------------------------------------------------------------------------------------


def restore_files(contents: Mapping[str, bytes], layout: Layout) -> Settings:
    """Write settings and secrets, and what follows from them; raises SettingsError where there is another house."""
    text = contents[archive.SETTINGS].decode()
    there = files.read_text(layout.settings)
    if there is not None and there != text:
        raise SettingsError(f"{layout.settings} is of another house; move it away if this backup is to take its place")
    settings = parse(text, archive.SETTINGS)
    for name, content in contents.items():
        if name.startswith(archive.SECRETS):
            _restore_secret(layout, name.removeprefix(archive.SECRETS), content.decode())
    for change in files.changes(files.wanted(settings, text, layout, files.read_text, None), files.read_text):
        files.write(change.file)
    return settings


def _restore_secret(layout: Layout, name: str, text: str) -> None:
    if "/" in name or name.startswith("."):
        raise SettingsError(f"a secret called {name!r} is none that haard has written")
    files.write(files.secret(layout.secret(name), text))


def restore_retained(contents: Mapping[str, bytes], settings: Settings, layout: Layout) -> tuple[int, list[str]]:
    """Have the broker retain what it retained; how much, and which topics this version knows no writer of."""
    try:
        kept = archive.read_retained_lines(contents[archive.RETAINED])
    except PayloadError as error:
        raise SettingsError(f"{archive.RETAINED} of the backup cannot be read: {error}") from error
    left_out = retained.say(settings, kept, layout)
    return len(kept) - len(left_out), left_out


def restore_history(path: Path, settings: Settings, tell: Callable[[float], None]) -> int:
    """Put the recorded messages into the database, whose tables must be there; how many."""
    with tempfile.TemporaryDirectory(prefix="haard-restore-") as folder, closing(record(settings)) as database:
        target = Path(folder) / archive.HISTORY
        held = transfer.contents(target) if archive.history(path, target) else None
        return transfer.import_(database, target, held, tell) if held is not None else 0


def give_state_to_its_owner(layout: Layout) -> None:
    """What root has written into the folder of the services becomes theirs."""
    if os.geteuid() == 0 and layout.state.is_dir():
        owner = layout.state.stat()
        for path in layout.state.iterdir():
            os.chown(path, owner.st_uid, owner.st_gid)
