"""What a picture is made of, in whole pixels: boxes of cells, arrows, labels, lines.

`layout` says where everything goes, and `svg`, `png` and `pdf` only paint it, so that they cannot
disagree. Here x runs to the right and y down.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from arcgrid.grid import Grid

Anchor = Literal["start", "middle", "end"]
Rect = tuple[int, int, int, int]
"""x, y, width, height."""

LINED = 4
"""Cells of fewer pixels have no lines between them, only one around the grid."""
LEGIBLE = 8
"""Cells of fewer pixels have no digits."""

_PRINTED = frozenset(map(chr, range(32, 127))) | {"…", "±"}
_ADVANCE = 0.58  # of the font's size; a wide letter has more, an average text less


@dataclass(frozen=True, slots=True, eq=False)
class Box:
    """A grid with its corner; each cell is `cell` pixels with its line above and to the left.

    Attributes:
        x, y: the corner; the box is `width * cell + 1` by `height * cell + 1` pixels.
        cell: side of a cell.
        cells: values 0..10; 10 is left empty.
        wrong: which cells are marked as wrong; None for none.
    """

    x: int
    y: int
    cell: int
    cells: Grid
    wrong: NDArray[np.bool_] | None = None

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        height, width = self.cells.shape
        return width * self.cell + 1, height * self.cell + 1

    def marks(self) -> list[tuple[int, Rect]]:
        """Small rectangles over wrong cells, and the value of the cell that each is on."""
        if self.wrong is None:
            return []
        frame = mark(self.cell)
        return [
            (
                int(self.cells[row, column]),
                (self.x + column * self.cell + x, self.y + row * self.cell + y, width, height),
            )
            for row, column in np.argwhere(self.wrong).tolist()
            for x, y, width, height in frame
        ]


@dataclass(frozen=True, slots=True)
class Unknown:
    """A box with a question mark: an output that is not known or not shown."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Arrow:
    """An arrow that begins at a point and leads to the right, or down."""

    x: int
    y: int
    length: int
    down: bool = False

    @property
    def strokes(self) -> tuple[tuple[tuple[float, float], ...], ...]:
        """The points of the shaft and of the head, through the middle of pixels."""
        x, y, head = self.x + 0.5, self.y + 0.5, max(2, self.length // 4)
        if self.down:
            end = y + self.length - 1
            return ((x, y), (x, end)), ((x - head, end - head), (x, end), (x + head, end - head))
        end = x + self.length - 1
        return ((x, y), (end, y)), ((end - head, y - head), (end, y), (end - head, y + head))


@dataclass(frozen=True, slots=True)
class Label:
    """One line of text; `y` is its base line, `size` the font's size, `strong` its tone."""

    x: int
    y: int
    text: str
    size: int
    anchor: Anchor = "start"
    strong: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """A whole picture: its size in pixels, its name for those who hear it, and what is on it."""

    width: int
    height: int
    name: str
    boxes: tuple[Box, ...] = ()
    unknowns: tuple[Unknown, ...] = ()
    arrows: tuple[Arrow, ...] = ()
    labels: tuple[Label, ...] = ()
    dividers: tuple[Rect, ...] = ()


def mark(cell: int) -> tuple[Rect, ...]:
    """The rectangles that mark a wrong cell, from its corner: a frame, or a dot where too small."""
    if cell < LEGIBLE:
        side = max(1, (cell - 1) // 2)
        start = (cell - side + 1) // 2 if cell >= LINED else 0
        return ((start, start, side, side),)
    line = max(1, cell // 12)
    inset = 1 + max(1, cell // 12)
    side = cell + 1 - 2 * inset
    return (
        (inset, inset, side, line),
        (inset, inset + side - line, side, line),
        (inset, inset + line, line, side - 2 * line),
        (inset + side - line, inset + line, line, side - 2 * line),
    )


def one_line(text: str) -> str:
    """A text without line breaks, control and direction characters: a space stands for each."""
    return "".join(char if char.isprintable() else " " for char in text)


def printed(text: str) -> str:
    """A text in the letters that the bundled font has: `?` stands for all others."""
    return "".join(char if char in _PRINTED else "?" for char in text)


@lru_cache(maxsize=4096)
def text_width(text: str, size: int) -> int:
    """How wide a text is in pixels, about: fonts differ, and this is rather too much."""
    wide = sum(unicodedata.east_asian_width(char) in "WF" for char in text)
    return int(_ADVANCE * size * (len(text) + wide)) + 1


def shortened(text: str, size: int, room: int) -> str:
    """A text, cut with an ellipsis where it is wider than `room` pixels."""
    text = one_line(text)
    if text_width(text, size) <= room:
        return text
    while text and text_width(text + "…", size) > room:
        text = text[:-1]
    return text + "…"


def digit_size(cell: int) -> int:
    """The size of a digit's font on a cell of so many pixels."""
    return max(6, round(0.6 * cell))


def question_size(unknown: Unknown) -> int:
    """The size of the question mark's font in the box of an unknown output."""
    return max(6, min(48, round(0.6 * min(unknown.width, unknown.height))))
