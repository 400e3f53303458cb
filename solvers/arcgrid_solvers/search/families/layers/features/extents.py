"""How far things extend around a cell: largest rectangles, squares, boxes, clusters.

The kernels fill a matrix of features as those in `cells.near` do.
"""

from __future__ import annotations

import numpy as np

from arcgrid.kernels import GRID, Grid, Rows, components, inner, kernel, types
from arcgrid_solvers.search.families.cells.near import FILL, MOST

_MASK = types.uint8[:, ::1]
_ROWS = types.int64[:, ::1]
_INT = types.int64
LEAST_AREA = 4
RECTANGLE_FEATURES = 8


@inner(_INT(_MASK, _ROWS))
def find_rectangles(mask: Grid, out: Rows) -> int:
    """Rectangles of set cells that cannot be made wider or higher upward, of 4 cells or more.

    Rows of `out`: area, top, left, height, width. Every largest one is among them, and every one
    that reaches from border to border.
    """
    height, width = mask.shape
    runs = np.zeros(width + 1, np.int64)
    lefts, tall = np.empty(width + 1, np.int64), np.empty(width + 1, np.int64)
    found = 0
    for row in range(height):
        for col in range(width):
            runs[col] = runs[col] + 1 if mask[row, col] else 0
        depth = 0
        for col in range(width + 1):
            begin = col
            while depth and tall[depth - 1] >= runs[col]:
                depth -= 1
                area = tall[depth] * (col - lefts[depth])
                if area >= LEAST_AREA and tall[depth] > runs[col]:
                    out[found, 0], out[found, 1] = area, row + 1 - tall[depth]
                    out[found, 2], out[found, 3] = lefts[depth], tall[depth]
                    out[found, 4] = col - lefts[depth]
                    found += 1
                begin = lefts[depth]
            if runs[col]:
                lefts[depth], tall[depth] = begin, runs[col]
                depth += 1
    return found


@inner(types.boolean(_MASK, *[_INT] * 4))
def all_set(mask: Grid, top: int, left: int, tall: int, wide: int) -> bool:
    """Whether all cells of a box, which must be within the mask, are set."""
    for row in range(top, top + tall):
        for col in range(left, left + wide):
            if not mask[row, col]:
                return False
    return True


@inner(_INT(_MASK, *[_INT] * 4))
def in_box(mask: Grid, row: int, col: int, tall: int, wide: int) -> int:
    """Whether a cell lies in some box of a shape whose cells are all set."""
    height, width = mask.shape
    for top in range(max(row - tall + 1, 0), min(row, height - tall) + 1):
        for left in range(max(col - wide + 1, 0), min(col, width - wide) + 1):
            if all_set(mask, top, left, tall, wide):
                return 1
    return 0


@inner(types.void(_MASK, types.uint8[:, ::1], _INT, _INT))
def fill_mask(mask: Grid, out: Grid, base: int, start: int) -> None:
    """Features of the rectangles of set cells.

    0 whether the cell is in a largest one, 1 the area of the largest one around it (at most 31),
    2 how many larger areas other cells have; 3-6 whether it is in a square of side 2, of side 3, in
    three in a row, in a square of side 4; 7 whether it is in a band, two or more wide, from border
    to border.
    """
    height, width = mask.shape
    areas = np.zeros(mask.shape, np.int64)
    bands = np.zeros(mask.shape, np.uint8)
    rectangles = np.empty((2 * mask.size + 2, 5), np.int64)
    found = find_rectangles(mask, rectangles)
    largest = 0
    for index in range(found):
        area, top, left, tall, wide = rectangles[index]
        largest = max(largest, area)
        band = (tall == height and wide > 1) or (wide == width and tall > 1)
        for row in range(top, top + tall):
            for col in range(left, left + wide):
                areas[row, col] = max(areas[row, col], area)
                bands[row, col] |= band
    seen = np.zeros(902, np.uint8)
    for row in range(height):
        for col in range(width):
            seen[areas[row, col]] = 1
    ranks = np.zeros(902, np.int64)
    for area in range(899, -1, -1):
        ranks[area] = ranks[area + 1] + seen[area + 1]
    for row in range(height):
        for col in range(width):
            cell, area = start + row * width + col, areas[row, col]
            out[base, cell] = area > 0 and area == largest
            out[base + 1, cell], out[base + 2, cell] = min(area, MOST), min(ranks[area], MOST)
            inside = mask[row, col] != 0
            out[base + 3, cell] = in_box(mask, row, col, 2, 2) if inside else 0
            out[base + 4, cell] = in_box(mask, row, col, 3, 3) if inside else 0
            out[base + 5, cell] = 0
            if inside:
                out[base + 5, cell] = max(
                    in_box(mask, row, col, 1, 3), in_box(mask, row, col, 3, 1)
                )
            out[base + 6, cell] = in_box(mask, row, col, 4, 4) if inside else 0
            out[base + 7, cell] = bands[row, col]


