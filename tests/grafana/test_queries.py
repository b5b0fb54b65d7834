from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from typing import Any

import pytest
from psycopg2.errors import InsufficientPrivilege, ReadOnlySqlTransaction

from benchmarks.grafana import CHOSEN, ROLE
from devtools import servers
from grafana.dashboard import ALERTS, DECISIONS, Dashboard
from grafana.macros import Span, expand, sent
from grafana.panels import Panel
from grafana.write_dashboards import DASHBOARDS
from tests.grafana.conftest import END

pytestmark = pytest.mark.system

DAY, MONTH, YEAR = (Span.last(length, END) for length in ("1d", "30d", "365d"))
WIDEST_TABLE = 4  # columns, on a phone
MOST_DAYS = 2  # for which a panel reads messages and not hours

NAME, BIGINT, SMALLINT, INTEGER, TEXT, REAL, DOUBLE, TIMESTAMPTZ, NUMERIC = 19, 20, 21, 23, 25, 700, 701, 1184, 1700
NUMBERS = {BIGINT, SMALLINT, INTEGER, REAL, DOUBLE, NUMERIC}

every_panel = pytest.mark.parametrize(
    ("dashboard", "panel"),
    [
        pytest.param(dashboard, panel, id=f"{name}: {panel.title}")
        for name, dashboard in DASHBOARDS.items()
        for panel in dashboard.panels
    ],
)


def seen(grafana: Any, panel: Panel, span: Span) -> tuple[list[tuple[str, int]], list[tuple[Any, ...]]]:
    """Names and types of the columns, and the rows."""
    grafana.execute(sent(panel, span, CHOSEN))
    return [(column.name, column.type_code) for column in grafana.description], grafana.fetchall()


@every_panel
def test_a_panel_shows_rows_for_the_span_of_its_dashboard_for_a_month_and_for_a_year(
    grafana: Any, dashboard: Dashboard, panel: Panel
) -> None:
    usual = Span.last(dashboard.since, END)
    for span in (usual, MONTH, YEAR):
        _, rows = seen(grafana, panel, span)
        assert rows
        assert any(value is not None for row in rows for value in row[1:] or row)


@every_panel
def test_a_panel_gets_columns_that_it_can_show(grafana: Any, dashboard: Dashboard, panel: Panel) -> None:
    for span in (DAY, MONTH, YEAR):
        columns, rows = seen(grafana, panel, span)
        names, kinds = zip(*columns, strict=True)
        if panel.kind.type == "stat":
            assert (len(rows), len(columns)) == (1, 1)
        elif panel.kind.type == "bargauge":
            assert kinds[0] in {TEXT, NAME}
            assert kinds[1] in NUMBERS
        elif panel.kind.type == "table":
            hidden = [name for name, told in panel.columns.items() if told.get("custom.hidden")]
            assert len(set(names) - set(hidden)) <= WIDEST_TABLE
        else:
            assert columns[0] == ("time", TIMESTAMPTZ)
            assert [row[0] for row in rows] == sorted(row[0] for row in rows)
            assert _are_shown_over_time(panel, names[1:], kinds[1:])


def _are_shown_over_time(panel: Panel, names: tuple[str, ...], kinds: tuple[int, ...]) -> bool:
    if not panel.kind.time_series:
        return all(kind == TEXT for kind in kinds)
    if "metric" in names:
        return names == ("metric", "value") and kinds[0] == TEXT and kinds[1] in NUMBERS
    return all(kind in NUMBERS for kind in kinds)


@every_panel
def test_a_panel_reads_few_messages_whatever_its_span(
    month: servers.Postgres, dashboard: Dashboard, panel: Panel
) -> None:
    """By indexes and the months of its span: never more than were said in two days."""
    with closing(month.connect()) as owner, owner.cursor() as cursor:
        for span, days in ((DAY, 1), (MONTH, MOST_DAYS), (YEAR, MOST_DAYS)):
            cursor.execute("SELECT count(*) FROM message WHERE received_at >= %s", [END - timedelta(days=days)])
            [(allowed,)] = cursor.fetchall()
            cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sent(panel, span, CHOSEN)}")
            [([plan],)] = cursor.fetchall()
            assert sum(_messages_read(plan["Plan"])) <= allowed


def _messages_read(node: dict[str, Any]) -> Iterator[int]:
    if node.get("Relation Name", "").startswith("message"):
        yield node["Actual Loops"] * (node["Actual Rows"] + node.get("Rows Removed by Filter", 0))
    for child in node.get("Plans", ()):
        yield from _messages_read(child)


@pytest.mark.parametrize("dashboard", DASHBOARDS.values(), ids=DASHBOARDS)
def test_what_can_be_chosen_is_found(grafana: Any, dashboard: Dashboard) -> None:
    for variable in dashboard.variables:
        grafana.execute(expand(variable.sql, DAY, CHOSEN))
        assert CHOSEN[variable.name] in [row[0] for row in grafana.fetchall()]


def test_rooms_are_called_by_their_names(grafana: Any) -> None:
    grafana.execute("SELECT room, name FROM views.room_name ORDER BY room")
    assert grafana.fetchall() == [("bedroom", "bedroom"), ("living", "Living room")]


@pytest.mark.parametrize("marks", [ALERTS, DECISIONS])
def test_alerts_and_decisions_are_marked_on_charts(grafana: Any, marks: str) -> None:
    grafana.execute(expand(marks, DAY, CHOSEN))
    assert [(column.name, column.type_code) for column in grafana.description] == [
        ("time", TIMESTAMPTZ),
        ("text", TEXT),
        ("tags", TEXT),
    ]
    assert grafana.fetchall()


@every_panel
def test_a_house_whose_name_is_sql_finds_nothing_and_breaks_nothing(
    grafana: Any, dashboard: Dashboard, panel: Panel
) -> None:
    odd = {"house": "o'brien'; DROP VIEW views.day; --", "room": "'"}
    grafana.execute(sent(panel, DAY, odd))


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM message",
        "SELECT * FROM hourly",
        "DELETE FROM message",
        "DELETE FROM views.messages_hour",
        "CREATE TABLE views.mine (id int)",
        "CREATE TABLE mine (id int)",
        "DROP VIEW views.day",
        "SET default_transaction_read_only = off; CREATE TABLE views.mine (id int)",
    ],
)
def test_grafana_may_read_the_views_and_nothing_else(grafana: Any, statement: str) -> None:
    with pytest.raises((InsufficientPrivilege, ReadOnlySqlTransaction)):
        grafana.execute(statement)


def test_a_query_of_grafana_ends_after_ten_seconds(grafana: Any) -> None:
    grafana.execute("SHOW statement_timeout")
    assert grafana.fetchall() == [("10s",)]


def test_the_role_may_be_made_again(month: servers.Postgres) -> None:
    with closing(month.connect()) as owner, owner, owner.cursor() as cursor:
        cursor.execute(ROLE.read_text(encoding="utf-8"))
        cursor.execute("SELECT rolcanlogin, rolsuper FROM pg_roles WHERE rolname = 'grafana'")
        assert cursor.fetchall() == [(True, False)]
