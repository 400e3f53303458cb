"""Where everything of a picture goes: pairs in rows, at the largest cell that fits.

Pure arithmetic on sizes; what a box or a label looks like is up to `svg`, `png` and `pdf`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from arcgrid.grid import Grid
from arcgrid.render.scene import Anchor, Arrow, Box, Label, Rect, Scene, Unknown, text_width
from arcgrid.render.style import Style

TALL = 800
"""A picture is at most this high, or 9/16 of its width, while cells stay comfortable: so it is
seen whole on a phone (380 wide), in a column of a paper and on a slide (1,600 wide)."""
COMFORTABLE = 5
"""Below this many pixels, a cell's size goes before the picture's height."""
READABLE = 11
"""The same for cells with digits."""


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
    """What stays together: one grid, or two with an arrow (or a gap) between them."""

    panels: tuple[Panel, ...]
    header: str = ""
    arrow: bool = True


@dataclass(frozen=True, slots=True)
class Spacing:
    """The sizes of everything that is not a cell, in pixels."""

    font: int
    margin: int
    header: int
    caption: int
    join: int
    column: int
    row: int

    @classmethod
    def of(cls, width: int, labels: bool) -> Spacing:
        """The spacing of a picture that may be so wide."""
        font = min(28, max(12, round(width / 80)))
        return cls(
            font=font,
            margin=font,
            header=round(1.7 * font) if labels else 0,
            caption=round(1.6 * font) if labels else 0,
            join=3 * font,
            column=round(2.5 * font),
            row=round(1.5 * font),
        )


TILE = Spacing(font=11, margin=0, header=0, caption=0, join=11, column=9, row=6)
"""The spacing within a tile of a contact sheet."""


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """Blocks in rows at one size of cell, with all columns and rows measured.

    Attributes:
        rows: the blocks of each row.
        columns: for each column, the widths of the first and the second panels.
        heights: for each row, the heights of the first and the second panels.
        across: input and output side by side, rather than one above the other.
        before: columns (where there is one row) or rows that have a divider in front.
    """

    rows: tuple[tuple[Block, ...], ...]
    columns: tuple[tuple[int, int], ...]
    heights: tuple[tuple[int, int], ...]
    cell: int
    across: bool
    before: frozenset[int]
    spacing: Spacing
    width: int
    height: int


def arrange(
    sections: Sequence[Sequence[Block]], width: int, height: int, cells: range, spacing: Spacing
) -> Layout:
    """Lay sections of blocks out in rows within a width and a height, in pixels.

    The largest cell for which there is an arrangement wins, of its arrangements the one of least
    area. Where even the smallest cell does not fit, the narrowest and then lowest one is taken.
    """
    filled = [list(section) for section in sections if section]
    low, high = cells.start, cells.stop
    found = None
    while low < high:  # what fits at some size of cell fits at any smaller one
        middle = (low + high) // 2
        layout = _best(filled, width, height, middle, spacing)
        if layout is None:
            high = middle
        else:
            found, low = layout, middle + 1
    if found is None:
        layouts = _layouts(filled, width, cells.start, spacing)
        return min(layouts, key=lambda layout: (max(width, layout.width), layout.height))
    return found


def arrange_freely(
    sections: Sequence[Sequence[Block]], width: int, above: int, style: Style, spacing: Spacing
) -> Layout:
    """As `arrange`, in a height that gives way before cells get too small.

    Args:
        sections: what is laid out.
        width: pixels there are, without margins.
        above: pixels that the title and the margins take of the height.
        style: its `cell` is taken as it is, if there is one; cells with digits are larger.
        spacing: the sizes of everything else.
    """
    height = max(TALL, width * 9 // 16) - above
    if style.cell is not None:
        cells = range(style.cell, style.cell + 1)
        return arrange(sections, width, height, cells, spacing)
    least, largest = READABLE if style.digits else COMFORTABLE, max(24, width // 40)
    layout = arrange(sections, width, height, range(least, largest + 1), spacing)
    if layout.width <= width and layout.height <= height:
        return layout
    return arrange(sections, width, 1 << 30, range(1, least + 1), spacing)


def _best(
    sections: list[list[Block]], width: int, height: int, cell: int, spacing: Spacing
) -> Layout | None:
    layouts = [
        layout
        for layout in _layouts(sections, width, cell, spacing)
        if layout.width <= width and layout.height <= height
    ]
    return min(layouts, key=lambda layout: layout.width * layout.height, default=None)


def _layouts(sections: list[list[Block]], width: int, cell: int, spacing: Spacing) -> list[Layout]:
    """The arrangements worth a look: all in one row, or rows as long as fit; across, or down."""
    layouts = []
    longest = max(len(section) for section in sections)
    starts = list(accumulate(len(section) for section in sections))[:-1]
    # What is compared (two grids without an arrow) stands side by side, as single grids do.
    paired = any(len(block.panels) > 1 and block.arrow for section in sections for block in section)
    for across in (False, True) if paired else (True,):
        if len(sections) > 1:
            every = tuple(block for section in sections for block in section)
            layouts.append(_measure([every], across, cell, spacing, frozenset(starts)))
        for length in range(longest, 0, -1):
            if longest > 1 and -(-longest // -(-longest // length)) != length:
                continue  # as many rows as a shorter row would give
            layout = _layout_of_rows(sections, length, across, cell, spacing)
            if layout.width <= width or length == 1:
                layouts.append(layout)
                break
    return layouts


def _layout_of_rows(
    sections: list[list[Block]], length: int, across: bool, cell: int, spacing: Spacing
) -> Layout:
    rows: list[tuple[Block, ...]] = []
    starts = []
    for section in sections:
        starts.append(len(rows))
        rows += [tuple(section[start : start + length]) for start in range(0, len(section), length)]
    return _measure(rows, across, cell, spacing, frozenset(starts[1:]))


def _measure(
    rows: Sequence[tuple[Block, ...]],
    across: bool,
    cell: int,
    spacing: Spacing,
    before: frozenset[int],
) -> Layout:
    """Measure columns and rows: everything in a column is as wide as its widest."""
    columns = [(0, 0)] * max(map(len, rows))
    heights = []
    for row in rows:
        tallest = (0, 0)
        for index, block in enumerate(row):
            first, second = (
                _panel_size(block, 0, cell, spacing),
                _panel_size(block, 1, cell, spacing),
            )
            wide = (max(columns[index][0], first[0]), max(columns[index][1], second[0]))
            header = text_width(block.header, spacing.font) if spacing.header else 0
            join = spacing.join if wide[1] and across else 0
            lacking = header - (wide[0] + join + wide[1] if across else max(wide))
            columns[index] = (wide[0] + max(0, lacking), wide[1])
            tallest = (max(tallest[0], first[1]), max(tallest[1], second[1]))
        heights.append(tallest)
    layout = Layout(
        tuple(rows), tuple(columns), tuple(heights), cell, across, before, spacing, 0, 0
    )
    width = sum(_column_width(layout, index) for index in range(len(columns)))
    width += spacing.column * (len(columns) - 1 + (len(before) if len(rows) == 1 else 0))
    height = sum(_row_height(layout, index) for index in range(len(rows)))
    height += spacing.row * (len(rows) - 1 + (len(before) if len(rows) > 1 else 0))
    return replace(layout, width=width, height=height)


def _panel_size(block: Block, index: int, cell: int, spacing: Spacing) -> tuple[int, int]:
    """Width and height of a panel with its caption; nothing for one that is not there."""
    if index >= len(block.panels):
        return 0, 0
    panel = block.panels[index]
    caption = text_width(panel.caption, spacing.font) if spacing.caption else 0
    below = spacing.caption if panel.caption else 0
    return max(panel.width * cell + 1, caption), panel.height * cell + 1 + below


def _column_width(layout: Layout, index: int) -> int:
    first, second = layout.columns[index]
    if not layout.across:
        return max(first, second)
    return first + (layout.spacing.join + second if second else 0)


def _row_height(layout: Layout, index: int) -> int:
    first, second = layout.heights[index]
    header = layout.spacing.header if any(block.header for block in layout.rows[index]) else 0
    if layout.across:
        return header + max(first, second)
    return header + first + (layout.spacing.join + second if second else 0)


@dataclass(slots=True)
class Sketch:
    """What has been placed so far."""

    boxes: list[Box]
    unknowns: list[Unknown]
    arrows: list[Arrow]
    labels: list[Label]
    dividers: list[Rect]

    @classmethod
    def empty(cls) -> Sketch:
        """Nothing yet."""
        return cls([], [], [], [], [])

    def scene(self, width: int, height: int, name: str) -> Scene:
        """The finished picture."""
        return Scene(
            width,
            height,
            name,
            tuple(self.boxes),
            tuple(self.unknowns),
            tuple(self.arrows),
            tuple(self.labels),
            tuple(self.dividers),
        )


def place(layout: Layout, x: int, y: int, sketch: Sketch) -> None:
    """Put everything of a layout into a sketch, with the layout's corner at a point."""
    top, gap = y, layout.spacing
    stacked = len(layout.rows) > 1
    for number, row in enumerate(layout.rows):
        if stacked and number in layout.before:
            sketch.dividers.append((x, top, layout.width, 1))
            top += gap.row
        left, height = x, _row_height(layout, number)
        for column, block in enumerate(row):
            if not stacked and column in layout.before:
                sketch.dividers.append((left, y, 1, layout.height))
                left += gap.column
            _place_block(layout, block, (number, column), (left, top), sketch)
            left += _column_width(layout, column) + gap.column
        top += height + gap.row


