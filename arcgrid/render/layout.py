"""Where everything of a picture goes: pairs in rows, at the largest cell that fits.

Pure arithmetic on sizes; `placing` puts boxes and labels where this says.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, product

from arcgrid.render.blocks import Block, Spacing
from arcgrid.render.scene import text_width


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """Blocks side by side.

    Attributes:
        blocks: the blocks.
        header: height of the text above the upper grids.
        upper: height of the upper grids (or all) with their captions.
        lower: height of the grids below arrows, with attempts beside them; 0 for none.
        height: of the whole row.
    """

    blocks: tuple[Block, ...]
    header: int
    upper: int
    lower: int
    height: int


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """Rows of blocks in columns that are as wide as their widest block.

    Attributes:
        rows: the rows.
        columns: widths.
        dividers: columns that have a line in front.
        width, height: of the whole part.
    """

    rows: tuple[Row, ...]
    columns: tuple[int, ...]
    dividers: frozenset[int]
    width: int
    height: int


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """Parts one below the other, at one size of cell.

    Attributes:
        parts: the parts; there is a line between two.
        cell: side of a cell.
        across: outputs stand beside inputs, rather than below.
        spacing: the sizes of everything else.
        width, height: of the whole.
    """

    parts: tuple[Part, ...]
    cell: int
    across: bool
    spacing: Spacing
    width: int
    height: int

    @property
    def is_torn(self) -> bool:
        """Whether a row begins with an attempt, which then is not beside the truth."""
        return any(row.blocks[0].beside for part in self.parts for row in part.rows)


Sections = Sequence[Sequence[Block]]
"""Blocks by what they are: train pairs, test pairs, or a test pair and the attempts at it."""


@dataclass(frozen=True, slots=True, eq=False)
class Arrangement:
    """Which blocks are beside which, at no size as yet.

    Attributes:
        parts: the rows of each part.
        across: outputs stand beside inputs, rather than below.
        dividers: columns that have a line in front.
    """

    parts: tuple[tuple[tuple[Block, ...], ...], ...]
    across: bool
    dividers: frozenset[int] = frozenset()

    def at(self, cell: int, spacing: Spacing) -> Layout:
        """The arrangement at a size of cell."""
        parts = tuple(
            _measured(rows, self.across, cell, spacing, self.dividers) for rows in self.parts
        )
        width = max(part.width for part in parts)
        height = sum(part.height for part in parts) + 2 * spacing.row * (len(parts) - 1)
        return Layout(parts, cell, self.across, spacing, width, height)

    def largest(
        self, width: int, height: int | None, cells: range, spacing: Spacing
    ) -> Layout | None:
        """The arrangement at the largest cell at which it fits; None where there is none."""
        low, high, found = cells.start, cells.stop, None
        while low < high:  # what fits at some size of cell fits at any smaller one
            middle = (low + high) // 2
            layout = self.at(middle, spacing)
            if layout.width <= width and (height is None or layout.height <= height):
                found, low = layout, middle + 1
            else:
                high = middle
        return found


def arrangements(sections: Sections) -> list[Arrangement]:
    """The arrangements worth a look: all in one row, or each section in rows; across, or down."""
    filled = [tuple(section) for section in sections if section]
    every = tuple(block for section in filled for block in section)
    first, others = filled[:1], filled[1:]
    dividers = frozenset(accumulate(map(len, filled[:-1])))
    found = []
    for across in (False, True) if any(len(block.panels) > 1 for block in every) else (True,):
        for length, other in product(_lengths(first), _lengths(others)):
            parts = [_in_rows(section, length) for section in first]
            parts += [_in_rows(section, other) for section in others]
            found.append(Arrangement(tuple(parts), across))
        if others:
            found.append(Arrangement(((every,),), across, dividers))
    return found


def _lengths(sections: Sequence[tuple[Block, ...]]) -> list[int]:
    """How many blocks a row may have: as many as there are, half of them, and so on."""
    longest = max(map(len, sections), default=1)
    return list(dict.fromkeys(-(-longest // rows) for rows in range(1, longest + 1)))


def _in_rows(section: tuple[Block, ...], length: int) -> tuple[tuple[Block, ...], ...]:
    """A section in rows of at most so many blocks, as even as can be."""
    count = len(section)
    length = -(-count // -(-count // length))
    return tuple(section[start : start + length] for start in range(0, count, length))


def arrange(
    sections: Sections,
    width: int,
    height: int,
    cells: range,
    enough: int,
    spacing: Spacing,
    *,
    full: bool = False,
) -> Layout:
    """Lay sections of blocks out within a width and a height, in pixels.

    The largest cell for which there is an arrangement wins, of its arrangements the one of least
    area; but attempts stay beside what they are compared with where cells are large enough.

    Args:
        sections: what is laid out.
        width: what may be exceeded only where the smallest cell does not fit.
        height: what gives way where cells would be too small.
        cells: the sizes of cell.
        enough: below this size, a cell goes before the height.
        spacing: the sizes of everything else.
        full: only such arrangements as are as wide as they can be.
    """
    found = []
    for one in arrangements(sections):
        if full:
            layout = one.largest(width, None, cells, spacing)
        else:
            layout = one.largest(width, height, range(enough, cells.stop), spacing)
            layout = layout or one.largest(width, None, range(cells.start, enough + 1), spacing)
        found.append(layout or one.at(cells.start, spacing))
    return min(
        found,
        key=lambda layout: (
            max(width, layout.width),
            -min(layout.cell, enough),
            layout.is_torn,
            max(height, layout.height),
            -layout.cell,
            layout.width * layout.height,
        ),
    )


def _measured(
    rows: Sequence[tuple[Block, ...]],
    across: bool,
    cell: int,
    spacing: Spacing,
    dividers: frozenset[int] = frozenset(),
) -> Part:
    columns = [0] * max(map(len, rows))
    for row in rows:
        for index, block in enumerate(row):
            columns[index] = max(columns[index], _block_width(block, across, cell, spacing))
    measured = tuple(_row(row, across, cell, spacing) for row in rows)
    width = sum(columns) + spacing.column * (len(columns) - 1 + len(dividers))
    height = sum(row.height for row in measured) + spacing.row * (len(rows) - 1)
    return Part(measured, tuple(columns), dividers, width, height)


def _row(blocks: tuple[Block, ...], across: bool, cell: int, spacing: Spacing) -> Row:
    heights = [[spacing.panel(panel, cell)[1] for panel in b.panels] for b in blocks]
    if across or all(len(block.panels) == 1 for block in blocks):
        header = spacing.header if any(block.header for block in blocks) else 0
        upper = max(max(each) for each in heights)
        return Row(blocks, header, upper, 0, header + upper)
    top = [index for index, block in enumerate(blocks) if not block.beside]
    header = spacing.header if any(blocks[index].header for index in top) else 0
    upper = max(heights[index][0] for index in top)
    lower = max(each[-1] for block, each in zip(blocks, heights, strict=True) if _has_lower(block))
    return Row(blocks, header, upper, lower, header + upper + spacing.join + lower)


def _has_lower(block: Block) -> bool:
    return block.beside or len(block.panels) > 1


def _block_width(block: Block, across: bool, cell: int, spacing: Spacing) -> int:
    widths = [spacing.panel(panel, cell)[0] for panel in block.panels]
    wide = sum(widths) + spacing.join * (len(widths) - 1) if across else max(widths)
    return max(wide, _header_width(block, spacing))


def _header_width(block: Block, spacing: Spacing) -> int:
    if not (spacing.header and block.header):
        return 0
    indent = 0 if block.solved is None else spacing.indent
    return indent + text_width(block.header, spacing.font)
