"""Panels of Grafana as small values, and the kinds of them that haard's dashboards use.

One panel is a few lines in the table of its dashboard and forty in JSON; what all panels of a kind share is said once,
here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

COLUMNS = 24  # of the grid on which panels stand
GREEN, ORANGE, RED, BLUE = "green", "orange", "red", "blue"
Json = dict[str, Any]
Step = tuple[float | None, str]
"""From which value on which colour; None is from minus infinity."""

SPAN = "$__timeTo()::timestamptz - $__timeFrom()::timestamptz"


OUTSIDE, OUTSIDE_HOUR = "views.outside_temperature", "views.outside_hour"


def by_span(sql: str, views: Mapping[int, str], longer: str) -> str:
    """One query of one view for spans up to so many days, of another for longer ones, in the place of `{view}`; in the
    place of `{outside}` that of the outside air, by hour where the other is not the first.

    Postgres sees at once which are not asked, and leaves them out.
    """
    limits = [0, *views]
    asked = {
        view: f"{SPAN} > interval '{more} days' AND {SPAN} <= interval '{most} days'"
        for view, (more, most) in zip(views.values(), pairwise(limits), strict=True)
    }
    asked[longer] = f"{SPAN} > interval '{limits[-1]} days'"
    each = (
        f"SELECT * FROM (\n{_of(sql.strip(), view, number)}\n) AS each WHERE {condition}"
        for number, (view, condition) in enumerate(asked.items())
    )
    return "\nUNION ALL\n".join(each) + "\nORDER BY time"


def _of(sql: str, view: str, number: int) -> str:
    return sql.replace("{view}", view).replace("{outside}", OUTSIDE_HOUR if number else OUTSIDE)


@dataclass(frozen=True, kw_only=True)
class Kind:
    """What all panels of a kind share; a query of a time series has the columns `time` and `metric` or only numbers."""

    type: str
    time_series: bool = False
    width: int = COLUMNS
    height: int = 8
    options: Mapping[str, Any] = field(default_factory=dict)
    custom: Mapping[str, Any] = field(default_factory=dict)
    defaults: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Panel:
    """What is seen of one query; `about` says what it shows and what to do about it."""

    kind: Kind
    title: str
    about: str
    sql: str
    unit: str = ""
    time_from: str = ""
    """A span of its own, whatever the dashboard's, as 30d."""
    width: int | None = None
    height: int | None = None
    nothing: str = ""
    """Said when there are no rows."""
    options: Mapping[str, Any] = field(default_factory=dict)
    custom: Mapping[str, Any] = field(default_factory=dict)
    defaults: Mapping[str, Any] = field(default_factory=dict)
    columns: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Settings of single columns, by name."""


def colours(*steps: Step) -> Json:
    """Settings that colour a value by the step it has reached."""
    at = [{"value": value, "color": colour} for value, colour in steps]
    return {"color": {"mode": "thresholds"}, "thresholds": {"mode": "absolute", "steps": at}}


OFF = colours((None, RED), (-1, ORANGE), (-0.5, GREEN), (1.5, ORANGE))
"""How far a room is from its setpoint, K."""


def limits(*steps: Step) -> Json:
    """Settings of lines that are `LIMITED`: a dashed line at each step; the lines keep their colours."""
    return {"thresholds": colours(*steps)["thresholds"]}


_PALETTE = {"color": {"mode": "palette-classic"}}
_LEGEND = {"showLegend": True, "displayMode": "list", "placement": "bottom", "calcs": []}

LINES = Kind(
    type="timeseries",
    time_series=True,
    options={"legend": _LEGEND, "tooltip": {"mode": "multi", "sort": "desc"}},
    custom={
        "drawStyle": "line",
        "lineWidth": 1,
        "lineInterpolation": "linear",
        "fillOpacity": 0,
        "showPoints": "never",
        "spanNulls": True,  # rooms speak when something changes: silence is no gap
    },
    defaults=_PALETTE,
)
STEPPED = {"lineInterpolation": "stepAfter"}
LIMITED = {"thresholdsStyle": {"mode": "dashed"}}

BARS = replace(
    LINES,
    custom={"drawStyle": "bars", "lineWidth": 0, "fillOpacity": 80, "barAlignment": 0},
    defaults=_PALETTE | {"min": 0},
)
STACKED = {"stacking": {"mode": "normal", "group": "A"}}

STATES = Kind(
    type="state-timeline",
    time_series=True,
    options={
        "mergeValues": True,
        "showValue": "auto",
        "alignValue": "left",
        "rowHeight": 0.8,
        "legend": _LEGEND | {"showLegend": False},
        "tooltip": {"mode": "single", "sort": "none"},
    },
    custom={"fillOpacity": 70, "lineWidth": 0, "spanNulls": True},
)
"""A band for each metric, coloured by its number."""

WORDS = replace(STATES, time_series=False)
"""A band for each column, coloured by its word."""

NUMBER = Kind(
    type="stat",
    width=6,
    height=4,
    options={
        "colorMode": "value",
        "graphMode": "none",
        "justifyMode": "auto",
        "textMode": "value",
        "orientation": "auto",
        "reduceOptions": {"calcs": ["lastNotNull"], "fields": "/.*/", "values": False},
    },
    defaults=colours((None, BLUE)),
)
"""One number or word, large; the query gives one row."""

RANKING = Kind(
    type="bargauge",
    options={
        "displayMode": "basic",
        "orientation": "horizontal",
        "valueMode": "color",
        "reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": True},
    },
    defaults=colours((None, BLUE)) | {"min": 0},
)
"""A bar for each row, its name in the first column, its number in the second."""

TABLE = Kind(
    type="table",
    options={"showHeader": True, "cellHeight": "sm"},
    custom={"align": "left", "cellOptions": {"type": "auto", "wrapText": True}},
)
"""Rows to read; few columns, since a phone shows three or four."""
