"""Facts of a whole grid, of what is nearest, and of panels between full lines.

The kernels fill a matrix of features as those in `near` do.
"""

from __future__ import annotations

import numpy as np

from arcgrid import MAX_SIDE
from arcgrid.kernels import GRID, Grid, Row, Rows, components, inner, kernel, types
from arcgrid_solvers.search.families.cells.near import FILL, MOST, NONE, fill_row

_ROWS = types.int64[:, ::1]
_LINES = MAX_SIDE + 1


@kernel(FILL)
def fill_nearest(grid: Grid, background: int, out: Grid, base: int, start: int) -> None:
    """The nearest other cell that is not background: its color, and how far (a step in 8)."""
    height, width = grid.shape
    far = np.full(grid.shape, 99, np.int64)
    source = np.full(grid.shape, NONE, np.uint8)
    todo = np.empty(grid.size, np.int32)
    end = 0
    for row in range(height):
        for col in range(width):
            if grid[row, col] != background:
                far[row, col], source[row, col] = 0, grid[row, col]
                todo[end] = row * width + col
                end += 1
    begin = 0
    while begin < end:
        row, col = todo[begin] // width, todo[begin] % width
        begin += 1
        for i in range(max(row - 1, 0), min(row + 2, height)):
            for j in range(max(col - 1, 0), min(col + 2, width)):
                if far[i, j] == 99:
                    far[i, j], source[i, j] = far[row, col] + 1, source[row, col]
                    todo[end] = i * width + j
                    end += 1
    for row in range(height):
        for col in range(width):
            cell = start + row * width + col
            out[base, cell] = source[row, col]
            out[base + 1, cell] = min(far[row, col], MOST)


@inner(types.UniTuple(types.int64, 3)(GRID, types.int64, types.int64[::1], types.int64[::1]))
def _rank_colors(grid: Grid, background: int, counts: Row, order: Row) -> tuple[int, int, int]:
    """Count colors, and order those that are not background, the most common first.

    Returns how many these are, and the most and the least common color of all.
    """
    for row in range(grid.shape[0]):
        for col in range(grid.shape[1]):
            counts[grid[row, col]] += 1
    kinds, most, least = 0, NONE, NONE
    for color in range(10):
        if not counts[color]:
            continue
        if most == NONE or counts[color] > counts[most]:
            most = color
        if least == NONE or counts[color] < counts[least]:
            least = color
        if color == background:
            continue
        at = kinds
        while at and counts[order[at - 1]] < counts[color]:
            order[at] = order[at - 1]
            at -= 1
        order[at] = color
        kinds += 1
    return kinds, most, least


@kernel(FILL)
def fill_global(grid: Grid, background: int, out: Grid, base: int, start: int) -> None:
    """Facts of the whole grid.

    0-3 the most, second, third and least common color that is not background; 4-5 the most and
    least common one of all; 6-9 the corners' colors; 10 how many colors, 11 the own color's rank
    and 12 whether it is the least common, 13 how many cells have it; 14-15 height and width, 16
    how many components.
    """
    height, width = grid.shape
    counts, order = np.zeros(11, np.int64), np.full(13, NONE, np.int64)
    kinds, most, least = _rank_colors(grid, background, counts, order)
    labels = np.empty(grid.shape, np.int16)
    components.label(grid, 8, 0, background, labels)
    found = 0
    for row in range(height):
        for col in range(width):
            found = max(found, labels[row, col])
    cells = height * width
    for k in range(3):
        fill_row(out, base + k, start, cells, order[k])
    fill_row(out, base + 3, start, cells, order[kinds - 1] if kinds else NONE)
    fill_row(out, base + 4, start, cells, most)
    fill_row(out, base + 5, start, cells, least)
    fill_row(out, base + 6, start, cells, grid[0, 0])
    fill_row(out, base + 7, start, cells, grid[0, width - 1])
    fill_row(out, base + 8, start, cells, grid[height - 1, 0])
    fill_row(out, base + 9, start, cells, grid[height - 1, width - 1])
    fill_row(out, base + 10, start, cells, kinds)
    ranks = np.full(11, MOST, np.uint8)
    for k in range(kinds):
        ranks[order[k]] = k
    for row in range(height):
        for col in range(width):
            cell, own = start + row * width + col, grid[row, col]
            out[base + 11, cell] = ranks[own]
            out[base + 12, cell] = kinds > 0 and own == order[kinds - 1]
            out[base + 13, cell] = min(counts[own], MOST)
    fill_row(out, base + 14, start, cells, height)
    fill_row(out, base + 15, start, cells, width)
    fill_row(out, base + 16, start, cells, min(found, MOST))


