"""Pictures of the dashboards for docs/grafana.md, drawn with matplotlib: no Grafana is at hand where haard is made.

Each panel stands where its dashboard puts it and shows what its own query answers, with its title, unit and colours,
for the record of `benchmarks.grafana_house`. Grafana draws the same in its own look.

    python -m benchmarks.grafana_pictures --to docs/images
"""

import argparse
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from textwrap import shorten, wrap
from typing import Any
from zoneinfo import ZoneInfo

import matplotlib
from matplotlib import colormaps, dates, pyplot
from matplotlib.axes import Axes

from benchmarks.grafana import ROLE
from benchmarks.grafana_house import END, record
from devtools import servers
from grafana.dashboard import Dashboard, dashboard_json
from grafana.macros import Span, sent
from grafana.panels import COLUMNS, Json, Panel
from grafana.write_dashboards import DASHBOARDS

matplotlib.use("agg")
matplotlib.rcParams |= {
    "font.size": 7,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
}
matplotlib.rcParams |= {"grid.color": "#e6e6e6", "axes.edgecolor": "#cccccc", "lines.linewidth": 1}

CHOSEN = {"house": "home", "room": "living"}
ZONE = ZoneInfo("Europe/Amsterdam")
COLOURS = {
    "transparent": "none",
    "green": "#3f9b4f",
    "orange": "#e5862f",
    "red": "#cf3f3f",
    "blue": "#3274d9",
    "semi-dark-blue": "#1f60c4",
}
UNITS = {"celsius": "°C", "percent": "%", "humidity": "%", "m3": "m³", "currencyEUR": "€", "pressurebar": "bar"}
UNITS |= {"watt": "W", "m": "min", "dBm": "dBm"}
CELL, GAP = (0.5, 0.36), 0.35  # inches of a column and a row of the grid; between panels

Row = tuple[Any, ...]
Run = tuple[datetime, datetime, Any]
"""From when to when something held."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A panel, and what its query answered."""

    panel: Panel
    names: Sequence[str]
    rows: Sequence[Row]
    defaults: Json
    custom: Json

    @property
    def unit(self) -> str:
        return unit_of(self.panel.unit)

    def series(self) -> Mapping[str, list[tuple[datetime, Any]]]:
        """By name, whether the query says `metric` and `value` or has a column for each."""
        found: dict[str, list[tuple[datetime, Any]]] = defaultdict(list)
        for at, *values in self.rows:
            if list(self.names[1:]) == ["metric", "value"]:
                found[str(values[0])].append((at, values[1]))
                continue
            for name, value in zip(self.names[1:], values, strict=True):
                found[name].append((at, value))
        return {name: [(at, value) for at, value in one if value is not None] for name, one in found.items()}

    def colour(self, value: Any) -> str:
        """Of a word by the panel's mappings, of a number by its thresholds."""
        for mapping in self.defaults.get("mappings", ()):
            if str(value) in mapping["options"]:
                return named(mapping["options"][str(value)].get("color", "blue"))
        steps = self.defaults.get("thresholds", {}).get("steps", [{"value": None, "color": "blue"}])
        reached = [one["color"] for one in steps if one["value"] is None or _is_at_least(value, one["value"])]
        return named(reached[-1])


def _is_at_least(value: Any, limit: float) -> bool:
    return not isinstance(value, str) and value is not None and float(value) >= limit


def named(colour: str) -> str:
    return COLOURS.get(colour, colour.removeprefix("semi-").removeprefix("dark-").removeprefix("light-"))


def unit_of(name: str) -> str:
    return UNITS.get(name, name.removeprefix("suffix:").strip())


def in_words(value: Any, unit: str, decimals: int | None = None) -> str:
    """As a panel would write it."""
    match value:
        case None:
            return "-"
        case datetime() if unit == "dateTimeFromNow":
            return ago((END - value).total_seconds() / 60, value)
        case datetime():
            return value.astimezone(ZONE).strftime("%Y-%m-%d %H:%M")
        case bool() | str():
            return str(value)
    if unit == "bytes":
        return f"{float(value) / 1e6:.1f} MB"
    digits = _digits(float(value), unit) if decimals is None else decimals
    return f"{float(value):.{digits}f} {unit_of(unit)}".strip()


