"""A database by its URL: each house carries only its own driver."""

from collections.abc import Callable

from house.errors import SettingsError
from recorder.database import Database, Driver


def open_database(url: str) -> Database:
    """The database of `postgresql://user@host/database` or `sqlite:///file`; nothing is connected yet.

    Raises SettingsError for any other URL.
    """
    scheme = url.partition(":")[0].partition("+")[0]
    if scheme not in _DRIVERS:
        raise SettingsError(
            f"database.url: should be postgresql://user@host/database or sqlite:///path/to/file.db, not {url!r}"
        )
    return Database(_DRIVERS[scheme](url))


def _postgres(url: str) -> Driver:
    from recorder.postgres import Postgres

    return Postgres(url)


def _sqlite(url: str) -> Driver:
    from recorder.sqlite import Sqlite

    return Sqlite(url)


_DRIVERS: dict[str, Callable[[str], Driver]] = {"postgresql": _postgres, "sqlite": _sqlite}
