"""Aligned text tables, and how numbers are written in them."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from typing import Literal

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

_UNBOUNDED = 10_000
_LONGEST_WORD = 24
_PADDING = 3


def format_table(
    columns: Sequence[str], rows: Iterable[Sequence[str]], width: int | None = None
) -> str:
    """Format rows under column names.

    Args:
        columns: names; `>` before a name aligns right, `~` lets the column wrap at words.
        rows: as many cells as there are columns.
        width: columns of text to fit in as far as wrapping allows; None for no limit.
    """
    rows = [tuple(row) for row in rows]
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    needed = 0
    for index, name in enumerate(columns):
        title, wraps = name.lstrip(">~"), name.startswith("~")
        justify: Literal["left", "right"] = "right" if name.startswith(">") else "left"
        cells = [title, *(row[index] for row in rows)]
        least = max(map(len, cells))
        if wraps:
            least = min(
                _LONGEST_WORD, max(len(word) for cell in cells for word in cell.split() or [""])
            )
        table.add_column(
            title, justify=justify, no_wrap=not wraps, overflow="fold", min_width=least
        )
        needed += least + _PADDING
    # A terminal that is narrower still wraps lines itself: better than words cut to pieces.
    width = _UNBOUNDED if width is None else max(width, needed)
    for row in rows:
        table.add_row(*map(Text, row))
    console = Console(file=io.StringIO(), width=width, color_system=None, highlight=False)
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


def printable(text: str) -> str:
    """Text of others without the control characters that would steer a terminal."""
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", text)


def count(number: int, noun: str) -> str:
    """A number with its noun: `1 task`, `2 tasks`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
