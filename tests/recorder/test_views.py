from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from devtools import servers
from house import messages, topics
from recorder import migrations
from recorder.database import Database
from recorder.open import open_database
from recorder.rollup import Rollup

pytestmark = pytest.mark.system

ROOT = topics.Root("sites/12/home")
NOON = datetime(2026, 1, 12, 12, tzinfo=UTC)
LATER = NOON + timedelta(days=1)
GARBAGE = (
    b"\xff\xfe",
    b"",
    b"warm",
    b"{",
    b'{"value": "x"}',
    b'{"value": 1e999}',
    b"[1]",
    b"null",
    b'"\\u0000"',
    b"{}",
)


@pytest.fixture
def database(postgres: servers.Postgres) -> Iterator[Database]:
    database = open_database(postgres.url)
    migrations.upgrade(database.driver)
    with closing(database):
        yield database


def say(database: Database, path: str, *payloads: bytes, at: datetime = NOON) -> None:
    topic = ROOT.full(path)
    with database.transaction() as transaction:
        transaction.execute("INSERT INTO topic (name) VALUES (%s) ON CONFLICT (name) DO NOTHING", topic)
        [(id_,)] = transaction.query("SELECT id FROM topic WHERE name = %s", topic)
        rows = [(at + timedelta(seconds=number), id_, 1, False, one) for number, one in enumerate(payloads)]
        transaction.store(rows)


def see(database: Database, query: str) -> list[tuple[Any, ...]]:
    with database.transaction() as transaction:
        return transaction.query(query)


def test_of_what_was_said_at_one_instant_the_last_is_the_latest(database: Database) -> None:
    for opening in (0, 40, 100):
        say(database, "valve/001a22000001/status", messages.ValveStatus(opening=opening).encode())
    assert see(database, "SELECT said -> 'opening' FROM views.latest") == [(100,)]


def views(database: Database) -> list[str]:
    return [name for (name,) in see(database, "SELECT viewname FROM pg_views WHERE schemaname = 'views'")]


def test_no_payload_breaks_a_view(database: Database) -> None:
    for topic in topics.TOPICS:
        ids = ["living", "sensor"][: topic.pattern.count("{")]
        say(database, topic.path(*ids), *GARBAGE)
    say(database, "nobody/knows/this", *GARBAGE)
    Rollup(database).turn(LATER)
    for view in views(database):
        see(database, f"SELECT * FROM views.{view}")


@pytest.mark.parametrize("payload", [b'{"temperature": 1e-400}', b'{"day": "5874897-01-01"}', b'{"day": "infinity"}'])
def test_numbers_and_days_beyond_all_reason_break_no_view(database: Database, payload: bytes) -> None:
    for path in ("room/living/status", "day"):
        say(database, path, payload)
    for view in views(database):
        see(database, f"SELECT * FROM views.{view}")


def test_every_topic_is_taken_apart_as_the_program_does(database: Database) -> None:
    for topic in topics.TOPICS:
        say(database, topic.path(*["living", "sensor"][: topic.pattern.count("{")]), b"1")
    say(database, "room/set/temperature/a/b", b"1")
    seen = see(database, "SELECT topic, house, kind, subject, part FROM views.place")
    for topic, house, kind, subject, part in seen:
        name = topics.parse(ROOT.relative(topic) or "")
        if name is None:
            assert kind is None
        else:
            pattern = name.topic.pattern.partition("[")[0]
            assert (house, kind) == (ROOT.prefix, "/".join(one for one in pattern.split("/") if "{" not in one))
            assert [one for one in (subject, part) if one] == list(name.ids)


def test_a_room_is_seen_by_message_by_hour_and_as_it_is_now(database: Database) -> None:
    for number, temperature in enumerate((20.0, 21.0)):
        status = messages.RoomStatus(temperature=temperature, setpoint=20.5, demand=50, reason="by schedule")
        say(database, "room/living/status", status.encode(), at=NOON + timedelta(minutes=number))
    Rollup(database).turn(LATER)
    assert see(database, "SELECT temperature, setpoint, reason FROM views.room_status ORDER BY time") == [
        (20.0, 20.5, "by schedule"),
        (21.0, 20.5, "by schedule"),
    ]
    assert see(database, "SELECT time, house, room, temperature, low, high, demand FROM views.room_hour") == [
        (NOON, ROOT.prefix, "living", 20.5, 20.0, 21.0, 50.0)
    ]
    assert see(database, "SELECT temperature FROM views.room_now") == [(21.0,)]