def _digits(value: float, unit: str) -> int:
    if unit == "celsius":
        return 1
    return 0 if value == int(value) else 1 if abs(value) >= 10 else 2


def ago(minutes: float, at: datetime) -> str:
    if minutes < 0:
        return at.astimezone(ZONE).strftime("at %H:%M")
    return f"{minutes:.0f} minutes ago" if minutes < 90 else f"{minutes / 60:.0f} hours ago"


# --- kinds of panels ------------------------------------------------------------------------------------------------


def draw_lines(shown: Shown, axes: Axes, span: Span) -> None:
    is_bar = shown.custom.get("drawStyle") == "bars"
    is_stacked = shown.custom.get("stacking", {}).get("mode") == "normal"
    below: dict[datetime, float] = defaultdict(float)
    for name, points in shown.series().items():
        if not points:
            continue
        own = shown.panel.columns.get(name, {})
        on = _right_of(axes) if own.get("custom.axisPlacement") == "right" else axes
        at, values = [one for one, _ in points], [float(value) for _, value in points]
        if is_bar:
            bottom = [below[one] for one in at] if is_stacked else None
            axes.bar(at, values, width=_bar_days(at, span), bottom=bottom, align="edge", label=name, alpha=0.85)
            for one, value in zip(at, values, strict=True):
                below[one] += value
            continue
        stepped = own.get("custom.lineInterpolation", shown.custom.get("lineInterpolation")) == "stepAfter"
        dashes = "--" if "custom.lineStyle" in own else "-"
        colour = named(own["color"]["fixedColor"]) if "color" in own else None
        on.plot(at, values, dashes, drawstyle="steps-post" if stepped else "default", label=name, color=colour)
    if "thresholdsStyle" in shown.custom:
        for step in shown.defaults["thresholds"]["steps"]:
            if step["value"] is not None:
                axes.axhline(step["value"], color=named(step["color"]), linestyle=":", linewidth=1)
    if shown.defaults.get("min") is not None:
        axes.set_ylim(bottom=float(shown.defaults["min"]), top=shown.defaults.get("max"))
    axes.set_ylabel("MB" if shown.panel.unit == "bytes" else shown.unit)
    if shown.panel.unit == "bytes":
        axes.yaxis.set_major_formatter(lambda value, _: f"{value / 1e6:.0f}")
    _over_time(axes, span)
    _legend(axes)


def _bar_days(at: Sequence[datetime], span: Span) -> float:
    steps = [(after - one).total_seconds() / 86_400 for one, after in pairwise(at) if after > one]
    return 0.85 * min(steps, default=(span.end - span.begin).total_seconds() / 86_400 / 24)


def _right_of(axes: Axes) -> Axes:
    right = getattr(axes, "haard_right", None)
    if right is None:
        right = axes.twinx()
        right.grid(visible=False)
        right.spines["right"].set_visible(True)
        axes.haard_right = right
    return right


def _over_time(axes: Axes, span: Span) -> None:
    axes.set_xlim(span.begin, span.end)
    locator = dates.AutoDateLocator(tz=ZONE, maxticks=8)
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(dates.ConciseDateFormatter(locator, tz=ZONE))


def _legend(axes: Axes) -> None:
    right = getattr(axes, "haard_right", None)
    handles, labels = axes.get_legend_handles_labels()
    more, named_too = right.get_legend_handles_labels() if right else ([], [])
    if len(handles) + len(more) > 1:
        place = {"loc": "upper left", "bbox_to_anchor": (0, -0.1), "ncols": 8, "frameon": False, "borderaxespad": 0.2}
        axes.legend(handles + more, labels + named_too, columnspacing=1, handlelength=1.2, **place)


