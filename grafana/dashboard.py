"""A dashboard as a small value, and the JSON that Grafana reads of it.

Panels stand in the order of their table, from left to right in rows of 24 columns; a phone shows them in that order,
one below the other.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from grafana.panels import BLUE, COLUMNS, RED, Json, Panel

TAG = "haard"
SOURCE = {"type": "grafana-postgresql-datasource", "uid": "haard"}
SCHEMA_VERSION = 41  # of dashboards in Grafana 11.6; later ones read it too


@dataclass(frozen=True, kw_only=True)
class Variable:
    """A choice at the top of a dashboard, from the first column of a query."""

    name: str
    label: str
    sql: str


@dataclass(frozen=True, kw_only=True)
class Dashboard:
    uid: str
    title: str
    about: str
    panels: Sequence[Panel]
    variables: Sequence[Variable]
    since: str = "now-24h"
    refresh: str = "1m"


HOUSE = Variable(
    name="house",
    label="House",
    sql="SELECT DISTINCT house FROM views.place WHERE kind = 'room/status' ORDER BY house",
)
ROOM = Variable(
    name="room",
    label="Room",
    sql="SELECT room AS __value, name AS __text FROM views.room_name WHERE house = ${house:sqlstring} ORDER BY name",
)

ALERTS = """
SELECT time, about || ': ' || todo AS text, alert AS tags
FROM views.alert
WHERE house = ${house:sqlstring} AND $__timeFilter(time) AND NOT is_over
ORDER BY time
"""

DECISIONS = """
SELECT time, coalesce(setpoint::text || ' °C: ', '') || reason AS text, rule AS tags
FROM (
  SELECT time, setpoint, rule, reason,
    lag(setpoint) OVER (ORDER BY time) AS setpoint_before, lag(rule) OVER (ORDER BY time) AS rule_before
  FROM views.room_status
  WHERE house = ${house:sqlstring} AND room = ${room:sqlstring} AND $__timeFilter(time)
    AND time > $__timeTo()::timestamptz - interval '7 days'
) AS each
WHERE (setpoint, rule) IS DISTINCT FROM (setpoint_before, rule_before)
ORDER BY time
"""
"""When another rule or setpoint came into force in a room, and why."""


def dashboard_json(dashboard: Dashboard, page: str | None = None) -> Json:
    """The dashboard as Grafana reads it from a file; with a link to haard's page, where that is known."""
    return {
        "uid": dashboard.uid,
        "title": dashboard.title,
        "description": dashboard.about,
        "tags": [TAG],
        "schemaVersion": SCHEMA_VERSION,
        "timezone": "browser",
        "editable": True,
        "graphTooltip": 1,
        "time": {"from": dashboard.since, "to": "now"},
        "refresh": dashboard.refresh,
        "links": [_links(), *([_page(page)] if page else [])],
        "annotations": {"list": list(_annotations(dashboard))},
        "templating": {"list": [_variable(one) for one in dashboard.variables]},
        "panels": list(_placed(dashboard.panels)),
    }


def _placed(panels: Sequence[Panel]) -> Iterator[Json]:
    x = y = row = 0
    for number, panel in enumerate(panels, 1):
        width, height = panel.width or panel.kind.width, panel.height or panel.kind.height
        if x + width > COLUMNS:
            x, y, row = 0, y + row, 0
        yield _panel(panel, number, {"x": x, "y": y, "w": width, "h": height})
        x, row = x + width, max(row, height)


def _panel(panel: Panel, number: int, place: Json) -> Json:
    kind = panel.kind
    said = {"unit": panel.unit, "noValue": panel.nothing}
    defaults = {**kind.defaults, **panel.defaults, **{name: value for name, value in said.items() if value}}
    own_span = {"timeFrom": panel.time_from} if panel.time_from else {}
    return {
        "id": number,
        "type": kind.type,
        "title": panel.title,
        "description": panel.about,
        "gridPos": place,
        "datasource": SOURCE,
        "fieldConfig": {
            "defaults": {**defaults, "custom": {**kind.custom, **panel.custom}},
            "overrides": [_override(name, settings) for name, settings in panel.columns.items()],
        },
        "options": {**kind.options, **panel.options},
        "targets": [_query(panel.sql, "A", "time_series" if kind.time_series else "table")],
        **own_span,
    }


def _query(sql: str, reference: str, form: str) -> Json:
    return {
        "refId": reference,
        "datasource": SOURCE,
        "editorMode": "code",
        "rawQuery": True,
        "format": form,
        "rawSql": sql.strip(),
    }


def _override(name: str, settings: Mapping[str, Any]) -> Json:
    properties = [{"id": id_, "value": value} for id_, value in settings.items()]
    return {"matcher": {"id": "byName", "options": name}, "properties": properties}


def _variable(variable: Variable) -> Json:
    return {
        "name": variable.name,
        "label": variable.label,
        "type": "query",
        "datasource": SOURCE,
        "query": variable.sql,
        "refresh": 1,  # when the dashboard is opened
        "sort": 0,
        "multi": False,
        "includeAll": False,
    }


def _annotations(dashboard: Dashboard) -> Iterator[Json]:
    yield _annotation("Alerts", ALERTS, RED)
    if ROOM in dashboard.variables:
        yield _annotation("Decisions", DECISIONS, BLUE)


def _annotation(name: str, sql: str, colour: str) -> Json:
    return {
        "name": name,
        "datasource": SOURCE,
        "enable": True,
        "iconColor": colour,
        "target": _query(sql, name, "table"),
    }


def _page(url: str) -> Json:
    """To haard's own page."""
    return {
        "type": "link",
        "title": "Page",
        "url": url,
        "tooltip": "Set a temperature, boost, away",
        "icon": "dashboard",
        "targetBlank": True,
        "tags": [],
        "asDropdown": False,
        "includeVars": False,
        "keepTime": False,
    }


def _links() -> Json:
    """To all dashboards of haard, each with the span that suits it, for the same house and room."""
    return {
        "type": "dashboards",
        "title": "haard",
        "tags": [TAG],
        "asDropdown": False,
        "includeVars": True,
        "keepTime": False,
        "targetBlank": False,
        "icon": "external link",
        "tooltip": "",
        "url": "",
    }
