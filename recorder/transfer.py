"""Messages from a database into a file and back, between Postgres and SQLite as well.

A file is imported once: how far is committed with the messages themselves, under the file's digest. An import that was
interrupted goes on where it ended, a second one of the same file does nothing, and one into a span of time in which
there are messages already is refused, since nobody could say which of them are the same.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from house.errors import DeviceError
from recorder import archive, partitions
from recorder.archive import Message
from recorder.database import BusyError, Database, Row, Transaction, read_instant

BATCH = 1_000  # messages, or row ids

Tell = Callable[[float], None]
"""Hears which part is done, 0-1."""

Wait = Callable[[BusyError], None]
"""Hears what is waited for, again and again."""

_RECORDED = """
SELECT received_at, name, qos, retained, payload FROM message JOIN topic ON topic.id = topic_id
WHERE message.id > %s AND message.id <= %s AND received_at >= %s AND received_at < %s ORDER BY message.id"""


class Contents(NamedTuple):
    """What a file holds."""

    digest: str
    messages: int
    first: datetime
    last: datetime
    months: frozenset[datetime]


def export(database: Database, path: Path, since: datetime, until: datetime, tell: Tell, wait: Wait) -> int:
    """Write the messages that were received in a span of time; returns how many.

    The file appears when it is complete. Whoever commits just now is waited for, however long that takes.
    """
    unfinished, end = path.with_name(f"{path.name}.part"), _settled(database, wait)
    try:
        count = _write(unfinished, _recorded(database, since, until, end), tell)
        unfinished.replace(path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
    return count


def _settled(database: Database, wait: Wait) -> int:
    while True:
        try:
            with database.transaction() as transaction:
                return transaction.settled()
        except BusyError as error:
            wait(error)


def _write(path: Path, recorded: Iterable[tuple[list[Message], float]], tell: Tell) -> int:
    count = 0
    with path.open("wb") as file, archive.begin(file) as lines:
        for messages, part in recorded:
            lines.write("".join(f"{archive.encode(one)}\n" for one in messages).encode())
            count += len(messages)
            tell(part)
    return count


def _recorded(database: Database, since: datetime, until: datetime, end: int) -> Iterator[tuple[list[Message], float]]:
    for after in range(0, end, BATCH):
        with database.transaction() as transaction:
            rows = transaction.query(_RECORDED, after, min(after + BATCH, end), since, until)
        messages = [
            Message(read_instant(at), topic, qos, bool(retained), bytes(payload))
            for at, topic, qos, retained, payload in rows
        ]
        yield messages, min(1.0, (after + BATCH) / end)


def contents(path: Path) -> Contents | None:
    """Look through a whole file; None if no message is in it. Raises PayloadError for a line that cannot be read."""
    count, months = 0, set()
    first = last = None
    for _, message in archive.read(path):
        at = message.received_at
        count += 1
        first, last = min(first or at, at), max(last or at, at)
        months.add(partitions.month(at))
    if first is None or last is None:
        return None
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return Contents(digest, count, first, last, frozenset(months))


def import_(database: Database, path: Path, held: Contents, tell: Tell) -> int:
    """Store what a file holds behind what was recorded; returns how many messages were new.

    Raises DeviceError where others are in that span of time already, or somebody else imports the same file.
    """
    name = f"import {held.digest}"
    place = done = _begin(database, name, held)
    if database.driver.has_months:
        partitions.make(database, held.months)
    messages = islice((message for _, message in archive.read(path)), done, None)
    while batch := list(islice(messages, BATCH)):
        with database.transaction() as transaction:
            go_on = "UPDATE watermark SET place = place + %s WHERE name = %s AND place = %s"
            if not transaction.change(go_on, len(batch), name, place):
                raise DeviceError("somebody else imports this file just now", temporary=True)
            transaction.store(_rows(transaction, batch))
        place += len(batch)
        tell(place / held.messages)
    with database.transaction() as transaction:
        transaction.execute(database.driver.optimise)
    return held.messages - done


def _begin(database: Database, name: str, held: Contents) -> int:
    """How many messages of the file are there already."""
    with database.transaction() as transaction:
        known = transaction.query("SELECT place FROM watermark WHERE name = %s", name)
        if known:
            return int(known[0][0])
        span = "received_at >= %s AND received_at <= %s"
        if transaction.query(f"SELECT 1 FROM message WHERE {span} LIMIT 1", held.first, held.last):
            raise DeviceError(
                f"{database.driver.name} holds messages between {held.first:%Y-%m-%d %H:%M} and "
                f"{held.last:%Y-%m-%d %H:%M} UTC already; nothing was imported\n"
                "hint: export only what is missing, with --from and --to",
                temporary=False,
            )
        transaction.execute("INSERT INTO watermark (name, place) VALUES (%s, %s)", name, 0)
    return 0


def _rows(transaction: Transaction, messages: Sequence[Message]) -> list[Row]:
    ids = _ids(transaction, {one.topic for one in messages})
    return [(one.received_at, ids[one.topic], one.qos, one.retained, one.payload) for one in messages]


def _ids(transaction: Transaction, topics: Iterable[str]) -> dict[str, int]:
    ids = {}
    for topic in topics:
        transaction.execute("INSERT INTO topic (name) VALUES (%s) ON CONFLICT (name) DO NOTHING", topic)
        [(ids[topic],)] = transaction.query("SELECT id FROM topic WHERE name = %s", topic)
    return ids
