"""Show how this installation is, on one screen: services, what the broker keeps, the record, the disk, backups.

Exit status: 0 everything runs, 1 something does not. What to do about it is said by `haard doctor`.

examples:
  haard status
  haard status --settings /etc/haard/house.yaml
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from zoneinfo import ZoneInfo

from rich.table import Table

from haard import disk, settings_file
from haard.install import inspection, retained
from haard.install.inspection import ago
from haard.options import JsonOption, SettingsOption
from haard.output import console, write_json
from house import topics
from house.errors import DeviceError, PayloadError
from house.messages import HouseMemory
from house.settings import Settings, load

Row = tuple[str, str, bool]
"""What, how it is, and whether that is well."""
PATIENCE_S = 5.0


def command(settings: SettingsOption = None, as_json: JsonOption = False) -> int:
    file = settings_file.find(settings, Path.cwd())
    house, now = load(file), datetime.now(UTC)
    rows = [*_broker(house), *_record(house, now), *_disk(house, file), *_backups(now)]
    if as_json:
        told = [{"what": what, "how": how, "is_well": is_well} for what, how, is_well in rows]
        write_json({"house": house.home.name, "version": version("haard"), "settings": file, "rows": told})
    else:
        _show(f"{house.home.name}, haard {version('haard')}, {file}", rows)
    return 0 if all(is_well for _, _, is_well in rows) else 1


def _show(head: str, rows: Sequence[Row]) -> None:
    out = console()
    out.print(head)
    table = Table(box=None, show_header=False)
    table.add_column(no_wrap=True)
    table.add_column()
    for what, how, is_well in rows:
        table.add_row(what, how if is_well else f"{how}  <- haard doctor")
    out.print(table)


def _broker(settings: Settings) -> Iterator[Row]:
    where = f"{settings.mqtt.host}:{settings.mqtt.port}"
    try:
        kept = retained.read(settings, PATIENCE_S, with_services=True)
    except DeviceError as error:
        yield "broker", str(error), False
        return
    yield "broker", f"{where}, keeps {len(kept)} messages", True
    for name, said in inspection.availability(settings, kept).items():
        yield f"service {name}", said, said == "online"
    yield _last_decision(kept.get(topics.HOUSE_MEMORY.path(), b""), ZoneInfo(settings.home.timezone))


def _last_decision(payload: bytes, zone: ZoneInfo) -> Row:
    try:
        at = HouseMemory.decode(payload).tick_at
    except PayloadError:
        at = None
    if at is None:
        return "last decision", "none yet", False
    return "last decision", f"{at.astimezone(zone):%Y-%m-%d %H:%M} by the clock of the house", True


def _record(settings: Settings, now: datetime) -> Iterator[Row]:
    try:
        found = inspection.recorded(settings.database.url)
    except DeviceError as error:
        yield "record", str(error), False
        return
    newest = f"newest message {ago(found.newest, now)}" if found.newest else "no message yet"
    yield "record", f"{disk.bytes_told(found.size_bytes)}, {newest}", True


def _disk(settings: Settings, file: Path) -> Iterator[Row]:
    free, total = disk.free_bytes(disk.record_folder(settings, file))
    yield "disk", f"{disk.bytes_told(free)} free of {disk.bytes_told(total)}", free > disk.NEARLY_FULL_PART * total


def _backups(now: datetime) -> Iterator[Row]:
    at = inspection.newest_backup()
    if at is not None:
        yield "last backup", ago(at, now), (now - at).days < 3
