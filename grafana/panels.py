"""Panels and dashboards as small values, and the JSON that Grafana reads of them.

One panel is a few lines in the table of its dashboard and forty in JSON; what all panels share is said once, here.
Panels are put in the order of their table, from left to right in a row of 24 columns; a phone shows them in that order,
one below the other.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

COLUMNS = 24
TAG = "haard"
SOURCE = {"type": "grafana-postgresql-datasource", "uid": "haard"}
SCHEMA_VERSION = 41  # of dashboards in Grafana 11.6; later ones read it too

GREEN, ORANGE, RED, BLUE = "green", "orange", "red", "blue"
Json = dict[str, Any]
Step = tuple[float | None, str]
"""From which value on which colour; None is from minus infinity."""

SPAN = "$__timeTo()::timestamptz - $__timeFrom()::timestamptz"


def by_span(*queries: tuple[int, str], longer: str) -> str:
    """One query for spans up to some days, others for longer ones; Postgres leaves out those that are not asked."""
    limits = [0, *(days for days, _ in queries)]
    conditions = [
        f"{SPAN} > interval '{more} days' AND {SPAN} <= interval '{most} days'" for more, most in pairwise(limits)
    ]
    conditions.append(f"{SPAN} > interval '{limits[-1]} days'")
    asked = [*(query for _, query in queries), longer]
    return (
        "\nUNION ALL\n".join(
            f"SELECT * FROM (\n{query.strip()}\n) AS by_span WHERE {condition}"
            for query, condition in zip(asked, conditions, strict=True)
        )
        + "\nORDER BY time"
    )


@dataclass(frozen=True, kw_only=True)
class Panel:
    """What is seen of one query; `about` says what it shows and what to do about it."""

    title: str
    about: str
    sql: str
    kind: str = "timeseries"
    time_series: bool = True
    unit: str = ""
    time_from: str = ""
    """A span of its own, whatever the dashboard's, as 30d."""
    width: int = COLUMNS
    height: int = 8
    options: Mapping[str, Any] = field(default_factory=dict)
    custom: Mapping[str, Any] = field(default_factory=dict)
    defaults: Mapping[str, Any] = field(default_factory=dict)
    columns: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Settings of single fields, by the field's name."""


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
    sql="SELECT DISTINCT subject FROM views.place "
    "WHERE kind = 'room/status' AND house = ${house:sqlstring} ORDER BY subject",
)

ALERTS = """
SELECT time, about || ': ' || todo AS text, alert AS tags
FROM views.alert
WHERE house = ${house:sqlstring} AND $__timeFilter(time) AND NOT is_over
ORDER BY time
"""

_LEGEND = {"legend": {"showLegend": True, "displayMode": "list", "placement": "bottom", "calcs": []}}
_NO_LEGEND = {"legend": {"showLegend": False, "displayMode": "list", "placement": "bottom", "calcs": []}}
_TOOLTIP = {"tooltip": {"mode": "multi", "sort": "desc"}}


def colours(*steps: Step) -> Json:
    """Settings that colour a value by the step it has reached."""
    steps_ = [{"value": value, "color": colour} for value, colour in steps]
    return {"color": {"mode": "thresholds"}, "thresholds": {"mode": "absolute", "steps": steps_}}


def lines(*, limits: Sequence[Step] = (), stepped: bool = False, **panel: Any) -> Panel:
    """Thin lines over time, one for each number of a row or each `metric`; `limits` are drawn as dashed lines."""
    custom: Json = {
        "drawStyle": "line",
        "lineWidth": 1,
        "fillOpacity": 0,
        "showPoints": "never",
        "spanNulls": True,
        "lineInterpolation": "stepAfter" if stepped else "linear",
    }
    defaults: Json = {"color": {"mode": "palette-classic"}}
    if limits:
        custom["thresholdsStyle"] = {"mode": "dashed"}
        defaults["thresholds"] = colours(*limits)["thresholds"]
    return _with(panel, options=_LEGEND | _TOOLTIP, custom=custom, defaults=defaults)


def bars(*, stacked: bool = False, **panel: Any) -> Panel:
    """A bar for each instant; those of several metrics beside or upon one another."""
    custom: Json = {"drawStyle": "bars", "lineWidth": 0, "fillOpacity": 80, "barAlignment": 0}
    if stacked:
        custom["stacking"] = {"mode": "normal", "group": "A"}
    defaults = {"color": {"mode": "palette-classic"}, "min": 0}
    return _with(panel, options=_LEGEND | _TOOLTIP, custom=custom, defaults=defaults)


