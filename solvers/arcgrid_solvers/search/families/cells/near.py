"""What a cell sees around it: neighbors, rays, its place, its row and column, reflections.

Every kernel here fills rows of a matrix that has a row for each feature and a column for each cell:
`out[base + k, start + cell]` is feature k. Colors are 0 to 9, and 10 where there is none.
"""

from __future__ import annotations

import numpy as np

from arcgrid import MAX_SIDE
from arcgrid.kernels import GRID, Grid, Labels, Row, inner, kernel, lines, types

FILL = types.void(GRID, types.int64, types.uint8[:, ::1], types.int64, types.int64)
"""The signature of what fills features: grid, background, matrix, first row, first column."""

MOST = 31
"""The largest value of a feature: larger numbers become this."""

NONE = 10
"""The color of what does not exist."""


@inner(types.uint8(GRID, types.int64, types.int64))
def color_at(grid: Grid, row: int, col: int) -> np.uint8:
    """The color of a cell, NONE outside."""
    if 0 <= row < grid.shape[0] and 0 <= col < grid.shape[1]:
        color: np.uint8 = grid[row, col]
        return color
    return np.uint8(NONE)


@kernel(FILL)
def fill_near(grid: Grid, background: int, out: Grid, base: int, start: int) -> None:
    """Own color, 8 neighbors clockwise from up, then counts among them (5 numbers)."""
    height, width = grid.shape
    for row in range(height):
        for col in range(width):
            cell = start + row * width + col
            own = grid[row, col]
            out[base, cell] = own
            same4, same8, full4, full8, seen = 0, 0, 0, 0, 0
            for direction in range(8):
                down, right = lines.step_of(direction)
                color = color_at(grid, row + down, col + right)
                out[base + 1 + direction, cell] = color
                straight = direction % 2 == 0
                full = color != NONE and color != background
                same8 += color == own
                same4 += straight and color == own
                full8 += full
                full4 += straight and full
                seen |= full << color
            out[base + 9, cell], out[base + 10, cell] = same4, same8
            out[base + 11, cell], out[base + 12, cell] = full4, full8
            kinds = 0
            while seen:
                kinds += 1
                seen &= seen - 1
            out[base + 13, cell] = kinds


@kernel(FILL)
def fill_rays(grid: Grid, background: int, out: Grid, base: int, start: int) -> None:
    """What is seen in 8 directions, and what follows from it.

    0-7 the first color that is neither background nor one's own in between; 8-15 how far; 16-19
    the color at both ends (vertical, rising, horizontal, falling); 20 any of the straight ones, 21
    any of the oblique ones, 22 and 23 the nearest straight and of all; 24 and 25 in how many
    directions there is something, straight and oblique; 26 and 27 something on both sides,
    vertically and horizontally.
    """
    height, width = grid.shape
    for row in range(height):
        for col in range(width):
            cell = start + row * width + col
            own = grid[row, col]
            near4, near8 = 99, 99
            color4, color8 = NONE, NONE
            straight, oblique = 0, 0
            for direction in range(8):
                down, right = lines.step_of(direction)
                i, j, far = row + down, col + right, 1
                color = color_at(grid, i, j)
                while (color == own) | (color == background):
                    i, j, far = i + down, j + right, far + 1
                    color = color_at(grid, i, j)
                out[base + direction, cell] = color
                out[base + 8 + direction, cell] = far
                if color == NONE:
                    continue
                if direction % 2 == 0:
                    straight += 1
                    if far < near4:
                        near4, color4 = far, color
                else:
                    oblique += 1
                if far < near8:
                    near8, color8 = far, color
            for axis in range(4):
                one, other = out[base + axis, cell], out[base + axis + 4, cell]
                out[base + 16 + axis, cell] = one if one == other else NONE
            for pair in range(2):
                one, other = out[base + 16 + pair, cell], out[base + 18 + pair, cell]
                out[base + 20 + pair, cell] = other if one == NONE else one
            out[base + 22, cell], out[base + 23, cell] = color4, color8
            out[base + 24, cell], out[base + 25, cell] = straight, oblique
            for axis in range(2):
                one, other = out[base + 2 * axis, cell], out[base + 2 * axis + 4, cell]
                out[base + 26 + axis, cell] = one != NONE and other != NONE


