"""Where a cell lies relative to things: reference boxes, the nearest thing, markers, far borders.

The kernels fill a matrix of features as those in `cells.near` do.
"""

from __future__ import annotations

import numpy as np

from arcgrid.kernels import Grid, Rows, components, inner, kernel, types
from arcgrid_solvers.search.families.cells.near import FILL, MOST, NONE

REFERENCES = 4
RELATIVE = 24
"""Features for each reference."""

_MOST_THINGS = 64
_ROWS = types.int64[:, ::1]
_OUT = types.uint8[:, ::1]
_INT = types.int64


@inner(types.void(_OUT, *[_INT] * 4))
def fill_steps(out: Grid, base: int, cell: int, down: int, right: int) -> None:
    """Features of a cell that is so many steps below and to the right of a box's upper left corner.

    Of the steps that go over the border of the box see `fill_beside`; here are those that do not
    depend on its other corner: 0-3 steps down, right, their sum and difference, modulo 2 but for
    the difference; 3-6 the same modulo 3; 7 and 8 modulo 4; 9-10 sum and difference plus 15.
    """
    total, difference = down + right, down - right
    out[base, cell], out[base + 1, cell] = down % 2, right % 2
    out[base + 2, cell] = total % 2
    out[base + 3, cell], out[base + 4, cell] = down % 3, right % 3
    out[base + 5, cell], out[base + 6, cell] = total % 3, difference % 3
    out[base + 7, cell], out[base + 8, cell] = down % 4, right % 4
    out[base + 9, cell] = min(max(total + 15, 0), MOST)
    out[base + 10, cell] = min(max(difference + 15, 0), MOST)


@inner(types.void(_OUT, *[_INT] * 4))
def fill_beside(out: Grid, base: int, cell: int, down: int, right: int) -> None:
    """Features of a cell that is so many steps below (above: negative) and right of a box.

    0-1 on which side vertically and horizontally (0, 1 within, 2); 2-3 how far; 4 the larger, 5 the
    smaller, 6 the sum of these; 7 whether they are equal, 8 which is larger; 9-11 the larger one
    modulo 2, 3, 4; 12 whether the cell is in the box.
    """
    tall, wide = abs(down), abs(right)
    far = max(tall, wide)
    out[base, cell] = (down > 0) - (down < 0) + 1
    out[base + 1, cell] = (right > 0) - (right < 0) + 1
    out[base + 2, cell], out[base + 3, cell] = tall, wide
    out[base + 4, cell], out[base + 5, cell] = far, min(tall, wide)
    out[base + 6, cell] = min(tall + wide, MOST)
    out[base + 7, cell] = tall == wide
    out[base + 8, cell] = (tall > wide) - (tall < wide) + 1
    out[base + 9, cell], out[base + 10, cell] = far % 2, far % 3
    out[base + 11, cell], out[base + 12, cell] = far % 4, far == 0


@inner(_INT(_INT, _INT, _INT))
def beyond(at: int, first: int, length: int) -> int:
    """How far a place is after a span (before: negative), 0 within it."""
    if at < first:
        return at - first
    return max(at - first - length + 1, 0)


@inner(types.void(types.Array(types.uint8, 2, "C", readonly=True), _INT, types.int64[:, ::1]))
def find_references(grid: Grid, background: int, boxes: Rows) -> None:
    """Boxes (top, left, height, width) of four references, height 0 where there is none.

    All cells of the rarest color that is not background, of the most common one, the largest thing
    of many colors, all that is not background. Of equally common colors the lower one counts as
    the rarer, of equally large things the first is the largest.
    """
    height, width = grid.shape
    counts = np.zeros(10, np.int64)
    for row in range(height):
        for col in range(width):
            counts[grid[row, col]] += 1
    rarest, commonest = -1, -1
    for color in range(10):
        if counts[color] and color != background:
            if rarest < 0 or counts[color] < counts[rarest]:
                rarest = color
            if commonest < 0 or counts[color] >= counts[commonest]:
                commonest = color
    labels = np.empty(grid.shape, np.int16)
    components.label(grid, 8, 1, background, labels)
    things = np.empty((grid.size, 10), np.int64)
    found = components.measure_boxes(grid, labels, things)
    largest = 0
    for index in range(found):
        if things[index, 1] > things[largest, 1]:
            largest = index
    for which in range(REFERENCES):
        top, left, bottom, right = height, width, -1, -1
        for row in range(height):
            for col in range(width):
                inside = which == 3 and grid[row, col] != background
                inside |= which == 0 and grid[row, col] == rarest
                inside |= which == 1 and grid[row, col] == commonest
                inside |= which == 2 and found > 0 and labels[row, col] == largest + 1
                if inside:
                    top, bottom = min(top, row), row
                    left, right = min(left, col), max(right, col)
        boxes[which, 0], boxes[which, 1] = top, left
        boxes[which, 2], boxes[which, 3] = max(bottom + 1 - top, 0), max(right + 1 - left, 0)


