"""Connected components: labels, their properties, choosing among them, cutting them out.

Connectivity is 4 or 8 neighbors. A component is of one color, or of any when `multicolor` is 1.
Cells of the background (-1: there is none) belong to no component. Components count from 1, in the
reading order of their first cells.
"""

from __future__ import annotations

import numpy as np
from numba import types

from arcgrid.kernels.compare import hash_moved
from arcgrid.kernels.compile import inner
from arcgrid.kernels.lift import (
    GRID,
    Grid,
    Labels,
    Rows,
    to_grid,
    to_labels,
    to_rows,
    to_value,
)
from arcgrid.kernels.window import window

LABELS = types.int16[:, ::1]


@to_labels()
def label(grid: Grid, connectivity: int, multicolor: int, background: int, out: Labels) -> None:
    """The number of each cell's component, by union-find over one pass (Rosenfeld, Pfaltz 1966)."""
    height, width = grid.shape
    parents = np.empty(height * width + 1, np.int16)
    parents[0] = 0
    found = 0
    for row in range(height):
        for col in range(width):
            color = grid[row, col]
            own = 0
            if color != background:
                for step in range(4 if connectivity == 8 else 2):
                    # left, above, above left, above right
                    i = row if step == 0 else row - 1
                    j = col + 1 if step == 3 else (col if step == 1 else col - 1)
                    if i < 0 or j < 0 or j >= width or not out[i, j]:
                        continue
                    if multicolor or grid[i, j] == color:
                        near = root_of(parents, out[i, j])
                        if own == 0 or near == own:
                            own = near
                        else:
                            parents[max(own, near)] = own = min(own, near)
                if own == 0:
                    found += 1
                    own = found
                    parents[own] = own
            out[row, col] = own
    count = 0
    for index in range(1, found + 1):
        if parents[index] == index:
            count += 1
            parents[index] = count
        else:
            parents[index] = parents[parents[index]]
    for row in range(height):
        for col in range(width):
            out[row, col] = parents[out[row, col]]


@inner(types.int64(types.int16[::1], types.int64))
def root_of(parents: Labels, index: int) -> int:
    """The smallest label that a label has been found to equal."""
    while parents[index] != index:
        index = parents[index]
    return index


@to_value()
def count_components(grid: Grid, connectivity: int, multicolor: int, background: int) -> int:
    """How many components there are."""
    labels = np.empty(grid.shape, np.int16)
    label(grid, connectivity, multicolor, background, labels)
    found = 0
    for row in range(grid.shape[0]):
        for col in range(grid.shape[1]):
            found = max(found, labels[row, col])
    return found


@inner(types.int64(GRID, LABELS, types.int64[:, ::1]))
def measure_boxes(grid: Grid, labels: Labels, out: Rows) -> int:
    """Fill color, area, top, left, height, width and colors of each component; return how many."""
    found = 0
    for row in range(grid.shape[0]):
        for col in range(grid.shape[1]):
            index = labels[row, col] - 1
            if index < 0:
                continue
            if index == found:
                found += 1
                for field in range(out.shape[1]):
                    out[index, field] = 0
                out[index, 0], out[index, 2], out[index, 3] = grid[row, col], row, col
            left = min(out[index, 3], col)
            right = max(out[index, 3] + out[index, 5], col + 1)
            out[index, 1] += 1
            out[index, 3], out[index, 5] = left, right - left
            out[index, 4] = row + 1 - out[index, 2]
            out[index, 9] |= 1 << grid[row, col]
    return found


@inner(types.int64(GRID, types.int64))
def count_holes(shape: Grid, connectivity: int) -> int:
    """Holes of a connected shape, by its Euler number (Gray 1971: counts of 2x2 patterns)."""
    height, width = shape.shape
    balance = 0
    for row in range(height + 1):
        for col in range(width + 1):
            a = row > 0 and col > 0 and shape[row - 1, col - 1]
            b = row > 0 and col < width and shape[row - 1, col]
            c = row < height and col > 0 and shape[row, col - 1]
            d = row < height and col < width and shape[row, col]
            filled = int(a) + int(b) + int(c) + int(d)
            if filled == 1:
                balance += 1
            elif filled == 3:
                balance -= 1
            elif filled == 2 and a == d:
                balance += 2 if connectivity == 4 else -2
    return 1 - balance // 4


@to_rows(11)
def components(grid: Grid, connectivity: int, multicolor: int, background: int, out: Rows) -> int:
    """The properties of each component."""
    height, width = grid.shape
    labels = np.empty(grid.shape, np.int16)
    label(grid, connectivity, multicolor, background, labels)
    found = measure_boxes(grid, labels, out)
    cells = np.empty(height * width, np.uint8)
    for index in range(found):
        top, left = out[index, 2], out[index, 3]
        rows, columns = out[index, 4], out[index, 5]
        for row in range(rows):
            for col in range(columns):
                cells[row * columns + col] = labels[top + row, left + col] == index + 1
        shape = window(cells, 0, rows, columns)
        out[index, 6] = count_holes(shape, connectivity)
        at_edge = top == 0 or left == 0 or top + rows == height or left + columns == width
        out[index, 7] = at_edge
        same, first = 1, hash_moved(shape, 0)
        least = first
        for motion in range(1, 8):
            code = hash_moved(shape, motion)
            least = min(least, code)
            same |= (code == first) << motion
        out[index, 8], out[index, 10] = same, np.int64(least)
    # Keeps the memory that `shape` looks at: a window does not.
    cells[0] = 0
    return found


@to_grid()
def keep_components(
    grid: Grid,
    connectivity: int,
    multicolor: int,
    background: int,
    least: int,
    most: int,
    out: Grid,
) -> None:
    """Components with an area within bounds; the others become background."""
    height, width = grid.shape
    labels = np.empty(grid.shape, np.int16)
    label(grid, connectivity, multicolor, background, labels)
    areas = np.zeros(height * width + 1, np.int16)
    for row in range(height):
        for col in range(width):
            areas[labels[row, col]] += 1
    for row in range(height):
        for col in range(width):
            kept = least <= areas[labels[row, col]] <= most
            out[row, col] = grid[row, col] if kept else background
