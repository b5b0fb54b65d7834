from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from devtools import servers
from house import messages, topics
from recorder import migrations
from recorder.database import Database
from recorder.open import open_database
from recorder.reader import BATCH, END, MARK_S, WINDOW, RecordReader
from recorder.sqlite import Sqlite

AT = datetime(2020, 1, 1, tzinfo=UTC)
ROOT = topics.Root("sites/7/home")


@pytest.fixture
def database(driver: Sqlite) -> Database:
    return Database(driver)


@pytest.fixture
def postgres_database(postgres: servers.Postgres) -> Iterator[Database]:
    database = open_database(postgres.url)
    migrations.upgrade(database.driver)
    yield database
    database.close()


def store(database: Database, *said: tuple[str, bytes], retained: bool = False, at: datetime = AT) -> None:
    with database.transaction() as transaction:
        for topic in {topic for topic, _ in said}:
            transaction.execute("INSERT INTO topic (name) VALUES (%s) ON CONFLICT (name) DO NOTHING", topic)
        ids = dict(transaction.query("SELECT name, id FROM topic"))
        transaction.store([(at, ids[topic], 1, retained, payload) for topic, payload in said])


def check_reading(database: Database) -> None:
    store(
        database,
        ("sites/7/home/room/living/temperature", b"20.5"),
        ("sites/7/home/room/living/temperature", b"warm"),
        ("sites/7/home/room/living/temperature", b""),
        ("sites/8/home/room/living/temperature", b"9"),
        ("sites/7/home/room/living/humidity", b"50"),
        ("nobody/knows", b"1"),
    )
    found = [record for _, record in RecordReader(database, ROOT).records((topics.ROOM_TEMPERATURE,))]
    assert [(one.name.ids, one.message, one.received_at) for one in found] == [
        (("living",), messages.RoomTemperature(value=20.5), AT)
    ]


def test_only_what_is_asked_for_and_can_be_read_is_read(database: Database) -> None:
    check_reading(database)


def test_a_postgres_is_read_as_a_file_is(postgres_database: Database) -> None:
    check_reading(postgres_database)


def test_an_empty_record_has_nothing(database: Database) -> None:
    reader = RecordReader(database, ROOT)
    assert reader.newest() == 0
    assert list(reader.records((topics.TICK,))) == []
    assert reader.last_records(topics.METER_GAS, 99) == []


def test_reading_goes_on_behind_a_batch(database: Database) -> None:
    store(database, *[("sites/7/home/meter/gas", b"1")] * (BATCH + 3))
    assert len(list(RecordReader(database, ROOT).records((topics.METER_GAS,)))) == BATCH + 3


def test_what_is_rare_is_found_however_far_apart(database: Database) -> None:
    day = ("sites/7/home/day", messages.Day(day=AT.date(), gas=1).encode())
    ticks = [("sites/7/home/tick", b"1")] * (WINDOW + 10)
    store(database, day, *ticks, day, *ticks, *ticks, day)
    places = [place for place, _ in RecordReader(database, ROOT).records((topics.DAY,))]
    assert places == [1, WINDOW + 12, 3 * WINDOW + 33]
    assert [
        place for place, _ in RecordReader(database, ROOT).records((topics.DAY,), after=1, until=places[-1] - 1)
    ] == places[1:2]


def tick(at: int, root: topics.Root = ROOT) -> tuple[str, bytes]:
    return root.full("tick"), messages.Tick(at=AT + timedelta(seconds=at)).encode()


houses = (topics.Root(f"sites/{number}/home") for number in count())


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    instants=st.lists(st.integers(0, 10 * MARK_S), min_size=1, max_size=20),
    begin=st.integers(0, 10 * MARK_S),
    length=st.integers(0, 5 * MARK_S),
)
def test_no_tick_of_a_span_is_outside_of_its_places_however_the_clock_jumps(
    database: Database, instants: list[int], begin: int, length: int
) -> None:
    root = next(houses)
    reader, behind = RecordReader(database, root), RecordReader(database, root).newest()
    store(database, *(tick(at, root) for at in instants))
    first = int(AT.timestamp()) + begin
    after, until = reader.span(first, first + length)
    within = [behind + number for number, at in enumerate(instants, 1) if begin <= at <= begin + length]
    assert all(after < place <= until for place in within)


def test_a_span_is_found_however_far_back_it_is(database: Database) -> None:
    others = [("nobody/knows", b"")] * WINDOW
    hours = [0, 24, 25, 48, 72]
    store(database, *(said for hour in hours for said in (tick(hour * MARK_S), *others)))
    places = [1 + number * (WINDOW + 1) for number in range(len(hours))]
    reader, begin = RecordReader(database, ROOT), int(AT.timestamp())
    assert reader.span(begin + 47 * MARK_S, begin + 49 * MARK_S) == (places[2], places[4])
    assert reader.span(begin + 3 * MARK_S, begin + 24 * MARK_S) == (places[0], places[3])
    assert reader.span(begin, begin + 71 * MARK_S) == (0, END)
    assert reader.begin() == begin


def check_spans_around_an_imported_record(database: Database) -> None:
    others = [("nobody/knows", b"")] * WINDOW
    for hour in (240, 264):
        store(database, *others, tick(hour * MARK_S), at=AT + timedelta(hours=hour))
    for hour in (0, 24, 48):
        store(database, tick(hour * MARK_S), *others, at=AT + timedelta(hours=hour))
    store(database, tick(265 * MARK_S), at=AT + timedelta(hours=265))
    begin = int(AT.timestamp()) + 240 * MARK_S
    after, until = RecordReader(database, ROOT).span(begin, begin + 24 * MARK_S)
    assert after <= WINDOW
    assert until >= 5 * WINDOW


def test_an_older_record_that_was_imported_hides_nothing_of_what_was_recorded_before(database: Database) -> None:
    check_spans_around_an_imported_record(database)


def test_an_older_record_that_was_imported_hides_nothing_in_a_postgres_either(postgres_database: Database) -> None:
    check_spans_around_an_imported_record(postgres_database)


def test_the_ticks_say_which_places_belong_to_a_span(database: Database) -> None:
    reader, begin = RecordReader(database, ROOT), datetime(2026, 1, 12, tzinfo=UTC)
    ticks = [messages.Tick(at=begin + timedelta(minutes=minute)).encode() for minute in range(600)]
    store(database, *(("sites/7/home/tick", payload) for payload in ticks))
    seconds = int(begin.timestamp())
    after, until = reader.span(seconds + 2 * 3600 + 60, seconds + 4 * 3600)
    assert 0 < after <= 2 * 60 + 2
    assert 4 * 60 < until <= 6 * 60 + 1
    assert reader.span(seconds - 60, seconds + 10**6)[0] == 0
    assert reader.span(seconds, seconds + 10**6)[1] > 10**9


def test_a_long_record_is_never_read_without_a_breath(database: Database) -> None:
    """Whoever reads for long must hear the broker, answer people and be stopped meanwhile."""
    tick = messages.Tick(at=AT).encode()
    store(database, *[("sites/7/home/tick", tick)] * (3 * BATCH))
    since_breath = [0]
    reader = RecordReader(database, ROOT, lambda: since_breath.append(0))
    for _ in reader.records((topics.TICK,)):
        since_breath[-1] += 1
    assert sum(since_breath) == 3 * BATCH
    assert max(since_breath) <= BATCH
