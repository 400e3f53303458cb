"""What reaches a cell: ways around things, rays through things, lines and patterns that go on.

The kernels fill a matrix of features as those in `cells.near` do.
"""

from __future__ import annotations

import numpy as np

from arcgrid.kernels import GRID, Grid, Row, inner, kernel, lines, types
from arcgrid_solvers.search.families.cells.near import FILL, MOST, NONE

_INT = types.int64
_COUNTS = types.int64[::1]
SOURCES = 3
"""So many of the rarest colors are sources of ways."""


@inner(_INT(GRID, _INT, _COUNTS))
def rank_colors(grid: Grid, background: int, out: Row) -> int:
    """The colors but the background's, the rarest first, lower ones first when equal; how many."""
    counts = np.zeros(10, np.int64)
    for row in range(grid.shape[0]):
        for col in range(grid.shape[1]):
            counts[grid[row, col]] += 1
    found = 0
    for color in range(10):
        if not counts[color] or color == background:
            continue
        at = found
        while at and counts[out[at - 1]] > counts[color]:
            out[at] = out[at - 1]
            at -= 1
        out[at] = color
        found += 1
    return found


@inner(types.void(GRID, _INT, _INT, types.int64[:, ::1], types.int32[::1]))
def measure_ways(grid: Grid, background: int, color: int, far: Row, todo: Row) -> None:
    """Steps up, down, left or right, through background, from the next cell of a color; or 31."""
    height, width = grid.shape
    end = 0
    for row in range(height):
        for col in range(width):
            far[row, col] = MOST
            if grid[row, col] == color:
                far[row, col] = 0
                todo[end] = row * width + col
                end += 1
    begin = 0
    while begin < end:
        row, col = todo[begin] // width, todo[begin] % width
        begin += 1
        for step in range(4):
            i = row + (step == 2) - (step == 0)
            j = col + (step == 1) - (step == 3)
            inside = 0 <= i < height and 0 <= j < width
            nearer = inside and far[row, col] + 1 < far[i, j]
            if nearer and grid[i, j] == background:
                far[i, j] = far[row, col] + 1
                todo[end] = i * width + j
                end += 1


@kernel(FILL)
def fill_ways(grid: Grid, background: int, out: Grid, base: int, start: int) -> None:
    """How far the ways are from the rarest, the second and the third rarest color.

    For each: 0 the steps (see `measure_ways`), 1 whether they are odd (2 where there is no way), 2
    whether there is a way. Then 9 the color of the nearest cell by ways, the rarest of equally near
    ones.
    """
    height, width = grid.shape
    ranked = np.empty(10, np.int64)
    found = rank_colors(grid, background, ranked)
    far = np.empty(grid.shape, np.int64)
    near = np.full(grid.shape, MOST, np.int64)
    todo = np.empty(grid.size, np.int32)
    for row in range(height):
        for col in range(width):
            out[base + 9, start + row * width + col] = NONE
    for source in range(max(found, SOURCES)):
        if source < found:
            measure_ways(grid, background, ranked[source], far, todo)
        else:
            far[:] = MOST
        for row in range(height):
            for col in range(width):
                cell, steps = start + row * width + col, far[row, col]
                if steps < near[row, col]:
                    near[row, col] = steps
                    out[base + 9, cell] = ranked[source]
                if source < SOURCES:
                    at = base + 3 * source
                    out[at, cell] = steps
                    out[at + 1, cell] = 2 if steps == MOST else steps % 2
                    out[at + 2, cell] = steps < MOST


@kernel(FILL)
def fill_through(grid: Grid, background: int, out: Grid, base: int, start: int) -> None:
    """The first color seen in 8 directions that is neither background nor the most common other.

    Nothing is in the way of it. Then 8 the first of those seen obliquely, 9 of those seen in line.
    """
    height, width = grid.shape
    ranked = np.empty(10, np.int64)
    found = rank_colors(grid, background, ranked)
    main = ranked[found - 1] if found > 1 else NONE
    for row in range(height):
        for col in range(width):
            cell = start + row * width + col
            out[base + 8, cell] = out[base + 9, cell] = NONE
            for direction in range(8):
                down, right = lines.step_of(direction)
                color, i, j = np.int64(NONE), row + down, col + right
                while 0 <= i < height and 0 <= j < width:
                    if grid[i, j] != background and grid[i, j] != main:
                        color = np.int64(grid[i, j])
                        break
                    i, j = i + down, j + right
                out[base + direction, cell] = color
                at = base + 9 - direction % 2
                if out[at, cell] == NONE:
                    out[at, cell] = color