@inner(types.void(GRID, types.int64, types.int64, types.int64[::1], types.int64[:, ::1]))
def _find_lines(grid: Grid, background: int, way: int, out: Row, spans: Rows) -> None:
    """The panel that each row (way 0) or column (1) is in, -1 where it is a separator.

    A separator is of one color that is not background. Spans are the first and the last line of
    each panel, -1 where there is none.
    """
    height, width = grid.shape
    lines, length = (width, height) if way else (height, width)
    for panel in range(_LINES):
        spans[panel, 0] = spans[panel, 1] = -1
    panel = 0
    for line in range(lines):
        color = grid[0, line] if way else grid[line, 0]
        full = color != background
        for k in range(length):
            full = full and (grid[k, line] if way else grid[line, k]) == color
        if full and line and out[line - 1] >= 0:
            panel += 1
        out[line] = -1 if full else panel
        if not full:
            spans[panel, 1] = line
            if spans[panel, 0] < 0:
                spans[panel, 0] = line


@inner(
    types.UniTuple(types.int64, 2)(
        GRID, types.int64, *[types.int64[::1]] * 2, *[_ROWS] * 3, types.uint8[:, ::1]
    )
)
def _measure_panels(
    grid: Grid,
    background: int,
    across: Row,
    along: Row,
    tops: Rows,
    lefts: Rows,
    facts: Rows,
    places: Grid,
) -> tuple[int, int]:
    """Per panel its filled cells and main color; per place the first color that a panel has there.

    Returns the most and the fewest filled cells.
    """
    height, width = grid.shape
    counts = np.zeros((_LINES * _LINES, 11), np.int64)
    for row in range(height):
        for col in range(width):
            up, side = across[row], along[col]
            if up < 0 or side < 0 or grid[row, col] == background:
                continue
            counts[up * _LINES + side, grid[row, col]] += 1
            i, j = row - tops[up, 0], col - lefts[side, 0]
            if places[i, j] == NONE:
                places[i, j] = grid[row, col]
    most, least = 0, 999
    for up in range(_LINES):
        for side in range(_LINES):
            if tops[up, 0] < 0 or lefts[side, 0] < 0:
                continue
            panel = up * _LINES + side
            for color in range(10):
                facts[panel, 0] += counts[panel, color]
                if counts[panel, color] > counts[panel, facts[panel, 1]]:
                    facts[panel, 1] = color
            most, least = max(most, facts[panel, 0]), min(least, facts[panel, 0])
    return most, least


@kernel(FILL)
def fill_panels(grid: Grid, background: int, out: Grid, base: int, start: int) -> None:
    """Where a cell is among panels between full lines.

    0-1 the panel's row and column, 2 whether on a line, 3-4 place in the panel, 5 its cells that
    are not background, 6-7 whether they are the most or the fewest, 8 the most common color in it,
    9 the color at the same place of the first panel that has one there, 10 the color at the place
    in this panel that the panel itself has among panels, 11 the panel's middle color, 12 the color
    that the panel at this place in the panel has most.
    """
    height, width = grid.shape
    across, along = np.zeros(MAX_SIDE, np.int64), np.zeros(MAX_SIDE, np.int64)
    tops, lefts = np.empty((_LINES, 2), np.int64), np.empty((_LINES, 2), np.int64)
    _find_lines(grid, background, 0, across, tops)
    _find_lines(grid, background, 1, along, lefts)
    facts = np.zeros((_LINES * _LINES, 2), np.int64)
    facts[:, 1] = NONE
    places = np.full((MAX_SIDE, MAX_SIDE), NONE, np.uint8)
    most, least = _measure_panels(grid, background, across, along, tops, lefts, facts, places)
    for row in range(height):
        for col in range(width):
            cell = start + row * width + col
            for k in range(13):
                out[base + k, cell] = NONE if k >= 8 else 0
            up, side = across[row], along[col]
            if up < 0 or side < 0:
                out[base + 2, cell] = 1
                continue
            panel = up * _LINES + side
            top, left, bottom, right = tops[up, 0], lefts[side, 0], tops[up, 1], lefts[side, 1]
            i, j = row - top, col - left
            out[base, cell], out[base + 1, cell] = up, side
            out[base + 3, cell], out[base + 4, cell] = i, j
            out[base + 5, cell] = min(facts[panel, 0], MOST)
            out[base + 6, cell] = facts[panel, 0] == most
            out[base + 7, cell] = facts[panel, 0] == least
            out[base + 8, cell], out[base + 9, cell] = facts[panel, 1], places[i, j]
            if top + up <= bottom and left + side <= right:
                out[base + 10, cell] = grid[top + up, left + side]
            out[base + 11, cell] = grid[(top + bottom) // 2, (left + right) // 2]
            if tops[i, 0] >= 0 and lefts[j, 0] >= 0:
                out[base + 12, cell] = facts[i * _LINES + j, 1]
