"""What a cell belongs to: components, and the boxes around them.

The kernels fill a matrix of features as those in `near` do.
"""

from __future__ import annotations

import numpy as np

from arcgrid.kernels import (
    GRID,
    Grid,
    Labels,
    Rows,
    compare,
    components,
    inner,
    kernel,
    types,
    window,
)
from arcgrid_solvers.search.families.cells.near import FILL, MOST, NONE

_LABELS = types.int16[:, ::1]
_ROWS = types.int64[:, ::1]
OBJECT_FACTS = 18
"""Features of each way to see components."""


@inner(types.void(GRID, _LABELS, _ROWS, types.int64, types.int64))
def _shape_facts(grid: Grid, labels: Labels, boxes: Rows, found: int, connectivity: int) -> None:
    """Append holes and the shape's hash (up to motions) to the boxes: columns 6 and 7."""
    cells = np.empty(grid.size, np.uint8)
    for index in range(found):
        top, left = boxes[index, 2], boxes[index, 3]
        rows, columns = boxes[index, 4], boxes[index, 5]
        for row in range(rows):
            for col in range(columns):
                cells[row * columns + col] = labels[top + row, left + col] == index + 1
        shape = window(cells, 0, rows, columns)
        boxes[index, 6] = components.count_holes(shape, connectivity)
        boxes[index, 7] = np.int64(compare.hash_moved(shape, 0))
    cells[0] = 0  # keeps the memory that `shape` looks at


@inner(types.void(_ROWS, types.int64, types.int64, _ROWS))
def _compare(boxes: Rows, found: int, background: int, out: Rows) -> None:
    """Compare components with the others: areas of background and others each among themselves.

    How many are larger, smaller, of equal size, of equal shape, of equal color; further left,
    further up. The component itself is one of those that equal it.
    """
    sizes = np.zeros((2, 902), np.int64)
    lefts, tops = np.zeros((2, 32), np.int64), np.zeros((2, 32), np.int64)
    colors = np.zeros(11, np.int64)
    for index in range(found):
        kind = int(boxes[index, 0] == background)
        sizes[kind, boxes[index, 1]] += 1
        lefts[kind, boxes[index, 3] + 1] += 1
        tops[kind, boxes[index, 2] + 1] += 1
        colors[boxes[index, 0]] += 1
    for kind in range(2):
        for size in range(901):
            sizes[kind, size + 1] += sizes[kind, size]
        for place in range(31):
            lefts[kind, place + 1] += lefts[kind, place]
            tops[kind, place + 1] += tops[kind, place]
    for index in range(found):
        kind = int(boxes[index, 0] == background)
        size = boxes[index, 1]
        out[index, 0] = sizes[kind, 901] - sizes[kind, size]
        out[index, 1] = sizes[kind, size - 1]
        out[index, 2] = sizes[kind, size] - sizes[kind, size - 1]
        out[index, 3] = 0
        for other in range(found):
            out[index, 3] += boxes[other, 7] == boxes[index, 7] and (
                (boxes[other, 0] == background) == kind
            )
        out[index, 4] = colors[boxes[index, 0]]
        out[index, 5], out[index, 6] = lefts[kind, boxes[index, 3]], tops[kind, boxes[index, 2]]


@inner(types.void(GRID, _LABELS, *[types.int64] * 3, types.uint8[:, ::1], *[types.int64] * 2))
def _fill_facts(
    grid: Grid,
    labels: Labels,
    background: int,
    connectivity: int,
    multicolor: int,
    out: Grid,
    base: int,
    start: int,
) -> None:
    """The facts of each cell's component, from labels."""
    height, width = grid.shape
    boxes = np.empty((grid.size, 10), np.int64)
    found = components.measure_boxes(grid, labels, boxes)
    _shape_facts(grid, labels, boxes, found, connectivity)
    if multicolor:
        boxes[:found, 0] = NONE  # a component of many colors is never background
    facts = np.zeros((found + 1, OBJECT_FACTS), np.uint8)
    _list_facts(boxes, found, background, height, width, facts)
    for row in range(height):
        for col in range(width):
            cell = start + row * width + col
            for k in range(OBJECT_FACTS):
                out[base + k, cell] = facts[labels[row, col], k]


