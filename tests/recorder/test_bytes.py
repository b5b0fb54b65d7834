"""Bytes come out of Postgres as they went in, however its owner has them written."""

from contextlib import closing

import pytest

from devtools import servers
from recorder.open import open_database

pytestmark = pytest.mark.system

EVERY = bytes(range(256))


@pytest.mark.parametrize("output", ["hex", "escape"])
@pytest.mark.parametrize("value", [EVERY, b"", b"\\x41", "20.5 °C".encode(), None])
def test_bytes_come_out_as_they_went_in(postgres: servers.Postgres, output: str, value: bytes | None) -> None:
    with closing(open_database(postgres.url)) as database, database.transaction() as transaction:
        transaction.execute(f"SET LOCAL bytea_output = {output}")
        assert transaction.query("SELECT %s::bytea", value) == [(value,)]