@kernel(FILL)
def fill_colors(grid: Grid, background: int, out: Grid, base: int, start: int) -> None:
    """Six numbers for every color.

    Cells of it among 4 straight and 4 oblique neighbors, directions in which it is seen first
    (straight, oblique), cells of it in the row and in the column.
    """
    height, width = grid.shape
    across = np.zeros((height, 11), np.uint8)
    along = np.zeros((width, 11), np.uint8)
    for row in range(height):
        for col in range(width):
            across[row, grid[row, col]] += 1
            along[col, grid[row, col]] += 1
    for row in range(height):
        for col in range(width):
            cell = start + row * width + col
            for color in range(10):
                for k in range(4):
                    out[base + 6 * color + k, cell] = 0
                out[base + 6 * color + 4, cell] = across[row, color]
                out[base + 6 * color + 5, cell] = along[col, color]
            own = grid[row, col]
            for direction in range(8):
                down, right = lines.step_of(direction)
                i, j = row + down, col + right
                color = color_at(grid, i, j)
                if color != NONE:
                    out[base + 6 * color + direction % 2, cell] += 1
                while (color == own) | (color == background):
                    i, j = i + down, j + right
                    color = color_at(grid, i, j)
                if color != NONE:
                    out[base + 6 * color + 2 + direction % 2, cell] += 1


@kernel(FILL)
def fill_place(grid: Grid, background: int, out: Grid, base: int, start: int) -> None:
    """Where a cell is: 22 numbers."""
    height, width = grid.shape
    for row in range(height):
        for col in range(width):
            cell = start + row * width + col
            below, beyond = height - 1 - row, width - 1 - col
            up, side = min(row, below), min(col, beyond)
            out[base, cell], out[base + 1, cell] = row, col
            out[base + 2, cell], out[base + 3, cell] = below, beyond
            out[base + 4, cell], out[base + 5, cell] = min(up, side), up
            out[base + 6, cell] = side
            out[base + 7, cell], out[base + 8, cell] = row % 2, col % 2
            out[base + 9, cell] = (row + col) % 2
            out[base + 10, cell], out[base + 11, cell] = row % 3, col % 3
            out[base + 12, cell] = (row + col) % 3
            out[base + 13, cell] = (row + 2 * col) % 3
            out[base + 14, cell], out[base + 15, cell] = row == col, row == beyond
            out[base + 16, cell] = (row == below) | (col == beyond)
            out[base + 17, cell] = (row == col) | (row == beyond)
            out[base + 18, cell] = 1 if row == col else (0 if row < col else 2)
            out[base + 19, cell] = 1 if row == beyond else (0 if row < beyond else 2)
            out[base + 20, cell] = min(up, side) % 2
            out[base + 21, cell] = max(up, side)


@inner(types.UniTuple(types.int64, 2)(GRID, *[types.int64] * 3, types.int64[::1]))
def _count_line(grid: Grid, background: int, way: int, line: int, counts: Row) -> tuple[int, int]:
    """Count the colors of a row (way 0) or a column.

    Returns the most common one that is not background, and how many there are.
    """
    for color in range(11):
        counts[color] = 0
    for k in range(grid.shape[1 - way]):
        counts[grid[k, line] if way else grid[line, k]] += 1
    common, kinds = NONE, 0
    for color in range(10):
        kinds += counts[color] > 0
        if color != background and counts[color] and counts[color] > counts[common]:
            common = color
    return common, kinds


@kernel(FILL)
def fill_lines(grid: Grid, background: int, out: Grid, base: int, start: int) -> None:
    """Facts of a cell's row, then the same ten of its column.

    The most common color that is not background, the first and the last cell's color; how many
    cells are not background, whether that is the most or the least of all, whether the line is of
    one color, how many cells have the own color; how many lines are equal to this one, and whether
    a line like this one is of one color without being background.
    """
    height, width = grid.shape
    counts = np.empty(11, np.int64)
    full = np.empty(MAX_SIDE, np.int64)
    for way in range(2):
        lines, length = (width, height) if way else (height, width)
        most, least = 0, 99
        for line in range(lines):
            full[line] = 0
            for k in range(length):
                color = grid[k, line] if way else grid[line, k]
                full[line] += color != background
            most, least = max(most, full[line]), min(least, full[line])
        for line in range(lines):
            common, kinds = _count_line(grid, background, way, line, counts)
            alike = 0
            for other in range(lines):
                same = True
                for k in range(length):
                    one = grid[k, line] if way else grid[line, k]
                    two = grid[k, other] if way else grid[other, k]
                    if one != two:
                        same = False
                        break
                alike += same
            first = grid[0, line] if way else grid[line, 0]
            last = grid[height - 1, line] if way else grid[line, width - 1]
            for k in range(length):
                row, col = (k, line) if way else (line, k)
                cell, at = start + row * width + col, base + 10 * way
                out[at, cell], out[at + 1, cell], out[at + 2, cell] = common, first, last
                out[at + 3, cell], out[at + 4, cell] = full[line], full[line] == most
                out[at + 5, cell], out[at + 6, cell] = full[line] == least, kinds == 1
                out[at + 7, cell] = counts[grid[row, col]]
                out[at + 8, cell] = alike
                out[at + 9, cell] = kinds == 1 and common != NONE


