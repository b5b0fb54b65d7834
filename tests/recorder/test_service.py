import threading
from contextlib import closing
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from house.errors import DeviceError
from house.messages import MAXIMUM_PAYLOAD
from recorder.database import Database
from recorder.service import LOST_SESSION, MAXIMUM_TOPIC, RecordingLoop
from recorder.sqlite import Sqlite
from recorder.writer import MAXIMUM_HELD, Writer
from tests.recorder.fakes import Killed, Session, UnreliableSqlite

NOON = datetime(2026, 1, 12, 12, tzinfo=UTC)
_sessions = count()


class House:
    """A session, a database, and the recorder between them, which can be killed; its time passes in leaps."""

    def __init__(self, driver: UnreliableSqlite, *, linger_s: float = 0.25, leap_s: float = 10.0) -> None:
        self.driver = driver
        self.session = Session()
        self.name = f"session-{next(_sessions)}"
        self.stop = threading.Event()
        self._linger_s = linger_s
        self._clock = count(0.0, leap_s)
        self.recorder = self._started()

    def _started(self) -> RecordingLoop:
        writer = Writer(Database(self.driver), self.name)
        writer.open()
        return RecordingLoop(
            self.session, writer, self._linger_s, self.stop, clock=lambda: NOON, monotonic=lambda: next(self._clock)
        )

    def say(self, payload: bytes, qos: int = 1) -> None:
        self.session.say(self.name, payload, qos=qos)

    def kill(self, unread: int = 0) -> None:
        """The recorder ends without a word, and starts again when the database is there."""
        self.session.reconnect(unread)
        self.driver.away, self.driver.fate = False, None
        self.recorder = self._started()

    def turn(self) -> None:
        try:
            self.recorder.turn()
        except Killed:
            self.kill()

    def catch_up(self) -> None:
        for _ in range(1_000):
            if self.session.empty:
                return
            self.turn()
        raise AssertionError("the recorder does not come to an end")

    def rows(self) -> list[bytes]:
        query = "SELECT payload FROM message JOIN topic ON topic_id = topic.id WHERE name = %s ORDER BY message.id"
        database = Database(Sqlite(self.driver.name))
        with database.transaction() as transaction:
            rows = transaction.query(query, f"home/{self.name}")
        database.close()
        return [bytes(payload) for (payload,) in rows]


@pytest.fixture
def house(driver: UnreliableSqlite) -> House:
    return House(driver)


happenings = st.one_of(
    st.tuples(st.just("say"), st.sampled_from([b"", b"20.5", b"21"])),
    st.tuples(st.just("turn"), st.none()),
    st.tuples(st.just("reconnect"), st.integers(0, 6)),
    st.tuples(st.just("kill"), st.integers(0, 6)),
    st.tuples(st.just("next commit"), st.sampled_from(UnreliableSqlite.FATES)),
    st.tuples(st.just("database is away"), st.booleans()),
)


@pytest.mark.slow
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)
@given(story=st.lists(happenings, min_size=15, max_size=60))
def test_whatever_is_killed_every_message_is_one_row_in_order(
    driver: UnreliableSqlite, story: list[tuple[str, Any]]
) -> None:
    with closing(UnreliableSqlite(driver.name)) as unreliable:
        house = House(unreliable)
        said = tell(house, story)
        unreliable.away = False
        house.catch_up()
        assert house.rows() == said


def tell(house: House, story: list[tuple[str, Any]]) -> list[bytes]:
    """Let it happen; returns what was said in it."""
    for what, detail in story:
        match what:
            case "say":
                house.say(detail)
            case "turn":
                house.turn()
            case "reconnect":
                house.session.reconnect(unread=detail)
            case "kill":
                house.kill(unread=detail)
            case "next commit":
                house.driver.fate = detail
            case "database is away":
                house.driver.away = detail
    return [detail for what, detail in story if what == "say"]


def test_nothing_is_acknowledged_before_the_commit(house: House) -> None:
    house.say(b"1")
    house.driver.away = True
    house.turn()
    assert len(house.session.in_flight) == 1
    house.driver.away = False
    house.turn()
    assert not house.session.in_flight
    assert house.rows() == [b"1"]


