"""Paths: around a corner, in the gaps between things, and lines that run on."""

from __future__ import annotations

import numpy as np

from arcgrid.kernels import inner, lines, types
from arcgrid_solvers.search.families.states.images import (
    INT,
    VIEW_T,
    Canvas,
    Memory,
    View,
    pop,
    push_copy,
    view,
)
from arcgrid_solvers.search.families.states.operations.operation import Operation, Variant, on_each

(
    ROW_FIRST,
    COLUMN_FIRST,
    GAPS_ACROSS,
    GAPS_DOWN,
    GAPS,
    ENCLOSED,
    STRAIGHT,
    DIAGONAL,
    BOUNCE,
) = range(9)


@inner(types.boolean(VIEW_T, VIEW_T, INT))
def elbow(grid: View, out: View, a: int) -> bool:
    """From the only cell of the lowest color to that of the only other one, around a corner."""
    ends, found = np.zeros((2, 2), np.int64), 0
    colors = np.zeros(2, np.int64)
    for i in range(grid.shape[0]):
        for j in range(grid.shape[1]):
            if grid[i, j]:
                if found == 2:
                    return False
                ends[found, 0], ends[found, 1], colors[found] = i, j, grid[i, j]
                found += 1
    if found < 2:
        return False
    start = int(colors[1] < colors[0])
    row, col = ends[start, 0], ends[start, 1]
    to_row, to_col = ends[1 - start, 0], ends[1 - start, 1]
    corner_row, corner_col = (row, to_col) if a == ROW_FIRST else (to_row, col)
    for end_row, end_col in ((row, col), (to_row, to_col)):
        for i in range(min(end_row, corner_row), max(end_row, corner_row) + 1):
            for j in range(min(end_col, corner_col), max(end_col, corner_col) + 1):
                out[i, j] = 1
    out[row, col] = 0
    out[to_row, to_col] = 0
    return True


@inner(types.boolean(VIEW_T, INT, INT, INT, INT))
def meets(grid: View, row: int, col: int, down: int, right: int) -> bool:
    """Whether anything filled lies ahead."""
    height, width = grid.shape
    i, j = row + down, col + right
    while 0 <= i < height and 0 <= j < width:
        if grid[i, j]:
            return True
        i, j = i + down, j + right
    return False


@inner(types.boolean(VIEW_T, VIEW_T, INT))
def gaps(grid: View, out: View, a: int) -> bool:
    """The empty cells that have something on both sides."""
    changed = False
    for i in range(grid.shape[0]):
        for j in range(grid.shape[1]):
            if grid[i, j]:
                continue
            across = meets(grid, i, j, 0, 1) and meets(grid, i, j, 0, -1)
            along = meets(grid, i, j, 1, 0) and meets(grid, i, j, -1, 0)
            inside = across if a == GAPS_ACROSS else along
            if a == GAPS:
                inside = across or along
            elif a == ENCLOSED:
                inside = across and along
            if inside:
                out[i, j] = 1
                changed = True
    return changed


@inner(types.boolean(VIEW_T, INT, INT))
def empty(grid: View, i: int, j: int) -> bool:
    """Whether a cell is there, and empty."""
    return 0 <= i < grid.shape[0] and 0 <= j < grid.shape[1] and grid[i, j] == 0


@inner(types.boolean(VIEW_T, INT, INT, INT, INT))
def is_end(grid: View, i: int, j: int, down: int, right: int) -> bool:
    """Whether a line ends here: the cell behind has its color, no other one along a side does."""
    height, width = grid.shape
    y, x = i - down, j - right
    if not (0 <= y < height and 0 <= x < width and grid[y, x] == grid[i, j]):
        return False
    for side in range(0, 8, 2):
        step = lines.step_of(side)
        y, x = i + step[0], j + step[1]
        behind = y == i - down and x == j - right
        if not behind and 0 <= y < height and 0 <= x < width and grid[y, x] == grid[i, j]:
            return False
    return True


@inner(types.UniTuple(INT, 2)(VIEW_T, *[INT] * 4))
def bounced(grid: View, i: int, j: int, down: int, right: int) -> tuple[int, int]:
    """Where a diagonal goes on from a cell: thrown back by a thing ahead, but not by the edge."""
    y, x = i + down, j + right
    if 0 <= y < grid.shape[0] and 0 <= x < grid.shape[1] and grid[y, x]:
        down, right = -down if grid[y, j] else down, -right if grid[i, x] else right
    return down, right


@inner(types.boolean(VIEW_T, VIEW_T, *[INT] * 5))
def run(grid: View, out: View, i: int, j: int, down: int, right: int, a: int) -> bool:
    """A line goes on from its end up to the next thing; with BOUNCE until it has to come again."""
    y, x = i, j
    for _ in range(4 * grid.size):
        if a == BOUNCE:
            down, right = bounced(grid, y, x, down, right)
        if not empty(grid, y + down, x + right):
            break
        y, x = y + down, x + right
        out[y, x] = grid[i, j]
    return y != i or x != j


@inner(types.boolean(VIEW_T, VIEW_T, INT))
def run_on(grid: View, out: View, a: int) -> bool:
    """All lines along sides, or all diagonals, go on; whether any could."""
    changed = False
    for i in range(grid.shape[0]):
        for j in range(grid.shape[1]):
            for direction in range(int(a != STRAIGHT), 8, 2):
                down, right = lines.step_of(direction)
                if grid[i, j] and is_end(grid, i, j, down, right):
                    changed |= run(grid, out, i, j, down, right, a)
    return changed


@on_each
def trace(memory: Memory, source: int, a: int, b: int, canvas: Canvas) -> bool:
    """A path; elbows and gaps alone, lines with what is there."""
    image = push_copy(memory, source)
    grid, out = view(memory, source), view(memory, image)
    if a in (STRAIGHT, DIAGONAL, BOUNCE):
        changed = run_on(grid, out, a)
    else:
        for i in range(out.shape[0]):
            for j in range(out.shape[1]):
                out[i, j] = 0
        changed = elbow(grid, out, a) if a <= COLUMN_FIRST else gaps(grid, out, a)
    if not changed:
        pop(memory, image)
    return changed


PATHS = Operation(
    "path",
    trace,
    (
        Variant("go from the lower color to the other, along the row first", ROW_FIRST),
        Variant("go from the lower color to the other, along the column first", COLUMN_FIRST),
        Variant("take the gaps across", GAPS_ACROSS),
        Variant("take the gaps down", GAPS_DOWN),
        Variant("take the gaps across or down", GAPS),
        Variant("take the gaps with something on all four sides", ENCLOSED),
        Variant("let lines run on", STRAIGHT),
        Variant("let diagonals run on", DIAGONAL),
        Variant("let diagonals run on and bounce off things", BOUNCE),
    ),
)
