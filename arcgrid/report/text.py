"""Documents as text for terminals, and how numbers are written in them."""

from __future__ import annotations

import io
import textwrap
from collections.abc import Iterable, Sequence

import rich.table
from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from arcgrid.engines.engine import Estimate
from arcgrid.errors import one_line
from arcgrid.report.document import Column, Document, Table

_LONGEST_WORD = 24
_SHORTEST_LINE = 14
_SHORTEST_CELL = 6
_GAP, _EDGES = 3, 2  # of rich's box


def format_document(document: Document, width: int | None = None) -> str:
    """Write tables and lines for a terminal.

    Args:
        document: what is shown.
        width: columns of the terminal: no line is longer; None for no limit. Columns of a table
            that are left out are named below it, what is cut ends in an ellipsis.
    """
    parts = [
        _format_table(part, width) if isinstance(part, Table) else _wrapped(one_line(part), width)
        for part in document
    ]
    return "".join(parts)


def format_table(
    columns: Sequence[str], rows: Iterable[Sequence[str]], width: int | None = None
) -> str:
    """Write one table: its columns as `Column.of` reads them, and its rows."""
    return _format_table(Table.of(columns, rows), width)


def _wrapped(line: str, width: int | None) -> str:
    """A line of text; what does not fit goes below it, a little to the right."""
    if width is None or cell_len(line) <= width:
        return f"{line}\n"
    indent = " " * (len(line) - len(line.lstrip()) + 2)
    lines = textwrap.wrap(line, width, subsequent_indent=indent, break_on_hyphens=False)
    return "".join(f"{one}\n" for one in lines)


def _format_table(table: Table, width: int | None) -> str:
    shown = list(range(len(table.columns)))
    rows = [list(map(one_line, row)) for row in table.rows]
    cells = list(map(list, zip(*rows, strict=True))) or [[] for _ in shown]
    bounds = [_widths(column, cells[at]) for at, column in enumerate(table.columns)]
    left_out = []
    while width is not None and _total([bounds[at][0] for at in shown]) > width:
        at = max(shown, key=lambda at: (table.columns[at].drop, at))
        if not table.columns[at].drop:
            break
        shown.remove(at)
        left_out.append(at)
    widths = _fitted([bounds[at] for at in shown], width)
    text = _rendered([table.columns[at] for at in shown], widths, [cells[at] for at in shown])
    names = [table.columns[at].title for at in sorted(left_out) if table.columns[at].title]
    return text + (_wrapped(f"not shown here: {', '.join(names)}", width) if names else "")


def _widths(column: Column, cells: Sequence[str]) -> tuple[int, int]:
    """The least width that reads well, and the width at which nothing wraps."""
    cells = [column.title, *cells]
    whole = max(map(cell_len, cells))
    if not column.wraps:
        return whole, whole
    words = [word for cell in cells for word in cell.split()]
    longest = max(map(cell_len, words), default=0)
    return min(whole, _LONGEST_WORD, max(_SHORTEST_LINE, longest)), whole


def _total(widths: Sequence[int]) -> int:
    return sum(widths) + _GAP * (len(widths) - 1) + _EDGES


def _fitted(bounds: Sequence[tuple[int, int]], width: int | None) -> list[int]:
    """Widths of columns between what reads well and what they would like; less if it must be."""
    if width is None:
        return [whole for _, whole in bounds]
    widths = [least for least, _ in bounds]
    while _total(widths) > width:  # cut the widest, and the first column last
        at = max(range(len(widths)), key=lambda at: (widths[at], at))
        if widths[at] <= _SHORTEST_CELL:
            break
        widths[at] -= 1
    room = width - _total(widths)
    while room > 0:  # whoever lacks most gets the next one
        at = max(range(len(widths)), key=lambda at: bounds[at][1] - widths[at])
        if widths[at] >= bounds[at][1]:
            break
        widths[at] += 1
        room -= 1
    return widths


def _rendered(columns: Sequence[Column], widths: Sequence[int], cells: list[list[str]]) -> str:
    table = rich.table.Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for column, width in zip(columns, widths, strict=True):
        table.add_column(
            column.title,
            justify="right" if column.right else "left",
            no_wrap=not column.wraps,
            overflow="ellipsis",
            min_width=width,
            max_width=width,
        )
    for row in zip(*cells, strict=True):
        table.add_row(*map(Text, row))
    console = Console(file=io.StringIO(), width=_total(widths), color_system=None, highlight=False)
    with console.capture() as capture:
        console.print(table)
    lines = [line.rstrip() for line in capture.get().splitlines()]
    return "\n".join(line for line in lines if line) + "\n"


def format_seconds(seconds: float | None) -> str:
    """Seconds with a sensible number of digits; `?` where unknown."""
    if seconds is None:
        return "?"
    return f"{seconds:.2f} s" if seconds < 10 else f"{seconds:,.0f} s"


def format_bytes(size: int | None) -> str:
    """A size in MiB, a small one in KiB or bytes; `?` where unknown."""
    if size is None:
        return "?"
    if 0 < size < 1 << 10:
        return count(size, "byte")
    if 0 < size < 1 << 20:
        return f"{size / (1 << 10):,.0f} KiB"
    return f"{size / (1 << 20):,.0f} MiB"


def format_estimate(estimate: Estimate) -> str:
    """What is about to be paid for, in two lines."""
    most = estimate.output_tokens
    output = "without a limit" if most is None else f"at most {most:,} tokens"
    sent, whole = estimate.prompt_cost, estimate.cost
    cost = "unknown" if sent is None else f"about ${sent:,.4f} for what is sent"
    if whole is not None:
        cost += f", at most about ${whole:,.4f} in all"
    return (
        f"{count(estimate.requests, 'request')}, about {estimate.prompt_tokens:,} tokens to send, "
        f"replies {output}\ncost: {cost} ({estimate.price})"
    )


def count(number: int, noun: str) -> str:
    """A number with its noun: `1 task`, `2 tasks`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
