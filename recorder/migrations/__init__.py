"""Brings the tables up to date, step by step, with Alembic.

Only `python -m recorder migrate` imports this, in a process of its own. After a change of `recorder.tables` write the
next step into `versions/` and name it in `recorder.database.REVISION`.
"""

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Connection, Engine, NullPool, create_engine, event, exc, text

from house.errors import DeviceError, SettingsError
from recorder.database import Driver

LOCK = 0x6861617264  # "haard": of two recorders that start at once the second waits for the first


def upgrade(driver: Driver) -> None:
    """Run the missing steps in one transaction.

    Raises DeviceError, temporary while the database is away; SettingsError when a newer haard has changed it.
    """
    try:
        with open_engine(driver).begin() as connection:
            _upgrade(connection)
    except exc.DBAPIError as error:
        text, is_temporary = f"{driver.name}: {error.orig}", isinstance(error.orig, driver.temporary)
        raise DeviceError(text, temporary=is_temporary) from error
    except CommandError as error:
        raise SettingsError(f"{driver.name}: was written by a newer haard; update this one ({error})") from error


def open_engine(driver: Driver) -> Engine:
    """SQLAlchemy on the connections of the service's own driver."""
    engine = create_engine(f"{driver.dialect}://", creator=driver.connect, poolclass=NullPool)
    if driver.dialect == "sqlite":
        event.listen(engine, "begin", _begin)  # Python would leave CREATE TABLE outside of any transaction
    return engine


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _upgrade(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
    config = Config()
    config.set_main_option("script_location", "recorder:migrations")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
