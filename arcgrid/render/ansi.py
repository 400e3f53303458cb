"""Grids and tasks as text for a terminal: colored cells, or plain digits.

A cell is two columns wide, or in half blocks one: the upper half of a character is the cell above,
the lower half the one below. What the terminal can show is the caller's business.
"""

from __future__ import annotations

from typing import Literal

from arcgrid.grid import Grid
from arcgrid.palette import CLASSIC, rgb
from arcgrid.task import Pair
from arcgrid.task import Task as _Task

Colors = Literal["none", "256", "24bit"]

_ARROW = " -> "
_RESET = "\x1b[0m"


def size(grid: Grid) -> str:
    """A grid's size as `height x width`, such as `3x5`."""
    return f"{grid.shape[0]}x{grid.shape[1]}"


def grid(grid: Grid, colors: Colors = "none", digits: bool = False) -> list[str]:
    """The lines of a grid, one for each row, all of 2 x width columns.

    Args:
        grid: shape (height, width).
        colors: `none` gives digits without escapes.
        digits: print the digit on each colored cell.
    """
    return ["".join(_cell(int(cell), colors, digits) for cell in row) for row in grid]


def pair(pair: Pair, colors: Colors = "none", digits: bool = False, width: int = 80) -> list[str]:
    """The lines of a pair: input and output side by side, or stacked where too wide."""
    left = grid(pair.input, colors, digits)
    if pair.output is None:
        return left
    right = grid(pair.output, colors, digits)
    return beside(left, 2 * pair.input.shape[1], right, 2 * pair.output.shape[1], width)


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


def task(
    task: _Task,
    colors: Colors = "none",
    digits: bool = False,
    answers: bool = True,
    width: int = 80,
) -> str:
    """A whole task: every pair under a heading with its sizes.

    Args:
        task: the task.
        colors: what the terminal can show.
        digits: print the digit on each colored cell.
        answers: show test outputs where they are known.
        width: columns of the terminal.
    """
    lines = [f"task {task.id}"]
    for side, pairs in (("train", task.train), ("test", task.test)):
        for index, entry in enumerate(pairs):
            shown = entry if answers or side == "train" else Pair(entry.input)
            output = "?" if shown.output is None else size(shown.output)
            lines += ["", f"{side}[{index}]  {size(shown.input)}{_ARROW}{output}"]
            lines += pair(shown, colors, digits, width)
    return "\n".join(lines) + "\n"


def _cell(value: int, colors: Colors, digits: bool) -> str:
    if colors == "none":
        return f"{value} "
    red, green, blue = rgb(CLASSIC[value])
    # A digit must be seen on its cell: black on light colors, white on dark ones.
    ink = 16 if 299 * red + 587 * green + 114 * blue > 128_000 else 231
    text = f"{value} " if digits else "  "
    ground = f"2;{red};{green};{blue}" if colors == "24bit" else f"5;{_nearest(red, green, blue)}"
    return f"\x1b[48;{ground}m\x1b[38;5;{ink}m{text}{_RESET}"


def _nearest(red: int, green: int, blue: int) -> int:
    """The nearest color of the 6x6x6 cube that terminals of 256 colors have at 16..231."""
    levels = (0, 95, 135, 175, 215, 255)

    def level(value: int) -> int:
        return min(range(6), key=lambda index: abs(levels[index] - value))

    return 16 + 36 * level(red) + 6 * level(green) + level(blue)
