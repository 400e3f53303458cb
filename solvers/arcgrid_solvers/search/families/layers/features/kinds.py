"""Which colors are in what a cell belongs to, and which blobs look like its own.

The kernels fill a matrix of features as those in `cells.near` do.
"""

from __future__ import annotations

import numpy as np

from arcgrid.kernels import (
    GRID,
    Grid,
    Labels,
    Rows,
    components,
    inner,
    kernel,
    types,
)
from arcgrid_solvers.search.families.cells.near import FILL, NONE

_ROWS = types.int64[:, ::1]
_LABELS = types.int16[:, ::1]


@kernel(FILL)
def fill_colors_of(grid: Grid, background: int, out: Grid, base: int, start: int) -> None:
    """Two flags for every color.

    Whether the thing (of many colors) that the cell belongs to has it; whether it is next to the
    region (of one color, joined at sides) that the cell belongs to.
    """
    height, width = grid.shape
    things = np.empty(grid.shape, np.int16)
    components.label(grid, 8, 1, background, things)
    regions = np.empty(grid.shape, np.int16)
    components.label(grid, 4, 0, -1, regions)
    has = np.zeros((grid.size + 1, 10), np.uint8)
    touches = np.zeros((grid.size + 1, 10), np.uint8)
    for row in range(height):
        for col in range(width):
            has[things[row, col], grid[row, col]] = 1
            own = regions[row, col]
            for step in range(4):
                i = row + (step == 2) - (step == 0)
                j = col + (step == 1) - (step == 3)
                if 0 <= i < height and 0 <= j < width and regions[i, j] != own:
                    touches[own, grid[i, j]] = 1
    for color in range(10):
        has[0, color] = 0
    for row in range(height):
        for col in range(width):
            cell = start + row * width + col
            for color in range(10):
                out[base + 2 * color, cell] = has[things[row, col], color]
                out[base + 2 * color + 1, cell] = touches[regions[row, col], color]


@inner(types.void(GRID, _LABELS, _ROWS, types.int64, types.int64[::1]))
def hash_shapes(grid: Grid, labels: Labels, boxes: Rows, found: int, out: Rows) -> None:
    """A number for each blob that is the same for all of its shape, as it lies."""
    for index in range(found):
        top, left = boxes[index, 2], boxes[index, 3]
        rows, columns = boxes[index, 4], boxes[index, 5]
        code = np.uint64(rows * 31 + columns)
        for row in range(rows):
            for col in range(columns):
                own = labels[top + row, left + col] == index + 1
                code = (code ^ np.uint64(own)) * np.uint64(1099511628211)
                code ^= code >> np.uint64(31)
        out[index] = np.int64(code)


@kernel(FILL)
def fill_alike(grid: Grid, background: int, out: Grid, base: int, start: int) -> None:
    """Which blobs have the very shape of the cell's own one, as it lies.

    0 how many, itself among them, at most 5; 1 the color of the others, NONE if they have several;
    2 whether one of them lies in a corner of the grid, the own one not. 0 and NONE in background.
    """
    height, width = grid.shape
    labels = np.empty(grid.shape, np.int16)
    components.label(grid, 8, 0, background, labels)
    boxes = np.empty((grid.size, 10), np.int64)
    found = components.measure_boxes(grid, labels, boxes)
    codes = np.empty(found + 1, np.int64)
    hash_shapes(grid, labels, boxes, found, codes)
    corner = np.zeros(found + 1, np.uint8)
    for row in range(0, height, max(height - 1, 1)):
        for col in range(0, width, max(width - 1, 1)):
            if labels[row, col]:
                corner[labels[row, col] - 1] = 1
    features = np.zeros((found + 1, 3), np.uint8)
    features[0, 1] = NONE
    for index in range(found):
        alike, color, cornered = 0, -1, 0
        for other in range(found):
            if codes[other] != codes[index]:
                continue
            alike += 1
            if other == index:
                continue
            cornered |= corner[other]
            seen = boxes[other, 0]
            color = seen if color in (-1, seen) else NONE
        features[index + 1, 0] = min(alike, 5)
        features[index + 1, 1] = NONE if color < 0 else color
        features[index + 1, 2] = cornered and not corner[index]
    for row in range(height):
        for col in range(width):
            for k in range(3):
                out[base + k, start + row * width + col] = features[labels[row, col], k]
