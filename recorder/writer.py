"""Writes batches so that each message becomes exactly one row, whatever is killed, and whenever.

With each batch one journal row is committed: the packet identifiers of its messages. It is numbered by the first
message, so that two attempts at the same batch collide on its primary key instead of storing twice. When the fate of
a commit is unknown, because the connection broke in it, the journal says afterwards whether it came about.

A retained message that the broker tells again at subscription is stored only if it differs from the newest row of its
topic: then something was said that the recorder did not hear.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Set
from datetime import datetime

from house.packets import Publish
from recorder import dedup_journal
from recorder.database import Database, Row, Transaction, read_instant
from recorder.dedup_journal import Journal

MAXIMUM_HELD = 2_000  # messages
MAXIMUM_HELD_BYTES = 2**20
MAXIMUM_TOPICS = 20_000  # whose ids are kept in memory
PRUNED_AT_ONCE = 1_000  # messages, whose journal rows are deleted together: one statement less in most commits


Held = tuple[dedup_journal.Mark, datetime, Publish]
"""A message that is not committed yet, and when it was received."""


class Writer:
    """Holds what was received and commits it; `session` names the MQTT session whose packet identifiers are meant."""

    def __init__(self, database: Database, session: str) -> None:
        self.held: list[Held] = []
        self._database, self._session = database, session
        self._journal = Journal()
        self._start = 0  # number of the first message that is held
        self._forgotten = 0  # journal rows before this number belong to a former session
        self._pruned = 0  # journal rows before this number are deleted
        self._bytes = 0
        self._in_doubt = False
        self._topic_ids: dict[str, int] = {}
        self.newest_at: datetime | None = None
        """When the newest message in the database was received; None if there is none."""

    @property
    def full(self) -> bool:
        """Nothing more should be taken before a commit."""
        return len(self.held) >= MAXIMUM_HELD or self._bytes >= MAXIMUM_HELD_BYTES

    def open(self) -> None:
        """Load the journal; raises a temporary DeviceError while the database is away."""
        self._read_on()
        with self._database.transaction() as transaction:
            newest = transaction.query("SELECT received_at FROM message ORDER BY id DESC LIMIT 1")
        self.newest_at = read_instant(newest[0][0]) if newest else None

    def new_session(self) -> None:
        """The broker has lost the session: packet identifiers start anew; what is held is stored nevertheless."""
        self._journal.forget()
        self._forgotten = self._start

    def take(self, messages: Iterable[Publish], received_at: datetime) -> None:
        """Hold messages until the next commit, but for those that were delivered before."""
        hold, note = self.held.append, self._journal.note
        for message in messages:
            mark = dedup_journal.mark(message.packet_id, message.topic, message.payload)
            if message.duplicate and self._journal.knows(mark):
                continue
            note(mark)
            hold((mark, received_at, message))
            self._bytes += len(message.payload)

    def commit(self) -> int:
        """Store what is held, and return how many rows that made.

        Raises a temporary DeviceError while the database is away; everything is then still held.
        """
        if self._in_doubt:
            self._drop_what_came_true()
        if not self.held:
            return 0
        self._in_doubt = True
        with self._database.transaction() as transaction:
            pruned = self._write_journal(transaction)
            ids = self._ids_of(transaction, {message.topic for _, _, message in self.held})
            rows = self._rows(transaction, ids)
            if rows:
                transaction.store(rows)
        self._in_doubt, self._pruned = False, pruned
        self._topic_ids = ids if len(self._topic_ids) > MAXIMUM_TOPICS else self._topic_ids | ids
        self._start += len(self.held)
        self.newest_at = self.held[-1][1]
        self.held, self._bytes = [], 0
        return len(rows)

    def _read_on(self) -> list[bytes]:
        """Note and return what the database's journal has beyond what was read or written here."""
        query = "SELECT start, marks FROM journal WHERE session = %s AND start >= %s ORDER BY start"
        with self._database.transaction() as transaction:
            batches = [(start, bytes(packed)) for start, packed in transaction.query(query, self._session, self._start)]
        for start, packed in batches:
            self._start = start
            for mark in dedup_journal.unpack(packed):
                self._journal.note(mark)
                self._start += 1
        return [packed for _, packed in batches]

    def _drop_what_came_true(self) -> None:
        """After a commit of unknown fate: hold no longer what did arrive in the database."""
        stored = Counter(mark for packed in self._read_on() for mark in dedup_journal.unpack(packed))
        kept = []
        for one in self.held:
            if stored[one[0]]:
                stored[one[0]] -= 1
            else:
                kept.append(one)
        self.held, self._in_doubt = kept, False
        self._bytes = sum(len(message.payload) for _, _, message in kept)
        self._topic_ids = {}  # perhaps it is another database now, restored from a backup

    def _write_journal(self, transaction: Transaction) -> int:
        """Returns the message before which no journal row is left, should this be committed."""
        packed = dedup_journal.pack(mark for mark, _, _ in self.held)
        transaction.execute(
            "INSERT INTO journal (session, start, marks) VALUES (%s, %s, %s)", self._session, self._start, packed
        )
        oldest = max(self._start - dedup_journal.LENGTH, self._forgotten)
        if self._forgotten <= self._pruned and oldest - self._pruned < PRUNED_AT_ONCE:
            return self._pruned
        transaction.execute("DELETE FROM journal WHERE session = %s AND start < %s", self._session, oldest)
        return oldest

    def _ids_of(self, transaction: Transaction, topics: Set[str]) -> dict[str, int]:
        ids = {name: self._topic_ids[name] for name in topics if name in self._topic_ids}
        ids |= _stored_ids(transaction, topics - ids.keys())
        for name in sorted(topics - ids.keys()):  # in one order, so that two recorders do not wait for each other
            transaction.execute("INSERT INTO topic (name) VALUES (%s) ON CONFLICT (name) DO NOTHING", name)
        return ids | _stored_ids(transaction, topics - ids.keys())

    def _rows(self, transaction: Transaction, ids: dict[str, int]) -> list[Row]:
        """What is held without the retained messages that say what the newest row of their topic says."""
        retained = {ids[message.topic] for _, _, message in self.held if message.retained}
        newest = _newest_payloads(transaction, retained, self._database.driver.span)
        rows: list[Row] = []
        for _, received_at, (topic, payload, _, qos, is_retained, _, _) in self.held:
            id_ = ids[topic]
            if is_retained and newest[id_] == payload:
                continue
            if id_ in newest:
                newest[id_] = payload
            rows.append((received_at, id_, qos, is_retained, payload))
        return rows


def _stored_ids(transaction: Transaction, topics: Collection[str]) -> dict[str, int]:
    if not topics:
        return {}
    query = f"SELECT name, id FROM topic WHERE name IN ({_places(topics)})"
    return {name: id_ for name, id_ in transaction.query(query, *topics)}


def _newest_payloads(transaction: Transaction, topic_ids: Collection[int], span: str) -> dict[int, bytes | None]:
    if not topic_ids:
        return {}
    order = f"{span} DESC, received_at DESC, id DESC"
    newest = f"SELECT payload FROM message WHERE topic_id = topic.id ORDER BY {order} LIMIT 1"
    query = f"SELECT id, ({newest}) FROM topic WHERE id IN ({_places(topic_ids)})"
    found = transaction.query(query, *topic_ids)
    return {id_: None if payload is None else bytes(payload) for id_, payload in found}


def _places(values: Collection[object]) -> str:
    return ", ".join(["%s"] * len(values))
