"""What a cell sees around it, slowly, and grids to look at."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from arcgrid import Grid
from arcgrid_solvers.search.families.cells.near import NONE

GRIDS = st.tuples(st.integers(1, 7), st.integers(1, 7)).flatmap(
    lambda shape: arrays(np.uint8, shape, elements=st.integers(0, 3))
)
STEPS = ((-1, 0), (-1, 1), (0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (-1, -1))


def look(grid: Grid, row: int, col: int) -> int:
    inside = 0 <= row < grid.shape[0] and 0 <= col < grid.shape[1]
    return int(grid[row, col]) if inside else NONE


def see(grid: Grid, row: int, col: int, step: tuple[int, int]) -> int:
    own = grid[row, col]
    while True:
        row, col = row + step[0], col + step[1]
        color = look(grid, row, col)
        if color == NONE or color not in (0, own):
            return color


def region(grid: Grid, row: int, col: int) -> set[tuple[int, int]]:
    found, todo = {(row, col)}, [(row, col)]
    while todo:
        i, j = todo.pop()
        for down, right in STEPS[::2]:
            near = (i + down, j + right)
            if near not in found and look(grid, *near) == grid[row, col]:
                found.add(near)
                todo.append(near)
    return found
