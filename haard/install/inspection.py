"""What runs on this computer and how much of it there is: for `haard status`. Each part may be missing and says so."""

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from house import services, topics
from house.errors import DeviceError
from house.settings import Settings
from recorder.database import read_instant
from recorder.open import open_database

SQLITE = "sqlite:///"
BACKUPS = Path("/var/backups/haard")


@dataclass(frozen=True, slots=True)
class Recorded:
    """The record: how large, and when its newest message came; None where there is none."""

    size_bytes: int
    newest: datetime | None


def availability(settings: Settings, kept: Mapping[str, bytes]) -> dict[str, str]:
    """What each service of this house last said of itself: online, offline, or nothing."""
    found = {}
    for name in services.services(settings):
        said = kept.get(topics.SERVICE_AVAILABILITY.path(name), b"").decode(errors="replace")
        found[name] = said or "never seen"
    return found


def recorded(url: str) -> Recorded:
    """Look into the database without changing it; raises DeviceError where it does not answer."""
    file = Path(url.removeprefix(SQLITE))
    if url.startswith(SQLITE) and not file.exists():
        raise DeviceError(f"there is no {file.absolute()} yet", temporary=True)
    with closing(open_database(url)) as database:
        database.require_tables()
        with database.transaction() as transaction:
            newest = transaction.query("SELECT received_at FROM message ORDER BY id DESC LIMIT 1")
            size = _size(url, file) or int(transaction.query("SELECT pg_database_size(current_database())")[0][0])
    return Recorded(size, read_instant(newest[0][0]) if newest else None)


def _size(url: str, file: Path) -> int | None:
    if not url.startswith(SQLITE):
        return None
    return sum(path.stat().st_size for path in file.parent.glob(f"{file.name}*"))


def newest_backup(folder: Path = BACKUPS) -> datetime | None:
    """When the last nightly backup was made; None without one, or where this user may not look."""
    try:
        times = [path.stat().st_mtime for path in folder.glob("haard-*.tar.gz")]
    except PermissionError:
        return None
    return datetime.fromtimestamp(max(times), UTC) if times else None


def ago(at: datetime, now: datetime) -> str:
    """`3 min ago`: short, for a table."""
    past = max(now - at, timedelta())
    for length, word in ((timedelta(days=1), "days"), (timedelta(hours=1), "h"), (timedelta(minutes=1), "min")):
        if past >= 2 * length:
            return f"{past // length} {word} ago"
    return f"{past // timedelta(seconds=1)} s ago"
