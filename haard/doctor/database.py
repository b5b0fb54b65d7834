"""Whether the recorder's database can be reached, and its tables are those of this version."""

from contextlib import closing
from pathlib import Path

from haard.doctor.finding import Finding, failure, well
from house.errors import DeviceError
from recorder.database import Database
from recorder.open import open_database

SQLITE = "sqlite:///"
AWAY = "is it running, database.url right, and HAARD_DATABASE_PASSWORD set?"
UNFIT = "give the recorder a database of its own in database.url"
MIGRATE = "start the recorder, which brings them up to date, or run: python -m recorder migrate --settings FILE"


def database(url: str) -> Finding:
    """Look into the database without changing it; raises SettingsError for a URL that the recorder cannot use."""
    file = Path(url.removeprefix(SQLITE))
    recorded = open_database(url)
    if url.startswith(SQLITE) and not file.exists():  # to connect would make it
        return failure(
            f"there is no file {file.absolute()}",
            "start the recorder, which makes it in the folder where it is started; an absolute path in database.url "
            "(four slashes) is found from everywhere",
        )
    with closing(recorded):
        return _state(recorded)


def _state(recorded: Database) -> Finding:
    name = recorded.driver.name
    try:
        is_current = recorded.is_current()
    except DeviceError as error:
        return failure(str(error), AWAY if error.temporary else UNFIT)
    return well(f"{name}, tables up to date") if is_current else failure(f"{name}: tables not up to date", MIGRATE)