@inner(types.void(_ROWS, *[types.int64] * 4, types.uint8[:, ::1]))
def _list_facts(
    boxes: Rows, found: int, background: int, height: int, width: int, facts: Grid
) -> None:
    """The facts of each component; its number is the row."""
    orders = np.empty((found + 1, 7), np.int64)
    _compare(boxes, found, background, orders)
    for index in range(found):
        order = orders[index]
        top, left, tall, wide = boxes[index, 2], boxes[index, 3], boxes[index, 4], boxes[index, 5]
        at = index + 1
        facts[at, 0] = min(boxes[index, 1], MOST)
        facts[at, 1] = min(order[0], MOST)
        facts[at, 2] = min(order[1], MOST)
        facts[at, 3] = order[0] == 0
        facts[at, 4] = order[1] == 0
        facts[at, 5] = min(order[2], MOST)
        facts[at, 6] = min(order[3], MOST)
        facts[at, 7] = min(order[4], MOST)
        facts[at, 8], facts[at, 9] = tall, wide
        facts[at, 10] = max(tall, wide)
        facts[at, 11] = min(tall, wide)
        facts[at, 12] = boxes[index, 1] == tall * wide
        facts[at, 13] = tall == wide
        facts[at, 14] = min(boxes[index, 6], MOST)
        facts[at, 15] = top == 0 or left == 0 or top + tall == height or left + wide == width
        facts[at, 16] = min(order[5], MOST)
        facts[at, 17] = min(order[6], MOST)


@inner(types.void(GRID, _LABELS, types.int64, types.uint8[:, ::1], types.int64, types.int64))
def _fill_surroundings(
    grid: Grid, labels: Labels, background: int, out: Grid, base: int, start: int
) -> None:
    """Of colors next to each component: the only one, the most common one, how many."""
    height, width = grid.shape
    touching = np.zeros((grid.size + 1, 11), np.int16)
    for row in range(height):
        for col in range(width):
            own = labels[row, col]
            for step in range(4):
                i = row + (step == 2) - (step == 0)
                j = col + (step == 1) - (step == 3)
                inside = 0 <= i < height and 0 <= j < width
                if inside and labels[i, j] != own and grid[i, j] != background:
                    touching[own, grid[i, j]] += 1
    for row in range(height):
        for col in range(width):
            cell, own = start + row * width + col, labels[row, col]
            kinds, best = 0, NONE
            for color in range(10):
                kinds += touching[own, color] > 0
                if touching[own, color] > touching[own, best]:
                    best = color
            out[base, cell] = best if kinds == 1 else NONE
            out[base + 1, cell], out[base + 2, cell] = best, kinds


@kernel(FILL)
def fill_regions(grid: Grid, background: int, out: Grid, base: int, start: int) -> None:
    """Facts of areas of one color, joined at sides, background too, and of what is next to them."""
    labels = np.empty(grid.shape, np.int16)
    components.label(grid, 4, 0, -1, labels)
    _fill_facts(grid, labels, background, 4, 0, out, base, start)
    _fill_surroundings(grid, labels, background, out, base + OBJECT_FACTS, start)


@kernel(FILL)
def fill_blobs(grid: Grid, background: int, out: Grid, base: int, start: int) -> None:
    """Facts of areas of one color, joined at sides and corners, background too."""
    labels = np.empty(grid.shape, np.int16)
    components.label(grid, 8, 0, -1, labels)
    _fill_facts(grid, labels, background, 8, 0, out, base, start)