@kernel(FILL)
def fill_mirrored(grid: Grid, background: int, out: Grid, base: int, start: int) -> None:
    """The color at the place that each of 7 motions maps to this one, and two joins of them.

    Flips left-right, upside down, both (half a turn), along the main and the other diagonal,
    quarter turns; then the first of these that is not background: of the first three, of all.
    """
    height, width = grid.shape
    for row in range(height):
        for col in range(width):
            cell = start + row * width + col
            below, beyond = height - 1 - row, width - 1 - col
            out[base, cell] = grid[row, beyond]
            out[base + 1, cell] = grid[below, col]
            out[base + 2, cell] = grid[below, beyond]
            square = height == width
            out[base + 3, cell] = grid[col, row] if square else NONE
            out[base + 4, cell] = grid[beyond, below] if square else NONE
            out[base + 5, cell] = grid[beyond, row] if square else NONE
            out[base + 6, cell] = grid[col, below] if square else NONE
            own = grid[row, col]
            joined3, joined = own, own
            for k in range(7):
                color = out[base + k, cell]
                if joined == background and color != NONE:
                    joined = color
                    if k < 3:
                        joined3 = color
            out[base + 7, cell], out[base + 8, cell] = joined3, joined


@kernel(FILL)
def fill_far(grid: Grid, background: int, out: Grid, base: int, start: int) -> None:
    """The colors two and three cells away in 8 directions."""
    height, width = grid.shape
    for row in range(height):
        for col in range(width):
            cell = start + row * width + col
            for direction in range(8):
                down, right = lines.step_of(direction)
                for step in range(2, 4):
                    color = color_at(grid, row + step * down, col + step * right)
                    out[base + 8 * (step - 2) + direction, cell] = color


@inner(types.void(types.uint8[:, ::1], types.int64, types.int64, types.int64, types.uint8))
def fill_row(out: Grid, feature: int, start: int, cells: int, value: int) -> None:
    """The same value for every cell of a grid."""
    for cell in range(start, start + cells):
        out[feature, cell] = value


@kernel(types.void(types.uint8[:, ::1], types.Array(types.int16, 1, "C", readonly=True)))
def fill_equal(out: Grid, colors: Labels) -> None:
    """For feature k whether it has the own color of the cell; as many rows follow as there are."""
    count = colors.size
    base = out.shape[0] - count
    for k in range(count):
        for cell in range(out.shape[1]):
            out[base + k, cell] = out[colors[k], cell] == out[0, cell]


@kernel(
    types.void(
        types.Array(types.uint8, 3, "C", readonly=True),
        types.int64,
        types.int64,
        types.uint8[:, ::1],
        types.int64,
        types.int64,
    )
)
def fill_layers(
    layers: Grid, shown: int, background: int, out: Grid, base: int, start: int
) -> None:
    """The colors of the further layers, then what all have together (5 facts).

    The first color that is not background, the most and the least common such color, how many
    are not background, how many colors these have.
    """
    count, height, width = layers.shape
    for row in range(height):
        for col in range(width):
            cell = start + row * width + col
            counts = np.zeros(11, np.int64)
            first, full, kinds = NONE, 0, 0
            for k in range(count):
                color = layers[k, row, col]
                if 0 < k < shown:
                    out[base + k - 1, cell] = color
                if color != background and color != NONE:
                    if first == NONE:
                        first = color
                    full += 1
                    kinds += counts[color] == 0
                    counts[color] += 1
            most, least = NONE, NONE
            for color in range(10):
                if counts[color] and (most == NONE or counts[color] > counts[most]):
                    most = color
                if counts[color] and (least == NONE or counts[color] < counts[least]):
                    least = color
            at = base + shown - 1
            out[at, cell], out[at + 1, cell], out[at + 2, cell] = first, most, least
            out[at + 3, cell], out[at + 4, cell] = min(full, MOST), kinds
