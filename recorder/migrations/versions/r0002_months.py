"""Messages by months (Postgres), and the tables derived from them: hourly, traffic, watermark.

Postgres copies every message into its month; ids, bytes and order stay. It needs room for a second copy while it does.
"""

from datetime import UTC, datetime

import sqlalchemy as sa
import structlog
from alembic import op

from recorder import partitions

revision = "0002"
down_revision = "0001"

COPIED_AT_ONCE = 200_000  # ids

# To compile a chart's query takes longer than to run it. The database's owner may say so; without, charts are slower.
WITHOUT_COMPILING = """
DO $$ BEGIN
  EXECUTE format('ALTER DATABASE %I SET jit = off', current_database());
EXCEPTION WHEN insufficient_privilege THEN NULL;
END $$"""

log = structlog.get_logger()


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        _divide_into_months()
    _derived_tables()


def _derived_tables() -> None:
    op.create_table(
        "hourly",
        sa.Column("topic_id", sa.Integer, sa.ForeignKey("topic.id"), primary_key=True, autoincrement=False),
        sa.Column("field", sa.Text, primary_key=True),
        sa.Column("hour", sa.DateTime(timezone=True), primary_key=True),
        sa.Column("n", sa.Integer, nullable=False),
        *(sa.Column(name, sa.Double, nullable=False) for name in ("total", "low", "high", "last")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "traffic",
        sa.Column("hour", sa.DateTime(timezone=True), primary_key=True),
        sa.Column("n", sa.Integer, nullable=False),
        sa.Column("bytes", sa.BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )
    watermark = op.create_table(
        "watermark",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("place", sa.BigInteger, nullable=False),
    )
    op.bulk_insert(watermark, [{"name": "hourly", "place": 0}])


def _divide_into_months() -> None:
    op.execute("ALTER TABLE message RENAME TO undivided")
    op.execute("ALTER SEQUENCE message_id_seq RENAME TO undivided_id_seq")
    op.execute("ALTER INDEX message_by_topic RENAME TO undivided_by_topic")
    op.create_table(
        "message",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("topic_id", sa.Integer, nullable=False),
        sa.Column("qos", sa.SmallInteger, nullable=False),
        sa.Column("retained", sa.Boolean, nullable=False),
        sa.Column("payload", sa.LargeBinary, nullable=False),
        postgresql_partition_by="RANGE (received_at)",
    )
    op.execute(f"CREATE TABLE {partitions.REST} PARTITION OF message DEFAULT")
    for begin in _months():
        for statement in partitions.making(begin):
            op.execute(statement)
    _copy()
    op.execute("DROP TABLE undivided")
    op.create_index("message_by_topic", "message", ["topic_id", "received_at"])
    # Ids rise with the rows: the least and greatest of each few pages find a range of them in a thousandth of the room.
    brin = {"pages_per_range": 32, "autosummarize": "on"}
    op.create_index("message_by_id", "message", ["id"], postgresql_using="brin", postgresql_with=brin)
    op.create_foreign_key("message_topic_id_fkey", "message", "topic", ["topic_id"], ["id"])
    op.execute("ANALYZE message")
    op.execute(WITHOUT_COMPILING)


def _months() -> list[datetime]:
    """Those that were recorded, and those to come."""
    query = "SELECT DISTINCT date_trunc('month', received_at, 'UTC') FROM undivided"
    recorded = {partitions.month(begin) for (begin,) in op.get_bind().execute(sa.text(query))}
    [now] = op.get_bind().execute(sa.text("SELECT now()")).one()
    return sorted(recorded | set(partitions.ahead(now.astimezone(UTC))))


def _copy() -> None:
    connection = op.get_bind()
    [last] = connection.execute(sa.text("SELECT coalesce(max(id), 0) FROM undivided")).one()
    columns = "id, received_at, topic_id, qos, retained, payload"
    for after in range(0, last, COPIED_AT_ONCE):
        copy = (
            f"INSERT INTO message ({columns}) OVERRIDING SYSTEM VALUE "
            f"SELECT {columns} FROM undivided WHERE id > :after AND id <= :until ORDER BY id"
        )
        connection.execute(sa.text(copy), {"after": after, "until": after + COPIED_AT_ONCE})
        log.info("sorting messages into months", done=f"{min(100, 100 * (after + COPIED_AT_ONCE) // last)} %")
    op.execute("SELECT setval('message_id_seq', last_value, is_called) FROM undivided_id_seq")
