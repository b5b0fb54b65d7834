"""What Grafana makes of a query before it sends it to Postgres, for tests and the benchmark: only what is used here.

Macros are expanded as Grafana's documentation of the PostgreSQL data source has them; `${name:sqlstring}` quotes the
value of a variable as SQL does.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Self

from grafana.panels import Panel

_MACRO = re.compile(r"\$__(\w+)\(([^)]*)\)")
_LENGTHS = {"h": timedelta(hours=1), "d": timedelta(days=1)}
_VARIABLE = re.compile(r"\$\{(\w+):sqlstring\}")


@dataclass(frozen=True)
class Span:
    """The time that is looked at."""

    begin: datetime
    end: datetime

    @classmethod
    def last(cls, length: str, end: datetime) -> Self:
        """What `30d`, `24h` or `now-24h` is at an instant."""
        return cls(end - int(length[:-1].removeprefix("now-")) * _LENGTHS[length[-1]], end)


def sent(panel: Panel, span: Span, variables: Mapping[str, str]) -> str:
    """What Postgres gets for a panel of a dashboard that shows a span."""
    return expand(panel.sql, Span.last(panel.time_from, span.end) if panel.time_from else span, variables)


def expand(sql: str, span: Span, variables: Mapping[str, str]) -> str:
    """The SQL that Postgres gets; KeyError names a variable or macro that is not known."""
    begin, end = (f"'{one.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}'" for one in (span.begin, span.end))
    macros = {"timeFilter": "{} BETWEEN " + f"{begin} AND {end}", "timeFrom": begin, "timeTo": end}
    sql = _MACRO.sub(lambda found: macros[found[1]].format(found[2]), sql)
    sql = _VARIABLE.sub(lambda found: quoted(variables[found[1]]), sql)
    if "$" in sql:
        raise KeyError(sql[sql.index("$") :].split()[0])
    return sql


def quoted(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
