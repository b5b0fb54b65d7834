"""The analyst's own role in Postgres: it reads the record, and changes nothing in it."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime

import pytest

from devtools.servers import Postgres
from house import topics
from house.errors import DeviceError
from recorder import migrations, partitions
from recorder.database import BusyError, Database
from recorder.open import open_database
from recorder.reader import RecordReader

NOW = datetime(2026, 6, 15, 12, 30, tzinfo=UTC)
ROLE = "haard_analyst"

pytestmark = pytest.mark.system


@pytest.fixture
def owner(postgres: Postgres) -> Iterator[Database]:
    """The recorder's database, with a message, beside which the analyst's role was made."""
    database = open_database(postgres.url)
    migrations.upgrade(database.driver)
    partitions.make(database, set(partitions.ahead(NOW)))
    with closing(database):
        with database.transaction() as transaction:
            transaction.execute(f"CREATE ROLE {ROLE} LOGIN")
            transaction.execute("INSERT INTO topic (id, name) VALUES (1, 'home/tick')")
            transaction.store([(NOW, 1, 1, False, b"1")])
        yield database


@pytest.fixture
def analyst(owner: Database, postgres: Postgres, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """As its service opens it."""
    grant(owner)
    monkeypatch.setenv("HAARD_DATABASE_USER", ROLE)
    with closing(open_database(postgres.url)) as database:
        yield database


def grant(owner: Database) -> None:
    with owner.transaction() as transaction:
        transaction.execute(owner.driver.grants)


def test_the_analyst_reads_all_that_is_settled(analyst: Database) -> None:
    analyst.require_tables()
    with analyst.transaction() as transaction:
        assert transaction.query("SELECT current_user") == [(ROLE,)]
        assert transaction.query("SELECT payload FROM message JOIN topic ON topic.id = topic_id") != []
        for table in ("hourly", "traffic", "watermark"):
            transaction.query(f"SELECT * FROM {table}")
    assert RecordReader(analyst, topics.Root("home")).newest() == 1


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO message (received_at, topic_id, qos, retained, payload) VALUES (now(), 1, 1, false, '')",
        "UPDATE message SET payload = 'x'",
        "DELETE FROM message",
        "DELETE FROM message_rest",
        "TRUNCATE message",
        "DROP TABLE message",
        "DROP TABLE message_2026_06",
        "ALTER TABLE message DETACH PARTITION message_2026_06",
        "ALTER TABLE message DISABLE TRIGGER ALL",
        "UPDATE topic SET name = 'home/other'",
        "DELETE FROM journal",
        "SELECT marks FROM journal",
        "DELETE FROM hourly",
        "INSERT INTO traffic VALUES (now(), 1, 1)",
        "UPDATE watermark SET place = 0",
        "SELECT setval('message_id_seq', 1)",
        "LOCK TABLE message IN ACCESS EXCLUSIVE MODE",
        "CREATE TABLE of_its_own ()",
        "CREATE OR REPLACE FUNCTION settle() RETURNS void LANGUAGE sql AS 'SELECT 1'",
        "SET ROLE haard",
        "COPY message TO PROGRAM 'cat'",
    ],
)
def test_the_analyst_changes_nothing(analyst: Database, owner: Database, statement: str) -> None:
    with pytest.raises(DeviceError), analyst.transaction() as transaction:
        transaction.execute(statement)
    with owner.transaction() as transaction:
        assert transaction.query("SELECT count(*), min(encode(payload, 'escape')) FROM message") == [(1, "1")]


def test_another_role_may_not_hold_up_the_recorder(analyst: Database, owner: Database) -> None:
    with owner.transaction() as transaction:
        transaction.execute("CREATE ROLE visitor")
    with pytest.raises(DeviceError), owner.transaction() as transaction:
        transaction.execute("SET LOCAL ROLE visitor; SELECT settle()")
    with analyst.transaction() as transaction:
        transaction.execute("SELECT settle()")


def test_until_the_recorder_has_given_it_its_rights_the_analyst_waits(
    owner: Database, postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HAARD_DATABASE_USER", ROLE)
    with closing(open_database(postgres.url)) as analyst:
        with pytest.raises(BusyError):
            analyst.require_tables()
        grant(owner)
        analyst.require_tables()


def test_to_grant_again_does_no_harm_nor_without_such_a_role(owner: Database) -> None:
    grant(owner)
    grant(owner)
    with owner.transaction() as transaction:
        transaction.execute(f"DROP OWNED BY {ROLE}; DROP ROLE {ROLE}")
    grant(owner)