@kernel(FILL)
def fill_rectangles(grid: Grid, background: int, out: Grid, base: int, start: int) -> None:
    """Features of the rectangles of background, as `fill_mask` has them, then of all else."""
    mask = np.empty(grid.shape, np.uint8)
    for which in range(2):
        for row in range(grid.shape[0]):
            for col in range(grid.shape[1]):
                mask[row, col] = (grid[row, col] == background) != which
        fill_mask(mask, out, base + which * RECTANGLE_FEATURES, start)


@inner(types.void(GRID, _INT, types.uint8[:, ::1], _INT, _INT))
def fill_box_places(grid: Grid, background: int, out: Grid, base: int, start: int) -> None:
    """Where a cell is in the smallest box around a blob that has it (see `fill_boxes`)."""
    height, width = grid.shape
    labels = np.empty(grid.shape, np.int16)
    components.label(grid, 8, 0, background, labels)
    boxes = np.empty((grid.size, 10), np.int64)
    found = components.measure_boxes(grid, labels, boxes)
    for row in range(height):
        for col in range(width):
            cell, best = start + row * width + col, -1
            for index in range(found):
                i, j = row - boxes[index, 2], col - boxes[index, 3]
                if 0 <= i < boxes[index, 4] and 0 <= j < boxes[index, 5]:
                    area = boxes[index, 4] * boxes[index, 5]
                    if best < 0 or area < boxes[best, 4] * boxes[best, 5]:
                        best = index
            for k in range(8):
                out[base + k, cell] = 0
            if best < 0:
                continue
            i, j = row - boxes[best, 2], col - boxes[best, 3]
            below, right = boxes[best, 4] - 1 - i, boxes[best, 5] - 1 - j
            out[base, cell] = (i > below) - (i < below) + 1
            out[base + 1, cell] = (j > right) - (j < right) + 1
            out[base + 2, cell] = abs(i - below) <= 1 and abs(j - right) <= 1
            out[base + 3, cell] = min(i, below) == 0 and min(j, right) == 0
            out[base + 4, cell], out[base + 5, cell] = i % 2, j % 2
            out[base + 6, cell] = 1
            out[base + 7, cell] = min(min(i, below), min(j, right))


@kernel(FILL)
def fill_boxes(grid: Grid, background: int, out: Grid, base: int, start: int) -> None:
    """Where a cell is in the smallest box around a blob that has it, and in boxes of clusters.

    0-1 in which half vertically and horizontally (0, 1 in the middle, 2); 2 whether in the middle,
    3 at a corner, 4-5 row and column in it modulo 2, 6 whether there is one, 7 how deep in it. Then
    for the rarest and the second rarest color that is not background whether the cell is in the
    box of a cluster: cells of that color, two or more, each at most two steps from the next.
    """
    height, width = grid.shape
    fill_box_places(grid, background, out, base, start)
    counts = np.zeros(10, np.int64)
    for row in range(height):
        for col in range(width):
            counts[grid[row, col]] += 1
    before = -1
    labels = np.empty(grid.shape, np.int16)
    boxes = np.empty((grid.size, 10), np.int64)
    near = np.empty(grid.shape, np.uint8)
    for which in range(2):
        rarest = -1
        for color in range(10):
            other = color not in (background, before)
            if other and counts[color] and (rarest < 0 or counts[color] < counts[rarest]):
                rarest = color
        before = rarest
        for row in range(height):
            for col in range(width):
                out[base + 8 + which, start + row * width + col] = 0
                near[row, col] = 0
                for i in range(max(row - 1, 0), min(row + 2, height)):
                    for j in range(max(col - 1, 0), min(col + 2, width)):
                        near[row, col] |= rarest >= 0 and grid[i, j] == rarest
        components.label(near, 8, 0, 0, labels)
        found = components.measure_boxes(near, labels, boxes)
        for index in range(found):
            top, left, bottom, right, cells = height, width, -1, -1, 0
            for row in range(height):
                for col in range(width):
                    if labels[row, col] == index + 1 and grid[row, col] == rarest:
                        top, bottom, cells = min(top, row), row, cells + 1
                        left, right = min(left, col), max(right, col)
            if cells > 1:
                for row in range(top, bottom + 1):
                    for col in range(left, right + 1):
                        out[base + 8 + which, start + row * width + col] = 1