def draw_states(shown: Shown, axes: Axes, span: Span) -> None:
    """A band for each name, coloured by word or number."""
    series = shown.series()
    for number, points in enumerate(series.values()):
        ends = [*(at for at, _ in points[1:]), span.end]
        runs = _merged([(at, until, value) for (at, value), until in zip(points, ends, strict=True)])
        for at, until, value in runs:
            width = (until - at).total_seconds() / 86_400
            axes.barh(
                number, width, left=dates.date2num(at), height=0.8, color=_state_colour(shown, value), linewidth=0
            )
        if shown.panel.options.get("showValue") != "never":
            _write_states(axes, number, runs, span)
    axes.set_yticks(range(len(series)), list(series))
    axes.invert_yaxis()
    axes.grid(visible=False)
    _over_time(axes, span)


def _merged(runs: Sequence[Run]) -> list[Run]:
    """One run for each stretch in which nothing changed."""
    found: list[Run] = []
    for at, until, value in runs:
        if found and found[-1][2] == value:
            at = found.pop()[0]
        found.append((at, until, value))
    return found


def _write_states(axes: Axes, number: int, runs: Sequence[Run], span: Span) -> None:
    whole = (span.end - span.begin).total_seconds()
    for at, until, value in runs:
        shown = max(at, span.begin)
        if (until - shown).total_seconds() > whole / 12:
            axes.text(dates.date2num(shown), number, f" {in_words(value, '')}", va="center", fontsize=6, clip_on=True)


def _state_colour(shown: Shown, value: Any) -> Any:
    if str(shown.defaults.get("color", {}).get("mode", "")).startswith("continuous"):
        most = float(shown.defaults.get("max", 100))
        return colormaps["coolwarm"](float(value) / most)
    return shown.colour(value)


def draw_number(shown: Shown, axes: Axes, _span: Span) -> None:
    axes.axis("off")
    value = shown.rows[0][0] if shown.rows else None
    said = in_words(value, shown.panel.unit, shown.defaults.get("decimals"))
    if value is None:
        said = shown.panel.nothing or said
    size = 20 if len(said) < 12 else 11
    axes.text(0.5, 0.5, said, ha="center", va="center", fontsize=size, color=shown.colour(value), weight="bold")


def draw_ranking(shown: Shown, axes: Axes, _span: Span) -> None:
    words = [str(row[0]) for row in shown.rows]
    values = [float(row[1]) for row in shown.rows]
    axes.barh(words, values, color=[shown.colour(value) for value in values], height=0.6)
    for number, value in enumerate(values):
        axes.text(value, number, f" {in_words(value, shown.panel.unit)}", va="center")
    axes.invert_yaxis()
    axes.set_xticks([])
    axes.grid(visible=False)


def draw_table(shown: Shown, axes: Axes, _span: Span) -> None:
    axes.axis("off")
    columns = [at for at, name in enumerate(shown.names) if not _of(shown, name).get("custom.hidden")]
    if not shown.rows:
        axes.text(0.5, 0.5, shown.panel.nothing or "No data", ha="center", va="center", fontsize=9, color="#3f9b4f")
        return
    inches = axes.get_position().height * axes.figure.get_figheight()
    room, y = inches / 0.115 - 2, 0.0  # lines of text
    shares = _widths(shown, columns)
    letters = axes.get_position().width * axes.figure.get_figwidth() / 0.058
    starts = [sum(shares[:at]) for at in range(len(shares))]
    for x, at in zip(starts, columns, strict=True):
        axes.text(x, 1, shown.names[at], weight="bold", va="top", color="#555555", transform=axes.transAxes)
    for row in shown.rows:
        cells = [_cell(shown, row, at, int(letters * share)) for at, share in zip(columns, shares, strict=True)]
        lines = max(len(cell) for cell, _ in cells)
        if y + lines > room:
            break
        for x, (cell, colour) in zip(starts, cells, strict=True):
            top = 1 - 0.115 * (y + 1.6) / inches
            axes.text(x, top, "\n".join(cell), va="top", transform=axes.transAxes, color=colour, linespacing=1.15)
        y += lines + 0.4


