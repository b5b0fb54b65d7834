"""The servers that other tests stand on."""

from collections.abc import Callable
from contextlib import closing

import pytest

from devtools.servers import Mosquitto, Postgres, Server


def test_postgres_keeps_what_was_committed_over_restart_and_crash(postgres: Postgres) -> None:
    with closing(postgres.connect()) as connection, connection, connection.cursor() as cursor:
        cursor.execute("CREATE TABLE said (word text); INSERT INTO said VALUES ('hearth')")
    postgres.restart()
    assert _words(postgres) == ["hearth"]
    postgres.kill()
    postgres.start()
    assert _words(postgres) == ["hearth"]


def _words(postgres: Postgres) -> list[str]:
    with closing(postgres.connect()) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT word FROM said")
        return [word for (word,) in cursor.fetchall()]


def test_a_stopped_server_no_longer_answers(start_mosquitto: Callable[..., Mosquitto]) -> None:
    broker = start_mosquitto()
    assert broker.answers()
    broker.kill()
    assert not broker.answers()


def test_a_server_that_dies_at_start_is_told_with_its_own_words(start_mosquitto: Callable[..., Server]) -> None:
    with pytest.raises(RuntimeError, match="Unknown configuration variable"):
        start_mosquitto(extra="no_such_option yes")
