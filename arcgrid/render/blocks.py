"""What is laid out: grids with their text, in blocks; and the sizes of all that is no cell.

Where blocks go is worked out in `layout`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from arcgrid.grid import Grid
from arcgrid.render.scene import LEGIBLE, text_width
from arcgrid.render.style import Style

PRINTED = 9.5
"""The size of text on paper, in pixels of 96 to the inch: 7 points."""


@dataclass(frozen=True, slots=True, eq=False)
class Panel:
    """One grid of a block, or the box of an unknown one, with the line of text below it."""

    height: int
    width: int
    cells: Grid | None
    caption: str = ""
    wrong: NDArray[np.bool_] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """What stays together: one grid, or an input and an output with an arrow between them.

    Attributes:
        panels: the grids.
        header: the line of text above.
        solved: whether a tick or a cross stands before the header; None for neither.
        beside: an attempt: where outputs are below inputs, it stands in the row of outputs.
    """

    panels: tuple[Panel, ...]
    header: str = ""
    solved: bool | None = None
    beside: bool = False


@dataclass(frozen=True, slots=True)
class Spacing:
    """The sizes of everything that is not a cell, in pixels.

    Attributes:
        font: size of the text.
        margin: around the picture.
        header, caption: height of the lines of text over and under grids.
        join: between input and output.
        column, row: between blocks.
        pen: how thick arrows are, and lines around large cells.
        ruled: whether there are lines around cells.
        digits: the least cell with digits; 0 for none at all.
    """

    font: int
    margin: int
    header: int
    caption: int
    join: int
    column: int
    row: int
    pen: int
    ruled: bool
    digits: int

    @classmethod
    def of(cls, width: int, style: Style, *, font: float | None = None) -> Spacing:
        """The spacing of a picture that may be so wide.

        Args:
            width: in pixels.
            style: says how many pixels are an inch, and whether there are labels, lines, digits.
            font: size of the text, of 96 to the inch; by default it grows with the picture.
        """
        scale = style.scale
        if font is None:
            font = PRINTED if style.on_paper else min(28, max(12, round(width / scale / 80)))
        font = round(scale * font)
        pen = max(1, round(scale))
        return cls(
            font=font,
            margin=2 * pen if style.on_paper else font,
            header=round(1.7 * font) if style.labels else 0,
            caption=round(1.6 * font) if style.labels else 0,
            join=3 * font,
            column=round(2.5 * font),
            row=round(1.5 * font),
            pen=pen,
            ruled=style.lines,
            digits=round(LEGIBLE * scale) if style.digits else 0,
        )

    def line(self, cell: int) -> int:
        """How thick the lines around cells of a size are."""
        return max(1, min(self.pen, cell // 12)) if self.ruled else 0

    def side(self, cells: int, cell: int) -> int:
        """How many pixels so many cells are, with all of their lines."""
        return cells * cell + self.line(cell)

    @property
    def sign(self) -> int:
        """The size of a tick or a cross: that of a capital letter."""
        return round(0.72 * self.font)

    @property
    def indent(self) -> int:
        """How far behind a sign its text begins."""
        return self.sign + round(0.45 * self.font)

    def panel(self, panel: Panel, cell: int) -> tuple[int, int]:
        """Width and height of a panel with its caption."""
        width, height = self.side(panel.width, cell), self.side(panel.height, cell)
        if not (self.caption and panel.caption):
            return width, height
        return max(width, text_width(panel.caption, self.font)), height + self.caption