def _cell(shown: Shown, row: Row, at: int, letters: int) -> tuple[list[str], str]:
    own = _of(shown, shown.names[at])
    said = in_words(row[at], own.get("unit", ""), own.get("decimals"))
    is_coloured = "custom.cellOptions" in own
    colour = Shown(shown.panel, shown.names, [], dict(own), {}).colour(row[at]) if is_coloured else "#222222"
    return wrap(shorten(said, 4 * letters, placeholder=" …"), max(letters, 6)) or [""], colour


def _widths(shown: Shown, columns: Sequence[int]) -> list[float]:
    """Shares of the width: by the longest word of each column, within bounds."""
    longest = [max([len(shown.names[at]), *(len(in_words(row[at], "")) for row in shown.rows)]) for at in columns]
    wished = [min(max(one, 7), 60) for one in longest]
    return [one / sum(wished) for one in wished]


def _of(shown: Shown, name: str) -> Mapping[str, Any]:
    return shown.panel.columns.get(name, {})


KINDS: Mapping[str, Callable[[Shown, Axes, Span], None]] = {
    "timeseries": draw_lines,
    "state-timeline": draw_states,
    "stat": draw_number,
    "bargauge": draw_ranking,
    "table": draw_table,
}


# --- a dashboard ----------------------------------------------------------------------------------------------------


def draw(dashboard: Dashboard, cursor: Any, to: Path) -> None:
    """Every panel of a dashboard on its grid."""
    placed = dashboard_json(dashboard)["panels"]
    lowest = max(one["gridPos"]["y"] + one["gridPos"]["h"] for one in placed)
    size = (COLUMNS * CELL[0], lowest * CELL[1] + 0.4)
    figure = pyplot.figure(figsize=size, dpi=110)
    figure.text(0.02, 1 - 0.22 / size[1], f"{dashboard.title}", fontsize=13, weight="bold", va="center")
    span = Span.last(dashboard.since, END)
    for panel, place in zip(dashboard.panels, placed, strict=True):
        cursor.execute(sent(panel, span, CHOSEN))
        defaults = place["fieldConfig"]["defaults"]
        names = [column.name for column in cursor.description]
        shown = Shown(panel, names, cursor.fetchall(), defaults, defaults["custom"])
        axes = figure.add_axes(_box(place["gridPos"], size, panel.kind.type))
        axes.set_title(panel.title, loc="left", fontsize=8, weight="bold", color="#333333")
        KINDS[panel.kind.type](shown, axes, Span.last(panel.time_from, END) if panel.time_from else span)
    figure.savefig(to)
    pyplot.close(figure)


def _box(place: Mapping[str, int], size: tuple[float, float], kind: str) -> tuple[float, float, float, float]:
    """Where a panel's axes lie in the figure, with room for its title, scale and legend."""
    left = 1.0 if kind in ("state-timeline", "bargauge") else 0.55 if kind == "timeseries" else 0.25
    under = 0.42 if kind == "timeseries" else 0.22 if kind == "state-timeline" else 0.05
    x, y = place["x"] * CELL[0] + left, place["y"] * CELL[1] + 0.4 + GAP
    width, height = place["w"] * CELL[0] - left - GAP, place["h"] * CELL[1] - GAP - under - 0.1
    return x / size[0], 1 - (y + height) / size[1], width / size[0], height / size[1]


def main() -> None:
    parser = argparse.ArgumentParser(description="Draw the dashboards.")
    parser.add_argument("--to", type=Path, default=Path("docs/images"), help="default: %(default)s")
    to = parser.parse_args().to
    with servers.postgres_folder() as folder:
        servers.initialise(folder)
        with servers.Postgres(folder) as server:
            record(server)
            with closing(server.connect()) as owner, owner, owner.cursor() as cursor:
                cursor.execute(ROLE.read_text(encoding="utf-8"))
            with closing(server.connect("grafana")) as reader, reader.cursor() as cursor:
                for name, dashboard in DASHBOARDS.items():
                    draw(dashboard, cursor, to / f"grafana-{name}.png")


if __name__ == "__main__":
    main()
