"""What a cell belongs to: components, their boxes, panels between separators, the whole grid.

The kernels fill a matrix of features as those in `cell_near` do.
"""

from __future__ import annotations

import numpy as np
from numba import types

from arcgrid.kernels.compare import hash_moved
from arcgrid.kernels.compile import inner, kernel
from arcgrid.kernels.components import count_holes, label, measure_boxes
from arcgrid.kernels.lift import GRID, Grid, Labels, Row, Rows
from arcgrid.kernels.window import window
from arcgrid_solvers.search.families.cell_near import FILL, MOST, NONE, fill_row

_LABELS = types.int16[:, ::1]
_ROWS = types.int64[:, ::1]
OBJECT_FACTS = 18
"""Features of each way to see components."""


@inner(types.void(GRID, _LABELS, _ROWS, types.int64))
def _shape_facts(grid: Grid, labels: Labels, boxes: Rows, found: int) -> None:
    """Append holes and the shape's hash (up to motions) to the boxes: columns 6 and 7."""
    cells = np.empty(grid.size, np.uint8)
    for index in range(found):
        top, left = boxes[index, 2], boxes[index, 3]
        rows, columns = boxes[index, 4], boxes[index, 5]
        for row in range(rows):
            for col in range(columns):
                cells[row * columns + col] = labels[top + row, left + col] == index + 1
        shape = window(cells, 0, rows, columns)
        boxes[index, 6] = count_holes(shape, 4)
        boxes[index, 7] = np.int64(hash_moved(shape, 0))
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


@inner(types.void(GRID, _LABELS, types.int64, types.int64, types.uint8[:, ::1], *[types.int64] * 2))
def _fill_facts(
    grid: Grid, labels: Labels, background: int, plain: int, out: Grid, base: int, start: int
) -> None:
    """The facts of each cell's component, from labels."""
    height, width = grid.shape
    boxes = np.empty((grid.size, 10), np.int64)
    found = measure_boxes(grid, labels, boxes)
    _shape_facts(grid, labels, boxes, found)
    facts = np.zeros((found + 1, OBJECT_FACTS), np.uint8)
    orders = np.empty((found + 1, 7), np.int64)
    for index in range(found):
        if not plain:
            # A component of many colors is never background.
            boxes[index, 0] = NONE
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
    for row in range(height):
        for col in range(width):
            cell = start + row * width + col
            for k in range(OBJECT_FACTS):
                out[base + k, cell] = facts[labels[row, col], k]


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
    label(grid, 4, 0, -1, labels)
    _fill_facts(grid, labels, background, 1, out, base, start)
    _fill_surroundings(grid, labels, background, out, base + OBJECT_FACTS, start)


@kernel(FILL)
def fill_blobs(grid: Grid, background: int, out: Grid, base: int, start: int) -> None:
    """Facts of areas of one color, joined at sides and corners, background too."""
    labels = np.empty(grid.shape, np.int16)
    label(grid, 8, 0, -1, labels)
    _fill_facts(grid, labels, background, 1, out, base, start)


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
    label(grid, 8, 1, background, labels)
    boxes = np.empty((grid.size, 10), np.int64)
    found = measure_boxes(grid, labels, boxes)
    _fill_facts(grid, labels, background, 0, out, base, start)
    base += OBJECT_FACTS
    _fill_palettes(grid, labels, found, out, base, start)
    _fill_boxes(grid, boxes, found, out, base + 3, start)


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


@kernel(FILL)
def fill_global(grid: Grid, background: int, out: Grid, base: int, start: int) -> None:
    """Facts of the whole grid.

    0-3 the most, second, third and least common color that is not background; 4-5 the most and
    least common one of all; 6-9 the corners' colors; 10 how many colors, 11 the own color's rank
    and 12 whether it is the least common, 13 how many cells have it; 14-15 height and width, 16
    how many components.
    """
    height, width = grid.shape
    counts = np.zeros(11, np.int64)
    for row in range(height):
        for col in range(width):
            counts[grid[row, col]] += 1
    order = np.full(13, NONE, np.int64)
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
    labels = np.empty(grid.shape, np.int16)
    label(grid, 8, 0, background, labels)
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


@inner(types.int64(GRID, types.int64, types.int64, types.int64[::1]))
def _find_lines(grid: Grid, background: int, way: int, out: Row) -> int:
    """Mark lines of one color that is not background: -1 there, else the panel's number."""
    height, width = grid.shape
    lines, length = (width, height) if way else (height, width)
    panel = 0
    for line in range(lines):
        color = grid[0, line] if way else grid[line, 0]
        full = color != background
        for k in range(length):
            full = full and (grid[k, line] if way else grid[line, k]) == color
        out[line] = -1 if full else panel
        if full and line and out[line - 1] >= 0:
            panel += 1
    return panel + 1


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
    across, along = np.zeros(30, np.int64), np.zeros(30, np.int64)
    _find_lines(grid, background, 0, across)
    _find_lines(grid, background, 1, along)
    counts = np.zeros((31 * 31, 11), np.int64)
    tops, lefts = np.full(31, -1, np.int64), np.full(31, -1, np.int64)
    ends, rights = np.zeros(31, np.int64), np.zeros(31, np.int64)
    for row in range(height):
        if across[row] >= 0:
            ends[across[row]] = row
            if tops[across[row]] < 0:
                tops[across[row]] = row
    for col in range(width):
        if along[col] >= 0:
            rights[along[col]] = col
            if lefts[along[col]] < 0:
                lefts[along[col]] = col
    places = np.full((30, 30), NONE, np.uint8)
    for row in range(height):
        for col in range(width):
            if across[row] >= 0 and along[col] >= 0 and grid[row, col] != background:
                panel = across[row] * 31 + along[col]
                counts[panel, grid[row, col]] += 1
                i, j = row - tops[across[row]], col - lefts[along[col]]
                if places[i, j] == NONE:
                    places[i, j] = grid[row, col]
    mains = np.full(31 * 31, NONE, np.int64)
    most, least = 0, 999
    for i in range(31):
        for j in range(31):
            if tops[i] < 0 or lefts[j] < 0:
                continue
            panel, total = i * 31 + j, 0
            for color in range(10):
                total += counts[panel, color]
                if counts[panel, color] > counts[panel, mains[panel]]:
                    mains[panel] = color
            counts[panel, 10] = 0
            most, least = max(most, total), min(least, total)
    for row in range(height):
        for col in range(width):
            cell = start + row * width + col
            for k in range(13):
                out[base + k, cell] = NONE if k >= 8 else 0
            if across[row] < 0 or along[col] < 0:
                out[base + 2, cell] = 1
                continue
            up, side = across[row], along[col]
            panel, total = up * 31 + side, 0
            for color in range(10):
                total += counts[panel, color]
            top, left = tops[up], lefts[side]
            i, j = row - top, col - left
            out[base, cell], out[base + 1, cell] = up, side
            out[base + 3, cell], out[base + 4, cell] = i, j
            out[base + 5, cell] = min(total, MOST)
            out[base + 6, cell], out[base + 7, cell] = total == most, total == least
            out[base + 8, cell] = mains[panel]
            out[base + 9, cell] = places[i, j]
            if top + up <= ends[up] and left + side <= rights[side]:
                out[base + 10, cell] = grid[top + up, left + side]
            out[base + 11, cell] = grid[(top + ends[up]) // 2, (left + rights[side]) // 2]
            if tops[i] >= 0 and lefts[j] >= 0:
                out[base + 12, cell] = mains[i * 31 + j]
