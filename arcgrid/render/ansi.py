"""Grids and tasks as text for a terminal: colored cells, or plain digits.

A cell is two columns wide, or in half blocks one: the upper half of a character is the cell above,
the lower half the one below. What the terminal can show is the caller's business.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import zip_longest
from typing import Literal

from arcgrid.errors import printable
from arcgrid.grid import Grid, format_size
from arcgrid.palette import ink, palette, rgb
from arcgrid.task import Pair
from arcgrid.task import Task as _Task

Colors = Literal["none", "256", "24bit"]
Cells = Literal["wide", "half"]
"""How a cell is shown: two columns wide, or in colored half blocks one column and half a line."""

GAP = "   "
"""Between blocks that stand side by side."""

_ARROW = " -> "
_ESCAPE = re.compile("\x1b\\[[0-9;]*m")
_RESET = "\x1b[0m"


def grid(
    grid: Grid,
    colors: Colors = "none",
    digits: bool = False,
    *,
    cells: Cells = "wide",
    palette: str = "classic",
) -> list[str]:
    """The lines of a grid: one for each row, or in half blocks for two rows.

    Args:
        grid: shape (height, width).
        colors: `none` gives digits without escapes, wide cells whatever is asked for.
        digits: print the digit on each colored cell; half blocks have none.
        cells: `wide` gives 2 x width columns, `half` gives width columns.
        palette: the name of a palette.

    Raises:
        UnknownNameError: there is no such palette.
    """
    shown = _grounds(palette, colors)
    if cells == "half" and colors != "none":
        rows = grid.tolist()
        below = [*rows[1::2], [None] * grid.shape[1]]
        return [
            "".join(_half_block(shown, pair) for pair in zip(upper, lower, strict=True))
            for upper, lower in zip(rows[::2], below, strict=False)
        ]
    return ["".join(_cell(cell, shown, digits) for cell in row) for row in grid.tolist()]


def pair(
    pair: Pair,
    colors: Colors = "none",
    digits: bool = False,
    width: int = 80,
    *,
    cells: Cells = "wide",
    palette: str = "classic",
) -> list[str]:
    """The lines of a pair: input and output side by side, or stacked where too wide."""
    left = grid(pair.input, colors, digits, cells=cells, palette=palette)
    if pair.output is None:
        return left
    right = grid(pair.output, colors, digits, cells=cells, palette=palette)
    columns = 1 if cells == "half" and colors != "none" else 2
    return beside(left, columns * pair.input.shape[1], right, columns * pair.output.shape[1], width)


def fits(task: _Task, width: int) -> bool:
    """True when every pair of a task can be shown side by side in wide cells."""
    return all(
        2 * (pair.input.shape[1] + pair.output.shape[1]) + len(_ARROW) <= width
        for pair in (*task.train, *task.test)
        if pair.output is not None
    )


def beside(
    left: list[str], left_width: int, right: list[str], right_width: int, width: int
) -> list[str]:
    """Two blocks of lines with an arrow between them, or one above the other where too wide."""
    if left_width + len(_ARROW) + right_width > width:
        return [*left, " " * (left_width // 2 - 1) + "|", " " * (left_width // 2 - 1) + "v", *right]
    height = max(len(left), len(right))
    left = left + [" " * left_width] * (height - len(left))
    right = right + [""] * (height - len(right))
    middle = (height - 1) // 2
    return [
        (one + (_ARROW if row == middle else " " * len(_ARROW)) + other).rstrip()
        for row, (one, other) in enumerate(zip(left, right, strict=True))
    ]


def side_by_side(blocks: Sequence[list[str]], width: int) -> list[str]:
    """Blocks of lines next to each other; one that is too wide begins a new row of blocks.

    Args:
        blocks: the lines of each, none without a line.
        width: columns of the terminal.
    """
    rows: list[list[list[str]]] = []
    used = 0
    for block in blocks:
        columns = max(map(_columns, block))
        used += len(GAP) + columns
        if not rows or used > width:
            rows.append([])
            used = columns
        rows[-1].append([line + " " * (columns - _columns(line)) for line in block])
    lines: list[str] = []
    for row in rows:
        lines += [""] * bool(lines)
        empty = [" " * _columns(block[0]) for block in row]
        for parts in zip_longest(*row):
            filled = (part or none for part, none in zip(parts, empty, strict=True))
            lines.append(GAP.join(filled).rstrip())
    return lines


def _columns(line: str) -> int:
    """The columns that a line takes; its escapes take none."""
    return len(_ESCAPE.sub("", line))


def task(
    task: _Task,
    colors: Colors = "none",
    digits: bool = False,
    answers: bool = True,
    width: int = 80,
    *,
    cells: Cells = "wide",
    palette: str = "classic",
) -> str:
    """A whole task: every pair under a heading with its sizes.

    Args:
        task: the task.
        colors: what the terminal can show.
        digits: print the digit on each colored cell.
        answers: show test outputs where they are known.
        width: columns of the terminal.
        cells: `wide`, or `half` for colored half blocks.
        palette: the name of a palette.

    Raises:
        UnknownNameError: there is no such palette.
    """
    lines = [f"task {printable(task.id)}"]
    for side, pairs in (("train", task.train), ("test", task.test)):
        for index, entry in enumerate(pairs):
            shown = entry if answers or side == "train" else Pair(entry.input)
            output = "?" if shown.output is None else format_size(shown.output)
            lines += ["", f"{side}[{index}]  {format_size(shown.input)}{_ARROW}{output}"]
            lines += pair(shown, colors, digits, width, cells=cells, palette=palette)
    return "\n".join(line.rstrip() for line in lines) + "\n"


@lru_cache
def _grounds(name: str, colors: Colors) -> tuple[tuple[str, int], ...]:
    """For each value the end of the escape that sets its color, and the ink seen on it.

    Without colors, nothing.
    """
    shown = []
    for color in palette(name):
        red, green, blue = rgb(color)
        code = f"2;{red};{green};{blue}" if colors == "24bit" else f"5;{_nearest(red, green, blue)}"
        # A digit must be seen on its cell: black on light colors, white on dark ones.
        shown.append((code, 16 if ink(color) == "#000000" else 231))
    return () if colors == "none" else tuple(shown)


def _cell(value: int, shown: tuple[tuple[str, int], ...], digits: bool) -> str:
    if not shown:
        return f"{value} "
    ground, ink = shown[value]
    text = f"{value} " if digits else "  "
    return f"\x1b[48;{ground}m\x1b[38;5;{ink}m{text}{_RESET}"


def _half_block(shown: tuple[tuple[str, int], ...], pair: tuple[int, int | None]) -> str:
    upper, lower = pair
    ground = "" if lower is None else f"\x1b[48;{shown[lower][0]}m"
    return f"\x1b[38;{shown[upper][0]}m{ground}▀{_RESET}"


def _nearest(red: int, green: int, blue: int) -> int:
    """The nearest color of the 6x6x6 cube that terminals of 256 colors have at 16..231."""
    levels = (0, 95, 135, 175, 215, 255)

    def level(value: int) -> int:
        return min(range(6), key=lambda index: abs(levels[index] - value))

    return 16 + 36 * level(red) + 6 * level(green) + level(blue)