def states(**panel: Any) -> Panel:
    """A band for each metric or column, coloured by what held when."""
    options = {"mergeValues": True, "showValue": "auto", "alignValue": "left", "rowHeight": 0.8}
    tooltip = {"tooltip": {"mode": "single", "sort": "none"}}
    custom = {"fillOpacity": 70, "lineWidth": 0, "spanNulls": True}
    return _with(panel, kind="state-timeline", options=options | _NO_LEGEND | tooltip, custom=custom)


def number(**panel: Any) -> Panel:
    """One number or word, large; the query gives one row."""
    options = {
        "colorMode": "value",
        "graphMode": "none",
        "justifyMode": "auto",
        "textMode": "value",
        "orientation": "auto",
        "reduceOptions": {"calcs": ["lastNotNull"], "fields": "/.*/", "values": False},
    }
    here = {"kind": "stat", "time_series": False, "width": 6, "height": 4, "options": options}
    return _with(panel, **here, defaults=colours((None, BLUE)))


def ranking(**panel: Any) -> Panel:
    """A bar for each row of a query, the name in its first column, the number in its second."""
    options = {
        "displayMode": "basic",
        "orientation": "horizontal",
        "valueMode": "color",
        "reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": True},
    }
    here = {"kind": "bargauge", "time_series": False, "options": options}
    return _with(panel, **here, defaults=colours((None, BLUE)) | {"min": 0})


def table(*, nothing: str = "", **panel: Any) -> Panel:
    """Rows to read; few columns, since a phone shows three or four. `nothing` is said when there are no rows."""
    defaults = {"noValue": nothing} if nothing else {}
    custom = {"align": "left", "cellOptions": {"type": "auto", "wrapText": True}}
    here = {"kind": "table", "time_series": False, "options": {"showHeader": True, "cellHeight": "sm"}}
    return _with(panel, **here, custom=custom, defaults=defaults)


def _with(panel: Json, **kind: Any) -> Panel:
    """A panel by what its table says, upon what its kind says."""
    merged = {
        name: {**value, **panel.pop(name, {})} if isinstance(value, dict) else value for name, value in kind.items()
    }
    return Panel(**(merged | panel))


def dashboard_json(dashboard: Dashboard) -> Json:
    """The dashboard as Grafana reads it from a file."""
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
        "links": [_links()],
        "annotations": {"list": [_annotation()]},
        "templating": {"list": [_variable(one) for one in dashboard.variables]},
        "panels": list(_placed(dashboard.panels)),
    }


def _placed(panels: Sequence[Panel]) -> Iterator[Json]:
    x = y = row = 0
    for number_, panel in enumerate(panels, 1):
        if x + panel.width > COLUMNS:
            x, y, row = 0, y + row, 0
        yield _panel(panel, number_, {"x": x, "y": y, "w": panel.width, "h": panel.height})
        x, row = x + panel.width, max(row, panel.height)


def _panel(panel: Panel, id_: int, place: Json) -> Json:
    unit = {"unit": panel.unit} if panel.unit else {}
    own_span = {"timeFrom": panel.time_from} if panel.time_from else {}
    return {
        "id": id_,
        "type": panel.kind,
        "title": panel.title,
        "description": panel.about,
        "gridPos": place,
        "datasource": SOURCE,
        "fieldConfig": {
            "defaults": {**panel.defaults, **unit, "custom": dict(panel.custom)},
            "overrides": [_override(name, settings) for name, settings in panel.columns.items()],
        },
        "options": dict(panel.options),
        "targets": [_target(panel)],
        **own_span,
    }


def _target(panel: Panel) -> Json:
    return {
        "refId": "A",
        "datasource": SOURCE,
        "editorMode": "code",
        "rawQuery": True,
        "format": "time_series" if panel.time_series else "table",
        "rawSql": panel.sql.strip(),
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


def _annotation() -> Json:
    return {
        "name": "Alerts",
        "datasource": SOURCE,
        "enable": True,
        "iconColor": RED,
        "target": {
            "refId": "Alerts",
            "editorMode": "code",
            "rawQuery": True,
            "format": "table",
            "rawSql": ALERTS.strip(),
        },
    }


def _links() -> Json:
    """To all dashboards of haard, with the same time and house."""
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
