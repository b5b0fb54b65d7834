"""The record of a house, for commands that read or fill it."""

from house.errors import DeviceError
from house.settings import Settings
from recorder.database import Database
from recorder.open import open_database


def record(house: Settings) -> Database:
    """The database with its tables up to date; raises DeviceError where they are not."""
    database = open_database(house.database.url)
    if not database.is_current():
        raise DeviceError(
            f"{database.driver.name} has no tables of this version\n"
            "hint: start the recorder, which makes them, or run: python -m recorder migrate --settings FILE",
            temporary=True,
        )
    return database
