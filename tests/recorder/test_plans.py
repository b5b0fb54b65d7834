"""The charts read only the months and pages that they need; times are measured by benchmarks/storage.py."""

import json
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from benchmarks.storage import CHARTS, Chart, Year, asked, fill, house_of_seven_rooms
from devtools import servers
from recorder import migrations
from recorder.database import Database
from recorder.open import open_database

pytestmark = pytest.mark.system

END = datetime(2026, 3, 6, tzinfo=UTC)
TITLES = [chart.title for chart in CHARTS]


@pytest.fixture(scope="module")
def database(empty_cluster: Any) -> Iterator[Database]:
    """Ten days over the end of a month."""
    with servers.postgres_folder() as folder:
        servers.copy_cluster(empty_cluster, folder)
        with servers.Postgres(folder) as server, closing(open_database(server.url)) as database:
            migrations.upgrade(database.driver)
            fill(server.url, Year(house_of_seven_rooms(), days=1).said(date(2026, 2, 24), 10), END + timedelta(days=99))
            yield database


def plan(database: Database, query: str) -> list[dict[str, Any]]:
    """The nodes of the plan as it ran."""
    with database.transaction() as transaction:
        [(found,)] = transaction.query(f"EXPLAIN (ANALYZE, FORMAT JSON) {query}")
    waiting = [(found if isinstance(found, list) else json.loads(found))[0]["Plan"]]
    nodes = []
    while waiting:
        node = waiting.pop()
        nodes.append(node)
        waiting.extend(node.get("Plans", []))
    return nodes


def read_whole(nodes: list[dict[str, Any]]) -> set[str]:
    """Tables with messages or hours that were read from begin to end, and were not empty."""
    scans = [node for node in nodes if node["Node Type"] == "Seq Scan" and node["Actual Rows"]]
    return {node["Relation Name"] for node in scans} - {"topic"}


@pytest.mark.parametrize("chart", CHARTS, ids=TITLES)
def test_a_chart_reads_no_table_as_a_whole(database: Database, chart: Chart) -> None:
    nodes = plan(database, asked(chart.query, min(chart.days, 5), END))
    assert read_whole(nodes) == set()
    assert any("Index Name" in node for node in nodes)


def test_a_day_of_a_room_opens_only_its_month(database: Database) -> None:
    [chart] = [chart for chart in CHARTS if chart.days == 1]
    opened = {node["Relation Name"] for node in plan(database, asked(chart.query, 1, END)) if "Relation Name" in node}
    assert opened == {"topic", "message_2026_03"}


def messages_read(nodes: list[dict[str, Any]]) -> int:
    """Rows of messages that were looked at, whether they were of use or not."""
    read = [node for node in nodes if node.get("Relation Name", "").startswith("message")]
    removed = ("Rows Removed by Filter", "Rows Removed by Index Recheck")
    return sum(node["Actual Loops"] * (node["Actual Rows"] + sum(node.get(key, 0) for key in removed)) for node in read)


def test_a_day_of_a_room_reads_no_other_days_of_its_month(database: Database) -> None:
    [chart] = [chart for chart in CHARTS if chart.days == 1]
    with database.transaction() as transaction:
        [(of_a_day,)] = transaction.query("SELECT count(*) / 10 FROM message")
    read = messages_read(plan(database, asked(chart.query, 1, END)))
    assert read < 1.5 * of_a_day


def test_the_newest_of_each_topic_is_found_among_its_last_hours(database: Database) -> None:
    with database.transaction() as transaction:
        [(topics, said)] = transaction.query("SELECT count(DISTINCT topic_id), count(*) / 10 / 6 FROM message")
    months_with_messages = 2
    read = messages_read(plan(database, "SELECT topic, time FROM views.latest"))
    assert topics <= read <= months_with_messages * said


@pytest.mark.parametrize("chart", CHARTS, ids=TITLES)
def test_a_chart_shows_something(database: Database, chart: Chart) -> None:
    with database.transaction() as transaction:
        assert transaction.query(asked(chart.query, chart.days, END))


def test_a_range_of_ids_is_found_without_reading_a_month(database: Database) -> None:
    nodes = plan(database, "SELECT payload FROM message WHERE id > 1000 AND id <= 2000 ORDER BY id")
    assert read_whole(nodes) == set()
    [read] = [node for node in nodes if node["Node Type"] == "Bitmap Heap Scan" and node["Actual Rows"]]
    assert read["Rows Removed by Index Recheck"] < 10_000
