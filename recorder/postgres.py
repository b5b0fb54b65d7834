"""Postgres through psycopg2: rows go in by COPY."""

import io
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import psycopg2
from psycopg2.extensions import parse_dsn

from house.errors import SettingsError
from house.secrets import read_secret
from recorder.database import COLUMNS, Row

_OPTIONS: dict[str, Any] = {
    "connect_timeout": 5,
    "client_encoding": "utf8",
    "application_name": "haard recorder",
    # A server that vanishes in the middle of a commit is given up after 20 seconds.
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 2,
    "tcp_user_timeout": 20_000,
}


class Postgres:
    """`postgresql://user@host:port/database?sslmode=require`, as libpq reads it; the password is a secret."""

    dialect = "postgresql+psycopg2"
    temporary: tuple[type[Exception], ...] = (
        psycopg2.OperationalError,
        psycopg2.InterfaceError,
        psycopg2.InternalError,
        psycopg2.IntegrityError,
    )
    error: type[Exception] = psycopg2.Error
    placeholder = "%s"
    has_table = "SELECT count(to_regclass(%s))"
    settle = "LOCK TABLE ONLY message IN SHARE MODE"  # waits for the transactions that write, holds up new ones

    def __init__(self, url: str) -> None:
        self.name = f"postgresql://{url.partition('://')[2]}"
        try:
            parse_dsn(self.name)
        except psycopg2.Error as error:
            raise SettingsError(f"database.url: libpq cannot read {url!r}: {error}") from error

    def connect(self) -> Any:
        return psycopg2.connect(self.name, password=read_secret("DATABASE_PASSWORD"), **_OPTIONS)

    def instant(self, value: datetime) -> datetime:
        return value

    def store(self, cursor: Any, rows: Sequence[Row]) -> None:
        lines = io.BytesIO(b"".join(map(_copy_line, rows)))
        cursor.copy_expert(f"COPY message ({', '.join(COLUMNS)}) FROM STDIN", lines)


def _copy_line(row: Row) -> bytes:
    received_at, topic_id, qos, retained, payload = row
    return f"{received_at.isoformat()}\t{topic_id}\t{qos}\t{retained}\t\\\\x{payload.hex()}\n".encode()