def test_messages_gather_for_the_linger_and_are_committed_together(driver: UnreliableSqlite) -> None:
    house = House(driver, linger_s=100.0, leap_s=1.0)
    for payload in (b"1", b"2", b"3"):
        house.say(payload)
        house.turn()
    assert not house.rows()
    while not house.rows():
        house.turn()
    assert house.rows() == [b"1", b"2", b"3"]


def test_a_broker_that_waits_for_acknowledgements_is_not_kept_waiting(driver: UnreliableSqlite) -> None:
    house = House(driver, linger_s=1e9)
    for _ in range(house.session.window):
        house.say(b"1")
    house.turn()
    assert len(house.rows()) == house.session.window


def test_messages_of_qos_0_are_rows_without_acknowledgement(house: House) -> None:
    house.say(b"1", qos=0)
    house.say(b"1", qos=0)
    house.turn()
    assert house.rows() == [b"1", b"1"]


def test_what_is_held_at_the_end_is_committed(driver: UnreliableSqlite) -> None:
    house = House(driver, linger_s=1e9)
    house.say(b"1")
    house.turn()
    assert not house.rows()
    house.stop.set()
    house.recorder.run()
    assert house.rows() == [b"1"]
    assert house.session.empty
    assert house.recorder.stored == 1


def test_without_a_database_the_recorder_still_stops(house: House) -> None:
    house.say(b"1")
    house.driver.away = True
    house.turn()
    house.stop.set()
    house.recorder.run()
    assert len(house.session.in_flight) == 1


def test_a_deleted_file_ends_the_recorder_and_what_was_not_stored_stays_with_the_broker(house: House) -> None:
    house.say(b"1")
    house.turn()
    Path(house.driver.name.removeprefix("sqlite:///")).unlink()
    house.say(b"2")
    with pytest.raises(DeviceError, match="deleted or replaced") as raised:
        house.turn()
    assert not raised.value.temporary
    assert len(house.session.in_flight) == 1


def test_while_the_database_is_away_no_more_is_read_than_memory_allows(house: House) -> None:
    house.session.window = 10 * MAXIMUM_HELD
    for _ in range(2 * MAXIMUM_HELD):
        house.say(b"1")
    house.driver.away = True
    for _ in range(MAXIMUM_HELD + 10):
        house.turn()
    assert house.session.delivered == MAXIMUM_HELD
    house.driver.away = False
    house.catch_up()
    assert len(house.rows()) == 2 * MAXIMUM_HELD


def test_when_the_broker_has_lost_the_session_what_is_held_is_stored(house: House) -> None:
    house.say(b"1")
    house.driver.away = True
    house.turn()
    house.session.lose()
    house.say(b"1")
    house.driver.away = False
    house.catch_up()
    assert house.rows() == [b"1", b"1"]


def test_in_a_new_session_identifiers_start_anew(house: House) -> None:
    house.say(b"1")
    house.turn()
    house.session.lose()
    house.turn()
    house.say(b"1")
    house.session.receive(0.0)  # lost with the connection, so that it comes again with DUP
    house.session.reconnect()
    house.turn()
    assert house.rows() == [b"1", b"1"]


def test_a_session_that_the_broker_did_not_keep_is_told_loudly_with_since_when(house: House) -> None:
    house.say(b"1")
    house.turn()
    house.session.lose()
    house.turn()
    [(lost, reason)] = house.session.rejected
    assert (lost.topic, "messages since" in reason) == (LOST_SESSION, True)


def test_a_first_session_is_no_loss(house: House) -> None:
    house.session.lose()
    house.turn()
    assert house.session.rejected == []


@pytest.mark.parametrize(
    ("path", "payload"),
    [("tick", bytes(MAXIMUM_PAYLOAD + 1)), ("x" * MAXIMUM_TOPIC, b"1"), ("ti\0ck", b"1")],
    ids=["long", "deep", "zero"],
)
def test_what_cannot_be_kept_is_refused_aloud_and_not_delivered_again(house: House, path: str, payload: bytes) -> None:
    house.session.say(path, payload)
    house.turn()
    assert house.session.empty
    [(refused, reason)] = house.session.rejected
    assert refused.topic == f"home/{path}"
    assert "not recorded" in reason
