"""Brings the tables up to date, step by step, with Alembic.

Only `python -m recorder migrate` imports this, in a process of its own. After a change of `recorder.tables` write the
next step into `versions/` and name it in `recorder.database.REVISION`. The views (`views.sql`) hold nothing and are
made anew after each upgrade, so no step has to know them; a change of them alone needs an empty step.
"""

from importlib.resources import files

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Connection, Engine, NullPool, create_engine, event, exc, text

from house.errors import DeviceError, SettingsError
from recorder.database import Driver

LOCK = 0x6861617264  # "haard": of two recorders that start at once the second waits for the first
VIEWS = "views"  # their schema


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
    if connection.dialect.name != "postgresql":
        run_steps(connection)
        return
    connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
    _drop_views(connection)
    run_steps(connection)
    _make_views(connection)


def run_steps(connection: Connection, revision: str = "head") -> None:
    """The steps up to a revision, without the views."""
    config = Config()
    config.set_main_option("script_location", "recorder:migrations")
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def _drop_views(connection: Connection) -> None:
    """The schema itself stays, with the rights that were granted on it."""
    connection.exec_driver_sql(f"CREATE SCHEMA IF NOT EXISTS {VIEWS}")
    for find, drop in _OBJECTS.items():
        for (name,) in connection.exec_driver_sql(find).all():
            connection.exec_driver_sql(f"{drop} IF EXISTS {name} CASCADE")


_THERE = f"'{VIEWS}'::regnamespace"
_OBJECTS = {
    f"SELECT oid::regclass::text FROM pg_class WHERE relnamespace = {_THERE} AND relkind = 'v'": "DROP VIEW",
    f"SELECT oid::regprocedure::text FROM pg_proc WHERE pronamespace = {_THERE}": "DROP FUNCTION",
}


def _make_views(connection: Connection) -> None:
    script = files("recorder").joinpath("views.sql").read_text(encoding="utf-8")
    [tables] = connection.exec_driver_sql("SELECT current_schema()").one()
    connection.exec_driver_sql(f'SET LOCAL search_path TO {VIEWS}, "{tables}"')
    connection.exec_driver_sql(script)
