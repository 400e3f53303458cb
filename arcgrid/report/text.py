"""Aligned text tables, and how numbers are written in them."""

from __future__ import annotations

import io
import re
import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

_LONGEST_WORD = 24
_SHORTEST_LINE = 14
_SHORTEST_CELL = 6
_GAP, _EDGES = 3, 2  # of rich's box


@dataclass(frozen=True, slots=True)
class _Column:
    """A column's heading, how it is set, and how soon it is left out; 0 is never."""

    title: str
    right: bool
    wraps: bool
    drop: int

    @classmethod
    def of(cls, name: str) -> _Column:
        """Read the marks before a name."""
        title = name.lstrip(">~-")
        marks = name[: len(name) - len(title)]
        return cls(title, ">" in marks, "~" in marks, marks.count("-"))

    def widths(self, cells: Sequence[str]) -> tuple[int, int]:
        """The least width that reads well, and the width at which nothing wraps."""
        cells = [self.title, *cells]
        whole = max(map(cell_len, cells))
        if not self.wraps:
            return whole, whole
        words = [word for cell in cells for word in cell.split()]
        longest = max(map(cell_len, words), default=0)
        return min(whole, _LONGEST_WORD, max(_SHORTEST_LINE, longest)), whole


def format_table(
    columns: Sequence[str], rows: Iterable[Sequence[str]], width: int | None = None
) -> str:
    """Format rows under column names.

    Args:
        columns: names, after marks: `>` aligns right, `~` lets cells wrap at words, `-` says that
            the column may be left out where it is narrow, more of them the sooner.
        rows: as many cells as there are columns.
        width: columns of the terminal: no line is longer; None for no limit. What is left out is
            said below the table, what is cut ends in an ellipsis.
    """
    specs = [_Column.of(name) for name in columns]
    cells = list(map(list, zip(*rows, strict=True))) or [[] for _ in specs]
    shown = list(range(len(specs)))
    left_out = []
    while width is not None and _total([specs[at].widths(cells[at])[0] for at in shown]) > width:
        at = max(shown, key=lambda at: (specs[at].drop, at))
        if not specs[at].drop:
            break
        shown.remove(at)
        left_out.append(at)
    widths = _fitted([specs[at].widths(cells[at]) for at in shown], width)
    text = _rendered([specs[at] for at in shown], widths, [cells[at] for at in shown])
    if left_out:
        names = ", ".join(specs[at].title for at in sorted(left_out) if specs[at].title)
        text += "".join(
            f"{line}\n" for line in textwrap.wrap(f"not shown here: {names}", width or 80)
        )
    return text


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


def _rendered(specs: Sequence[_Column], widths: Sequence[int], cells: list[list[str]]) -> str:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for spec, width in zip(specs, widths, strict=True):
        table.add_column(
            spec.title,
            justify="right" if spec.right else "left",
            no_wrap=not spec.wraps,
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
    """A size in MiB; `?` where unknown."""
    return "?" if size is None else f"{size / (1 << 20):,.0f} MiB"


def printable(text: str) -> str:
    """Text of others without the control characters that would steer a terminal."""
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", text)


def count(number: int, noun: str) -> str:
    """A number with its noun: `1 task`, `2 tasks`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
