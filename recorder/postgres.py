"""Postgres through psycopg2: messages go in and out by COPY, and other bytes come out in a third of its own time."""

import io
import struct
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg2
from psycopg2 import BINARY
from psycopg2.errors import InsufficientPrivilege, LockNotAvailable
from psycopg2.extensions import new_type, parse_dsn, register_type

from house.errors import SettingsError
from house.secrets import read_secret
from recorder.database import COLUMNS, Row, Stored

SPAN = "date_bin('4 hours', received_at, timestamptz '2000-01-01 00:00Z')"
"""The index by topic holds this, not the instant: it keeps equal keys once, and so takes a third of the room."""

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


# Waits for the transactions that write, which holds up new ones: not for long.
_SETTLE = "SET LOCAL lock_timeout = '500ms'; LOCK TABLE ONLY message IN SHARE MODE"

# Whoever may only read may not lock a table, so that one lock is lent.
_GRANTS = """
DO $grants$
DECLARE
  analyst text := quote_ident(current_user || '_analyst');
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE quote_ident(rolname) = analyst) THEN
    RETURN;
  END IF;
  CREATE OR REPLACE FUNCTION settle() RETURNS void LANGUAGE sql SECURITY DEFINER
    SET search_path FROM CURRENT SET lock_timeout = '500ms' AS 'LOCK TABLE ONLY message IN SHARE MODE';
  REVOKE ALL ON FUNCTION settle() FROM PUBLIC;
  EXECUTE 'GRANT EXECUTE ON FUNCTION settle() TO ' || analyst;
  EXECUTE 'GRANT USAGE ON SCHEMA ' || quote_ident(current_schema()) || ' TO ' || analyst;
  EXECUTE 'GRANT SELECT ON message, topic, hourly, traffic, watermark, alembic_version TO ' || analyst;
  EXECUTE 'GRANT SELECT ON SEQUENCE message_id_seq TO ' || analyst;
END
$grants$
"""


class Postgres:
    """`postgresql://user@host:port/database?sslmode=require`, as libpq reads it; the password is a secret, and so is
    another user's name: the analyst's, which only reads.
    """

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
    has_months = True
    span = SPAN
    # The rest autovacuum does in time; what was stored at once, as by an import, should be found by id at once.
    optimise = (
        "SELECT brin_summarize_new_values(index.oid) FROM pg_inherits JOIN pg_index ON indrelid = inhrelid "
        "JOIN pg_class index ON index.oid = indexrelid JOIN pg_am ON pg_am.oid = index.relam "
        "WHERE inhparent = 'message'::regclass AND amname = 'brin'"
    )
    newest = "SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM message_id_seq"
    grants = _GRANTS

    def __init__(self, url: str) -> None:
        self.name = f"postgresql://{url.partition('://')[2]}"
        try:
            owner = parse_dsn(self.name).get("user")
        except psycopg2.Error:
            raise SettingsError("database.url: should be postgresql://user@host/database, as libpq reads it") from None
        user = read_secret("DATABASE_USER") or owner
        self._user = None if user == owner else user
        self.settle = _SETTLE if self._user is None else "SELECT settle()"

    def is_busy(self, error: Exception) -> bool:
        waits_for_its_rights = self._user is not None and isinstance(error, InsufficientPrivilege)
        return waits_for_its_rights or isinstance(error, LockNotAvailable)

    def connect(self) -> Any:
        who: dict[str, Any] = {} if self._user is None else {"user": self._user}
        connection = psycopg2.connect(self.name, password=read_secret("DATABASE_PASSWORD"), **who, **_OPTIONS)
        register_type(_BYTES, connection)
        return connection

    def instant(self, value: datetime) -> datetime:
        return value

    def store(self, cursor: Any, rows: Sequence[Row]) -> None:
        statement = f"COPY message ({', '.join(COLUMNS)}) FROM STDIN (FORMAT binary)"
        cursor.copy_expert(statement, io.BytesIO(_as_binary(rows)), size=_PIECE)

    def messages(self, cursor: Any, query: str) -> list[Stored]:
        copied = io.BytesIO()
        cursor.copy_expert(f"COPY ({query}) TO STDOUT (FORMAT binary)", copied, size=_PIECE)
        return list(_from_binary(copied.getvalue()))


def _bytes(value: str | bytes | None, cursor: Any) -> bytes | None:
    """A value of type `bytea` as the server writes it: in hexadecimal, unless its owner has chosen otherwise."""
    if isinstance(value, str) and value.startswith("\\x"):
        return bytes.fromhex(value[2:])
    return None if value is None else bytes(BINARY(value, cursor))


_BYTES = new_type(BINARY.values, "BYTES", _bytes)
_PIECE = 2**18  # bytes handed to libpq at once
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_HEAD, _TAIL = b"PGCOPY\n\xff\r\n\0" + bytes(8), b"\xff\xff"
_ROW, _STORED = struct.Struct(">h iq ii ih i? i"), struct.Struct(">h iq iq ii i? i")


def _as_binary(rows: Sequence[Row]) -> bytes:
    """Rows in the binary format of COPY: five fields, each with its length; an instant is microseconds since 2000."""
    pieces, write, last, microseconds = [_HEAD], _ROW.pack, None, 0
    for received_at, topic_id, qos, retained, payload in rows:
        if received_at is not last:
            last, microseconds = received_at, (received_at - _EPOCH) // _MICROSECOND
        pieces.append(write(5, 8, microseconds, 4, topic_id, 2, qos, 1, retained, len(payload)))
        pieces.append(payload)
    pieces.append(_TAIL)
    return b"".join(pieces)


def _from_binary(copied: bytes) -> Iterator[Stored]:
    """The other way round, with each message's place before its instant."""
    at, end, read, size = len(_HEAD), len(copied) - len(_TAIL), _STORED.unpack_from, _STORED.size
    while at < end:
        _, _, place, _, microseconds, _, topic_id, _, retained, length = read(copied, at)
        begin, at = at + size, at + size + length
        yield place, _EPOCH + timedelta(0, 0, microseconds), topic_id, retained, copied[begin:at]