def _place_block(
    layout: Layout, block: Block, place: tuple[int, int], corner: tuple[int, int], sketch: Sketch
) -> None:
    row, column = place
    x, y = corner
    gap, cell = layout.spacing, layout.cell
    width = _column_width(layout, column)
    middle = x + width // 2
    if gap.header and block.header:
        base = y + gap.font
        where = (x, base) if layout.across else (middle, base)
        anchor: Anchor = "start" if layout.across else "middle"
        sketch.labels.append(Label(*where, block.header, gap.font, anchor, strong=True))
    if gap.header and any(entry.header for entry in layout.rows[row]):
        y += gap.header
    caption = gap.caption if any(panel.caption for panel in block.panels) else 0
    first, second = layout.heights[row]
    tall = max(first, second)
    for index, panel in enumerate(block.panels):
        height, wide = panel.height * cell + 1, layout.columns[column][index]
        if layout.across:
            center = x + wide // 2 + (layout.columns[column][0] + gap.join) * index
            above = y + (tall - caption - height) // 2
        else:
            center = middle
            above = y + first + gap.join if index else y + first - caption - height
        _place_panel(panel, center, above, cell, gap, sketch)
    if len(block.panels) > 1 and block.arrow:
        length = gap.join * 3 // 5
        start = (gap.join - length) // 2
        if layout.across:
            at = (x + layout.columns[column][0] + start, y + (tall - caption) // 2)
        else:
            at = (middle, y + first + start)
        sketch.arrows.append(Arrow(*at, length, down=not layout.across))


def _place_panel(
    panel: Panel, center: int, top: int, cell: int, gap: Spacing, sketch: Sketch
) -> None:
    width, height = panel.width * cell + 1, panel.height * cell + 1
    left = center - width // 2
    if panel.cells is None:
        sketch.unknowns.append(Unknown(left, top, width, height))
    else:
        sketch.boxes.append(Box(left, top, cell, panel.cells, panel.wrong))
    if gap.caption and panel.caption:
        base = top + height + round(1.2 * gap.font)
        sketch.labels.append(Label(center, base, panel.caption, gap.font, "middle"))
