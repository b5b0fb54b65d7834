from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from house.errors import DeviceError
from house.packets import Publish
from recorder.database import Database
from recorder.dedup_journal import LENGTH
from recorder.sqlite import Sqlite
from recorder.writer import MAXIMUM_HELD, MAXIMUM_HELD_BYTES, Writer
from tests.recorder.fakes import UnreliableSqlite

NOON = datetime(2026, 1, 12, 12, tzinfo=UTC)
_numbers = count()


def opened(driver: UnreliableSqlite, session: str = "recorder") -> Writer:
    writer = Writer(Database(driver), session)
    writer.open()
    return writer


def message(
    packet_id: int, payload: bytes = b"20.5", *, path: str = "tick", duplicate: bool = False, retained: bool = False
) -> Publish:
    return Publish(f"home/{path}", payload, packet_id, 1 if packet_id else 0, retained, duplicate)


def take(writer: Writer, *messages: Publish) -> None:
    for one in messages:
        writer.take([one], NOON + timedelta(milliseconds=next(_numbers)))


def payloads(driver: UnreliableSqlite, path: str = "tick") -> Sequence[bytes]:
    query = "SELECT payload FROM message JOIN topic ON topic_id = topic.id WHERE topic.name = %s ORDER BY message.id"
    with closing(Database(Sqlite(driver.name))) as database, database.transaction() as transaction:
        return [bytes(payload) for (payload,) in transaction.query(query, f"home/{path}")]


def test_two_equal_messages_are_two_rows(driver: UnreliableSqlite) -> None:
    writer = opened(driver)
    take(writer, message(1), message(2))
    assert writer.commit() == 2
    take(writer, message(3))
    assert writer.commit() == 1
    assert payloads(driver) == [b"20.5"] * 3


def test_two_equal_messages_of_qos_0_are_two_rows(driver: UnreliableSqlite) -> None:
    writer = opened(driver)
    take(writer, message(0), message(0))
    assert writer.commit() == 2


def test_a_redelivered_message_is_no_new_row_before_nor_after_the_commit(driver: UnreliableSqlite) -> None:
    writer = opened(driver)
    take(writer, message(1), message(1, duplicate=True))
    assert writer.commit() == 1
    take(writer, message(1, duplicate=True))
    assert writer.commit() == 0
    assert payloads(driver) == [b"20.5"]


def test_a_message_with_dup_that_never_arrived_is_a_row(driver: UnreliableSqlite) -> None:
    writer = opened(driver)
    take(writer, message(1, duplicate=True))
    assert writer.commit() == 1


def test_a_restarted_recorder_knows_what_was_stored(driver: UnreliableSqlite) -> None:
    writer = opened(driver)
    take(writer, message(1), message(2, b"21"))
    writer.commit()
    writer = opened(driver)
    take(writer, message(1, duplicate=True), message(2, b"21", duplicate=True), message(3))
    assert writer.commit() == 1


def test_another_session_has_packet_identifiers_of_its_own(driver: UnreliableSqlite) -> None:
    writer = opened(driver, "haard-home-recorder")
    take(writer, message(1))
    writer.commit()
    other = opened(driver, "haard-cottage-recorder")
    take(other, message(1, duplicate=True))
    assert other.commit() == 1


def test_after_a_new_session_identifiers_start_anew(driver: UnreliableSqlite) -> None:
    writer = opened(driver)
    take(writer, message(1))
    writer.commit()
    take(writer, message(2, b"held"))
    writer.new_session()
    take(writer, message(1, duplicate=True), message(2, b"held", duplicate=True))
    assert writer.commit() == 3
    restarted = opened(driver)
    take(restarted, message(1, duplicate=True), message(2, b"held", duplicate=True))
    assert restarted.commit() == 0


@pytest.mark.parametrize("fate", ["lost before", "lost after"])
def test_a_commit_of_unknown_fate_stores_once(driver: UnreliableSqlite, fate: str) -> None:
    writer = opened(driver)
    take(writer, message(1), message(0), message(0))
    driver.fate = fate
    with pytest.raises(DeviceError, match="connection lost") as raised:
        writer.commit()
    assert raised.value.temporary
    take(writer, message(2), message(0))
    writer.commit()
    assert payloads(driver) == [b"20.5"] * 5


def test_a_full_writer_whose_commit_did_come_true_takes_messages_again(driver: UnreliableSqlite) -> None:
    writer = opened(driver)
    take(writer, *(message(number + 1, b"x" * 2**16) for number in range(16)))
    driver.fate = "lost after"
    with pytest.raises(DeviceError):
        writer.commit()
    assert writer.full
    assert writer.commit() == 0
    assert not writer.full


