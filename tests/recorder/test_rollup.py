import json
import re
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from itertools import groupby
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devtools import servers
from house.errors import DeviceError
from recorder import migrations, rollup
from recorder.database import BusyError, Database, read_instant
from recorder.open import open_database
from recorder.rollup import Rollup, numbers
from recorder.sqlite import Sqlite
from tests.recorder.fakes import Killed, UnreliableSqlite

NOON = datetime(2026, 1, 12, 12, tzinfo=UTC)
LATER = NOON + timedelta(days=2)
HOURLY = "SELECT topic_id, field, hour, n, total, low, high, last FROM hourly ORDER BY topic_id, field, hour"
TRAFFIC = "SELECT hour, n, bytes FROM traffic ORDER BY hour"

Row = tuple[datetime, int, bytes]

payloads = st.one_of(
    st.sampled_from([b"20.5", b"true", b"warm", b"\xff", b"", b"[1]", b"1e999", b'{"value": 1, "bad name": 2}']),
    st.dictionaries(st.sampled_from(["value", "flow", "flame"]), st.integers(-99, 99) | st.booleans() | st.text()).map(
        lambda said: json.dumps(said).encode()
    ),
)
minutes = st.integers(0, 300).map(lambda minute: NOON + timedelta(minutes=minute))
rows = st.lists(st.tuples(minutes, st.integers(1, 3), payloads), max_size=40)


def store(database: Database, *said: Row) -> None:
    with database.transaction() as transaction:
        for topic in (1, 2, 3):
            transaction.execute(
                "INSERT INTO topic (id, name) VALUES (%s, %s) ON CONFLICT (id) DO NOTHING", topic, f"t{topic}"
            )
        transaction.store([(at, topic, 1, False, payload) for at, topic, payload in said])


def see(database: Database, query: str) -> list[tuple[Any, ...]]:
    with database.transaction() as transaction:
        found = transaction.query(query)
    return [tuple(read_instant(v) if isinstance(v, str) and v[:2] == "20" else v for v in row) for row in found]


def by_hour(said: list[Row]) -> list[tuple[Any, ...]]:
    """All at once, from the messages themselves."""
    told = sorted(
        (
            (topic, field, rollup.hour_of(at), number, value)
            for number, (at, topic, payload) in enumerate(said)
            for field, value in numbers(payload).items()
        ),
    )
    groups = groupby(told, key=lambda one: one[:3])
    values = [(key, [one[4] for one in group]) for key, group in groups]
    return [(*key, len(all_), sum(all_), min(all_), max(all_), all_[-1]) for key, all_ in values]


@pytest.mark.parametrize(
    ("payload", "told"),
    [
        (b"20.5", {"value": 20.5}),
        (b"false", {"value": 0.0}),
        (b'{"flame": true, "flow": 61, "fault": null, "name": "5", "law": {"x": 1}}', {"flame": 1.0, "flow": 61.0}),
        (b"warm", {}),
        (b"\xff\x00", {}),
        (b"", {}),
        (b"NaN", {}),
        (b'{"a": 1e999}', {}),
        (b"1" * 400, {}),
        (b'{"\\u0000": 1, "two words": 1, "%s": 1}' % (b"x" * 64), {}),
        (json.dumps({f"f{number}": number for number in range(51)}).encode(), {}),
    ],
)
def test_numbers_are_what_a_payload_tells_as_numbers(payload: bytes, told: dict[str, float]) -> None:
    assert numbers(payload) == told


@pytest.mark.parametrize("root", ["home", "sites/12/home"])
def test_hours_are_kept_of_what_is_charted_and_of_every_number_that_others_say(
    driver: UnreliableSqlite, root: str
) -> None:
    said = b'{"setpoint": 20, "demand": 50, "opening": 80, "fallback": 16, "co2": 400}'
    paths = {"room/living/status": ["demand", "setpoint"], "valve/a1/set": [], "valve/a1/status": ["opening"]}
    others = {"room/living/memory": [], "air/co2": ["co2", "demand", "fallback", "opening", "setpoint"]}
    with closing(Database(driver)) as database:
        for path, fields in (paths | others).items():
            with database.transaction() as transaction:
                transaction.execute("INSERT INTO topic (name) VALUES (%s)", f"{root}/{path}")
                [(topic,)] = transaction.query("SELECT max(id) FROM topic")
                transaction.store([(NOON, topic, 1, False, said)])
            Rollup(database).turn(LATER)
            kept_of = f"SELECT field FROM hourly WHERE topic_id = {topic} ORDER BY field"
            assert [field for (field,) in see(database, kept_of)] == fields