@inner(types.void(GRID, _LABELS, types.int64, types.uint8[:, ::1], types.int64, types.int64))
def _fill_palettes(
    grid: Grid, labels: Labels, found: int, out: Grid, base: int, start: int
) -> None:
    """Of each component of many colors: its most and least common color, how many it has."""
    height, width = grid.shape
    counts = np.zeros((found + 1, 11), np.int16)
    for row in range(height):
        for col in range(width):
            counts[labels[row, col], grid[row, col]] += 1
    for row in range(height):
        for col in range(width):
            cell, own = start + row * width + col, labels[row, col]
            kinds, most, least = 0, NONE, NONE
            if own:
                for color in range(10):
                    count = counts[own, color]
                    if not count:
                        continue
                    kinds += 1
                    if most == NONE or count > counts[own, most]:
                        most = color
                    if least == NONE or count <= counts[own, least]:
                        least = color
            out[base, cell], out[base + 1, cell], out[base + 2, cell] = most, least, kinds


@inner(types.void(GRID, _ROWS, types.int64, types.uint8[:, ::1], types.int64, types.int64))
def _fill_boxes(grid: Grid, boxes: Rows, found: int, out: Grid, base: int, start: int) -> None:
    """Facts of the smallest box around a component that a cell lies in, from the boxes.

    0-2 the colors at its places reflected left-right, upside down, both; 3 along the diagonal;
    4-7 how far to its top, bottom, left, right; 8 to the nearest of these, 9 whether it is square,
    10-11 height and width, 12 whether there is a box, 13-14 odd places, 15 whether on a diagonal,
    16 in how many boxes the cell is.
    """
    height, width = grid.shape
    for row in range(height):
        for col in range(width):
            cell = start + row * width + col
            best, within = -1, 0
            for index in range(found):
                i, j = row - boxes[index, 2], col - boxes[index, 3]
                if 0 <= i < boxes[index, 4] and 0 <= j < boxes[index, 5]:
                    within += 1
                    area = boxes[index, 4] * boxes[index, 5]
                    if best < 0 or area < boxes[best, 4] * boxes[best, 5]:
                        best = index
            for k in range(17):
                out[base + k, cell] = NONE if k < 4 else 0
            if best < 0:
                continue
            top, left, tall, wide = boxes[best, 2], boxes[best, 3], boxes[best, 4], boxes[best, 5]
            i, j = row - top, col - left
            below, beyond = tall - 1 - i, wide - 1 - j
            out[base, cell] = grid[row, left + beyond]
            out[base + 1, cell] = grid[top + below, col]
            out[base + 2, cell] = grid[top + below, left + beyond]
            if tall == wide:
                out[base + 3, cell] = grid[top + j, left + i]
            out[base + 4, cell], out[base + 5, cell] = i, below
            out[base + 6, cell], out[base + 7, cell] = j, beyond
            out[base + 8, cell] = min(min(i, below), min(j, beyond))
            out[base + 9, cell] = tall == wide
            out[base + 10, cell], out[base + 11, cell] = tall, wide
            out[base + 12, cell] = 1
            out[base + 13, cell] = (i + j) % 2
            out[base + 14, cell] = min(min(i, below), min(j, beyond)) % 2
            out[base + 15, cell] = (i == j) + 2 * (i == beyond) if tall == wide else 0
            out[base + 16, cell] = min(within, MOST)


@kernel(FILL)
def fill_things(grid: Grid, background: int, out: Grid, base: int, start: int) -> None:
    """Facts of components of many colors, their colors, and the boxes around them."""
    labels = np.empty(grid.shape, np.int16)
    components.label(grid, 8, 1, background, labels)
    boxes = np.empty((grid.size, 10), np.int64)
    found = components.measure_boxes(grid, labels, boxes)
    _fill_facts(grid, labels, background, 8, 1, out, base, start)
    base += OBJECT_FACTS
    _fill_palettes(grid, labels, found, out, base, start)
    _fill_boxes(grid, boxes, found, out, base + 3, start)