@kernel(FILL)
def fill_references(grid: Grid, background: int, out: Grid, base: int, start: int) -> None:
    """Where a cell is from each reference (see `find_references`): `RELATIVE` features each.

    Those of `fill_beside`, then those of `fill_steps` from the upper left corner; 0 where there is
    no such reference.
    """
    height, width = grid.shape
    boxes = np.empty((REFERENCES, 4), np.int64)
    find_references(grid, background, boxes)
    for which in range(REFERENCES):
        top, left, tall, wide = boxes[which]
        at = base + which * RELATIVE
        for row in range(height):
            for col in range(width):
                cell = start + row * width + col
                if tall == 0:
                    for k in range(RELATIVE):
                        out[at + k, cell] = 0
                    continue
                fill_beside(out, at, cell, beyond(row, top, tall), beyond(col, left, wide))
                fill_steps(out, at + 13, cell, row - top, col - left)


@kernel(FILL)
def fill_things(grid: Grid, background: int, out: Grid, base: int, start: int) -> None:
    """Where a cell is from the nearest blobs, of the first 64, measured to their boxes.

    Once with the larger of the distances down and right, once with their sum: 0 the nearest one's
    color, 1 whether two are equally near, 2 how near, 3 that modulo 2, 4 the color unless two are
    equally near; of equally near ones the first counts. Then, for the nearest by the sum, 10 the
    larger distance and 11 that modulo 2, 12-13 on which side it lies, as `fill_beside` has it.
    """
    height, width = grid.shape
    labels = np.empty(grid.shape, np.int16)
    components.label(grid, 8, 0, background, labels)
    things = np.empty((grid.size, 10), np.int64)
    found = min(components.measure_boxes(grid, labels, things), _MOST_THINGS)
    for row in range(height):
        for col in range(width):
            cell = start + row * width + col
            for way in range(2):
                best, tied, nearest = 99, 0, -1
                for index in range(found):
                    down = abs(beyond(row, things[index, 2], things[index, 4]))
                    right = abs(beyond(col, things[index, 3], things[index, 5]))
                    far = down + right if way else max(down, right)
                    if far < best:
                        best, tied, nearest = far, 0, index
                    elif far == best:
                        tied = 1
                color = NONE if nearest < 0 else things[nearest, 0]
                at = base + 5 * way
                out[at, cell], out[at + 1, cell] = color, tied
                out[at + 2, cell], out[at + 3, cell] = min(best, MOST), best % 2
                out[at + 4, cell] = NONE if tied else color
                if way == 0:
                    continue
                down, right = 0, 0
                if nearest >= 0:
                    down = beyond(row, things[nearest, 2], things[nearest, 4])
                    right = beyond(col, things[nearest, 3], things[nearest, 5])
                far = max(abs(down), abs(right))
                out[base + 10, cell], out[base + 11, cell] = far, far % 2
                out[base + 12, cell] = (down > 0) - (down < 0) + 1
                out[base + 13, cell] = (right > 0) - (right < 0) + 1


@kernel(FILL)
def fill_spacing(grid: Grid, background: int, out: Grid, base: int, start: int) -> None:
    """Where a cell is in a lattice that two cells of one color span.

    The color is the rarest one that is not background and has two cells; the first two of these
    give the step, the larger of their distances down and right, and one cell in the middle of all
    the origin. 0 the larger distance from it, 1 down, 2 right, modulo the step; 3 and 4 down and
    right modulo twice the step. 0 where there is no such color.
    """
    height, width = grid.shape
    counts = np.zeros(10, np.int64)
    for row in range(height):
        for col in range(width):
            counts[grid[row, col]] += 1
    marker = -1
    for color in range(10):
        several = color != background and counts[color] > 1
        if several and (marker < 0 or counts[color] < counts[marker]):
            marker = color
    step, seen, first = 0, 0, 0
    origin = 0
    for row in range(height):
        for col in range(width):
            if marker < 0 or grid[row, col] != marker:
                continue
            if seen == 0:
                first = row * width + col
            if seen == 1:
                step = max(row - first // width, abs(col - first % width))
            if seen == counts[marker] // 2:
                origin = row * width + col
            seen += 1
    for row in range(height):
        for col in range(width):
            cell = start + row * width + col
            for k in range(5):
                out[base + k, cell] = 0
            if step == 0:
                continue
            down, right = row - origin // width, col - origin % width
            out[base, cell] = max(abs(down), abs(right)) % step
            out[base + 1, cell], out[base + 2, cell] = down % step, right % step
            out[base + 3, cell] = down % (2 * step)
            out[base + 4, cell] = min(right % (2 * step), MOST)


@kernel(FILL)
def fill_borders(grid: Grid, background: int, out: Grid, base: int, start: int) -> None:
    """Where a cell is from all borders.

    0-5 the row from below and the column from the right, each modulo 2, 3, 4; 6-7 row and column
    modulo 4; 8-9 the larger and the smaller of row and column; 10-11 in which half (0, 1 in the
    middle, 2) vertically and horizontally.
    """
    height, width = grid.shape
    for row in range(height):
        for col in range(width):
            cell = start + row * width + col
            below, right = height - 1 - row, width - 1 - col
            for k in range(3):
                out[base + 2 * k, cell] = below % (k + 2)
                out[base + 2 * k + 1, cell] = right % (k + 2)
            out[base + 6, cell], out[base + 7, cell] = row % 4, col % 4
            out[base + 8, cell], out[base + 9, cell] = max(row, col), min(row, col)
            out[base + 10, cell] = (row > below) - (row < below) + 1
            out[base + 11, cell] = (col > right) - (col < right) + 1