def test_an_hour_says_in_how_much_of_its_burning_the_boiler_condensed(driver: UnreliableSqlite) -> None:
    reports = [(True, 54.9), (True, 55), (True, None), (False, 30), (False, 31), (True, 61), (True, 40)]
    with closing(Database(driver)) as database, database.transaction() as transaction:
        transaction.execute("INSERT INTO topic (name) VALUES ('home/boiler/status')")
        for minute, (flame, returned) in enumerate(reports):
            payload = json.dumps({"flame": flame, "return_temperature": returned}).encode()
            transaction.store([(NOON + timedelta(minutes=minute), 1, 1, False, payload)])
    Rollup(database).turn(LATER)
    assert see(database, "SELECT total, n FROM hourly WHERE field = 'condensing'") == [(2, 4)]


def test_the_fields_whose_hours_are_kept_exist_and_are_those_that_views_show() -> None:
    assert all(fields <= topic.message.model_fields.keys() for topic, fields in rollup.KEPT.items())
    views = files("recorder").joinpath("views.sql").read_text(encoding="utf-8")
    shown = {
        field for one in re.findall(r"\bfield (?:= '\w+'|IN \([^)]+\))", views) for field in re.findall(r"'(\w+)'", one)
    }
    assert shown == {rollup.CONDENSING, *(field for fields in rollup.KEPT.values() for field in fields)}


@given(payload=st.binary() | payloads)
def test_any_bytes_tell_numbers_or_nothing(payload: bytes) -> None:
    assert all(abs(value) < rollup.LIMIT for value in numbers(payload).values())


@pytest.mark.slow
@given(
    said=rows,
    batch=st.integers(1, 7),
    stored_at_once=st.integers(1, 20),
    fates=st.lists(st.sampled_from([None, *UnreliableSqlite.FATES]), max_size=12),
)
def test_hours_are_exact_whatever_is_killed_late_or_split(
    said: list[Row], batch: int, stored_at_once: int, fates: list[str | None]
) -> None:
    with TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/haard.db"
        migrations.upgrade(Sqlite(url))
        driver = UnreliableSqlite(url)
        with closing(driver), closing(Database(driver)) as database:
            for start in range(0, len(said) + 1, stored_at_once):
                store(database, *said[start : start + stored_at_once])
                roll_up(database, driver, batch, fates)
            assert see(database, HOURLY) == by_hour(said)
            counts = see(database, TRAFFIC)
            assert sum(n for _, n, _ in counts) == len(said)
            assert sum(size for _, _, size in counts) == sum(len(payload) for _, _, payload in said)


def roll_up(database: Database, driver: UnreliableSqlite, batch: int, fates: list[str | None]) -> None:
    """Until nothing is left; each piece may end as one of the fates says."""
    more = True
    while more:
        driver.fate = fates.pop() if fates else None
        with suppress(DeviceError, Killed):
            more = Rollup(database, batch).turn(LATER)


def test_the_hour_that_is_not_over_is_left_for_later(driver: UnreliableSqlite) -> None:
    with closing(Database(driver)) as database:
        store(database, (NOON, 1, b"20"), (NOON + timedelta(hours=1), 1, b"21"), (NOON, 1, b"22"))
        assert not Rollup(database).turn(NOON + timedelta(minutes=61))
        assert [row[3:5] for row in see(database, HOURLY)] == [(1, 20.0)]
        assert not Rollup(database).turn(NOON + timedelta(hours=2))
        assert [row[3:5] for row in see(database, HOURLY)] == [(2, 42.0), (1, 21.0)]


def test_a_clock_that_stood_in_the_future_holds_nothing_up(driver: UnreliableSqlite) -> None:
    with closing(Database(driver)) as database:
        store(database, (NOON + timedelta(days=9999), 1, b"20"), (NOON, 1, b"21"))
        Rollup(database).turn(LATER)
        assert len(see(database, HOURLY)) == 2


def test_of_two_who_roll_up_at_once_one_does_it(driver: UnreliableSqlite) -> None:
    with closing(Database(driver)) as database, closing(Database(driver)) as another:
        store(database, (NOON, 1, b"20"), (NOON, 1, b"21"))
        slow = Rollup(database)
        piece = slow.read(LATER)
        Rollup(another).turn(LATER)
        slow.add(piece)
        assert [row[3:5] for row in see(database, HOURLY)] == [(2, 41.0)]


@pytest.mark.system
def test_a_message_that_is_committed_late_under_a_lower_id_is_waited_for(postgres: servers.Postgres) -> None:
    database, slow = open_database(postgres.url), open_database(postgres.url)
    migrations.upgrade(database.driver)
    with closing(database), closing(slow):
        store(database)
        with slow.transaction() as transaction:
            transaction.store([(NOON, 1, 1, False, b"20")])
            with pytest.raises(BusyError, match="lock timeout") as raised:
                Rollup(database).turn(LATER)
            assert raised.value.temporary
        store(database, (NOON, 1, b"21"))
        Rollup(database).turn(LATER)
        assert [row[3:] for row in see(database, HOURLY)] == [(2, 41.0, 20.0, 21.0, 21.0)]
