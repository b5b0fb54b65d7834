"""Bytes and messages come out as they went in, of Postgres however its owner has bytes written."""

from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from devtools import servers
from recorder import migrations
from recorder.database import STORED, Row
from recorder.open import open_database

EVERY = bytes(range(256))
AT = datetime(2026, 3, 29, 0, 59, 59, 999_999, tzinfo=UTC)
ROWS: list[Row] = [
    (AT, 1, 1, False, EVERY),
    (AT + timedelta(microseconds=1), 2, 0, True, b""),
    (AT.astimezone(timezone(timedelta(hours=2))), 1, 2, False, EVERY * 200),
    (AT.replace(year=2001), 2, 1, False, b"\xff\xff"),
]


@pytest.mark.system
@pytest.mark.parametrize("output", ["hex", "escape"])
@pytest.mark.parametrize("value", [EVERY, b"", b"\\x41", "20.5 °C".encode(), None])
def test_bytes_come_out_as_they_went_in(postgres: servers.Postgres, output: str, value: bytes | None) -> None:
    with closing(open_database(postgres.url)) as database, database.transaction() as transaction:
        transaction.execute(f"SET LOCAL bytea_output = {output}")
        assert transaction.query("SELECT %s::bytea", value) == [(value,)]


def stored_and_read(url: str) -> None:
    migrations.upgrade(open_database(url).driver)
    with closing(open_database(url)) as database, database.transaction() as transaction:
        for number in (1, 2):
            transaction.execute("INSERT INTO topic (id, name) VALUES (%s, %s)", number, f"home/{number}")
        for row in ROWS:
            transaction.store([row])
        read = transaction.messages(f"SELECT {STORED} FROM message ORDER BY id")
        assert [one[1:] for one in read] == [(at, topic, told, payload) for at, topic, _, told, payload in ROWS]
        assert [at.tzinfo for _, at, *_ in read] == [UTC] * len(ROWS)
        assert [type(told) for *_, told, _ in read] == [bool] * len(ROWS)
        last = transaction.messages(f"SELECT {STORED} FROM message WHERE id > {read[-2][0]} ORDER BY id LIMIT 7")
        assert last == read[-1:]
        assert transaction.messages(f"SELECT {STORED} FROM message WHERE topic_id IN (NULL)") == []


def test_messages_come_out_of_sqlite_as_they_went_in(tmp_path: Path) -> None:
    stored_and_read(f"sqlite:///{tmp_path}/haard.db")


@pytest.mark.system
def test_messages_come_out_of_postgres_as_they_went_in(postgres: servers.Postgres) -> None:
    stored_and_read(postgres.url)