def test_a_commit_of_unknown_fate_stores_once_though_the_broker_loses_the_session(driver: UnreliableSqlite) -> None:
    writer = opened(driver)
    take(writer, message(1))
    driver.fate = "lost after"
    with pytest.raises(DeviceError):
        writer.commit()
    writer.new_session()
    take(writer, message(1, duplicate=True))
    assert writer.commit() == 1
    assert payloads(driver) == [b"20.5"] * 2


def test_a_database_that_was_replaced_by_an_empty_one_is_filled_again(driver: UnreliableSqlite) -> None:
    writer = opened(driver)
    take(writer, message(1))
    writer.commit()
    with closing(Database(Sqlite(driver.name))) as database, database.transaction() as transaction:
        for table in ("message", "topic", "journal"):
            transaction.execute(f"DELETE FROM {table}")
        transaction.execute("INSERT INTO topic (id, name) VALUES (77, 'home/tack')")
    take(writer, message(2))
    with pytest.raises(DeviceError, match="FOREIGN KEY"):
        writer.commit()
    assert writer.commit() == 1
    assert payloads(driver) == [b"20.5"]


def test_a_killed_recorder_whose_commit_comes_late_stores_once(driver: UnreliableSqlite) -> None:
    killed = opened(driver)
    take(killed, message(1), message(2, b"21"))
    restarted = opened(driver)
    killed.commit()
    take(restarted, message(1, duplicate=True), message(2, b"21", duplicate=True), message(3, b"22"))
    with pytest.raises(DeviceError, match="UNIQUE"):
        restarted.commit()
    assert restarted.commit() == 1
    assert payloads(driver) == [b"20.5", b"21", b"22"]


def test_while_the_database_is_away_everything_is_held(driver: UnreliableSqlite) -> None:
    writer = opened(driver)
    driver.away = True
    for packet_id in (1, 2, 3):
        take(writer, message(packet_id))
        with pytest.raises(DeviceError, match="the disk is not there"):
            writer.commit()
    driver.away = False
    assert writer.commit() == 3


def test_a_writer_is_full_by_number_or_by_bytes(driver: UnreliableSqlite) -> None:
    writer = opened(driver)
    take(writer, *(message(number + 1) for number in range(MAXIMUM_HELD - 1)))
    assert not writer.full
    take(writer, message(MAXIMUM_HELD))
    assert writer.full
    writer.commit()
    assert not writer.full
    take(writer, message(1, bytes(MAXIMUM_HELD_BYTES)))
    assert writer.full


def test_a_retained_message_is_stored_only_if_it_says_something_new(driver: UnreliableSqlite) -> None:
    writer = opened(driver)
    take(writer, message(1, b"1", retained=True), message(2, b"1"), message(3, b"1", retained=True))
    assert writer.commit() == 2
    take(writer, message(4, b"1", retained=True), message(5, b"2", retained=True), message(6, b"2", retained=True))
    assert writer.commit() == 1
    assert payloads(driver) == [b"1", b"1", b"2"]


def test_a_retained_message_that_was_left_out_is_still_left_out_when_redelivered(driver: UnreliableSqlite) -> None:
    writer = opened(driver)
    take(writer, message(1, b"1"), message(2, b"1", retained=True), message(3, b"2"))
    assert writer.commit() == 2
    take(writer, message(2, b"1", retained=True, duplicate=True))
    assert writer.commit() == 0


def test_any_bytes_and_any_topic_come_back(driver: UnreliableSqlite) -> None:
    writer = opened(driver)
    topics = ["tick", "köttbullar/火", "a\tb\\N\n", "%s ? '\""]
    for number, path in enumerate(topics):
        take(writer, message(number + 1, bytes(range(256)), path=path))
    assert writer.commit() == len(topics)
    assert all(payloads(driver, path) == [bytes(range(256))] for path in topics)


@pytest.mark.slow
def test_the_journal_keeps_what_can_still_be_redelivered_and_not_more(driver: UnreliableSqlite) -> None:
    writer = opened(driver)
    for batch in range(LENGTH // MAXIMUM_HELD + 5):
        take(writer, *(message(1 + (batch * MAXIMUM_HELD + i) % 65_535, path=f"{i % 3}") for i in range(MAXIMUM_HELD)))
        writer.commit()
    with Database(driver).transaction() as transaction:
        [(rows,)] = transaction.query("SELECT count(*) FROM journal")
    assert rows == LENGTH // MAXIMUM_HELD + 1
