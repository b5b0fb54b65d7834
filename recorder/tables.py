"""What the recorder keeps: each message as it was received, and which packet identifiers it has already stored.

One definition for Postgres and SQLite; `migrations/` builds it step by step. Read a topic's history by `topic_id` and
`received_at`; where two messages came in the same microsecond or the clock was set back, `id` says which came first.
Postgres keeps each month of `message` in a partition and indexes whole spans of hours (`recorder.partitions`). `hourly`
and `traffic` are derived (`recorder.rollup`) and outlive the messages that they tell of.
"""

from datetime import UTC, datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    Double,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    TypeDecorator,
)


class Instant(TypeDecorator[datetime]):
    """An instant in UTC; SQLite has no time zones and keeps it as naive text."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


metadata = MetaData()

topic = Table(
    "topic",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
)

message = Table(
    "message",
    metadata,
    # the key in SQLite only: a key of Postgres would cost a tenth of the room, and nothing needs it
    Column("id", BigInteger().with_variant(Integer, "sqlite"), Identity(), primary_key=True),
    Column("received_at", Instant, nullable=False),
    Column("topic_id", Integer, ForeignKey(topic.c.id), nullable=False),
    Column("qos", SmallInteger, nullable=False),
    Column("retained", Boolean, nullable=False),  # told again by the broker at subscription: said earlier than received
    Column("payload", LargeBinary, nullable=False),
    Index("message_by_topic", "topic_id", "received_at").ddl_if(dialect="sqlite"),
    # and in Postgres message_by_span, on topic_id and postgres.SPAN, which Alembic could not compare
    Index("message_by_arrival", "id", "received_at", postgresql_using="brin").ddl_if(dialect="postgresql"),
    postgresql_partition_by="RANGE (received_at)",
)

journal = Table(
    "journal",
    metadata,
    Column("session", Text, primary_key=True),  # packet identifiers belong to one session of one client
    Column("start", BigInteger, primary_key=True, autoincrement=False),  # number of the batch's first message
    Column("marks", LargeBinary, nullable=False),
)

hourly = Table(
    "hourly",
    metadata,
    Column("topic_id", Integer, ForeignKey(topic.c.id), primary_key=True, autoincrement=False),
    Column("field", Text, primary_key=True),  # of the JSON object; a bare number is its own field "value"
    Column("hour", Instant, primary_key=True),  # begin of the hour in which the messages were received
    Column("n", Integer, nullable=False),
    Column("total", Double, nullable=False),
    Column("low", Double, nullable=False),
    Column("high", Double, nullable=False),
    Column("last", Double, nullable=False),  # in the order of recording
    sqlite_with_rowid=False,
)

traffic = Table(
    "traffic",
    metadata,
    Column("hour", Instant, primary_key=True),
    Column("n", Integer, nullable=False),  # messages
    Column("bytes", BigInteger, nullable=False),  # of their payloads
    sqlite_with_rowid=False,
)

watermark = Table(
    "watermark",
    metadata,
    Column("name", Text, primary_key=True),  # of what is derived
    Column("place", BigInteger, nullable=False),  # the last message that it tells of
)
