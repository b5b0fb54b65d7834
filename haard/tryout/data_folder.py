"""The folder `.haard/` of a try-out: its settings, database, broker's files and logs; one try-out at a time."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import yaml

from haard.settings_file import LOCK
from haard.tryout.broker import LOOPBACK
from house.errors import DeviceError
from house.settings import Database, Mqtt, Settings

HEADER = "# Written by `haard up` at each start: your settings with the broker and the database of the try-out.\n"


class DataFolder:
    """Where a try-out keeps its files."""

    def __init__(self, path: Path) -> None:
        self.path = path.resolve()
        self.settings = self.path / "house.yaml"
        self.database = self.path / "haard.db"
        self.former = self.path / "former.db"
        self.broker = self.path / "broker"
        self.logs = self.path / "log"

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Have the folder for oneself, with empty logs and no record; raises DeviceError while another runs in it."""
        self.logs.mkdir(parents=True, exist_ok=True)
        # The kernel lets go of it whatever happens to us. Append: the other's number must stay readable.
        with (self.path / LOCK).open("a+") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                file.seek(0)
                raise DeviceError(
                    f"another `haard up` (process {file.read().strip()}) runs in {self.path}\n"
                    "hint: end it with Ctrl-C there, or start this one in another folder",
                    temporary=True,
                ) from error
            file.truncate(0)
            file.write(str(os.getpid()))
            file.flush()
            for log in self.logs.glob("*.log"):
                log.unlink()
            self._set_former_record_aside()
            yield

    def _set_former_record_aside(self) -> None:
        """Each try-out is a house of its own that begins on the same Monday: in one record they would contradict."""
        for ending in ("", "-wal", "-shm"):
            former = self.former.with_name(self.former.name + ending)
            former.unlink(missing_ok=True)
            current = self.database.with_name(self.database.name + ending)
            if current.exists():
                current.rename(former)

    def effective(self, house: Settings, port: int) -> Settings:
        """The house with the try-out's own broker and database."""
        return house.model_copy(
            update={
                "mqtt": Mqtt(host=LOOPBACK, port=port, root=house.mqtt.root),
                "database": Database(url=f"sqlite:///{self.database}"),
            }
        )

    def write_settings(self, house: Settings) -> None:
        self.settings.write_text(HEADER + as_yaml(house), encoding="utf-8")


def as_yaml(house: Settings) -> str:
    """The settings as a house.yaml that `house.settings.parse` reads back as equal."""
    values = house.model_dump(mode="json", exclude_unset=True)
    return yaml.safe_dump(values, sort_keys=False, allow_unicode=True)
