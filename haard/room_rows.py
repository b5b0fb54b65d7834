"""Rooms with their reasons, for any terminal: where a reason has no place beside its room it stands below, and nothing
of it is cut off while there are lines for it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import wrap

from rich import box
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

INDENT = 2
BESIDE = 110
"""Columns from which a reason stands beside its room."""


@dataclass(frozen=True, slots=True)
class Column:
    """A head, whether it holds numbers, and the width of a terminal from which it is shown."""

    head: str
    is_number: bool = False
    least: int = 0


@dataclass(frozen=True, slots=True)
class Row:
    """What stands in the columns, and why; `style` is that of the last column."""

    cells: Sequence[str]
    reason: str
    style: str = ""


def rooms_table(columns: Sequence[Column], rows: Sequence[Row], width: int, lines: int | None = None) -> RenderableType:
    """The rooms in at most so many lines, if that is possible: else the reasons are cut."""
    if width >= BESIDE:
        return _beside(columns, rows, wraps=lines is None or _needed_beside(columns, rows, width) <= lines)
    shown = [index for index, column in enumerate(columns) if width >= column.least]
    parts: list[RenderableType] = [_line(columns, [column.head for column in columns], rows, shown), Text("─" * width)]
    told = _told(rows, max(width - INDENT, 1), None if lines is None else lines - len(rows) - len(parts))
    for row, reason in zip(rows, told, strict=True):
        parts.append(_line(columns, row.cells, rows, shown, row.style))
        parts += [Padding(Text(one, style="dim", no_wrap=True), (0, 0, 0, INDENT)) for one in reason]
    return Group(*parts)


def _told(rows: Sequence[Row], width: int, lines: int | None) -> list[list[str]]:
    """Each reason in its lines, of which there are so many for all: whole if they fit, else some with fewer of their
    parts, and cut only where not even one part of each has its lines.
    """
    forms = [[wrap(one, width) for one in _shorter(row.reason)] for row in rows]
    if lines is None or sum(len(one[0]) for one in forms) <= lines:
        return [one[0] for one in forms]
    if lines < len(rows):
        return [[] for _ in rows]
    chosen = [min(1, len(one) - 1) if len(one[0]) > 1 else 0 for one in forms]
    while sum(len(one[index]) for one, index in zip(forms, chosen, strict=True)) > lines:
        can = [room for room, index in enumerate(chosen) if index < len(forms[room]) - 1]
        if not can:
            return _cut([one[-1] for one in forms], width, lines)
        chosen[max(can, key=lambda room: (len(forms[room][chosen[room]]), room))] += 1
    return [one[index] for one, index in zip(forms, chosen, strict=True)]


def _shorter(reason: str) -> list[str]:
    """The whole reason, then without its first part, which names the setpoint that stands in the row above, then with
    ever fewer of the others, of which the first says why.
    """
    parts = reason.split("; ")
    first = min(1, len(parts) - 1)
    return [reason, *("; ".join(parts[first:end]) for end in range(len(parts), first, -1))][-len(parts) :]


def _cut(told: Sequence[list[str]], width: int, lines: int) -> list[list[str]]:
    spare, cut = lines - len(told), list[list[str]]()
    for needed in told:
        taken = needed[: 1 + spare]
        spare -= max(len(taken) - 1, 0)
        if len(taken) < len(needed):
            taken[-1] = f"{taken[-1][: width - 1]}…"
        cut.append(taken)
    return cut


def _beside(columns: Sequence[Column], rows: Sequence[Row], *, wraps: bool) -> Table:
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))
    for column in columns:
        table.add_column(column.head, justify="right" if column.is_number else "left", no_wrap=True)
    table.add_column("because", no_wrap=not wraps, overflow="fold" if wraps else "ellipsis")
    for row in rows:
        table.add_row(*row.cells[:-1], Text(row.cells[-1], style=row.style), row.reason)
    return table


def _needed_beside(columns: Sequence[Column], rows: Sequence[Row], width: int) -> int:
    beside = max(width - sum(one + 1 for one in _widths(columns, rows)) - 8, 1)  # words do not fill a line
    return 2 + sum(-(-len(row.reason) // beside) for row in rows)


def _line(
    columns: Sequence[Column], cells: Sequence[str], rows: Sequence[Row], shown: Sequence[int], style: str = ""
) -> Text:
    widths, text = _widths(columns, rows), Text(no_wrap=True, overflow="ellipsis")
    for index in shown:
        is_last = index == len(columns) - 1
        form = cells[index].rjust(widths[index]) if columns[index].is_number else cells[index].ljust(widths[index])
        text.append(form if not is_last else cells[index], style=style if is_last else "")
        text.append("" if is_last else "  ")
    return text


def _widths(columns: Sequence[Column], rows: Sequence[Row]) -> list[int]:
    return [
        max(len(cell) for cell in cells)
        for cells in zip([c.head for c in columns], *(r.cells for r in rows), strict=True)
    ]