def test_a_valve_is_seen_in_the_room_whose_regulator_commands_it(database: Database) -> None:
    memory = messages.RoomMemory(valves={"001a22000001": messages.ValveMemory()})
    say(database, "room/living/memory", memory.encode())
    for valve in ("001a22000001", "001a22000002"):
        say(database, f"valve/{valve}/status", messages.ValveStatus(opening=80, reachable=True).encode())
    Rollup(database).turn(LATER)
    rooms = [("001a22000001", "living", 80.0), ("001a22000002", None, 80.0)]
    assert see(database, "SELECT valve, room, opening FROM views.valve_status ORDER BY valve") == rooms
    assert see(database, "SELECT valve, room, opening FROM views.valve_hour ORDER BY valve") == rooms
    assert see(database, "SELECT address, room FROM views.device ORDER BY address") == [one[:2] for one in rooms]


def test_what_a_device_reports_is_a_mean_by_hour_or_what_it_said_last(database: Database) -> None:
    for minute, (is_on, flow) in enumerate(((True, 40.0), (False, 50.0))):
        at = NOON + timedelta(minutes=minute)
        say(database, "valve/001a22000001/status", messages.ValveStatus(reachable=is_on).encode(), at=at)
        say(database, "boiler/status", messages.BoilerStatus(flame=is_on, flow_temperature=flow).encode(), at=at)
        say(database, "outside/temperature", messages.Temperature(value=flow / 10).encode(), at=at)
        say(database, "meter/electricity", messages.ElectricityReading(value=1, power_w=10 * flow).encode(), at=at)
    Rollup(database).turn(LATER)
    assert see(database, "SELECT time, reachable FROM views.valve_reach_hour") == [(NOON, 0.5)]
    assert see(database, "SELECT time, power FROM views.power_hour") == [(NOON, 450.0)]
    assert see(database, "SELECT temperature FROM views.outside_now") == [(5.0,)]
    assert see(database, "SELECT flame, flow_temperature FROM views.boiler_now") == [(False, 50.0)]


def test_of_two_messages_about_a_day_the_later_counts(database: Database) -> None:
    for gas in (1.0, 3.0):
        day = messages.Day(day=NOON.date(), gas=gas, rooms={"living": messages.RoomDay(gas=gas / 2)}, hot_water=gas / 2)
        say(database, "day", day.encode())
    assert see(database, "SELECT day, gas FROM views.day") == [(NOON.date(), 3.0)]
    assert see(database, 'SELECT "use", is_room, gas FROM views.gas_day WHERE gas > 0 ORDER BY is_room') == [
        ("hot_water", False, 1.5),
        ("living", True, 1.5),
    ]


def test_the_gas_of_an_hour_is_what_the_meter_went_on_and_unknown_for_a_new_meter(database: Database) -> None:
    for hour, reading in enumerate((100.0, 100.5, 101.5, 3.0)):
        at = NOON + timedelta(hours=hour)
        say(database, "meter/gas", messages.GasReading(value=reading, measured_at=at).encode(), at=at)
    Rollup(database).turn(LATER)
    assert [gas for (gas,) in see(database, "SELECT gas FROM views.meter_hour ORDER BY time")] == [None, 0.5, 1.0, None]


def test_an_alert_that_was_taken_back_holds_no_longer(database: Database) -> None:
    say(database, "alert/battery", messages.Alert(about="battery low", todo="change it").encode())
    say(database, "alert/silent", messages.Alert(about="silent", todo="look").encode(), b"")
    assert see(database, "SELECT alert, todo FROM views.alert_now") == [("battery", "change it")]
    assert see(database, "SELECT alert FROM views.alert WHERE is_over") == [("silent",)]


def test_rights_on_the_views_outlive_an_upgrade(database: Database) -> None:
    with database.transaction() as transaction:
        transaction.execute("CREATE ROLE grafana")
        transaction.execute("GRANT USAGE ON SCHEMA views TO grafana")
        transaction.execute("ALTER DEFAULT PRIVILEGES IN SCHEMA views GRANT SELECT ON TABLES TO grafana")
    migrations.upgrade(database.driver)
    with database.transaction() as transaction:
        transaction.execute("SET LOCAL ROLE grafana")
        assert transaction.query("SELECT * FROM views.room_now") == []
