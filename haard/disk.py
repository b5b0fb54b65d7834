"""How much room is on the disk on which the record grows."""

import shutil
from pathlib import Path

from house.settings import Settings

NEARLY_FULL_PART = 0.05
_SQLITE = "sqlite:///"


def record_folder(settings: Settings, file: Path) -> Path:
    """On whose disk the record grows, where that is for this computer to tell; else where the settings lie."""
    url = settings.database.url
    return Path(url.removeprefix(_SQLITE)).absolute().parent if url.startswith(_SQLITE) else file.absolute().parent


def free_bytes(folder: Path) -> tuple[int, int]:
    """Free and all bytes of the disk on which a folder is, or will be."""
    while not folder.exists():
        folder = folder.parent
    usage = shutil.disk_usage(folder)
    return usage.free, usage.total


def bytes_told(number: float) -> str:
    """`1.2 GB`."""
    for unit in ("B", "kB", "MB"):
        if number < 1000:
            return f"{number:.3g} {unit}"
        number /= 1000
    return f"{number:.3g} GB"
