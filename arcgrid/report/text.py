"""Aligned text tables, and how numbers are written in them."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

_UNBOUNDED = 10_000


def format_table(
    columns: Sequence[str], rows: Iterable[Sequence[str]], width: int | None = None
) -> str:
    """Format rows under column names; a column whose name begins with `>` is right-aligned.

    Args:
        columns: names.
        rows: as many cells as there are columns.
        width: columns of text to fit in by wrapping cells; None for no limit.
    """
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in columns:
        right = name.startswith(">")
        table.add_column(name.lstrip(">"), justify="right" if right else "left", overflow="fold")
    for row in rows:
        table.add_row(*map(Text, row))
    console = Console(
        file=io.StringIO(), width=width or _UNBOUNDED, color_system=None, highlight=False
    )
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
    """A size in MiB; `?` where unknown."""
    return "?" if size is None else f"{size / (1 << 20):,.0f} MiB"