@inner(types.void(GRID, _INT, _INT, types.uint8[:, ::1], _INT, _INT))
def continue_lines(grid: Grid, background: int, way: int, out: Grid, at: int, start: int) -> None:
    """Each row (way 0) or column (1) with what lies between its first and last cell repeated.

    The cells from the first to the last that is not background repeat with their shortest period,
    in both directions; NONE in lines with fewer than two such cells.
    """
    height, width = grid.shape
    count, length = (width, height) if way else (height, width)
    cells = np.empty(length, np.int64)
    for line in range(count):
        first, last = -1, -1
        for k in range(length):
            cells[k] = grid[k, line] if way else grid[line, k]
            if cells[k] != background:
                last = k
                first = k if first < 0 else first
        period = 1
        while first + period <= last:
            same = True
            for k in range(first, last - period + 1):
                if cells[k] != cells[k + period]:
                    same = False
                    break
            if same:
                break
            period += 1
        for k in range(length):
            cell = start + (k * width + line if way else line * width + k)
            out[at, cell] = NONE if first == last else cells[first + (k - first) % period]


@inner(types.void(GRID, _INT, _INT, types.uint8[:, ::1], _INT, _INT))
def continue_content(grid: Grid, background: int, way: int, out: Grid, at: int, start: int) -> None:
    """The rows (way 0) or columns (1) from the first to the last that has something, repeated.

    As whole lines, with their shortest period; NONE where there is nothing at all.
    """
    height, width = grid.shape
    count, length = (width, height) if way else (height, width)
    first, last = -1, -1
    for line in range(count):
        for k in range(length):
            if (grid[k, line] if way else grid[line, k]) != background:
                last = line
                first = line if first < 0 else first
    period = 1
    while first + period <= last:
        same = True
        for line in range(first, last - period + 1):
            for k in range(length):
                one = grid[k, line] if way else grid[line, k]
                two = grid[k, line + period] if way else grid[line + period, k]
                same &= one == two
        if same:
            break
        period += 1
    for line in range(count):
        source = first + (line - first) % period
        for k in range(length):
            cell = start + (k * width + line if way else line * width + k)
            if first < 0:
                out[at, cell] = NONE
            else:
                out[at, cell] = grid[k, source] if way else grid[source, k]


@inner(_INT(GRID, _INT, _INT))
def main_of_line(grid: Grid, line: int, way: int) -> int:
    """The most common color of a row (way 0) or column (1), background too; the lower if equal."""
    counts = np.zeros(10, np.int64)
    for k in range(grid.shape[0] if way else grid.shape[1]):
        counts[grid[k, line] if way else grid[line, k]] += 1
    best = 0
    for color in range(10):
        if counts[color] > counts[best]:
            best = color
    return best


@kernel(FILL)
def fill_patterns(grid: Grid, background: int, out: Grid, base: int, start: int) -> None:
    """Colors that a line, a pattern or a list of colors would put here.

    0-1 the row and the column continued (`continue_lines`), 2-3 the rows and the columns continued
    (`continue_content`). 4-5 the most common color of the row and of the column, 6 of these the one
    that agrees with more cells of the grid. 7 the color in the first row at the place that the
    row's number says, 8 the same with rows counted from the first that is all background, 9 in the
    first column at the place that the column's number says; each as often as needed.
    """
    height, width = grid.shape
    continue_lines(grid, background, 0, out, base, start)
    continue_lines(grid, background, 1, out, base + 1, start)
    continue_content(grid, background, 0, out, base + 2, start)
    continue_content(grid, background, 1, out, base + 3, start)
    agree = 0
    for row in range(height):
        main = main_of_line(grid, row, 0)
        for col in range(width):
            out[base + 4, start + row * width + col] = main
            agree += grid[row, col] == main
    for col in range(width):
        main = main_of_line(grid, col, 1)
        for row in range(height):
            out[base + 5, start + row * width + col] = main
            agree -= grid[row, col] == main
    top = -1
    for row in range(height):
        empty = True
        for col in range(width):
            empty &= grid[row, col] == background
        if empty:
            top = row
            break
    for row in range(height):
        for col in range(width):
            cell = start + row * width + col
            out[base + 6, cell] = out[base + 4 if agree > 0 else base + 5, cell]
            out[base + 7, cell] = grid[0, row % width]
            out[base + 8, cell] = NONE if top < 0 else grid[0, (row - top) % width]
            out[base + 9, cell] = grid[col % height, 0]
