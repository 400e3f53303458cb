"""What a picture is made of, in whole pixels: boxes of cells, arrows, signs, labels, lines.

`layout` says where everything goes, and `svg`, `png`, `pdf` and `tikz` only paint it, so that they
cannot disagree. Here x runs to the right and y down.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from arcgrid.grid import Grid

Anchor = Literal["start", "middle", "end"]
Tone = Literal["ink", "muted", "good", "bad"]
"""The color of a text or a stroke, by its name in the style's theme."""
TONES: tuple[Tone, ...] = ("ink", "muted", "good", "bad")

Rect = tuple[int, int, int, int]
"""x, y, width, height."""
Point = tuple[float, float]

LINED = 4
"""Cells of fewer pixels have no lines between them, only one around the grid."""
LEGIBLE = 8
"""Cells of fewer pixels, of 96 to the inch, have no digits."""

# How wide letters are, of the font's size: those of Helvetica and its like, and a little more.
_ADVANCES = {
    **dict.fromkeys(" !'()*,-./:;I[]`fijlrt{|}\\", 0.34),
    **dict.fromkeys("%@MWmw…", 0.95),
    **dict.fromkeys("ABCDEFGHKLNOPQRSTUVXYZ&", 0.74),
}
_ADVANCE, _FOREIGN, _WIDE = 0.58, 0.64, 1.1


@dataclass(frozen=True, slots=True, eq=False)
class Box:
    """A grid with its corner; each cell is `cell` pixels with its line above and to the left.

    Attributes:
        x, y: the corner; the box is `width * cell + line` by `height * cell + line` pixels.
        cell: side of a cell.
        cells: values 0..10; 10 is left empty.
        wrong: which cells are marked as wrong; None for none.
        line: how thick lines are; 0 for none.
        digits: whether cells show their values.
    """

    x: int
    y: int
    cell: int
    cells: Grid
    wrong: NDArray[np.bool_] | None = None
    line: int = 1
    digits: bool = False

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        height, width = self.cells.shape
        return width * self.cell + self.line, height * self.cell + self.line


@dataclass(frozen=True, slots=True)
class Unknown:
    """A box with a question mark: an output that is not known or not shown."""

    x: int
    y: int
    width: int
    height: int


class Stroke(NamedTuple):
    """A line through points, in the middle of pixels where these are whole and a half."""

    points: tuple[Point, ...]
    thick: int
    tone: Tone


@dataclass(frozen=True, slots=True)
class Arrow:
    """An arrow that begins at a point and leads to the right, or down."""

    x: int
    y: int
    length: int
    down: bool = False

    def strokes(self, pen: int) -> tuple[Stroke, Stroke]:
        """The shaft and the head, through the middle of pixels."""
        x, y, head = self.x + 0.5, self.y + 0.5, max(2, self.length // 4)
        if self.down:
            end = y + self.length - 1
            shaft: tuple[Point, ...] = ((x, y), (x, end))
            tip: tuple[Point, ...] = ((x - head, end - head), (x, end), (x + head, end - head))
        else:
            end = x + self.length - 1
            shaft, tip = (
                ((x, y), (end, y)),
                ((end - head, y - head), (end, y), (end - head, y + head)),
            )
        return Stroke(shaft, pen, "muted"), Stroke(tip, pen, "muted")


@dataclass(frozen=True, slots=True)
class Sign:
    """A tick for what is solved, a cross for what is not: it stands on a base line, as text."""

    x: int
    y: int
    size: int
    good: bool

    @property
    def strokes(self) -> tuple[Stroke, ...]:
        """The lines of the tick or the cross, within a square of the sign's size."""
        thick = max(1, round(self.size / 6))
        low, high = self.y - thick / 2, self.y - self.size + thick / 2
        left, right = self.x + thick / 2, self.x + self.size - thick / 2
        if self.good:
            elbow = (self.x + 0.38 * self.size, low)
            points = (left, self.y - 0.42 * self.size), elbow, (right, high)
            return (Stroke(points, thick, "good"),)
        falling, rising = ((left, high), (right, low)), ((left, low), (right, high))
        return Stroke(falling, thick, "bad"), Stroke(rising, thick, "bad")


@dataclass(frozen=True, slots=True)
class Label:
    """One line of text; `y` is its base line, `size` the font's size."""

    x: int
    y: int
    text: str
    size: int
    anchor: Anchor = "start"
    tone: Tone = "muted"


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """A whole picture.

    Attributes:
        width, height: in pixels.
        name: for those who hear it.
        inch: of how many inches a pixel is.
        on_paper: whether its size is one on paper, rather than in pixels.
        pen: how thick arrows and dividers are, in pixels.
        boxes, unknowns, arrows, signs, labels, dividers: what is on it.
    """

    width: int
    height: int
    name: str
    inch: float = 1 / 96
    on_paper: bool = False
    pen: int = 1
    boxes: tuple[Box, ...] = ()
    unknowns: tuple[Unknown, ...] = ()
    arrows: tuple[Arrow, ...] = ()
    signs: tuple[Sign, ...] = ()
    labels: tuple[Label, ...] = ()
    dividers: tuple[Rect, ...] = ()

    def strokes(self) -> Iterator[Stroke]:
        """The lines of all arrows and signs."""
        for arrow in self.arrows:
            yield from arrow.strokes(self.pen)
        for sign in self.signs:
            yield from sign.strokes


def one_line(text: str) -> str:
    """A text without line breaks, control and direction characters: a space stands for each."""
    return "".join(char if char.isprintable() else " " for char in text)


@lru_cache(maxsize=4096)
def text_width(text: str, size: int) -> int:
    """How wide a text is in pixels, about: fonts differ, and this is rather too much."""
    wider = 1 if text.isascii() else 1.12  # that of the other font
    return int(size * wider * sum(map(_advance, text))) + 1


def _advance(char: str) -> float:
    if char.isascii() or char == "…":
        return _ADVANCES.get(char, _ADVANCE)
    return _WIDE if unicodedata.east_asian_width(char) in "WF" else _FOREIGN


def shortened(text: str, size: int, room: int) -> str:
    """A text, cut with an ellipsis where it is wider than `room` pixels."""
    text = one_line(text)
    if text_width(text, size) <= room:
        return text
    while text and text_width(text + "…", size) > room:
        text = text[:-1]
    return text + "…"


def wrapped(text: str, size: int, room: int) -> list[str]:
    """A text in lines that are at most `room` pixels wide, cut within a word only where it must."""
    lines: list[str] = []
    for word in one_line(text).split():
        joined = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(joined, size) <= room:
            lines[-1] = joined
        else:
            lines.append(shortened(word, size, room))
    return lines


def digit_size(cell: int) -> int:
    """The size of a digit's font on a cell of so many pixels."""
    return max(6, round(0.6 * cell))


def question_size(unknown: Unknown) -> int:
    """The size of the question mark's font in the box of an unknown output."""
    return max(6, min(48, round(0.6 * min(unknown.width, unknown.height))))
